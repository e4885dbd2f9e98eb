package kit

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/specs"
)

// spec gathers what the running spec leaves behind.
type spec struct {
	mu       sync.Mutex
	evidence reports.Evidence
	checks   map[string]*reports.Check
	created  []string
	// served are the archives that the target may have asked for.
	served []*archives.Served
}

// Install registers the nodes that every spec needs: they open its record,
// fail it for what the judge found, clean up after it and hand its evidence to
// the reports. Call it once, before the specs are registered.
func (api *API) Install() {
	ginkgo.BeforeEach(func() {
		s := api.begin(ginkgo.CurrentSpecReport())
		ginkgo.DeferCleanup(func(ctx context.Context) {
			defer func() { // however the clean-up ends
				s.close()
				ginkgo.AddReportEntry(reports.EvidenceEntry, s.evidence, ginkgo.ReportEntryVisibilityNever)
			}()
			api.cleanUp(ctx, s)
		}, ginkgo.NodeTimeout(api.Profile().Patience.Spec))
	})
	ginkgo.JustAfterEach(func() { api.conclude(ginkgo.CurrentSpecReport()) })
}

func (api *API) begin(report types.SpecReport) *spec {
	s := &spec{checks: map[string]*reports.Check{}}
	for _, label := range report.Labels() {
		if _, ok := api.Catalogue.Get(label); ok {
			s.evidence.Requirements = append(s.evidence.Requirements, label)
		}
	}
	api.spec.Store(s)
	return s
}

// current is the record of the running spec, or of nothing outside of one.
func (api *API) current() *spec {
	if s := api.spec.Load(); s != nil {
		return s
	}
	api.spec.CompareAndSwap(nil, &spec{checks: map[string]*reports.Check{}})
	return api.spec.Load()
}

// add records an exchange and what the judge said of it, which is nothing
// where it was not judged.
func (s *spec) add(api *API, x *Exchange, kept []string) {
	shown := api.Redactor.Exchange(*x.Exchange)
	s.mu.Lock()
	s.evidence.Exchanges = append(s.evidence.Exchanges, shown)
	s.mu.Unlock()
	for _, v := range x.Violations {
		s.find(api, x, v)
	}
	for _, id := range kept {
		s.pass(id, "contract", x)
	}
}

func (s *spec) check(requirement, rule string, x *Exchange) *reports.Check {
	c := s.checks[requirement]
	if c == nil {
		c = &reports.Check{Requirement: requirement}
		s.checks[requirement] = c
	}
	if !slices.Contains(c.Rules, rule) {
		c.Rules = append(c.Rules, rule)
	}
	if x != nil && len(c.Exchanges) < 20 && !slices.Contains(c.Exchanges, x.ID) {
		c.Exchanges = append(c.Exchanges, x.ID)
	}
	return c
}

// pass counts a promise that was kept.
func (s *spec) pass(requirement, rule string, x *Exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.check(requirement, rule, x)
	c.Passed++
	if x == nil || !x.Injected {
		c.Live++
	}
}

// find notes a promise that was broken.
func (s *spec) find(api *API, x *Exchange, v specs.Violation) {
	f := api.finding(x, v)
	s.mu.Lock()
	defer s.mu.Unlock()
	if why := api.notApplicable(v.Requirement); why != "" {
		return // close() notes that the profile takes it out
	}
	s.check(v.Requirement, v.Rule, x).Failed++
	for _, other := range s.evidence.Findings {
		if other.Fingerprint == f.Fingerprint {
			return // said once is enough
		}
	}
	s.evidence.Findings = append(s.evidence.Findings, f)
}

// Note tells the reader of a pass something, such as which of two documented
// behaviours the target has.
func (api *API) Note(text string) {
	s := api.current()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.evidence.Notes, text) {
		s.evidence.Notes = append(s.evidence.Notes, text)
	}
}

// NotExercised says why a requirement could not be exercised in this spec.
func (api *API) NotExercised(requirement, reason string) {
	s := api.current()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.evidence.NotExercised = append(s.evidence.NotExercised, reports.Unexercised{Requirement: requirement, Reason: reason})
}

// notBinding says why a requirement does not bind in this spec.
func (api *API) notBinding(requirement, reason string) {
	s := api.current()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.evidence.NotExercised = append(s.evidence.NotExercised,
		reports.Unexercised{Requirement: requirement, Reason: reason, NotApplicable: true})
}

// DoesNotBind says why nothing that this spec is about binds this target.
func (api *API) DoesNotBind(reason string) {
	for _, id := range api.current().evidence.Requirements {
		api.notBinding(id, reason)
	}
}

// conclude fails the spec for what was found in it, and accounts for what was
// not decided.
func (api *API) conclude(report types.SpecReport) {
	s := api.current()
	api.keepsCredential(s)
	s.mu.Lock()
	defer s.mu.Unlock()
	skipped := report.State.Is(types.SpecStateSkipped)
	for _, id := range s.evidence.Requirements {
		requirement, _ := api.Catalogue.Get(id)
		decided := s.checks[id] != nil || slices.ContainsFunc(s.evidence.NotExercised,
			func(u reports.Unexercised) bool { return u.Requirement == id })
		switch why := api.notApplicable(id); {
		case why != "":
			delete(s.checks, id)
			s.evidence.NotExercised = append(s.evidence.NotExercised, reports.Unexercised{Requirement: id, Reason: why, NotApplicable: true})
		case decided || report.Failed():
		case skipped:
			s.evidence.NotExercised = append(s.evidence.NotExercised, reports.Unexercised{Requirement: id, Reason: report.Failure.Message})
		case requirement.When != "":
			s.evidence.NotExercised = append(s.evidence.NotExercised, reports.Unexercised{
				Requirement: id, Reason: "it binds only where " + requirement.When + ", and that did not come about", NotApplicable: true,
			})
		}
	}
	if report.Failed() || skipped {
		return
	}
	var binding []reports.Finding
	for _, f := range s.evidence.Findings {
		if api.Gate.Counts(string(f.Level)) && !api.Gate.Excuses(f.Requirement, f.Fingerprint, time.Now()) {
			binding = append(binding, f)
		}
	}
	if len(binding) > 0 {
		ginkgo.Fail(api.explain(binding, s.evidence.Exchanges))
	}
}

// close puts the tallies into the evidence.
func (s *spec) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.evidence.Checks = s.evidence.Checks[:0]
	for _, c := range s.checks {
		s.evidence.Checks = append(s.evidence.Checks, *c)
	}
	slices.SortFunc(s.evidence.Checks, func(a, b reports.Check) int { return strings.Compare(a.Requirement, b.Requirement) })
}

func (s *spec) own(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.created = append(s.created, id)
}

func (s *spec) disown(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.created = slices.DeleteFunc(s.created, func(other string) bool { return other == id })
}

func (s *spec) owned() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.created)
}
