package reports

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// colours of a terminal, by outcome or verdict.
var colours = map[string]string{
	string(Passed): "32", string(Failed): "31", string(Waived): "33", string(NotExercised): "33", string(NotApplicable): "90",
	string(Conformant): "1;32", string(NonConformant): "1;31", string(Inconclusive): "1;33", string(NotJudged): "1;33", string(SuiteDefect): "1;35",
}

const mostPrinted = 10

// Print writes what a person wants to read at the end of a run; its last line
// is the verdict.
func (r *Report) Print(w io.Writer, colour bool) error {
	var b strings.Builder
	paint := func(kind, text string) string {
		if code := colours[kind]; colour && code != "" {
			return "\x1b[" + code + "m" + text + "\x1b[0m"
		}
		return text
	}
	fmt.Fprintf(&b, "\ntarget    %s\n", OneLine(strings.TrimSpace(r.Target.Name+"  "+r.Target.URL)))
	fmt.Fprintf(&b, "suite     %s, contract %s, profile %s, gate %s\n", firstOf(r.Suite.Version, "unversioned"), firstOf(r.Contract.Version, "unversioned"), firstOf(r.Profile.Name, "none"), r.Gate.Name)
	fmt.Fprintf(&b, "run       %s: %s, %s, %s, in %.1f s\n", r.Run.ID,
		plural(r.ranSpecs(), "spec", "specs"), plural(r.Counts.Exchanges, "exchange", "exchanges"), plural(r.Counts.Checks, "check", "checks"), r.Timings.TotalMS/1000)

	if r.Run.Unjudged == "" {
		r.printOutcomes(&b, paint)
		r.printReasons(&b, paint)
	}
	if left := r.Leftovers; left.Verified || len(left.Left)+left.Open > 0 || r.Counts.Exchanges > 0 {
		fmt.Fprintf(&b, "\n%s\n", left)
		for _, l := range left.Left {
			fmt.Fprintf(&b, "  %s  %s  %s\n", OneLine(l.ID), OneLine(l.Name), OneLine(l.Command))
		}
	}
	if len(r.Retries) > 0 {
		fmt.Fprintf(&b, "\nrepeated requests: %d\n", r.Counts.Retries)
	}
	if r.Dir != "" {
		fmt.Fprintf(&b, "\nreports   %s\n", filepath.Join(r.Dir, "report.html"))
	}
	fmt.Fprintf(&b, "\n%s\n", paint(string(r.Verdict.Word), OneLine(r.Verdict.Line())))
	_, err := io.WriteString(w, trimLines(b.String()))
	return err
}

// printOutcomes counts the outcomes of each operation.
func (r *Report) printOutcomes(b *strings.Builder, paint func(kind, text string) string) {
	order, counts := r.byOperation()
	b.WriteString("\n")
	for _, op := range order {
		c := counts[op]
		fmt.Fprintf(b, "  %-8s", op)
		for _, part := range []struct {
			n    int
			kind Outcome
		}{{c.Passed, Passed}, {c.Failed, Failed}, {c.Waived, Waived}, {c.NotExercised, NotExercised}, {c.NotApplicable, NotApplicable}} {
			if part.n > 0 {
				fmt.Fprintf(b, " %s ", paint(string(part.kind), fmt.Sprintf("%3d %s", part.n, part.kind)))
			}
		}
		b.WriteString("\n")
	}
}

func (r *Report) ranSpecs() int {
	n := 0
	for _, s := range r.Specs {
		if s.State.ran() {
			n++
		}
	}
	return n
}

// headings name the kinds of reasons, in the order in which they are printed.
var headings = []struct{ kind, title, paint string }{
	{"failed", "failed", string(Failed)},
	{"waiver", "waivers that do not hold", string(Failed)},
	{"leak", "secrets found in the reports", string(Failed)},
	{"defect", "defects of the suite", string(SuiteDefect)},
	{"not exercised", "not exercised", string(NotExercised)},
	{"live evidence needed", "live evidence needed", string(NotExercised)},
	{"injected", "proved by a stimulus only", string(NotApplicable)},
	{"waived", "waived", string(Waived)},
	{"permitted", "not exercised, as the gate permits", string(NotApplicable)},
	{"advice", "advice, decides nothing", string(NotExercised)},
}

func (r *Report) printReasons(b *strings.Builder, paint func(kind, text string) string) {
	for _, h := range headings {
		printed, total := 0, 0
		for _, reason := range r.Verdict.Reasons {
			if reason.Kind != h.kind {
				continue
			}
			total++
			if total == 1 {
				fmt.Fprintf(b, "\n%s\n", paint(h.paint, h.title))
			}
			if printed == mostPrinted {
				continue
			}
			printed++
			text := OneLine(reason.Text)
			if reason.Kind == "failed" {
				r.printFailed(b, reason)
				continue
			}
			if len(reason.Requirements) > 0 && !strings.HasPrefix(text, reason.Requirements[0]) {
				ids := idList(reason.Requirements)
				if r.Run.DryRun { // which is for the list
					ids = strings.Join(reason.Requirements, ", ")
				}
				text = ids + ": " + text
			}
			fmt.Fprintf(b, "  %s\n", text)
		}
		if total > printed {
			fmt.Fprintf(b, "  … and %d more, in the reports\n", total-printed)
		}
	}
}

// printFailed tells the first finding of a requirement in a few lines.
func (r *Report) printFailed(b *strings.Builder, reason Reason) {
	i := slices.IndexFunc(r.Requirements, func(q Requirement) bool { return q.ID == reason.Requirements[0] })
	if i < 0 || len(r.Requirements[i].Findings) == 0 {
		fmt.Fprintf(b, "  %s\n", OneLine(reason.Text))
		return
	}
	q, f := &r.Requirements[i], r.Requirements[i].Findings[0]
	fmt.Fprintf(b, "  %s (%s): %s\n", q.ID, q.Level, OneLine(q.Statement))
	for _, line := range [][2]string{{"broken", f.Says()}, {"expected", f.Expected}, {"seen", f.Seen}, {"rerun", f.Rerun}} {
		if line[1] != "" {
			fmt.Fprintf(b, "    %-9s %s\n", line[0], shortText(OneLine(line[1]), 600))
		}
	}
	if f.Curl != "" { // each space of it counts
		fmt.Fprintf(b, "    %-9s %s\n", "repeat", shortText(Printable(f.Curl), 4<<10))
	}
	if more := len(q.Findings) - 1; more > 0 {
		fmt.Fprintf(b, "    and %s, in the reports\n", plural(more, "more finding", "more findings"))
	}
}

func idList(ids []string) string {
	if len(ids) > 12 {
		return fmt.Sprintf("%s and %d more", strings.Join(ids[:12], ", "), len(ids)-12)
	}
	return strings.Join(ids, ", ")
}
