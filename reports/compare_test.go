package reports

import (
	"strings"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"
)

func ids(changes []Change) []string {
	var list []string
	for _, c := range changes {
		list = append(list, c.Requirement)
	}
	return list
}

func TestCompare(t *testing.T) {
	failing := func(ids ...string) *Report {
		var more []types.SpecReport
		for _, id := range ids {
			more = append(more, ran("fails "+id, types.SpecStateFailed, brokenBy(id, exchange("x-"+id, "create-extension", 201)), id))
		}
		return Collect(all(more...), meta())
	}
	open := Collect(suiteOf(all().SpecReports[0], all().SpecReports[1], unselectedSpec("conflicts", "create.409"), all().SpecReports[3]), meta())
	waivers := "must-pass: [MUST]\nwaivers:\n- {requirement: create.201, fingerprint: f00d, reason: known, ticket: T, owner: us, expires: 2031-05-06}\n"
	waived := Collect(all(ran("is waived", types.SpecStatePassed, brokenBy("create.201", exchange("x", "create-extension", 201)), "create.201")), gated(t, waivers))
	other := failing("create.201")
	for i := range other.Requirements {
		for j := range other.Requirements[i].Findings {
			other.Requirements[i].Findings[j].Fingerprint = "beef"
		}
	}
	for _, c := range []struct {
		name                       string
		old, now                   *Report
		newly, still, gone, passes []string
		worse                      bool
	}{
		{"nothing changed", failing(), failing(), nil, nil, nil, nil, false},
		{"newly failing", failing(), failing("create.201", "get.404"), []string{"create.201", "get.404"}, nil, nil, nil, true},
		{"still failing", failing("create.201"), failing("create.201"), nil, []string{"create.201"}, nil, nil, false},
		{"newly passing", failing("create.201"), failing(), nil, nil, nil, []string{"create.201"}, false},
		{"no longer exercised", failing(), open, nil, nil, []string{"create.409"}, nil, true},
		{"exercised again", open, failing(), nil, nil, nil, nil, false},
		{"never exercised, fails", open, failing("create.409"), []string{"create.409"}, nil, nil, nil, true},
		{"waived, then failing", waived, failing("create.201"), []string{"create.201"}, nil, nil, nil, true},
		{"waived, then passing", waived, failing(), nil, nil, nil, []string{"create.201"}, false},
		{"failing, then waived", failing("create.201"), waived, nil, nil, nil, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			got := Compare(c.old, c.now, CompareOptions{})
			g.Expect(ids(got.NewlyFailing)).To(Equal(c.newly))
			g.Expect(ids(got.StillFailing)).To(Equal(c.still))
			g.Expect(ids(got.NoLongerExercised)).To(Equal(c.gone))
			g.Expect(ids(got.NewlyPassing)).To(Equal(c.passes))
			g.Expect(got.Worse()).To(Equal(c.worse))
			for _, ch := range got.StillFailing {
				g.Expect(ch.Differently).To(BeFalse())
			}
		})
	}
	g := NewWithT(t)
	g.Expect(Compare(failing("create.201"), other, CompareOptions{}).StillFailing[0].Differently).To(BeTrue())
}

func TestCompareTellsDifferentJudges(t *testing.T) {
	g := NewWithT(t)
	m := meta()
	m.Contract.Digest, m.Suite.Version = "beef", "2.0"
	c := Compare(Collect(all(), meta()), Collect(all(), m), CompareOptions{})
	g.Expect(c.Notes).To(Equal([]string{"the contract is not the same in both runs", "the suite is not the same in both runs"}))
}

func TestCompareDurations(t *testing.T) {
	at := func(spec time.Duration, call time.Duration) *Report {
		s := ran("creates more", types.SpecStatePassed, kept("create.201"), "create.201")
		s.RunTime = spec
		e := s.ReportEntries[0].Value.GetRawValue().(Evidence)
		x := exchange("x", "create-extension", 201)
		x.Duration = call
		e.Exchanges = append(e.Exchanges, x)
		s.ReportEntries[0].Value = types.WrapEntryValue(e)
		return Collect(all(s), meta())
	}
	told := func(opts CompareOptions, old, now *Report) []string {
		var list []string
		for _, s := range Compare(old, now, opts).Slower {
			list = append(list, s.String())
		}
		return list
	}
	ms := time.Millisecond
	g := NewWithT(t)
	g.Expect(told(CompareOptions{}, at(100*ms, 100*ms), at(200*ms, 300*ms))).To(Equal([]string{
		"operation create-extension: 300 ms, was 100 ms (3.0 times)", "spec creating creates more: 200 ms, was 100 ms (2.0 times)",
	}))
	g.Expect(told(CompareOptions{}, at(100*ms, 100*ms), at(149*ms, 150*ms))).To(BeEmpty(), "less than half as long again")
	g.Expect(told(CompareOptions{}, at(ms, ms), at(40*ms, 40*ms))).To(BeEmpty(), "too short to matter")
	g.Expect(told(CompareOptions{Least: ms}, at(ms, ms), at(40*ms, 40*ms))).To(HaveLen(2))
	g.Expect(told(CompareOptions{Slower: 4}, at(100*ms, 100*ms), at(200*ms, 600*ms))).To(HaveLen(1))
	g.Expect(told(CompareOptions{Slower: -1}, at(100*ms, 100*ms), at(time.Hour, time.Hour))).To(BeEmpty(), "turned off")
}

func TestComparisonAsText(t *testing.T) {
	g := NewWithT(t)
	c := Compare(Collect(all(), meta()), mixed(t), CompareOptions{})
	var text, markdown, page strings.Builder
	g.Expect(c.Text(&text)).To(Succeed())
	g.Expect(text.String()).To(Equal(`from 20310506-070809-ab12 (mock: conformant)
to   20310506-070809-ab12 (mock: non-conformant)
note: the gate is not the same in both runs

newly failing: 2
  any.duration (SHOULD, was passed): the header is missing
  create.header.version (MUST, was passed): the header is missing

still failing: 0

no longer exercised: 1
  create.201 (MUST, was passed): no second credential

newly passing: 0

slower: 0
`))
	g.Expect(c.Markdown(&markdown)).To(Succeed())
	g.Expect(markdown.String()).To(ContainSubstring("| 2 | 0 | 1 | 0 | 0 |\n"))
	g.Expect(markdown.String()).To(ContainSubstring("\nNewly failing:\n\n- any.duration (SHOULD, was passed): the header is missing\n"))
	g.Expect(markdown.String()).NotTo(ContainSubstring("Still failing:"))
	g.Expect(c.HTML(&page)).To(Succeed())
	g.Expect(page.String()).To(ContainSubstring("<h1>Worse than before</h1>"))
	g.Expect(page.String()).To(ContainSubstring("create.header.version"))

	r := mixed(t)
	r.Comparison = c
	var summary strings.Builder
	g.Expect(r.Summary(&summary)).To(Succeed())
	g.Expect(summary.String()).To(ContainSubstring(markdown.String()))
}
