package reports

import (
	"fmt"
	"slices"
	"strings"
)

// Word is a verdict in one word.
type Word string

// The verdicts, in the order of their exit status.
const (
	Conformant    Word = "conformant"
	NonConformant Word = "non-conformant"
	Inconclusive  Word = "inconclusive"
	NotJudged     Word = "not judged"
	SuiteDefect   Word = "suite defect"
)

// Verdict is what a run ends in. It is decided in [Report.decide], and nowhere
// else.
type Verdict struct {
	Word Word `json:"word"`
	// Status is the exit status of the command: 0 conformant,
	// 1 non-conformant, 2 inconclusive, 3 nothing could be judged, 4 a defect
	// of the suite itself.
	Status int `json:"exit_status"`
	// Sentence says in one line why.
	Sentence string `json:"sentence"`
	// Reasons say the rest, a paragraph each.
	Reasons []Reason `json:"reasons,omitempty"`
}

// Reason is one paragraph of a verdict.
type Reason struct {
	// Kind groups reasons: failed, waiver, defect, leak, not exercised, live
	// evidence needed, injected, waived, permitted, advice, leftover.
	Kind string `json:"kind"`
	Text string `json:"text"`
	// Requirements are those it is about.
	Requirements []string `json:"requirements,omitempty"`
}

// decide finds the verdict. A broken promise outranks a defect of the suite:
// the exchange that proves it stays proven, whatever else went wrong. Without
// one, a defect outranks all that the suite would have said.
func (r *Report) decide() Verdict {
	d := decision{report: r}
	d.weigh()
	n := r.Counts.Requirements
	judged := n.Passed + n.Failed + n.Waived
	v := Verdict{Reasons: d.reasons()}
	switch {
	case r.Run.Unjudged != "":
		v.Word, v.Status, v.Sentence = NotJudged, 3, "nothing could be judged: "+r.Run.Unjudged
	case len(d.failed)+len(d.waivers) > 0 && judged > 0:
		v.Word, v.Status, v.Sentence = NonConformant, 1, d.sayFailed()+d.sayCutShort()
	case len(r.Leaks) > 0:
		v.Word, v.Status, v.Sentence = SuiteDefect, 4, "the reports held a secret, which was taken out: "+strings.Join(r.Leaks, ", ")
	case len(r.Defects) > 0 && (judged > 0 || slices.ContainsFunc(r.Defects, func(d Defect) bool { return d.Kind != "accounting" })):
		v.Word, v.Status = SuiteDefect, 4
		v.Sentence = fmt.Sprintf("the suite itself is at fault, %s: %s", plural(len(r.Defects), "defect", "defects"), firstLine(r.Defects[0].Message))
	case judged == 0:
		v.Word, v.Status, v.Sentence = NotJudged, 3, "nothing could be judged: "+r.whyNothing()
	case len(d.unexercised)+len(d.needsLive) > 0:
		v.Word, v.Status, v.Sentence = Inconclusive, 2, d.sayInconclusive()+d.sayCutShort()
	default:
		v.Word, v.Status, v.Sentence = Conformant, 0, d.sayConformant()
	}
	return v
}

// whyNothing says why no requirement was judged.
func (r *Report) whyNothing() string {
	switch {
	case r.Run.DryRun:
		return "a dry run sends nothing"
	case r.Run.Interrupted != "":
		return "the run was cut short (" + r.Run.Interrupted + ")"
	case len(r.Specs) == 0 || r.Counts.Specs[SpecNotSelected]+r.Counts.Specs[SpecPending] == len(r.Specs):
		if r.Run.LabelFilter != "" {
			return "--label-filter=" + r.Run.LabelFilter + " selects no spec"
		}
		return "no spec was selected"
	case r.Counts.Specs[SpecPassed] > 0:
		return plural(r.Counts.Specs[SpecPassed], "spec", "specs") + " passed, but no requirement had all of its specs run"
	}
	for _, s := range r.Specs {
		if s.State == SpecSkipped {
			return "every spec was skipped, the first because: " + firstLine(s.Reason)
		}
	}
	return "no spec came to a check"
}

// decision sorts the requirements by what they mean for the verdict.
type decision struct {
	report *Report
	// failed, unexercised and needsLive are of levels that count.
	failed, unexercised, needsLive []*Requirement
	waivers                        []*Requirement
	injected, waived, permitted    []*Requirement
	advice                         []*Requirement
}

func (d *decision) weigh() {
	for i := range d.report.Requirements {
		q := &d.report.Requirements[i]
		counts := d.report.Gate.Counts(string(q.Level))
		if q.WaiverProblem != "" && q.Outcome != Failed {
			d.waivers = append(d.waivers, q)
		}
		switch q.Outcome {
		case Failed:
			if counts || q.WaiverProblem != "" {
				d.failed = append(d.failed, q)
			} else {
				d.advice = append(d.advice, q)
			}
		case Waived:
			d.waived = append(d.waived, q)
		case NotExercised:
			switch {
			case !counts:
			case q.Permitted != "":
				d.permitted = append(d.permitted, q)
			default:
				d.unexercised = append(d.unexercised, q)
			}
		case Passed:
			if q.Evidence == Injected {
				if counts && d.report.Gate.NeedsLive(q.ID) {
					d.needsLive = append(d.needsLive, q)
				} else {
					d.injected = append(d.injected, q)
				}
			}
		}
	}
}

// binding counts the requirements that decide.
func (d *decision) binding() (passed, total int) {
	for level, c := range d.report.Counts.Levels {
		if d.report.Gate.Counts(string(level)) {
			passed += c.Passed
			total += c.Total - c.NotApplicable
		}
	}
	return passed, total
}

func (d *decision) levels() string {
	names := make([]string, len(d.report.Gate.Levels))
	for i, l := range d.report.Gate.Levels {
		names[i] = string(l)
	}
	return strings.Join(names, " and ")
}

func (d *decision) sayFailed() string {
	var parts []string
	_, total := d.binding()
	if len(d.failed) > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d %s requirements failed: %s", len(d.failed), total, d.levels(), nameSome(d.failed)))
	}
	if len(d.waivers) > 0 {
		parts = append(parts, fmt.Sprintf("%s: %s", plural(len(d.waivers), "waiver does not hold", "waivers do not hold"), d.waivers[0].WaiverProblem))
	}
	return strings.Join(parts, "; ")
}

func (d *decision) sayInconclusive() string {
	var parts []string
	passed, total := d.binding()
	if n := len(d.unexercised); n > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d %s requirements %s not exercised: %s", n, total, d.levels(), was(n), nameSome(d.unexercised)))
	}
	if n := len(d.needsLive); n > 0 {
		parts = append(parts, fmt.Sprintf("%s passed by a stimulus only, where the gate asks for live evidence: %s", plural(n, "requirement", "requirements"), nameSome(d.needsLive)))
	}
	return fmt.Sprintf("nothing failed, %d passed, but %s", passed, strings.Join(parts, "; "))
}

// sayCutShort says that there would have been more to a run.
func (d *decision) sayCutShort() string {
	if why := d.report.Run.Interrupted; why != "" {
		return "; the run was cut short (" + firstLine(why) + ")"
	}
	return ""
}

func (d *decision) sayConformant() string {
	passed, total := d.binding()
	text := fmt.Sprintf("%d of %d %s requirements passed", passed, total, d.levels())
	if passed == total {
		text = fmt.Sprintf("all %d %s requirements passed", total, d.levels())
	}
	if n := len(d.injected); n > 0 {
		text += fmt.Sprintf(", %d of them by a stimulus only", n)
	}
	if n := len(d.waived); n > 0 {
		text += fmt.Sprintf(", %d waived", n)
	}
	if n := len(d.permitted); n > 0 {
		text += fmt.Sprintf(", %d not exercised, as the gate permits", n)
	}
	return text
}

// reasons are the paragraphs, those that decide first.
func (d *decision) reasons() []Reason {
	var list []Reason
	for _, q := range d.failed {
		text := q.ID + " (" + string(q.Level) + "): " + q.Statement
		if len(q.Findings) > 0 {
			text += " Seen instead: " + firstLine(q.Findings[0].Message)
		}
		list = append(list, Reason{"failed", text, []string{q.ID}})
		if q.WaiverProblem != "" {
			list = append(list, Reason{"waiver", q.WaiverProblem, []string{q.ID}})
		}
	}
	for _, q := range d.waivers {
		list = append(list, Reason{"waiver", q.WaiverProblem, []string{q.ID}})
	}
	for _, leak := range d.report.Leaks {
		list = append(list, Reason{Kind: "leak", Text: leak})
	}
	for _, defect := range d.report.Defects {
		reason := Reason{Kind: "defect", Text: firstLine(defect.Message)}
		if defect.Requirement != "" {
			reason.Requirements = []string{defect.Requirement}
		}
		list = append(list, reason)
	}
	list = append(list, byReason("not exercised", d.unexercised, func(q *Requirement) string { return q.Reason })...)
	list = append(list, byReason("live evidence needed", d.needsLive, func(*Requirement) string {
		return "only a stimulus brought this about, and the gate asks for live evidence"
	})...)
	list = append(list, byReason("injected", d.injected, func(*Requirement) string {
		return "only a stimulus proved this: it says how a stand-in answers when it is told to"
	})...)
	for _, q := range d.waived {
		w := q.Waiver
		list = append(list, Reason{"waived", fmt.Sprintf("%s is waived until %s: %s (%s, %s)", q.ID, w.Expires, w.Reason, w.Ticket, w.Owner), []string{q.ID}})
	}
	list = append(list, byReason("permitted", d.permitted, func(q *Requirement) string {
		return q.Reason + "; the gate permits it: " + q.Permitted
	})...)
	for _, q := range d.advice {
		text := q.ID + " (" + string(q.Level) + ", decides nothing): " + q.Statement
		if len(q.Findings) > 0 {
			text += " Seen instead: " + firstLine(q.Findings[0].Message)
		}
		list = append(list, Reason{"advice", text, []string{q.ID}})
	}
	if left := d.report.Leftovers; len(left.Left)+left.Open > 0 {
		list = append(list, Reason{Kind: "leftover", Text: left.String()})
	}
	return list
}

// String says what was left behind.
func (l Leftovers) String() string {
	text := fmt.Sprintf("left behind: %d (not verified)", len(l.Left))
	switch {
	case l.Verified:
		text = fmt.Sprintf("left behind: %d (verified by list)", len(l.Left))
	case l.Open > 0:
		text = fmt.Sprintf("left behind: unknown, up to %d (the target's list could not be read)", len(l.Left)+l.Open)
	}
	if l.Sweep != "" {
		text += "; to try again: " + l.Sweep
	}
	return text
}

// byReason makes one paragraph of all requirements with the same reason.
func byReason(kind string, list []*Requirement, reason func(*Requirement) string) []Reason {
	ids := map[string][]string{}
	var order []string
	for _, q := range list {
		text := reason(q)
		if ids[text] == nil {
			order = append(order, text)
		}
		ids[text] = append(ids[text], q.ID)
	}
	var reasons []Reason
	for _, text := range order {
		reasons = append(reasons, Reason{kind, text, ids[text]})
	}
	return reasons
}

// nameSome lists the first ids, and how many more there are.
func nameSome(list []*Requirement) string {
	const most = 4
	var ids []string
	for i, q := range list {
		if i == most {
			return fmt.Sprintf("%s and %d more", strings.Join(ids, ", "), len(list)-most)
		}
		ids = append(ids, q.ID)
	}
	return strings.Join(ids, ", ")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func was(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// Line is the verdict as the last line of a run's output.
func (v Verdict) Line() string { return fmt.Sprintf("verdict: %s (%s)", v.Word, v.Sentence) }

// Text is the content of the file "verdict".
func (v Verdict) Text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", v.Word, v.Status, v.Sentence)
}

// Unjudged is the report of a run that could judge nothing: a bad flag or
// file, a target that cannot be reached, a key that is refused.
func Unjudged(m Meta, reason string) *Report {
	m.Run.Unjudged = strings.Join(strings.Fields(reason), " ")
	r := newReport(m)
	r.settle()
	return r
}

// byOperation counts outcomes per operation, in the order of the catalogue.
func (r *Report) byOperation() (order []string, counts map[string]OutcomeCounts) {
	counts = map[string]OutcomeCounts{}
	for _, q := range r.Requirements {
		c, ok := counts[q.Operation]
		if !ok {
			order = append(order, q.Operation)
		}
		c.add(q.Outcome)
		counts[q.Operation] = c
	}
	slices.SortStableFunc(order, func(a, b string) int { return operationRank(a) - operationRank(b) })
	return order, counts
}
