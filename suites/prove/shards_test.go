package prove_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/suites"
)

// judge runs the suite on the embedded mock.
func judge(t *testing.T, change func(*suites.Config)) *reports.Report {
	t.Helper()
	c := suites.Defaults()
	c.Out, c.Reports, c.NoArtefacts, c.Seed = io.Discard, t.TempDir(), true, 7
	change(&c)
	report, err := suites.Run(context.Background(), c)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	return report
}

// shards runs all shards of one run.
func shards(t *testing.T, of int, change func(*suites.Config)) []*reports.Report {
	t.Helper()
	list := make([]*reports.Report, of)
	for i := range list {
		list[i] = judge(t, func(c *suites.Config) {
			change(c)
			c.Shard = fmt.Sprintf("%d/%d", i+1, of)
		})
	}
	return list
}

func same(*suites.Config) {}

// ran lists the names of the specs that ran.
func ran(r *reports.Report) []string {
	var names []string
	for i := range r.Specs {
		if r.Specs[i].State != reports.SpecNotSelected {
			names = append(names, r.Specs[i].FullName())
		}
	}
	slices.Sort(names)
	return names
}

func TestShardsMergedAreTheWholeRun(t *testing.T) {
	g := NewWithT(t)
	whole := judge(t, same)
	parts := shards(t, 5, same)
	for _, p := range parts {
		g.Expect(p.Verdict.Word).To(Equal(reports.Inconclusive), p.Verdict.Sentence)
		g.Expect(p.Defects).To(BeEmpty())
		g.Expect(suites.Status(p)).To(Equal(0), "a shard in which nothing failed succeeds")
		for _, s := range p.Specs {
			if s.State == reports.SpecNotSelected {
				g.Expect(s.Reason).To(Equal("not in shard " + p.Run.Shard.String()))
			}
		}
	}
	merged, err := reports.Merge(parts, reports.MergeOptions{})
	g.Expect(err).NotTo(HaveOccurred()) // nor did a spec run twice, or never
	g.Expect(merged.Verdict).To(Equal(whole.Verdict))
	g.Expect(merged.Defects).To(BeEmpty())
	g.Expect(merged.Counts).To(Equal(whole.Counts))
	for i, s := range merged.Specs {
		g.Expect(tally(s)).To(Equal(tally(whole.Specs[i])))
	}
	for i, q := range merged.Requirements {
		g.Expect([]any{q.ID, q.Outcome, q.Evidence, q.Reason, q.Checks, q.Live}).
			To(Equal([]any{whole.Requirements[i].ID, whole.Requirements[i].Outcome, whole.Requirements[i].Evidence, whole.Requirements[i].Reason, whole.Requirements[i].Checks, whole.Requirements[i].Live}))
	}
}

// tally is what came of a spec, less its names and times.
func tally(s reports.Spec) []string {
	list := []string{s.FullName(), string(s.State)}
	for _, c := range s.Checks {
		list = append(list, fmt.Sprint(c.Requirement, c.Passed, c.Failed, c.Live, c.Rules, len(c.Exchanges)))
	}
	return list
}

func TestShardsOfAFilter(t *testing.T) {
	g := NewWithT(t)
	filter := func(c *suites.Config) { c.LabelFilter = "delete || list" }
	whole := judge(t, filter)
	var all []string
	for _, p := range shards(t, 3, filter) {
		g.Expect(len(ran(p))).To(BeNumerically("~", len(ran(whole))/3, 1), "without timings, by count")
		all = append(all, ran(p)...)
	}
	slices.Sort(all)
	g.Expect(all).To(Equal(ran(whole)))
}

func TestShardsAreBalancedByTimings(t *testing.T) {
	g := NewWithT(t)
	filter := func(c *suites.Config) { c.LabelFilter = "delete" }
	former := judge(t, filter)
	names := ran(former)
	slow := names[len(names)/2]
	for i := range former.Specs {
		former.Specs[i].DurationMS = 1
		if former.Specs[i].FullName() == slow {
			former.Specs[i].DurationMS = 1000
		}
	}
	dir := t.TempDir()
	g.Expect(reports.WriteAll(dir, former, nil)).To(Succeed())
	for _, variable := range []func(*suites.Config){
		func(c *suites.Config) { c.Timings = dir },
		func(c *suites.Config) { c.Baseline = dir },
	} {
		parts := shards(t, 2, func(c *suites.Config) { filter(c); variable(c) })
		g.Expect(ran(parts[0])).To(Equal([]string{slow}), "the one that is as long as all others has a shard to itself")
		g.Expect(ran(parts[1])).To(HaveLen(len(names) - 1))
	}
}

func TestShardsFromTheEnvironmentOfAnIndexedJob(t *testing.T) {
	g := NewWithT(t)
	t.Setenv(suites.IndexVariable, "1")
	g.Expect(suites.ParseShard("/5")).To(Equal(suites.Shard{Index: 2, Of: 5}))
	for value, says := range map[string]string{"": "JOB_COMPLETION_INDEX", "one": "JOB_COMPLETION_INDEX", "5": "like 2/5", "-1": "like 2/5"} {
		t.Setenv(suites.IndexVariable, value)
		_, err := suites.ParseShard("/5")
		g.Expect(err).To(MatchError(ContainSubstring(says)), value)
	}
	for _, wrong := range []string{"2", "0/5", "6/5", "a/b", "1/0", "1/", "2/5/5"} {
		_, err := suites.ParseShard(wrong)
		g.Expect(err).To(HaveOccurred(), wrong)
	}
}

func TestRefusedShards(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*suites.Config)
		says   string
	}{
		"more shards than specs": {func(c *suites.Config) { c.Shard, c.LabelFilter = "1/50", "life.version-moves" }, "too few specs"},
		"timings that are none":  {func(c *suites.Config) { c.Shard, c.Timings = "1/2", t.TempDir() }, "timings"},
		"no filter selects any":  {func(c *suites.Config) { c.Shard, c.LabelFilter = "1/2", "nonesuch" }, "selects no spec"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			config := suites.Defaults()
			config.Out, config.Reports, config.NoArtefacts = io.Discard, t.TempDir(), true
			c.change(&config)
			report, _ := suites.Run(context.Background(), config)
			g.Expect(suites.Status(report)).To(Equal(3))
			g.Expect(report.Verdict.Sentence).To(ContainSubstring(c.says))
		})
	}
}
