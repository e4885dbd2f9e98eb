package prove

import (
	"cmp"
	"slices"
	"strings"

	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/specs"
)

// catch decides whether a fault was caught: one of the requirements that it
// violates has to have failed, by the target's fault. That the suite fell over
// it, or found something else, does not count.
func (s subject) catch(o outcome) reports.ProofCase {
	one := s.ProofCase
	one.Specs, one.Exchanges, one.MS = o.Specs, o.Exchanges, o.MS
	for _, f := range o.Failures {
		switch {
		case f.Blame != specs.BlameTarget:
		case slices.Contains(s.Violates, f.Requirement):
			one.By = caughtBy(one.By, f)
		case !slices.Contains(one.Others, f.Requirement):
			one.Others = append(one.Others, f.Requirement)
		}
	}
	switch {
	case o.Error != "":
		one.Outcome, one.Reason = reports.Broke, o.Error
	case len(o.Defects) > 0:
		one.Outcome, one.Reason = reports.Broke, "a defect of the suite: "+firstLine(o.Defects[0])
	case len(one.By) > 0:
		one.Outcome = reports.Caught
	default:
		one.Outcome, one.Reason = reports.Survived, "none of what it violates failed"
		if o.Interrupted != "" {
			one.Reason = "the run was cut short: " + o.Interrupted
		}
	}
	return one
}

func caughtBy(by []reports.ProofCatch, f failure) []reports.ProofCatch {
	rule := cmp.Or(f.General, f.Rule)
	i := slices.IndexFunc(by, func(c reports.ProofCatch) bool { return c.Requirement == f.Requirement })
	if i < 0 {
		return append(by, reports.ProofCatch{Requirement: f.Requirement, Rules: []string{rule}, Exchanges: f.Exchanges, Spec: f.Spec, Message: f.Message})
	}
	by[i].Exchanges += f.Exchanges
	if !slices.Contains(by[i].Rules, rule) {
		by[i].Rules = append(by[i].Rules, rule)
	}
	return by
}

// accept decides whether a legal implementation was left alone.
func (s subject) accept(o outcome, seed int64) reports.ProofCase {
	one := s.ProofCase
	one.Whole, one.Specs, one.Exchanges, one.MS = true, o.Specs, o.Exchanges, o.MS
	var accused []string
	for _, f := range o.Failures {
		if f.Level == specs.MUST {
			accused = append(accused, f.Requirement+": "+f.Message+" (in "+f.Spec+")")
		}
		if !slices.Contains(one.Others, f.Requirement) {
			one.Others = append(one.Others, f.Requirement)
		}
	}
	switch {
	case o.Error != "":
		one.Outcome, one.Reason = reports.Broke, o.Error
	case len(accused) > 0:
		one.Outcome, one.Reason = reports.FalseAlarm, firstLine(accused[0])
	case o.Verdict != reports.Conformant:
		one.Outcome, one.Reason = reports.FalseAlarm, string(o.Verdict)+": "+o.Sentence
	default:
		one.Outcome = reports.Accepted
		return one
	}
	one.Seed = seed
	return one
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}

// anyAnswer stands for the requirement of a general rule, which several have.
const anyAnswer = "any answer"

// uses tells what each assertion of the suite was good for.
type uses struct {
	of map[assertion]*reports.ProofAssertion
}

func newUses(contract *specs.Contract) *uses {
	u := &uses{map[assertion]*reports.ProofAssertion{}}
	for _, rule := range specs.Rules() {
		if rule != "content-type.undeclared" || mayBeBare(contract) {
			u.the(assertion{anyAnswer, rule})
		}
	}
	return u
}

// mayBeBare says whether a contract has answers without a body, which one of
// the general rules is about.
func mayBeBare(contract *specs.Contract) bool {
	bodies := map[string]bool{}
	for _, e := range contract.Elements() {
		bodies[e.Key] = true
	}
	return slices.ContainsFunc(contract.Constraints(), func(k specs.Constraint) bool {
		return k.Part == specs.StatusPart && !bodies[k.Key+"/content"]
	})
}

func (u *uses) the(a assertion) *reports.ProofAssertion {
	if u.of[a] == nil {
		u.of[a] = &reports.ProofAssertion{Requirement: a.Requirement, Rule: a.Rule}
	}
	return u.of[a]
}

// note adds what a case made fail. An assertion is the only one to catch a
// fault where no other about what the fault violates failed.
func (u *uses) note(s subject, o outcome) {
	for _, a := range o.Asserted {
		u.the(a)
	}
	if s.Kind != reports.FaultKind && s.Kind != reports.MutantKind {
		return
	}
	failed, relevant := map[assertion]bool{}, map[assertion]bool{}
	general, generally := map[assertion]bool{}, true
	for _, f := range o.Failures {
		if f.Blame != specs.BlameTarget {
			continue
		}
		failed[f.assertion] = true
		rule := assertion{anyAnswer, f.General}
		if f.General != "" {
			failed[rule] = true
		}
		if !slices.Contains(s.Violates, f.Requirement) {
			continue
		}
		relevant[f.assertion] = true
		if f.General == "" {
			generally = false
		} else {
			general[rule] = true
		}
	}
	for a := range failed {
		use := u.the(a)
		use.Failed++
		alone := len(relevant) == 1 && relevant[a] || generally && len(general) == 1 && general[a]
		if alone {
			use.Alone++
		}
		if use.First == "" || alone && use.Alone == 1 {
			use.First = s.Name
		}
	}
}

// list is sorted by requirement and rule.
func (u *uses) list() []reports.ProofAssertion {
	var all []reports.ProofAssertion
	for _, a := range u.of {
		all = append(all, *a)
	}
	slices.SortFunc(all, func(a, b reports.ProofAssertion) int {
		return cmp.Or(cmp.Compare(a.Requirement, b.Requirement), cmp.Compare(a.Rule, b.Rule))
	})
	return all
}
