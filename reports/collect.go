package reports

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/extconf/extconf/specs"
)

// Meta is what a run knows beside its specs.
type Meta struct {
	// Run needs no times: those of Ginkgo's report fill in.
	Run      Run
	Target   Target
	Suite    Document
	Contract Document
	Profile  Profile
	// Gate decides the verdict; nil is the shipped one. The parts of it that
	// are about other profiles are left out here.
	Gate *specs.Gate
	// Catalogue is what specs are accounted against; nil is the shipped one.
	Catalogue *specs.Catalogue
	// Redactor takes the run's secrets out of everything.
	Redactor  *Redactor
	Leftovers Leftovers
	// Defects are mistakes that the runner itself noticed.
	Defects []Defect
}

// newReport is a report of no spec.
func newReport(m Meta) *Report {
	if m.Gate == nil {
		m.Gate = specs.DefaultGate()
	}
	if m.Catalogue == nil {
		m.Catalogue = specs.Requirements()
	}
	r := &Report{
		Schema: Schema, Run: m.Run, Target: m.Target, Suite: m.Suite, Contract: m.Contract, Profile: m.Profile,
		Catalogue: Document{Digest: m.Catalogue.Digest}, Gate: *m.Gate.For(m.Profile.Name), Leftovers: m.Leftovers,
	}
	r.Target.Name, r.Target.URL = m.Redactor.Text(r.Target.Name), m.Redactor.Text(r.Target.URL)
	r.Run.Unjudged, r.Run.Interrupted = m.Redactor.Text(r.Run.Unjudged), m.Redactor.Text(r.Run.Interrupted)
	for _, d := range m.Defects {
		r.Defects = append(r.Defects, Defect{Kind: "run", Spec: d.Spec, Requirement: d.Requirement, Message: m.Redactor.Text(d.Message)})
	}
	r.Leftovers.Left, r.Leftovers.Sweep = nil, m.Redactor.Text(r.Leftovers.Sweep)
	for _, left := range m.Leftovers.Left {
		r.Leftovers.Left = append(r.Leftovers.Left, Leftover{m.Redactor.Text(left.ID), m.Redactor.Text(left.Name), m.Redactor.Text(left.Command)})
	}
	for _, q := range m.Catalogue.Requirements {
		r.Requirements = append(r.Requirements, Requirement{Requirement: q})
	}
	return r
}

// Collect makes the report of a run out of Ginkgo's, which in a parallel run is
// the merged one of process 1.
func Collect(g types.Report, m Meta) *Report {
	if m.Run.Started.IsZero() {
		m.Run.Started, m.Run.Ended = g.StartTime, g.EndTime
	}
	if m.Run.LabelFilter == "" {
		m.Run.LabelFilter = g.SuiteConfig.LabelFilter
	}
	m.Run.DryRun = m.Run.DryRun || g.SuiteConfig.DryRun
	r := newReport(m)
	c := collector{report: r, redactor: m.Redactor, known: map[string]bool{}}
	c.aborted(g.SpecReports) // of which the other processes only know that they were interrupted
	r.Run.interruptedBy(g.SpecialSuiteFailureReasons)
	for _, q := range r.Requirements {
		c.known[q.ID] = true
	}
	if filter, err := types.ParseLabelFilter(g.SuiteConfig.LabelFilter); err == nil {
		c.selected = filter
	}
	reports := make([]*types.SpecReport, len(g.SpecReports))
	for i := range g.SpecReports {
		reports[i] = &g.SpecReports[i]
	}
	// The order of a parallel run is that of chance; this one is that of the suite.
	slices.SortStableFunc(reports, func(a, b *types.SpecReport) int {
		return cmp.Or(
			strings.Compare(a.LeafNodeLocation.FileName, b.LeafNodeLocation.FileName),
			a.LeafNodeLocation.LineNumber-b.LeafNodeLocation.LineNumber,
			strings.Compare(a.FullText(), b.FullText()),
		)
	})
	for _, s := range reports {
		if s.LeafNodeType.Is(types.NodeTypeIt) {
			c.spec(s)
		} else if s.State.Is(types.SpecStateFailureStates) {
			c.suiteNode(s)
		}
	}
	r.settle()
	return r
}

func (run *Run) interruptedBy(reasons []string) {
	for _, reason := range reasons {
		if run.Interrupted == "" && (strings.HasPrefix(reason, "Interrupted by") || strings.Contains(reason, "Timeout")) {
			run.Interrupted = lowerFirst(reason)
		}
	}
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

type collector struct {
	report   *Report
	redactor *Redactor
	known    map[string]bool
	selected types.LabelFilter
}

// aborted notes what a spec ended the run for.
func (c *collector) aborted(all types.SpecReports) {
	for i := range all {
		if s := &all[i]; s.State.Is(types.SpecStateAborted) && s.LeafNodeType.Is(types.NodeTypeIt) && c.report.Run.Interrupted == "" {
			c.report.Run.Interrupted = "aborted: " + firstLine(c.redactor.Text(failureText(s)))
		}
	}
}

// suiteNode notes a failure around the specs, such as in a BeforeSuite.
func (c *collector) suiteNode(s *types.SpecReport) {
	if s.State.Is(types.SpecStateInterrupted) {
		return // the run's own interruption says it
	}
	c.report.Defects = append(c.report.Defects, Defect{
		Kind: "run", Message: fmt.Sprintf("%s %s: %s", s.LeafNodeType, s.State, c.redactor.Text(failureText(s))),
	})
}

func (c *collector) spec(s *types.SpecReport) {
	spec := Spec{
		ID: fmt.Sprintf("s%d", len(c.report.Specs)+1), Containers: s.ContainerHierarchyTexts, Name: s.LeafNodeText,
		Location: location(s.LeafNodeLocation), Labels: s.Labels(), State: stateOf(s),
		DurationMS: milliseconds(s.RunTime), Attempts: s.NumAttempts,
		Failure: c.redactor.Text(failureText(s)), Output: c.redactor.Text(shortText(s.CapturedGinkgoWriterOutput, BodyLimit)),
	}
	for _, label := range spec.Labels {
		if c.known[label] {
			spec.Requirements = append(spec.Requirements, label)
		}
	}
	switch spec.State {
	case SpecNotSelected:
		spec.Reason = c.whyNotSelected(spec.Labels)
	case SpecSkipped:
		spec.Reason, spec.Failure = c.redactor.Text(s.Failure.Message), ""
	case SpecPending:
		spec.Reason = "marked as pending in the suite"
	}
	for _, entry := range s.ReportEntries {
		if entry.Name == EvidenceEntry {
			c.evidence(&spec, entry.Value)
		}
	}
	spec.Operation = c.operationOf(&spec)
	for i := range c.report.Exchanges {
		if x := &c.report.Exchanges[len(c.report.Exchanges)-1-i]; x.Spec == spec.ID {
			x.SpecName, x.Requirements = spec.FullName(), spec.Requirements
		} else {
			break
		}
	}
	c.report.Specs = append(c.report.Specs, spec)
}

// evidence adds what the spec left behind. In a parallel run the value has
// travelled as JSON.
func (c *collector) evidence(spec *Spec, value types.ReportEntryValue) {
	var e Evidence
	switch raw := value.GetRawValue().(type) {
	case Evidence:
		e = raw
	case *Evidence:
		e = *raw
	default:
		text := []byte(value.AsJSON)
		if len(text) == 0 {
			text, _ = json.Marshal(raw)
		}
		if err := json.Unmarshal(text, &e); err != nil {
			c.report.Defects = append(c.report.Defects, Defect{
				Kind: "run", Spec: spec.ID, Message: fmt.Sprintf("the evidence of %q cannot be read: %v", spec.FullName(), err),
			})
			return
		}
	}
	for _, id := range e.Requirements {
		if !slices.Contains(spec.Requirements, id) {
			spec.Requirements = append(spec.Requirements, id)
		}
	}
	spec.Checks = append(spec.Checks, e.Checks...)
	for _, f := range e.Findings {
		c.redactor.finding(&f)
		f.shorten()
		spec.Findings = append(spec.Findings, f)
	}
	for _, u := range e.NotExercised {
		u.Reason = c.redactor.Text(u.Reason)
		spec.NotExercised = append(spec.NotExercised, u)
	}
	for _, note := range e.Notes {
		spec.Notes = append(spec.Notes, c.redactor.Text(note))
	}
	for _, x := range e.Exchanges {
		spec.Exchanges = append(spec.Exchanges, x.ID)
		c.report.Exchanges = append(c.report.Exchanges, Exchange{Exchange: c.redactor.Exchange(x), Spec: spec.ID})
	}
}

// shorten keeps what a target made long out of the reports. A command is worth
// more: cut, it reproduces nothing.
func (f *Finding) shorten() {
	for _, s := range []*string{&f.Message, &f.Expected, &f.Seen, &f.Place} {
		*s = shortText(*s, 4<<10)
	}
	f.Curl, f.Rerun = shortText(f.Curl, BodyLimit), shortText(f.Rerun, 4<<10)
}

// operationOf is the operation of the first requirement that has one.
func (c *collector) operationOf(spec *Spec) string {
	for _, id := range spec.Requirements {
		i := slices.IndexFunc(c.report.Requirements, func(q Requirement) bool { return q.ID == id })
		if i >= 0 && c.report.Requirements[i].Operation != "any" {
			return c.report.Requirements[i].Operation
		}
	}
	return "any"
}

func (c *collector) whyNotSelected(labels []string) string {
	run := c.report.Run
	switch {
	case run.LabelFilter != "" && (c.selected == nil || !c.selected(labels)):
		return "not selected by --label-filter=" + run.LabelFilter
	case run.Interrupted != "":
		return "the run was cut short (" + run.Interrupted + ") before this spec began"
	case run.Shard != nil:
		return run.Shard.LeftOut()
	case run.DryRun:
		return "dry run"
	}
	return "not selected"
}

func stateOf(s *types.SpecReport) State {
	switch s.State {
	case types.SpecStatePassed:
		return SpecPassed
	case types.SpecStateFailed:
		return SpecFailed
	case types.SpecStatePanicked:
		return SpecPanicked
	case types.SpecStateTimedout:
		if strings.Contains(s.Failure.Message, "suite timeout") {
			return SpecInterrupted // the run's time was up, not the spec's
		}
		return SpecTimedOut
	case types.SpecStateInterrupted, types.SpecStateAborted:
		return SpecInterrupted
	case types.SpecStatePending:
		return SpecPending
	case types.SpecStateSkipped:
		if s.Failure.Message != "" || s.NumAttempts > 0 {
			return SpecSkipped
		}
	}
	return SpecNotSelected
}

// failureText is all that Ginkgo knows of a failure.
func failureText(s *types.SpecReport) string {
	if s.State.Is(types.SpecStateSkipped) || !s.State.Is(types.SpecStateFailureStates) {
		return ""
	}
	parts := []string{s.Failure.Message}
	if s.Failure.ForwardedPanic != "" { // the message says no more than that there was one
		parts = []string{"panic: " + s.Failure.ForwardedPanic, shortText(s.Failure.Location.FullStackTrace, 4<<10)}
	}
	if s.Failure.AdditionalFailure != nil {
		parts = append(parts, s.Failure.AdditionalFailure.Failure.Message)
	}
	for _, more := range s.AdditionalFailures {
		parts = append(parts, fmt.Sprintf("then %s: %s", more.State, more.Failure.Message))
	}
	return shortText(strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), "\n"), BodyLimit)
}

// location names a place in the suite by folder, file and line: the rest of
// the path is the machine's.
func location(l types.CodeLocation) string {
	if l.FileName == "" {
		return ""
	}
	dir, file := path.Split(strings.ReplaceAll(l.FileName, `\`, "/"))
	return fmt.Sprintf("%s/%s:%d", path.Base(dir), file, l.LineNumber)
}

// shortText cuts a text to a number of bytes, and says so.
func shortText(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + fmt.Sprintf("… (%d of %d bytes)", most, len(s))
}
