package prove

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/specs"
)

func failed(requirement, rule string, blame specs.Blame) failure {
	a, general := named(requirement, rule)
	return failure{assertion: a, General: general, Level: specs.MUST, Blame: blame, Exchanges: 1, Spec: "a spec", Message: "a message"}
}

var gone = subject{ProofCase: reports.ProofCase{Kind: reports.FaultKind, Name: "deleted-stays", Violates: []string{"delete.gone", "get.404"}}}

func TestOnlyWhatAFaultViolatesCatchesIt(t *testing.T) {
	for name, c := range map[string]struct {
		outcome outcome
		is      reports.ProofOutcome
	}{
		"what it violates":         {outcome{Failures: []failure{failed("get.404", "get.404 NotFound", specs.BlameTarget)}}, reports.Caught},
		"by the judge":             {outcome{Failures: []failure{failed("get.404", "contract.status", specs.BlameTarget)}}, reports.Caught},
		"beside other things":      {outcome{Failures: []failure{failed("any.http", "http.whole", specs.BlameTarget), failed("delete.gone", "delete.gone NotFound", specs.BlameTarget)}}, reports.Caught},
		"nothing":                  {outcome{}, reports.Survived},
		"something else":           {outcome{Failures: []failure{failed("any.http", "http.whole", specs.BlameTarget)}}, reports.Survived},
		"by the suite's fault":     {outcome{Failures: []failure{failed("get.404", "contract.request", specs.BlameSuite)}}, reports.Survived},
		"a run that was cut short": {outcome{Interrupted: "the run's time was up"}, reports.Survived},
		"a crash":                  {outcome{Error: "the process died", Failures: []failure{failed("get.404", "get.404 NotFound", specs.BlameTarget)}}, reports.Broke},
		"a defect of the suite":    {outcome{Defects: []string{"a spec panicked"}, Failures: []failure{failed("get.404", "get.404 NotFound", specs.BlameTarget)}}, reports.Broke},
	} {
		t.Run(name, func(t *testing.T) {
			one := gone.catch(c.outcome)
			NewWithT(t).Expect(one.Outcome).To(Equal(c.is), one.Reason)
		})
	}
}

func TestACatchTellsWhatCaught(t *testing.T) {
	g := NewWithT(t)
	one := gone.catch(outcome{Exchanges: 9, Failures: []failure{
		failed("get.404", "get.404 NotFound", specs.BlameTarget), failed("get.404", "contract.status", specs.BlameTarget),
		failed("any.json", "json.text", specs.BlameTarget),
	}})
	g.Expect(one.By).To(HaveLen(1))
	g.Expect(one.By[0].Rules).To(Equal([]string{"NotFound", "contract.status"}))
	g.Expect(one.By[0].Exchanges).To(Equal(2))
	g.Expect(one.Others).To(Equal([]string{"any.json"}))
	g.Expect(one.Exchanges).To(Equal(9))
}

func TestAnyMustAccusesALegalVariant(t *testing.T) {
	legal := subject{ProofCase: reports.ProofCase{Kind: reports.VariantKind, Name: "dates-in-utc"}}
	should := failed("any.error-envelope-undocumented", "envelope", specs.BlameTarget)
	should.Level = specs.SHOULD
	for name, c := range map[string]struct {
		outcome outcome
		is      reports.ProofOutcome
	}{
		"conformant":            {outcome{Verdict: reports.Conformant}, reports.Accepted},
		"advice":                {outcome{Verdict: reports.Conformant, Failures: []failure{should}}, reports.Accepted},
		"accused":               {outcome{Verdict: reports.NonConformant, Failures: []failure{failed("get.404", "x", specs.BlameTarget)}}, reports.FalseAlarm},
		"accused of being ours": {outcome{Verdict: reports.SuiteDefect, Failures: []failure{failed("get.404", "x", specs.BlameSuite)}}, reports.FalseAlarm},
		"inconclusive":          {outcome{Verdict: reports.Inconclusive}, reports.FalseAlarm},
		"a crash":               {outcome{Error: "the process died"}, reports.Broke},
	} {
		t.Run(name, func(t *testing.T) {
			one := legal.accept(c.outcome, 3)
			NewWithT(t).Expect(one.Outcome).To(Equal(c.is))
			if c.is == reports.Accepted {
				NewWithT(t).Expect(one.Reason).To(BeEmpty())
			} else {
				NewWithT(t).Expect(one.Seed).To(BeEquivalentTo(3))
			}
		})
	}
}

func TestAssertionsTellWhatTheyWereGoodFor(t *testing.T) {
	g := NewWithT(t)
	u := newUses(specs.DefaultContract())
	notFound, contract := failed("get.404", "get.404 NotFound", specs.BlameTarget), failed("get.404", "json.text", specs.BlameTarget)
	u.note(subject{ProofCase: reports.ProofCase{Kind: reports.MockKind}}, outcome{Asserted: []assertion{{"get.200", "HaveStatus"}}})
	u.note(gone, outcome{Failures: []failure{notFound, failed("any.json", "json.text", specs.BlameTarget)}})
	u.note(gone, outcome{Failures: []failure{notFound, contract}})
	u.note(gone, outcome{Failures: []failure{contract, failed("get.404", "get.404 NotFound", specs.BlameSuite)}})

	of := func(requirement, rule string) reports.ProofAssertion { return *u.the(assertion{requirement, rule}) }
	g.Expect(of("get.200", "HaveStatus").Failed).To(Equal(0))
	g.Expect(of("get.404", "NotFound")).To(Equal(reports.ProofAssertion{Requirement: "get.404", Rule: "NotFound", Failed: 2, Alone: 1, First: gone.Name}))
	g.Expect(of("get.404", "contract").Failed).To(Equal(2))
	g.Expect(of("get.404", "contract").Alone).To(Equal(1))
	g.Expect(of("any.json", "contract").Alone).To(Equal(0), "the fault is not about it")
	g.Expect(of(anyAnswer, "json.text").Failed).To(Equal(3))
	g.Expect(of(anyAnswer, "json.text").Alone).To(Equal(1), "without it the third would have survived")
	g.Expect(u.list()).To(ContainElement(HaveField("Rule", "dates.utc")))
	g.Expect(u.list()).NotTo(ContainElement(HaveField("Rule", "content-type.undeclared")), "every answer of the contract has a body")
}

func TestChosenAreThoseThatCanSeeIt(t *testing.T) {
	g := NewWithT(t)
	var seen []sight
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		seen = append(seen, sight{Spec: name, MS: 10, Labels: []string{"other"}, At: map[string][]string{"any.json": {"get-extension 200"}}})
	}
	seen[2].MS = 1
	seen = append(
		seen,
		sight{Spec: "about it", MS: 2, Labels: []string{"get.404"}, At: map[string][]string{"get.404": {"get-extension 404"}}},
		sight{Spec: "about it, for long", MS: 900, Labels: []string{"get.404"}, At: map[string][]string{}},
		sight{Spec: "of create", MS: 5, Labels: []string{"create.400"}, At: map[string][]string{"any.json": {"create-extension 400"}}},
	)
	g.Expect(choose(seen, "x", []string{"get.404"}, "")).To(And(ContainElement("about it"), Not(ContainElement("about it, for long"))))
	g.Expect(len(choose(seen, "x", []string{"get.404"}, ""))).To(BeNumerically(">", 1), "with a sample of the others")
	g.Expect(choose(seen, "x", []string{"any.json"}, "")).To(ContainElements("c", "of create"), "each answer is looked at, by the shortest")
	g.Expect(choose(seen, "x", []string{"any.json"}, "create-extension 400")[0]).To(Equal("of create"))
	g.Expect(choose(seen, "x", []string{"any.json"}, "")).To(Equal(choose(seen, "x", []string{"any.json"}, "")), "the same each time")
}
