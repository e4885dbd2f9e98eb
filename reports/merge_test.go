package reports

import (
	"fmt"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"
)

// sharded runs the specs of a whole run in shards: each knows all of them and
// runs every of-th, as real shards do, and its exchanges have the ids that every
// process begins with.
func sharded(t testing.TB, whole types.Report, m Meta, of int) []*Report {
	t.Helper()
	var shards []*Report
	for i := 1; i <= of; i++ {
		part := whole
		part.SpecReports = nil
		for j, s := range whole.SpecReports {
			if j%of != i-1 {
				s.State, s.NumAttempts, s.RunTime, s.ReportEntries, s.Failure = types.SpecStateSkipped, 0, 0, nil, types.Failure{}
			}
			part.SpecReports = append(part.SpecReports, s)
		}
		own := m
		own.Run.ID = fmt.Sprintf("%s-%d", m.Run.ID, i)
		own.Run.Shard = &Shard{i, of}
		shards = append(shards, Collect(part, own))
	}
	return shards
}

// read is a report as another machine gets it: by its files.
func read(t testing.TB, r *Report) *Report {
	t.Helper()
	g := NewWithT(t)
	dir := t.TempDir()
	g.Expect(WriteAll(dir, r, nil)).To(Succeed())
	again, err := Load(dir)
	g.Expect(err).NotTo(HaveOccurred())
	return again
}

// Shards that are merged end as the whole run: same verdict, same accounts.
func TestMergedShardsEqualTheWholeRun(t *testing.T) {
	injected := kept("create.409")
	injected.Checks[0].Live = 0
	open := &Evidence{Requirements: []string{"get.404"}, NotExercised: []Unexercised{{Requirement: "get.404", Reason: "no way"}}}
	for name, whole := range map[string]types.Report{
		"conformant":        all(),
		"by a stimulus":     suiteOf(append(all().SpecReports[:2], ran("conflicts", types.SpecStatePassed, injected, "create.409"), all().SpecReports[3])...),
		"failed":            all(ran("fails", types.SpecStateFailed, brokenBy("create.201", exchange("p1-1", "create-extension", 201)), "create.201")),
		"failed twice":      all(ran("fails", types.SpecStateFailed, broken("create.201"), "create.201"), ran("fails too", types.SpecStateFailed, brokenBy("create.201", exchange("p1-2", "create-extension", 201)), "create.201")),
		"of one name":       all(ran("fails", types.SpecStateFailed, broken("create.201"), "create.201"), ran("fails", types.SpecStatePassed, kept("create.201"), "create.201")),
		"not exercised":     all(ran("leaves out", types.SpecStatePassed, open, "get.404")),
		"hangs":             all(ran("hangs", types.SpecStateTimedout, kept("create.201"), "create.201", "create.409")),
		"panics":            all(ran("panics", types.SpecStatePanicked, nil, "create.409")),
		"a forgotten id":    all(ran("new", types.SpecStatePassed, kept("create.999"), "create.999")),
		"a forgotten check": but(all(), "create.409"),
		"nothing ran":       suiteOf(unselectedSpec("a", "create.409"), unselectedSpec("b", "get.404")),
		"skipped": suiteOf(func() types.SpecReport {
			s := ran("skips", types.SpecStateSkipped, nil, "create.409")
			s.Failure.Message = "no key"
			return s
		}()),
	} {
		for _, of := range []int{1, 2, 3, 7} {
			t.Run(fmt.Sprintf("%s, in %d", name, of), func(t *testing.T) {
				g := NewWithT(t)
				m := meta()
				if name == "nothing ran" {
					m.Run.LabelFilter, whole.SuiteConfig.LabelFilter = "create.20", "create.20"
				}
				one := Collect(whole, m)
				shards := sharded(t, whole, m, of)
				for i := range shards {
					shards[i] = read(t, shards[i])
				}
				shards[0], shards[of-1] = shards[of-1], shards[0] // in any order
				merged, err := Merge(shards, MergeOptions{RunID: m.Run.ID})
				g.Expect(err).NotTo(HaveOccurred())
				g.Expect(merged.Verdict).To(Equal(one.Verdict))
				g.Expect(merged.Counts).To(Equal(one.Counts))
				for i := range one.Requirements {
					was, is := one.Requirements[i], merged.Requirements[i]
					is.Exchanges, was.Exchanges = nil, nil
					for j := range is.Findings {
						if was.Findings[j].Exchange != "" {
							g.Expect(merged.exchangesByID()).To(HaveKey(is.Findings[j].Exchange))
						}
						is.Findings[j].Exchange, was.Findings[j].Exchange = "", ""
					}
					g.Expect(is).To(Equal(was))
				}
				g.Expect(merged.Responses).To(Equal(one.Responses))
				g.Expect(merged.Run.Parts).To(HaveLen(of))
				g.Expect(merged.Run.Shard).To(BeNil())
				g.Expect(merged.Exchanges).To(HaveLen(len(one.Exchanges)))
				g.Expect(merged.exchangesByID()).To(HaveLen(len(one.Exchanges)), "ids are unique")
				again := read(t, merged)
				g.Expect(again.Verdict).To(Equal(one.Verdict))
			})
		}
	}
}

func TestMergeRefuses(t *testing.T) {
	two := func() []*Report { return sharded(t, all(), meta(), 2) }
	for name, c := range map[string]struct {
		spoil  func([]*Report) []*Report
		says   string
		forced bool // force joins it
	}{
		"nothing":               {func([]*Report) []*Report { return nil }, "there are none", false},
		"a whole run":           {func([]*Report) []*Report { return []*Report{Collect(all(), meta())} }, "is no shard, but a whole run", false},
		"a missing shard":       {func(s []*Report) []*Report { return s[1:] }, "shard 1/2 is missing", false},
		"a shard twice":         {func(s []*Report) []*Report { return append(s, s[0]) }, "shard 1/2 is there twice (runs 20310506-070809-ab12-1 and 20310506-070809-ab12-1)", false},
		"shards of others":      {func(s []*Report) []*Report { s[0].Run.Shard = &Shard{1, 3}; return s }, "one is a shard of 3, another of 2", false},
		"a shard beyond":        {func(s []*Report) []*Report { s[0].Run.Shard = &Shard{5, 2}; return s }, "there is no shard 5/2", false},
		"another contract":      {func(s []*Report) []*Report { s[0].Contract.Digest = "beef"; return s }, "the contract differs (beef, c0de)", true},
		"another catalogue":     {func(s []*Report) []*Report { s[1].Catalogue.Digest = "beef"; return s }, "the catalogue differs", true},
		"another suite":         {func(s []*Report) []*Report { s[1].Suite.Version = "1.2.4"; return s }, "the suite differs (1.2.3, 1.2.4)", true},
		"another build":         {func(s []*Report) []*Report { s[1].Suite.Digest = "beef"; return s }, "the suite build differs", true},
		"another profile":       {func(s []*Report) []*Report { s[1].Profile.Digest = "beef"; return s }, "the profile differs", true},
		"another gate":          {func(s []*Report) []*Report { s[1].Gate.Digest = "beef"; return s }, "the gate differs", true},
		"another target":        {func(s []*Report) []*Report { s[1].Target.URL = "http://127.0.0.2/api/v1"; return s }, "the target differs", true},
		"another filter":        {func(s []*Report) []*Report { s[1].Run.LabelFilter = "create"; return s }, "", false},
		"read-only and not":     {func(s []*Report) []*Report { s[1].Run.ReadOnly = true; return s }, "the read-only mode differs", true},
		"lost exchanges":        {func(s []*Report) []*Report { s[1].Counts.Exchanges++; return s }, "shard 2/2: exchanges.har is missing or incomplete", false},
		"a spec in two":         {func(s []*Report) []*Report { s[1].Specs[0].State, s[1].Specs[0].Reason = SpecPassed, ""; return s }, `the spec "creating any" ran in shard 1/2 and in shard 2/2`, false},
		"another loopback port": {func(s []*Report) []*Report { s[1].Target.URL = "http://127.0.0.1:4242/api/v1"; return s }, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			_, err := Merge(c.spoil(two()), MergeOptions{})
			if c.says == "" {
				g.Expect(err).NotTo(HaveOccurred())
				return
			}
			g.Expect(err).To(MatchError(ContainSubstring(c.says)))
			g.Expect(err.Error()).NotTo(ContainSubstring("\n"))
			merged, err := Merge(c.spoil(two()), MergeOptions{Force: true})
			if !c.forced {
				g.Expect(err).To(HaveOccurred())
				return
			}
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(merged.Run.Notes).To(ContainElement(ContainSubstring(c.says)))
		})
	}
}

// A shard that failed as such leaves its mark on the whole.
func TestMergeOfTroubledShards(t *testing.T) {
	g := NewWithT(t)
	shards := sharded(t, all(), meta(), 2)
	m := meta()
	m.Run.Shard, m.Run.ID = &Shard{2, 2}, "other"
	shards[1] = Unjudged(m, "the target cannot be reached")
	r, err := Merge(shards, MergeOptions{})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.Verdict.Word).To(Equal(Inconclusive))
	g.Expect(r.byID()["get.404"].Reason).To(Equal("the run was cut short (shard 2/2: the target cannot be reached) before this spec began"))
	g.Expect(r.Defects).To(BeEmpty())

	shards[0] = Unjudged(func() Meta { o := m; o.Run.Shard = &Shard{1, 2}; return o }(), "no key")
	r, err = Merge(shards, MergeOptions{})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.Verdict.Line()).To(Equal("verdict: not judged (nothing could be judged: shard 1/2: no key; shard 2/2: the target cannot be reached)"))

	shards = sharded(t, all(), meta(), 2)
	shards[0].Leaks, shards[1].Defects = []string{"secret 1 (plain) in summary.md"}, []Defect{{Kind: "run", Message: "the ledger is gone"}}
	shards[1].Leftovers = Leftovers{Verified: true, Left: []Leftover{{ID: "42"}}}
	shards[0].Run.Interrupted = "interrupted by user"
	r, err = Merge(shards, MergeOptions{})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.Verdict.Word).To(Equal(SuiteDefect))
	g.Expect(r.Leaks).To(Equal([]string{"shard 1/2: secret 1 (plain) in summary.md"}))
	g.Expect(r.Defects[0].Message).To(Equal("shard 2/2: the ledger is gone"))
	g.Expect(r.Leftovers).To(Equal(Leftovers{Left: []Leftover{{ID: "42"}}}), "one shard did not verify it")
	g.Expect(r.Run.Interrupted).To(Equal("shard 1/2: interrupted by user"))

	// A spec that every shard leaves to another is a mistake of the sharding.
	shards = sharded(t, all(), meta(), 2)
	shards[0].Specs[0].State, shards[0].Specs[0].Reason = SpecNotSelected, shards[0].Run.Shard.LeftOut()
	r, err = Merge(shards, MergeOptions{})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.Verdict.Word).To(Equal(SuiteDefect))
	g.Expect(r.Verdict.Sentence).To(ContainSubstring(`no shard ran the spec "creating any"`))
}

func TestMergeTakesTheTimesOfAll(t *testing.T) {
	g := NewWithT(t)
	shards := sharded(t, all(), meta(), 2)
	shards[1].Run.Started, shards[1].Run.Ended = start.Add(-time.Minute), start.Add(time.Hour)
	r, err := Merge(shards, MergeOptions{})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(r.Run.Started).To(Equal(start.Add(-time.Minute)))
	g.Expect(r.Run.Ended).To(Equal(start.Add(time.Hour)))
	g.Expect(r.Run.ID).To(Equal(shards[0].Run.ID))
}

func TestJoin(t *testing.T) {
	g := NewWithT(t)
	other := meta()
	other.Target = Target{Name: "staging", URL: "https://staging.example/api/v1"}
	whole := Collect(all(), func() Meta { m := meta(); m.Target.Name = "third"; return m }())
	mine, theirs := sharded(t, all(), meta(), 2), sharded(t, all(), other, 3)
	list, err := Join([]*Report{theirs[2], mine[1], whole, theirs[0], mine[0], theirs[1]}, MergeOptions{})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(list).To(HaveLen(3))
	g.Expect(list[0]).To(BeIdenticalTo(whole))
	g.Expect(list[1].Target.Name).To(Equal("staging"))
	g.Expect(list[2].Target.Name).To(Equal("mock"))
	_, err = Join([]*Report{theirs[2], mine[1], mine[0]}, MergeOptions{})
	g.Expect(err).To(MatchError("staging: the shards cannot be joined: shard 1/3, 2/3 is missing"))
}

func TestWorst(t *testing.T) {
	g := NewWithT(t)
	of := func(words ...Word) Word {
		var list []*Report
		for _, w := range words {
			list = append(list, &Report{Verdict: Verdict{Word: w}})
		}
		return Worst(list)
	}
	g.Expect(of()).To(Equal(NotJudged))
	g.Expect(of(Conformant)).To(Equal(Conformant))
	g.Expect(of(Conformant, Inconclusive)).To(Equal(Inconclusive))
	g.Expect(of(SuiteDefect, NonConformant, NotJudged)).To(Equal(NonConformant))
	g.Expect(of(NotJudged, SuiteDefect)).To(Equal(SuiteDefect))
	for _, r := range everyKind(t) {
		g.Expect(r.Verdict.Word.Status()).To(Equal(r.Verdict.Status))
	}
}
