package prove_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/specs"
	"github.com/extconf/extconf/suites"
)

// From a sentence of the documents to the spec that exercises it, and back.
func TestRequirementsAndSpecsFindEachOther(t *testing.T) {
	g := NewWithT(t)
	of, err := suites.SpecsByRequirement()
	g.Expect(err).NotTo(HaveOccurred())
	for _, r := range specs.Requirements().Requirements {
		g.Expect(of[r.ID]).NotTo(BeEmpty(), "no spec exercises %s", r.ID)
	}
	g.Expect(of[""]).To(BeEmpty(), "these specs exercise no requirement")
	for id := range of {
		_, known := specs.Requirements().Get(id)
		g.Expect(known || id == "").To(BeTrue(), "a spec names %s, which is no requirement", id)
	}
}
