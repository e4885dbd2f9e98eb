package prove_test

import (
	"context"
	"io"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/fixtures/variants"
	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/specs"
	"github.com/extconf/extconf/suites"
)

// short are the requirements of the level SHOULD that a legal variant falls
// short of. Nothing else may be found on it.
var short = map[string][]string{
	"undocumented-errors-as-problems":  {"any.error-envelope-undocumented"},
	"undocumented-errors-as-html":      {"any.error-envelope-undocumented"},
	"undocumented-errors-without-body": {"any.error-envelope-undocumented"},
	"strangers-at-the-gateway":         {"any.error-envelope-undocumented"},
	"strangers-without-a-word":         {"any.error-envelope-undocumented"},
	"bodies-of-any-content-type":       {"create.content-type"},
	"files-behind-the-credential":      {"upload.url-open"},
}

// TestVariants runs the whole suite on legal variants, in an order of its own
// for each: all of them are conformant, so what is found is a false alarm.
func TestVariants(t *testing.T) {
	for n, v := range variants.All() {
		if (underRace || testing.Short()) && n%6 != 0 {
			continue // what a variant does otherwise has nothing to do with races
		}
		t.Run(v.Name, func(t *testing.T) {
			g := NewWithT(t)
			running, err := v.Start()
			g.Expect(err).NotTo(HaveOccurred())
			defer func() { g.Expect(running.Close()).To(Succeed()) }()
			c := suites.Defaults()
			c.Handler, c.Target, c.TargetProfile = running.Handler, running.URL, running.Profile
			c.Out, c.Reports, c.NoArtefacts = io.Discard, t.TempDir(), true
			c.RandomizeAll, c.Seed = true, int64(n+1)
			report, err := suites.Run(context.Background(), c)
			g.Expect(err).NotTo(HaveOccurred())
			var below []string
			for _, q := range report.Requirements {
				if q.Outcome != reports.Failed {
					continue
				}
				if q.Level == specs.SHOULD {
					below = append(below, q.ID)
				}
				for _, f := range q.Findings {
					t.Logf("%s (%s): %s", q.ID, q.Level, f.Message)
				}
			}
			g.Expect(below).To(ConsistOf(short[v.Name]), v.Doc)
			g.Expect(report.Verdict.Word).To(Equal(reports.Conformant), "%s\n%s", v.Doc, report.Verdict.Sentence)
			g.Expect(report.Leftovers.Left).To(BeEmpty())
		})
	}
}
