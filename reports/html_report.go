package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/extconf/extconf/specs"
)

// What a page holds at most, so that it stays quick to open however large the
// run was; report.json and exchanges.har hold the rest.
const (
	mostWhy     = 12 // failed requirements told at the top
	mostReasons = 12 // reasons of one kind told at the top
	mostBroken  = 20 // findings of one requirement
	mostShown   = 5  // exchanges of those findings
	mostOthers  = 2  // other exchanges of one requirement
	mostSpecs   = 15 // specs of one requirement
	mostDefects = 50
)

// reportView is a report for the page.
type reportView struct {
	pageHead
	*Report
	// Shape is the outcome whose shape stands for the verdict.
	Shape    Outcome
	Sections []link
	Bar      []barPart
	BarLabel string
	Legend   []legendItem
	Ran      int
	Levels   []levelView
	Why      []whyView
	WhyTitle string
	// MoreFailed counts failed requirements that Why does not tell.
	MoreFailed     int
	ComparisonView *comparisonView
	Matrix         matrixView
	Chips          []chip
	Groups         []groupView
	Slowest        []callView
	Open           []openView
	Waivers        []waiverView
	ShownDefects   []Defect
	MoreDefects    int
	Seals          []sealView

	requirements map[string]*Requirement
	exchanges    map[string]*Exchange
	specs        map[string]*Spec
}

type (
	link    struct{ ID, Title string }
	barPart struct {
		Class, Title string
		X, Width     float64
	}
	legendItem struct {
		Outcome Outcome
		Count   int
		Note    string
	}
	levelView struct {
		Name          specs.Level
		Passed, Total int
	}
	// whyView is a failed requirement, or all reasons of another kind.
	whyView struct {
		Edge        string
		Requirement *Requirement
		Finding     *SpecFinding
		Title       string
		Reasons     []Reason
		More        int
	}
	chip struct {
		Outcome Outcome
		Title   string
		Count   int
	}
	groupView struct {
		Name, Summary string
		Requirements  []requirementView
	}
	requirementView struct {
		*Requirement
		Search, Proof                        string
		Broken                               []brokenView
		Others                               []*exchangeView
		By                                   []specView
		MoreBroken, MoreExchanges, MoreSpecs int
	}
	brokenView struct {
		SpecFinding
		SpecName string
		View     *exchangeView
	}
	// specView is a spec for the page, its texts printable.
	specView struct {
		State                        State
		Name, Location, Took, Reason string
		Notes                        []string
		Bad                          bool
	}
	matrixView struct {
		Statuses []int
		Rows     []matrixRow
	}
	matrixRow struct {
		Operation string
		Cells     []*matrixCell
	}
	matrixCell struct {
		Response
		First, IDs, Answer, Label string
		Stimulus                  bool
	}
	callView struct {
		Operation, Status, Class, Spec, Took string
		Width                                float64
		Answered                             bool
		Exchange                             *exchangeView
	}
	openView struct {
		Outcome           Outcome
		Reason, Permitted string
		IDs               []string
	}
	waiverView struct {
		specs.Waiver
		State, Problem, Left string
	}
	sealView struct{ What, Name, Version, Digest string }
)

// outcomes in the order in which they are told.
var outcomes = []Outcome{Failed, NotExercised, Waived, Passed, NotApplicable}

func (c OutcomeCounts) of(o Outcome) int {
	return map[Outcome]int{Passed: c.Passed, Failed: c.Failed, Waived: c.Waived, NotApplicable: c.NotApplicable, NotExercised: c.NotExercised}[o]
}

func viewReport(r *Report) *reportView {
	v := &reportView{
		pageHead: newPage(fmt.Sprintf("%s: %s", upperFirst(string(r.Verdict.Word)), OneLine(firstOf(r.Target.Name, "extconf"))), r.Verdict.Word), Report: r,
		Shape: tones[r.Verdict.Word].shape, Ran: r.ranSpecs(), requirements: r.byID(), exchanges: r.exchangesByID(), specs: map[string]*Spec{},
	}
	for i := range r.Specs {
		v.specs[r.Specs[i].ID] = &r.Specs[i]
	}
	if r.Comparison != nil {
		v.ComparisonView = viewComparison(r.Comparison, true)
	}
	v.ShownDefects = r.Defects[:min(len(r.Defects), mostDefects)]
	v.MoreDefects = len(r.Defects) - len(v.ShownDefects)
	v.numbers()
	v.why()
	v.matrix()
	v.groups()
	v.timing()
	v.open()
	v.waivers()
	v.seals()
	v.sections()
	return v
}

// sections are what the page's head jumps to.
func (v *reportView) sections() {
	for _, s := range []struct {
		link
		there bool
	}{
		{link{"why", v.WhyTitle}, len(v.Why) > 0},
		{link{"comparison", "Comparison"}, v.ComparisonView != nil},
		{link{"matrix", "Answers"}, true},
		{link{"requirements", "Requirements"}, true},
		{link{"timing", "Timing"}, true},
		{link{"open-ends", "Not exercised"}, len(v.Open) > 0},
		{link{"waivers", "Waivers"}, len(v.Waivers) > 0},
		{link{"defects", "Defects"}, len(v.Defects) > 0},
		{link{"leftovers", "Left behind"}, true},
		{link{"seals", "Versions"}, true},
	} {
		if s.there {
			v.Sections = append(v.Sections, s.link)
		}
	}
}

func (v *reportView) numbers() {
	n := v.Counts.Requirements
	x := 0.0
	var said []string
	part := func(class, title string, count int) {
		if count == 0 {
			return
		}
		width := 100 * float64(count) / float64(max(n.Total, 1))
		v.Bar = append(v.Bar, barPart{class, fmt.Sprintf("%s: %d", title, count), x, width})
		said = append(said, fmt.Sprintf("%d %s", count, title))
		x += width
	}
	part("failed", "failed", n.Failed)
	part("waived", "waived", n.Waived)
	part("not-exercised", "not exercised", n.NotExercised)
	part("injected", "passed by a stimulus", v.Counts.Injected)
	part("passed", "passed live", v.Counts.Live)
	part("not-applicable", "not applicable", n.NotApplicable)
	v.BarLabel = fmt.Sprintf("Of %d requirements: %s", n.Total, strings.Join(said, ", "))
	for _, o := range outcomes {
		item := legendItem{Outcome: o, Count: n.of(o)}
		switch o {
		case Passed:
			item.Note = fmt.Sprintf("%d live, %d by a stimulus only", v.Counts.Live, v.Counts.Injected)
		case Failed, NotExercised:
			item.Note = fmt.Sprintf("%d of them MUST", v.Counts.Levels[specs.MUST].of(o))
		case Waived:
			item.Note = "excused for a while"
		case NotApplicable:
			item.Note = "for this target"
		}
		v.Legend = append(v.Legend, item)
		v.Chips = append(v.Chips, chip{o, upperFirst(string(o)), item.Count})
	}
	v.Chips = slices.Insert(v.Chips, 0, chip{"", "All", n.Total})
	for _, level := range []specs.Level{specs.MUST, specs.SHOULD} {
		if c := v.Counts.Levels[level]; c.Total > 0 {
			v.Levels = append(v.Levels, levelView{level, c.Passed, c.Total})
		}
	}
}

// why tells what decides: each failed requirement, then all else by kind.
func (v *reportView) why() {
	v.WhyTitle = "Worth knowing"
	edges := map[string]string{"waiver": "waiver", "waived": "waiver", "defect": "defect", "leak": "leak", "not exercised": "open", "live evidence needed": "open"}
	for _, h := range headings {
		var group whyView
		for _, reason := range v.Verdict.Reasons {
			if reason.Kind != h.kind {
				continue
			}
			if h.kind == "failed" && len(reason.Requirements) == 1 && v.requirements[reason.Requirements[0]] != nil {
				v.WhyTitle = "What failed"
				if len(v.Why) == mostWhy {
					v.MoreFailed++
					continue
				}
				q := v.requirements[reason.Requirements[0]]
				why := whyView{Edge: "failed", Requirement: q}
				if len(q.Findings) > 0 {
					why.Finding = &q.Findings[0]
				}
				v.Why = append(v.Why, why)
				continue
			}
			if len(group.Reasons) == mostReasons {
				group.More++
				continue
			}
			group.Reasons = append(group.Reasons, reason)
		}
		if len(group.Reasons) > 0 {
			group.Title, group.Edge = upperFirst(h.title), edges[h.kind]
			v.Why = append(v.Why, group)
		}
	}
}

func (v *reportView) matrix() {
	type answer struct {
		operation string
		status    int
	}
	stimulus := map[answer]int{}
	for i := range v.Exchanges {
		if x := &v.Exchanges[i]; x.Injected && x.Response != nil {
			stimulus[answer{x.Operation, x.Response.Status}]++
		}
	}
	for _, c := range v.Responses {
		if !slices.Contains(v.Matrix.Statuses, c.Status) {
			v.Matrix.Statuses = append(v.Matrix.Statuses, c.Status)
		}
	}
	slices.Sort(v.Matrix.Statuses)
	for _, c := range v.Responses {
		last := len(v.Matrix.Rows) - 1
		if last < 0 || v.Matrix.Rows[last].Operation != c.Operation {
			v.Matrix.Rows = append(v.Matrix.Rows, matrixRow{c.Operation, make([]*matrixCell, len(v.Matrix.Statuses))})
			last++
		}
		cell := &matrixCell{
			Response: c, IDs: strings.Join(c.Requirements, " "), Answer: fmt.Sprintf("%s %d", c.Operation, c.Status),
			Stimulus: c.Seen > 0 && stimulus[answer{c.Operation, c.Status}] == c.Seen,
		}
		if len(c.Requirements) > 0 {
			cell.First = c.Requirements[0]
			for _, id := range c.Requirements {
				if v.requirements[id].Outcome == Failed {
					cell.First = id
					break
				}
			}
		}
		if !c.Documented && c.Outcome == Passed {
			cell.Outcome = NotApplicable // tolerated, and no promise kept
		}
		cell.Label = fmt.Sprintf("%s: %s, seen %s", cell.Answer, cell.Outcome, plural(c.Seen, "time", "times"))
		if cell.Stimulus {
			cell.Label += ", by a stimulus only"
		}
		if !c.Documented {
			cell.Label += ", not documented"
		}
		at, _ := slices.BinarySearch(v.Matrix.Statuses, c.Status)
		v.Matrix.Rows[last].Cells[at] = cell
	}
}

func (v *reportView) groups() {
	order, counts := v.byOperation()
	at := map[string]int{}
	for i, op := range order {
		c := counts[op]
		var parts []string
		for _, o := range outcomes {
			if n := c.of(o); n > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", n, o))
			}
		}
		name := op
		if op == "any" {
			name = "every operation"
		}
		v.Groups = append(v.Groups, groupView{Name: name, Summary: strings.Join(parts, ", ")})
		at[op] = i
	}
	for i := range v.Report.Requirements {
		q := &v.Report.Requirements[i]
		g := &v.Groups[at[q.Operation]]
		g.Requirements = append(g.Requirements, v.requirement(q))
	}
}

func (v *reportView) requirement(q *Requirement) requirementView {
	out := requirementView{Requirement: q, Proof: q.proof()}
	search := []string{q.ID, q.Operation, q.Statement, q.Source.String(), q.Advice}
	shown := map[string]bool{}
	for i := range q.Findings {
		if i == mostBroken {
			out.MoreBroken = len(q.Findings) - i
			break
		}
		b := brokenView{SpecFinding: q.Findings[i]}
		if s := v.specs[b.Spec]; s != nil {
			b.SpecName = s.FullName()
		}
		if x := v.exchanges[b.Exchange]; x != nil && len(shown) < mostShown && !shown[x.ID] {
			shown[x.ID] = true
			b.View = viewExchange(x, b.Curl == "")
		}
		search = append(search, shortText(b.Message, 200), b.Rule)
		out.Broken = append(out.Broken, b)
	}
	for _, id := range q.Exchanges {
		x := v.exchanges[id]
		switch {
		case x == nil || shown[id]:
		case len(out.Others) == mostOthers:
			out.MoreExchanges++
		default:
			out.Others = append(out.Others, viewExchange(x, true))
		}
	}
	out.By, out.MoreSpecs = v.by(q)
	out.Search = strings.ToLower(OneLine(strings.Join(search, " ")))
	return out
}

// by lists the specs of a requirement, those that ended badly first.
func (v *reportView) by(q *Requirement) (list []specView, more int) {
	for _, bad := range []bool{true, false} {
		for _, id := range q.Specs {
			switch s := v.specs[id]; {
			case s == nil || s.State.broke() != bad:
			case len(list) == mostSpecs:
				more++
			default:
				view := specView{State: s.State, Name: Printable(s.FullName()), Location: s.Location, Took: duration(s.DurationMS), Reason: Printable(s.Reason), Bad: bad}
				for _, note := range s.Notes {
					view.Notes = append(view.Notes, Printable(note))
				}
				list = append(list, view)
			}
		}
	}
	return list, more
}

// proof says what a pass stands on.
func (q *Requirement) proof() string {
	if q.Checks == 0 {
		return ""
	}
	text := plural(q.Checks, "check", "checks")
	switch {
	case q.Outcome != Passed:
	case q.Evidence == Injected:
		text += ", by a stimulus only: it says how a stand-in answers when it is told to"
	case q.Live < q.Checks:
		text += fmt.Sprintf(", %d of them live", q.Live)
	default:
		text += ", all live"
	}
	return text
}

func (v *reportView) timing() {
	for _, c := range v.Timings.Slowest {
		call := callView{Operation: c.Operation, Status: "no answer", Class: "0", Took: duration(c.MS), Width: 100 * c.MS / max(v.Timings.Slowest[0].MS, 0.001)}
		if c.Status > 0 {
			call.Status, call.Answered = fmt.Sprint(c.Status), true
			call.Class = call.Status[:1]
		}
		if s := v.specs[c.Spec]; s != nil {
			call.Spec = s.FullName()
		}
		if x := v.exchanges[c.Exchange]; x != nil {
			call.Exchange = viewExchange(x, true)
		}
		v.Slowest = append(v.Slowest, call)
	}
}

// open groups what was not judged by its reason.
func (v *reportView) open() {
	type key struct {
		outcome           Outcome
		reason, permitted string
	}
	at := map[key]int{}
	for i := range v.Report.Requirements {
		q := &v.Report.Requirements[i]
		if q.Outcome != NotExercised && q.Outcome != NotApplicable {
			continue
		}
		k := key{q.Outcome, q.Reason, q.Permitted}
		j, ok := at[k]
		if !ok {
			j = len(v.Open)
			at[k] = j
			v.Open = append(v.Open, openView{Outcome: q.Outcome, Reason: q.Reason, Permitted: q.Permitted})
		}
		v.Open[j].IDs = append(v.Open[j].IDs, q.ID)
	}
	slices.SortStableFunc(v.Open, func(a, b openView) int {
		return cmp.Compare(slices.Index(outcomes, a.Outcome), slices.Index(outcomes, b.Outcome))
	})
}

func (v *reportView) waivers() {
	for _, w := range v.Gate.Waivers {
		view := waiverView{Waiver: w, State: "holds"}
		q := v.requirements[w.Requirement]
		if q != nil && q.Waiver != nil && q.Waiver.Fingerprint == w.Fingerprint {
			view.Problem = q.WaiverProblem
		}
		if q != nil && q.Outcome == NotExercised {
			view.State = "not exercised"
		}
		if day, err := time.Parse(time.DateOnly, w.Expires); err == nil {
			switch left := int(day.AddDate(0, 0, 1).Sub(v.Run.Ended).Hours() / 24); {
			case w.Expired(v.Run.Ended):
				view.Left = "expired"
			case left == 0:
				view.Left = "the last day"
			case !v.Run.Ended.IsZero():
				view.Left = plural(left, "day left", "days left")
			}
		}
		v.Waivers = append(v.Waivers, view)
	}
}

func (v *reportView) seals() {
	for _, d := range []struct {
		what string
		Document
	}{
		{"suite", v.Suite},
		{"contract", v.Contract},
		{"catalogue", v.Catalogue},
		{"profile", v.Profile.Document},
		{"gate", Document{Name: v.Gate.Name, Digest: v.Gate.Digest}},
	} {
		v.Seals = append(v.Seals, sealView{d.what, firstOf(d.Name, d.Source), d.Version, d.Digest})
	}
}
