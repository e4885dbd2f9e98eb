package reports

import (
	"fmt"
	"io"
	"strings"
)

var marks = map[Word]string{Conformant: "✅", NonConformant: "❌", Inconclusive: "⚠️", NotJudged: "⛔", SuiteDefect: "🛠️"}

const mostSummarised = 10

// Summary writes summary.md: for a job summary or a chat message.
func (r *Report) Summary(w io.Writer) error {
	var b strings.Builder
	v := r.Verdict
	fmt.Fprintf(&b, "## %s %s: %s\n\n%s.\n\n", marks[v.Word], md(r.Target.Name), v.Word, md(upperFirst(v.Sentence)))
	fmt.Fprintf(&b, "Suite %s, contract %s, profile %s, gate %s, run %s: %s, %s in %.1f s.\n\n",
		md(firstOf(r.Suite.Version, "unversioned")), md(firstOf(r.Contract.Version, "unversioned")), md(firstOf(r.Profile.Name, "none")),
		md(r.Gate.Name), md(r.Run.ID), plural(r.ranSpecs(), "spec", "specs"), plural(r.Counts.Exchanges, "exchange", "exchanges"), r.Timings.TotalMS/1000)

	b.WriteString("| operation | passed | failed | waived | not exercised | not applicable |\n|:--|--:|--:|--:|--:|--:|\n")
	order, counts := r.byOperation()
	for _, op := range order {
		summaryRow(&b, op, counts[op])
	}
	summaryRow(&b, "**all**", r.Counts.Requirements)

	r.summaryFailures(&b)
	for _, h := range headings[1:] {
		r.summaryReasons(&b, h.kind, h.title)
	}
	if left := r.Leftovers; left.Verified || len(left.Left)+left.Open > 0 {
		fmt.Fprintf(&b, "\n%s.\n", upperFirst(left.String()))
	}
	if r.Comparison != nil {
		b.WriteString("\n")
		if err := r.Comparison.Markdown(&b); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func summaryRow(b *strings.Builder, name string, c OutcomeCounts) {
	cell := func(n int) string {
		if n == 0 {
			return "·"
		}
		return fmt.Sprint(n)
	}
	fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s |\n", name, cell(c.Passed), cell(c.Failed), cell(c.Waived), cell(c.NotExercised), cell(c.NotApplicable))
}

// summaryFailures tells the first failures so that one can act on them.
func (r *Report) summaryFailures(b *strings.Builder) {
	n := 0
	for i := range r.Requirements {
		q := &r.Requirements[i]
		if q.Outcome != Failed || !r.Gate.Counts(string(q.Level)) {
			continue
		}
		n++
		if n > mostSummarised {
			continue
		}
		if n == 1 {
			b.WriteString("\n### Failed\n")
		}
		fmt.Fprintf(b, "\n**%s** (%s, %s): %s\n\n", md(q.ID), q.Level, md(q.Source.String()), md(q.Statement))
		if len(q.Findings) == 0 {
			continue
		}
		f := q.Findings[0]
		for _, line := range [][2]string{{"Broken", f.Says()}, {"Expected", f.Expected}, {"Seen", f.Seen}, {"Look at", q.Advice}} {
			if line[1] != "" {
				fmt.Fprintf(b, "- %s: %s\n", line[0], md(shortText(line[1], 600)))
			}
		}
		for _, line := range [][2]string{{"Repeat", f.Curl}, {"Rerun", f.Rerun}} {
			if line[1] != "" {
				fmt.Fprintf(b, "- %s:\n%s", line[0], fenced(shortText(line[1], 1200)))
			}
		}
		if rest := len(q.Findings) - 1; rest > 0 {
			fmt.Fprintf(b, "- and %s of it, in the reports\n", plural(rest, "more failure", "more failures"))
		}
	}
	if n > mostSummarised {
		fmt.Fprintf(b, "\n… and %d more requirements failed.\n", n-mostSummarised)
	}
}

func (r *Report) summaryReasons(b *strings.Builder, kind, title string) {
	n := 0
	for _, reason := range r.Verdict.Reasons {
		if reason.Kind != kind {
			continue
		}
		n++
		if n == 1 {
			fmt.Fprintf(b, "\n### %s\n\n", upperFirst(title))
		}
		if n > mostSummarised {
			continue
		}
		text := md(shortText(reason.Text, 600))
		if len(reason.Requirements) > 0 && !strings.HasPrefix(reason.Text, reason.Requirements[0]) {
			text = fmt.Sprintf("**%s**: %s", md(idList(reason.Requirements)), text)
		}
		fmt.Fprintf(b, "- %s\n", text)
	}
	if n > mostSummarised {
		fmt.Fprintf(b, "- … and %d more\n", n-mostSummarised)
	}
}
