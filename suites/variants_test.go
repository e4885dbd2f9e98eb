package suites_test

import (
	"context"
	"io"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/fixtures/variants"
	"github.com/extconf/extconf/specs"
	"github.com/extconf/extconf/suites"
)

// TestVariants runs the whole suite on every legal variant: all of them are
// conformant, so whatever is found is a false alarm.
func TestVariants(t *testing.T) {
	for _, v := range variants.All() {
		t.Run(v.Name, func(t *testing.T) {
			g := NewWithT(t)
			running, err := v.Start()
			g.Expect(err).NotTo(HaveOccurred())
			defer func() { g.Expect(running.Close()).To(Succeed()) }()
			c := suites.Defaults()
			c.Handler, c.Target, c.TargetProfile = running.Handler, running.URL, running.Profile
			c.Out, c.Reports, c.NoArtefacts = io.Discard, t.TempDir(), true
			report, err := suites.Run(context.Background(), c)
			g.Expect(err).NotTo(HaveOccurred())
			for _, s := range report.Specs {
				for _, f := range s.Findings {
					if f.Level == specs.MUST {
						t.Errorf("%s\n  %s: %s: %s", v.Doc, s.Name, f.Requirement, f.Message)
					} else {
						t.Logf("%s: %s: %s", s.Name, f.Requirement, f.Message)
					}
				}
			}
			g.Expect(report.Verdict.Word).To(BeEquivalentTo("conformant"), report.Verdict.Sentence)
		})
	}
}
