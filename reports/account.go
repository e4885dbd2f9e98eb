package reports

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"path"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/extconf/extconf/specs"
)

// mostExchanges is how many exchange ids a requirement lists.
const mostExchanges = 100

// settle accounts for every requirement from what the specs left behind, and
// decides the verdict. It depends on the report's own content alone, so that a
// merged report ends as the whole run would have.
func (r *Report) settle() {
	a := account{report: r, tallies: make([]tally, len(r.Requirements)), index: map[string]int{}}
	for i, q := range r.Requirements {
		a.index[q.ID] = i
		r.Requirements[i] = Requirement{Requirement: q.Requirement}
	}
	r.Defects = slices.DeleteFunc(r.Defects, func(d Defect) bool { return d.Kind != "run" })
	a.whole = r.whole()
	for i := range r.Specs {
		a.spec(&r.Specs[i])
	}
	for i := range r.Requirements {
		a.conclude(&r.Requirements[i], &a.tallies[i])
	}
	r.Counts = r.count()
	r.Timings = r.timings()
	r.Responses = r.matrix()
	r.Verdict = r.decide()
	// Lists that every reader may go through are never null.
	r.Requirements, r.Responses, r.Specs = listed(r.Requirements), listed(r.Responses), listed(r.Specs)
}

func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// account gathers, per requirement, what all specs say of it.
type account struct {
	report  *Report
	index   map[string]int
	tallies []tally
	// whole says that the run was one of all specs.
	whole bool
}

type tally struct {
	specs, exchanges []string
	seen             map[string]bool
	findings         []SpecFinding
	passed, live     int
	checks           int
	// unjudged are findings that are not the target's: blame and words.
	unjudged []string
	// open are reasons why specs did not conclude it; closed why it does not apply.
	open, closed []string
	labelled     int
	unselected   []string
	finished     int
}

func (t *tally) spec(id string) {
	if len(t.specs) == 0 || t.specs[len(t.specs)-1] != id {
		t.specs = append(t.specs, id)
	}
}

func (t *tally) exchange(ids ...string) {
	for _, id := range ids {
		if id == "" || len(t.exchanges) >= mostExchanges || t.seen[id] {
			continue
		}
		if t.seen == nil {
			t.seen = map[string]bool{}
		}
		t.seen[id] = true
		t.exchanges = append(t.exchanges, id)
	}
}

func (a *account) of(id string) *tally {
	if i, ok := a.index[id]; ok {
		return &a.tallies[i]
	}
	return nil
}

func (a *account) defect(kind string, s *Spec, requirement, format string, args ...any) {
	d := Defect{Kind: kind, Requirement: requirement, Message: fmt.Sprintf(format, args...)}
	if s != nil {
		d.Spec = s.ID
	}
	a.report.Defects = append(a.report.Defects, d)
}

func (a *account) spec(s *Spec) {
	told, kept := map[string]bool{}, map[string]bool{}
	explained := false
	a.timedOut(s)
	for _, f := range s.Findings {
		t := a.of(f.Requirement)
		if t == nil {
			a.defect("accounting", s, f.Requirement, "the spec %q found fault with %q, which no catalogue knows: %s", s.FullName(), f.Requirement, f.Message)
			continue
		}
		told[f.Requirement] = true
		t.spec(s.ID)
		// What the gate does not count cannot have failed the spec, unless
		// the failure itself says so.
		explained = explained || f.Rule == timeoutRule || a.report.Gate.Counts(string(a.level(f.Requirement))) || strings.Contains(s.Failure, f.Requirement)
		switch f.Blame {
		case specs.BlameTarget, "":
			t.add(f, s.ID)
		case specs.BlameEnvironment:
			t.unjudged = append(t.unjudged, "the environment stood in the way: "+f.Message)
		default:
			t.unjudged = append(t.unjudged, fmt.Sprintf("a defect of the %s stood in the way: %s", f.Blame, f.Message))
			a.defect("spec", s, f.Requirement, "%s: %s (blame: %s)", s.FullName(), f.Message, f.Blame)
		}
	}
	for _, c := range s.Checks {
		t := a.of(c.Requirement)
		if t == nil {
			a.defect("accounting", s, c.Requirement, "the spec %q checks %q, which no catalogue knows", s.FullName(), c.Requirement)
			continue
		}
		kept[c.Requirement] = kept[c.Requirement] || c.Passed > 0
		t.spec(s.ID)
		t.exchange(c.Exchanges...)
		t.passed += c.Passed
		t.live += min(c.Live, c.Passed)
		t.checks += c.Passed + c.Failed
	}
	for _, u := range s.NotExercised {
		t := a.of(u.Requirement)
		if t == nil {
			a.defect("accounting", s, u.Requirement, "the spec %q leaves out %q, which no catalogue knows", s.FullName(), u.Requirement)
			continue
		}
		told[u.Requirement] = true
		t.spec(s.ID)
		if u.NotApplicable {
			t.closed = append(t.closed, u.Reason)
		} else {
			t.open = append(t.open, u.Reason)
		}
	}
	for _, id := range s.Requirements {
		a.labelled(s, id, told[id], kept[id])
	}
	if (s.State == SpecFailed || s.State == SpecTimedOut) && !explained || s.State == SpecPanicked {
		a.defect("spec", s, "", "the spec %q %s without naming a promise that was broken: %s", s.FullName(), s.State, firstLine(s.Failure))
	}
}

func (a *account) level(requirement string) specs.Level {
	return a.report.Requirements[a.index[requirement]].Level
}

// timeoutRule is broken by a target that takes longer than a spec has.
const timeoutRule = "spec.timeout"

// timedOut words what a spec found that ran out of time before anything else
// was found broken: the target did not answer in time for what the spec had
// not come to, or, where it had come to everything, for its end.
func (a *account) timedOut(s *Spec) {
	if s.State != SpecTimedOut || slices.ContainsFunc(s.Findings, func(f Finding) bool { return f.Blame == specs.BlameTarget || f.Blame == "" }) {
		return
	}
	late := slices.DeleteFunc(slices.Clone(s.Requirements), func(id string) bool {
		return a.of(id) == nil || slices.ContainsFunc(s.Checks, func(c Check) bool { return c.Requirement == id }) ||
			slices.ContainsFunc(s.NotExercised, func(u Unexercised) bool { return u.Requirement == id })
	})
	if len(late) == 0 {
		late = slices.DeleteFunc(slices.Clone(s.Requirements), func(id string) bool { return a.of(id) == nil })
	}
	for _, id := range late {
		f := Finding{
			Requirement: id, Level: a.level(id), Rule: timeoutRule, Blame: specs.BlameTarget,
			Message:     fmt.Sprintf("did not finish in %s", (time.Duration(s.DurationMS) * time.Millisecond).Round(100*time.Millisecond)),
			Expected:    "an answer within the profile's patience",
			Seen:        firstLine(s.Failure),
			Fingerprint: fingerprint(id, timeoutRule),
		}
		if n := len(s.Exchanges); n > 0 {
			f.Exchange = s.Exchanges[n-1]
		}
		s.Findings = append(s.Findings, f)
	}
}

// fingerprint is that of a failure which the reports themselves word.
func fingerprint(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "|")))
	return hex.EncodeToString(sum[:6])
}

func (t *tally) add(f Finding, spec string) {
	t.exchange(f.Exchange)
	for i := range t.findings {
		if t.findings[i].Fingerprint == f.Fingerprint && t.findings[i].Rule == f.Rule {
			t.findings[i].Times++
			if t.findings[i].Hosted && !f.Hosted { // tell what can be sent again
				t.findings[i].Finding, t.findings[i].Spec = f, spec
			}
			return
		}
	}
	t.findings = append(t.findings, SpecFinding{Finding: f, Spec: spec, Times: 1})
}

// labelled notes how a spec that carries a requirement's label left it: told
// says that it found fault with it or said why it did not exercise it, kept that
// it saw it kept. What a spec saw kept before it was skipped or interrupted is
// not all that it would have looked at.
func (a *account) labelled(s *Spec, id string, told, kept bool) {
	t := a.of(id)
	if t == nil {
		a.defect("accounting", s, id, "the spec %q exercises %q, which no catalogue knows", s.FullName(), id)
		return
	}
	t.labelled++
	t.spec(s.ID)
	if s.State.ran() {
		t.exchange(s.Exchanges...)
	}
	switch {
	case !s.State.ran():
		t.unselected = append(t.unselected, s.Reason)
	case a.report.Run.DryRun:
		t.open = append(t.open, "a dry run sends nothing; it would be exercised")
	case told:
		t.finished++
	case s.State == SpecSkipped:
		t.open = append(t.open, s.Reason)
	case kept && s.State != SpecInterrupted:
		t.finished++
	case s.State.broke():
		t.open = append(t.open, "its spec "+a.endedEarly(s))
	case a.report.Requirements[a.index[id]].When != "":
		t.finished++
	default:
		t.open = append(t.open, "its spec ended without checking it")
		a.defect("accounting", s, id, "the spec %q carries %s, ran to its end and checked nothing of it", s.FullName(), id)
	}
}

func (a *account) endedEarly(s *Spec) string {
	switch {
	case s.State == SpecInterrupted && strings.HasPrefix(a.report.Run.Interrupted, "aborted"):
		return "was interrupted before its end (" + a.report.Run.Interrupted + ")"
	case s.State == SpecInterrupted:
		return "was interrupted before its end"
	case s.State == SpecPanicked:
		return "panicked before it came to this"
	case len(s.Findings) > 0:
		return "ended at a failure of " + s.Findings[0].Requirement + " before it came to this"
	}
	return string(s.State) + " before it came to this: " + firstLine(s.Failure)
}

// conclude gives a requirement its one outcome.
func (a *account) conclude(q *Requirement, t *tally) {
	q.Checks, q.Live, q.Specs = t.checks, t.live, t.specs
	q.Findings, q.Exchanges = t.findings, orderExchanges(t)
	switch na := a.report.Profile.excludes(q.ID); {
	case na != "":
		q.Outcome, q.Reason, q.Findings = NotApplicable, na, nil
	case len(t.findings) > 0:
		q.Outcome = Failed
	case len(t.unjudged) > 0:
		q.Outcome, q.Reason = NotExercised, summary(t.unjudged)
	case len(t.open) > 0:
		q.Outcome, q.Reason = NotExercised, summary(t.open)
	case len(t.unselected) > 0:
		q.Outcome, q.Reason = NotExercised, unselected(t)
	case t.passed > 0:
		q.Outcome, q.Evidence = Passed, Injected
		if t.live > 0 {
			q.Evidence = Live
		}
	case len(t.closed) > 0:
		q.Outcome, q.Reason = NotApplicable, summary(t.closed)
	case q.When != "" && a.whole:
		q.Outcome, q.Reason = NotApplicable, "it binds only where "+q.When+", and that did not come about"
	case a.report.Run.Unjudged != "":
		q.Outcome, q.Reason = NotExercised, a.report.Run.Unjudged
	case !a.whole:
		q.Outcome, q.Reason = NotExercised, "nothing that ran was about it"
	default:
		q.Outcome, q.Reason = NotExercised, "no spec exercises it"
		a.defect("accounting", nil, q.ID, "no spec exercises %s", q.ID)
	}
	if q.Outcome == NotExercised {
		q.Permitted, _ = a.report.Gate.MayStayUnexercised(q.ID)
	}
	a.waive(q)
}

// whole says that the run was one of all specs.
func (r *Report) whole() bool {
	return len(r.Specs) > 0 && r.Run.Unjudged == "" && r.Run.Shard == nil && r.Run.Interrupted == "" && !r.Run.DryRun &&
		!slices.ContainsFunc(r.Specs, func(s Spec) bool { return s.State == SpecNotSelected })
}

// waive applies the gate's waivers to a requirement.
func (a *account) waive(q *Requirement) {
	now := a.report.Run.Ended
	excused := 0
	for i := range q.Findings {
		if f := &q.Findings[i]; a.report.Gate.Excuses(q.ID, f.Fingerprint, now) {
			f.Waived = true
			excused++
		}
	}
	if q.Outcome == Failed && excused == len(q.Findings) {
		q.Outcome = Waived
	}
	for _, w := range a.report.Gate.Waivers {
		if w.Requirement != q.ID {
			continue
		}
		matched := slices.ContainsFunc(q.Findings, func(f SpecFinding) bool { return f.Fingerprint == w.Fingerprint })
		if matched || q.Waiver == nil {
			q.Waiver = &w
		}
		if q.WaiverProblem == "" {
			q.WaiverProblem = waiverProblem(w, q.Outcome, matched, now)
		}
	}
}

// waiverProblem is why a waiver fails the run, or "".
func waiverProblem(w specs.Waiver, outcome Outcome, matched bool, now time.Time) string {
	switch {
	case w.Expired(now):
		return fmt.Sprintf("the waiver of %s expired on %s (%s, %s)", w.Requirement, w.Expires, w.Ticket, w.Owner)
	case matched || outcome == NotExercised:
		return ""
	case outcome == Failed:
		return fmt.Sprintf("%s failed, and not in the way that is waived until %s (%s, %s)", w.Requirement, w.Expires, w.Ticket, w.Owner)
	}
	return fmt.Sprintf("the waiver of %s for the failure %s is no longer needed: it is %s; remove the waiver (%s, %s)",
		w.Requirement, w.Fingerprint, outcome, w.Ticket, w.Owner)
}

// excludes returns why a profile takes a requirement out, or "".
func (p Profile) excludes(id string) string {
	if why, ok := p.NotApplicable[id]; ok {
		return why
	}
	for _, pattern := range slices.Sorted(maps.Keys(p.NotApplicable)) {
		if ok, _ := path.Match(pattern, id); ok {
			return p.NotApplicable[pattern]
		}
	}
	return ""
}

// orderExchanges puts those of findings first.
func orderExchanges(t *tally) []string {
	first := map[string]bool{}
	for _, f := range t.findings {
		first[f.Exchange] = true
	}
	list := slices.Clone(t.exchanges)
	for id := range first {
		if id != "" && !t.seen[id] {
			list = append(list, id)
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return first[list[i]] && !first[list[j]] })
	return list
}

func unselected(t *tally) string {
	reason := summary(t.unselected)
	if n := t.labelled - len(t.unselected); n > 0 {
		reason = fmt.Sprintf("%d of its %d specs did not run: %s", len(t.unselected), t.labelled, reason)
	}
	return reason
}

// summary joins different reasons, with how many more there are.
func summary(reasons []string) string {
	var distinct []string
	for _, reason := range reasons {
		if reason != "" && !slices.Contains(distinct, reason) {
			distinct = append(distinct, reason)
		}
		if len(distinct) > 20 {
			break
		}
	}
	switch {
	case len(distinct) == 0:
		return "no reason was given"
	case len(distinct) > 3:
		return fmt.Sprintf("%s; and %d more reasons", strings.Join(distinct[:3], "; "), len(distinct)-3)
	}
	return strings.Join(distinct, "; ")
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}
