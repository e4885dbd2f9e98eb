package reports

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/specs"
)

func TestVerdicts(t *testing.T) {
	leftOut := func(id, why string, notApplicable bool) types.SpecReport {
		return ran("leaves out", types.SpecStatePassed, &Evidence{
			Requirements: []string{id}, NotExercised: []Unexercised{{Requirement: id, Reason: why, NotApplicable: notApplicable}},
		}, id)
	}
	blamed := func(id string, blame specs.Blame) types.SpecReport {
		e := broken(id)
		e.Findings[0].Blame = blame
		return ran("blames", types.SpecStateFailed, e, id)
	}
	// instead replaces the spec of create.409.
	instead := func(s types.SpecReport) types.Report {
		g := all()
		g.SpecReports[2] = s
		return g
	}
	interrupted := func(g types.Report) types.Report {
		g.SpecialSuiteFailureReasons = []string{"Interrupted by User"}
		return g
	}
	for name, c := range map[string]struct {
		run     types.Report
		meta    func(*Meta)
		word    Word
		status  int
		says    string
		outcome map[string]Outcome
		reason  map[string]string
	}{
		"all passed": {run: all(), word: Conformant, status: 0, says: "all 6 MUST requirements passed"},
		"one failed": {
			run: all(ran("fails", types.SpecStateFailed, broken("create.header.version"), "create.header.version")), word: NonConformant, status: 1,
			says: "1 of 6 MUST requirements failed: create.header.version", outcome: map[string]Outcome{"create.header.version": Failed, "create.201": Passed},
		},
		"a SHOULD failed": {
			run: all(ran("advises", types.SpecStatePassed, broken("any.duration"), "any.duration")), word: Conformant, status: 0,
			says: "all 6 MUST", outcome: map[string]Outcome{"any.duration": Failed},
		},
		"a SHOULD failed where the gate counts it": {
			run: all(ran("advises", types.SpecStateFailed, broken("any.duration"), "any.duration")), word: NonConformant, status: 1,
			meta: func(m *Meta) { m.Gate.Levels = []specs.Level{specs.MUST, specs.SHOULD} }, says: "1 of 7 MUST and SHOULD requirements failed",
		},
		"a MUST left out": {
			run: instead(leftOut("create.409", "no stimulus", false)), word: Inconclusive, status: 2,
			says: "nothing failed, 5 passed, but 1 of 6 MUST requirements was not exercised: create.409", outcome: map[string]Outcome{"create.409": NotExercised},
			reason: map[string]string{"create.409": "no stimulus"},
		},
		"left out in one spec, passed in another": {
			run: all(leftOut("create.409", "no stimulus here", false)), word: Inconclusive, status: 2, outcome: map[string]Outcome{"create.409": NotExercised},
		},
		"not applicable in one spec, passed in another": {run: all(leftOut("create.409", "not there", true)), word: Conformant, status: 0},
		"not applicable": {
			run: instead(leftOut("create.409", "the target says so", true)), word: Conformant, status: 0, says: "all 5 MUST",
			outcome: map[string]Outcome{"create.409": NotApplicable}, reason: map[string]string{"create.409": "the target says so"},
		},
		"excluded by the profile": {
			run: all(ran("fails", types.SpecStatePassed, broken("get.404"), "get.404")), word: Conformant, status: 0,
			meta:    func(m *Meta) { m.Profile.NotApplicable = map[string]string{"get.*": "there is no get"} },
			outcome: map[string]Outcome{"get.404": NotApplicable, "get.deployments": NotApplicable}, says: "all 4 MUST",
		},
		"a condition that never came about": {
			run: but(all(), "get.deployments"), word: Conformant, status: 0, outcome: map[string]Outcome{"get.deployments": NotApplicable},
			reason: map[string]string{"get.deployments": "it binds only where an answer carries deployments, and that did not come about"},
		},
		"a check was forgotten": {
			run: but(all(), "create.409"), word: SuiteDefect, status: 4, says: `carries create.409, ran to its end and checked nothing of it`,
			outcome: map[string]Outcome{"create.409": NotExercised},
		},
		"no spec for a requirement": {
			run: suiteOf(all().SpecReports[:3]...), word: SuiteDefect, status: 4, says: "no spec exercises get.404",
		},
		"an unknown id": {run: all(ran("new", types.SpecStatePassed, kept("create.999"), "create.999")), word: SuiteDefect, status: 4, says: `"create.999", which no catalogue knows`},
		"a plain failure": {
			run: but(all(ran("stumbles", types.SpecStateFailed, &Evidence{}, "create.409")), "create.409"), word: SuiteDefect, status: 4,
			says: "2 defects", outcome: map[string]Outcome{"create.409": NotExercised},
		},
		"a panic after a pass": {
			run: all(ran("panics", types.SpecStatePanicked, kept("create.409"), "create.409")), word: SuiteDefect, status: 4, says: `panicked without naming`,
			outcome: map[string]Outcome{"create.409": Passed},
		},
		"a panic before a check": {
			run: all(ran("panics", types.SpecStatePanicked, nil, "create.409")), word: SuiteDefect, status: 4,
			outcome: map[string]Outcome{"create.409": NotExercised}, reason: map[string]string{"create.409": "its spec panicked before it came to this"},
		},
		"a broken promise beside a panic": {
			run: all(ran("panics", types.SpecStatePanicked, nil, "create.409"), ran("fails", types.SpecStateFailed, broken("create.201"), "create.201")), word: NonConformant, status: 1,
		},
		"out of time": {
			run: all(ran("hangs", types.SpecStateTimedout, kept("create.201"), "create.201", "create.409")), word: NonConformant, status: 1,
			outcome: map[string]Outcome{"create.409": Failed, "create.201": Passed}, says: "create.409",
		},
		"out of time, and nothing recorded": {
			run: all(ran("hangs", types.SpecStateTimedout, nil, "create.409")), word: NonConformant, status: 1, outcome: map[string]Outcome{"create.409": Failed},
		},
		"out of time where nothing counts": {
			run: all(ran("hangs", types.SpecStateTimedout, nil, "any.duration")), word: Conformant, status: 0, outcome: map[string]Outcome{"any.duration": Failed},
		},
		"blame: suite":       {run: all(blamed("create.409", specs.BlameSuite)), word: SuiteDefect, status: 4, outcome: map[string]Outcome{"create.409": NotExercised}},
		"blame: contract":    {run: all(blamed("create.409", specs.BlameContract)), word: SuiteDefect, status: 4, says: "blame: contract"},
		"blame: environment": {run: all(blamed("create.409", specs.BlameEnvironment)), word: Inconclusive, status: 2, outcome: map[string]Outcome{"create.409": NotExercised}},
		"interrupted": {
			run: interrupted(all(ran("stops", types.SpecStateInterrupted, nil, "create.409"), unselectedSpec("never began", "get.404"))), word: Inconclusive, status: 2, says: "; the run was cut short (interrupted by User)",
			reason: map[string]string{"create.409": "its spec was interrupted before its end", "get.404": "1 of its 2 specs did not run: the run was cut short (interrupted by User) before this spec began"},
		},
		"interrupted after a check": {
			run: interrupted(instead(ran("stops", types.SpecStateInterrupted, kept("create.409"), "create.409"))), word: Inconclusive, status: 2,
			reason: map[string]string{"create.409": "its spec was interrupted before its end"},
		},
		"skipped after a check": {
			run: instead(func() types.SpecReport {
				s := ran("skips", types.SpecStateSkipped, kept("create.409"), "create.409")
				s.Failure.Message = "no key"
				return s
			}()), word: Inconclusive, status: 2, reason: map[string]string{"create.409": "no key"},
		},
		"aborted": {
			run: interrupted(func() types.Report {
				s := ran("aborts", types.SpecStateAborted, kept("create.201"), "create.201")
				s.Failure.Message = "enough"
				s.LeafNodeLocation.LineNumber = 1000
				g := instead(unselectedSpec("never began", "create.409"))
				g.SpecReports = append(g.SpecReports, s)
				return g
			}()), word: Inconclusive, status: 2, says: "; the run was cut short (aborted: enough)",
			reason: map[string]string{
				"create.201": "its spec was interrupted before its end (aborted: enough)",
				"create.409": "the run was cut short (aborted: enough) before this spec began",
			},
		},
		"interrupted before anything": {run: interrupted(suiteOf(unselectedSpec("a", "create.409"))), word: NotJudged, status: 3, says: "cut short"},
		"nothing selected": {
			run: func() types.Report {
				g := suiteOf(unselectedSpec("a", "create.409"))
				g.SuiteConfig.LabelFilter = "creat.201"
				return g
			}(), word: NotJudged, status: 3,
			says: "--label-filter=creat.201 selects no spec",
		},
		"every spec skipped": {
			run: suiteOf(func() types.SpecReport {
				s := ran("skips", types.SpecStateSkipped, nil, "create.409")
				s.Failure.Message = "no key"
				return s
			}()), word: NotJudged, status: 3, says: "every spec was skipped, the first because: no key",
		},
		"no requirement had all its specs": {
			run:  suiteOf(ran("passes", types.SpecStatePassed, kept("create.409"), "create.409"), unselectedSpec("another", "create.409")),
			word: NotJudged, status: 3, says: "1 spec passed, but no requirement had all of its specs run",
		},
		"dry run": {
			run: func() types.Report {
				g := suiteOf(unselectedSpec("creates", "create.201"))
				g.SuiteConfig.DryRun = true
				return g
			}(),
			word: NotJudged, status: 3, says: "a dry run sends nothing", reason: map[string]string{"create.201": "dry run"},
		},
		"a filter": {
			run: func() types.Report {
				g := suiteOf(append(all().SpecReports[:3], unselectedSpec("gets", "get.deployments", "get.404"))...)
				g.SuiteConfig.LabelFilter = "!get.404"
				return g
			}(),
			word: Inconclusive, status: 2, reason: map[string]string{"get.404": "not selected by --label-filter=!get.404"},
		},
		"a stimulus only": {
			run: func() types.Report {
				g := all()
				e := kept("create.409")
				e.Checks[0].Live = 0
				g.SpecReports[2] = ran("conflicts", types.SpecStatePassed, e, "create.409")
				return g
			}(),
			word: Conformant, status: 0, says: "all 6 MUST requirements passed, 1 of them by a stimulus only",
		},
		"a failed BeforeSuite": {
			run: all(func() types.SpecReport {
				s := ran("", types.SpecStateFailed, nil)
				s.LeafNodeType = types.NodeTypeBeforeSuite
				return s
			}()), word: SuiteDefect, status: 4, says: "BeforeSuite failed: it went wrong",
		},
		"a defect that the runner saw": {run: all(), meta: func(m *Meta) { m.Defects = []Defect{{Message: "the ledger is gone"}} }, word: SuiteDefect, status: 4, says: "the ledger is gone"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			m := meta()
			if c.meta != nil {
				c.meta(&m)
			}
			r := Collect(c.run, m)
			g.Expect(r.Verdict.Word).To(Equal(c.word), r.Verdict.Sentence)
			g.Expect(r.Verdict.Status).To(Equal(c.status))
			g.Expect(r.Verdict.Line()).To(ContainSubstring(c.says))
			for id, outcome := range c.outcome {
				g.Expect(outcomeOf(r, id)).To(Equal(outcome), id)
			}
			for id, reason := range c.reason {
				g.Expect(r.byID()[id].Reason).To(Equal(reason))
			}
			n := r.Counts.Requirements
			g.Expect(n.Passed+n.Failed+n.Waived+n.NotApplicable+n.NotExercised).To(Equal(len(m.Catalogue.Requirements)), "the accounts close")
			again := *r
			again.settle()
			g.Expect(again.Verdict).To(Equal(r.Verdict), "settling twice changes nothing")
		})
	}
}

func TestGateTruthTable(t *testing.T) {
	waiver := func(fingerprint, expires string) string {
		return "must-pass: [MUST]\nwaivers:\n- {requirement: create.201, fingerprint: " + fingerprint + ", reason: known, ticket: EXT-1, owner: us, expires: " + expires + "}\n"
	}
	failing := func() types.Report {
		return all(ran("fails", types.SpecStateFailed, broken("create.201"), "create.201"))
	}
	waived := func() types.Report {
		return all(ran("fails", types.SpecStatePassed, broken("create.201"), "create.201"))
	}
	open := func() types.Report {
		e := kept("create.201")
		e.Checks, e.NotExercised = nil, []Unexercised{{Requirement: "create.201", Reason: "read-only"}}
		return all(ran("leaves out", types.SpecStatePassed, e, "create.201"))
	}
	injected := func() types.Report {
		g := all()
		e := kept("create.201", "create.header.version")
		e.Checks[0].Live = 0
		g.SpecReports[1] = ran("creates", types.SpecStatePassed, e, "create.201", "create.header.version")
		return g
	}
	skipping := func() types.Report {
		s := ran("skips", types.SpecStateSkipped, nil, "create.201")
		s.Failure.Message = "no key"
		return all(s)
	}
	outOfScope := func() types.Report {
		g := all()
		g.SpecReports[1] = ran("leaves out", types.SpecStatePassed, &Evidence{
			Requirements: []string{"create.201"}, Checks: kept("create.header.version").Checks,
			NotExercised: []Unexercised{{Requirement: "create.201", Reason: "not there", NotApplicable: true}},
		}, "create.201", "create.header.version")
		return g
	}
	twoWays := func() types.Report {
		e := broken("create.201")
		e.Findings = append(e.Findings, e.Findings[0])
		e.Findings[1].Fingerprint = "beef"
		return all(ran("fails", types.SpecStatePassed, e, "create.201"))
	}
	secondWaiver := func(expires string) string {
		return "- {requirement: create.201, fingerprint: beef, reason: known, ticket: EXT-2, owner: us, expires: " + expires + "}\n"
	}
	for _, c := range []struct {
		name, gate string
		run        types.Report
		outcome    Outcome
		status     int
		says       string
	}{
		{"failed, no waiver", "must-pass: [MUST]\n", failing(), Failed, 1, "create.201"},
		{"failed, waived", waiver("f00d", "2031-05-06"), waived(), Waived, 0, "1 waived"},
		{"failed otherwise than waived", waiver("beef", "2031-05-06"), failing(), Failed, 1, "create.201"},
		{"failed, the waiver expired", waiver("f00d", "2031-05-05"), failing(), Failed, 1, "create.201"},
		{"passed, the waiver is not needed", waiver("f00d", "2031-05-06"), all(), Passed, 1, "no longer needed"},
		{"passed, the waiver expired", waiver("f00d", "2031-05-05"), all(), Passed, 1, "expired on 2031-05-05"},
		{"not exercised, waived", waiver("f00d", "2031-05-06"), open(), NotExercised, 2, "not exercised"},
		{"not exercised", "must-pass: [MUST]\n", open(), NotExercised, 2, "not exercised"},
		{"not exercised, permitted", "must-pass: [MUST]\nmay-stay-unexercised: [{requirements: [create.*], reason: no way}]\n", open(), NotExercised, 0, "as the gate permits"},
		{"not exercised, permitted elsewhere", "must-pass: [MUST]\nmay-stay-unexercised: [{requirements: [create.*], profiles: [staging], reason: no way}]\n", open(), NotExercised, 2, ""},
		{"failed, permitted to stay unexercised", "must-pass: [MUST]\nmay-stay-unexercised: [{requirements: [create.*], reason: no way}]\n", failing(), Failed, 1, ""},
		{"passed by a stimulus", "must-pass: [MUST]\n", injected(), Passed, 0, "by a stimulus only"},
		{"passed by a stimulus, live evidence needed", "must-pass: [MUST]\nlive-evidence: [{requirements: [create.*], profiles: [mock]}]\n", injected(), Passed, 2, "live evidence"},
		{"passed by a stimulus, live evidence needed elsewhere", "must-pass: [MUST]\nlive-evidence: [{requirements: ['*'], except-profiles: [mock]}]\n", injected(), Passed, 0, ""},
		{"skipped", "must-pass: [MUST]\n", skipping(), NotExercised, 2, "create.201: no key"},
		{"skipped, permitted", "must-pass: [MUST]\nmay-stay-unexercised: [{requirements: [create.201], reason: no way}]\n", skipping(), NotExercised, 0, "no key; the gate permits it: no way"},
		{"failed, waived elsewhere", strings.Replace(waiver("f00d", "2031-05-06"), "reason:", "profiles: [staging], reason:", 1), failing(), Failed, 1, "create.201"},
		{"not applicable, the waiver is not needed", waiver("f00d", "2031-05-06"), outOfScope(), NotApplicable, 1, "no longer needed: it is not applicable"},
		{"failed in two ways, both waived", waiver("f00d", "2031-05-06") + secondWaiver("2031-05-06"), twoWays(), Waived, 0, "waived until 2031-05-06"},
		{"failed in two ways, one waiver expired", waiver("f00d", "2031-05-06") + secondWaiver("2031-05-05"), twoWays(), Failed, 1, "expired on 2031-05-05"},
		{"passed by a stimulus, permitted to stay unexercised, live evidence needed", "must-pass: [MUST]\nmay-stay-unexercised: [{requirements: [create.*], reason: no way}]\nlive-evidence: [{requirements: ['*']}]\n", injected(), Passed, 2, "live evidence"},
		{"only SHOULD must pass", "must-pass: [SHOULD]\n", waived(), Failed, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			r := Collect(c.run, gated(t, c.gate))
			g.Expect(outcomeOf(r, "create.201")).To(Equal(c.outcome))
			g.Expect(r.Verdict.Status).To(Equal(c.status), r.Verdict.Sentence)
			var all strings.Builder
			g.Expect(r.Print(&all, false)).To(Succeed())
			g.Expect(all.String()).To(ContainSubstring(c.says))
		})
	}
}

func TestWaiverOfOneOfTwoFailures(t *testing.T) {
	g := NewWithT(t)
	e := broken("create.201")
	e.Findings = append(e.Findings, e.Findings[0])
	e.Findings[1].Fingerprint = "beef"
	r := Collect(all(ran("fails", types.SpecStateFailed, e, "create.201")), gated(t,
		"must-pass: [MUST]\nwaivers:\n- {requirement: create.201, fingerprint: f00d, reason: known, ticket: T, owner: us, expires: 2031-05-06}\n"))
	g.Expect(outcomeOf(r, "create.201")).To(Equal(Failed))
	g.Expect(r.Verdict.Status).To(Equal(1))
	g.Expect(r.byID()["create.201"].Findings[0].Waived).To(BeTrue())
	g.Expect(r.byID()["create.201"].Findings[1].Waived).To(BeFalse())
}

// In a parallel run, evidence reaches process 1 as JSON.
func TestEvidenceOfAParallelRun(t *testing.T) {
	g := NewWithT(t)
	one := all(ran("fails", types.SpecStateFailed, broken("create.201"), "create.201"))
	raw, err := json.Marshal(one)
	g.Expect(err).NotTo(HaveOccurred())
	var other types.Report
	g.Expect(json.Unmarshal(raw, &other)).To(Succeed())
	for i, j := 0, len(other.SpecReports)-1; i < j; i, j = i+1, j-1 {
		other.SpecReports[i], other.SpecReports[j] = other.SpecReports[j], other.SpecReports[i]
	}
	a, b := Collect(one, meta()), Collect(other, meta())
	g.Expect(b.Verdict).To(Equal(a.Verdict))
	g.Expect(b.Requirements).To(Equal(a.Requirements))
	g.Expect(b.Specs).To(Equal(a.Specs))
	g.Expect(b.Exchanges).To(Equal(a.Exchanges))
}

func TestUnjudged(t *testing.T) {
	g := NewWithT(t)
	r := Unjudged(meta(), "the target http://127.0.0.1:1 cannot be\nreached")
	g.Expect(r.Verdict.Status).To(Equal(3))
	g.Expect(r.Verdict.Line()).To(Equal("verdict: not judged (nothing could be judged: the target http://127.0.0.1:1 cannot be reached)"))
	g.Expect(r.Counts.Requirements.NotExercised).To(Equal(7))
	var b strings.Builder
	g.Expect(r.JUnit(&b)).To(Succeed())
	g.Expect(b.String()).To(ContainSubstring(`<error message="not judged: nothing could be judged: the target`))
}

func TestTheLastLineIsTheVerdict(t *testing.T) {
	g := NewWithT(t)
	var b strings.Builder
	g.Expect(Collect(all(), meta()).Print(&b, false)).To(Succeed())
	lines := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
	g.Expect(lines[len(lines)-1]).To(Equal("verdict: conformant (all 6 MUST requirements passed)"))
	g.Expect(b.String()).NotTo(ContainSubstring("\x1b"))
	b.Reset()
	g.Expect(Collect(all(), meta()).Print(&b, true)).To(Succeed())
	g.Expect(b.String()).To(ContainSubstring("\x1b[1;32mverdict: conformant"))
}

func TestRunTimesComeFromGinkgo(t *testing.T) {
	g := NewWithT(t)
	r := Collect(all(), meta())
	g.Expect(r.Run.Ended.Sub(r.Run.Started)).To(Equal(time.Second))
	g.Expect(r.Timings.TotalMS).To(BeNumerically("==", 1000))
}
