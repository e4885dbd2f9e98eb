package reports

import (
	"testing"

	. "github.com/onsi/gomega"
)

func TestWhatIsSaidOfWhatWasLeft(t *testing.T) {
	g := NewWithT(t)
	one := []Leftover{{ID: "1"}}
	g.Expect(Leftovers{Verified: true}.String()).To(Equal("left behind: 0 (verified by list)"))
	g.Expect(Leftovers{Left: one}.String()).To(Equal("left behind: 1 (not verified)"))
	g.Expect(Leftovers{Left: one, Verified: true, Sweep: "extconf sweep"}.String()).To(Equal("left behind: 1 (verified by list); to try again: extconf sweep"))
	g.Expect(Leftovers{Left: one, Open: 2, Sweep: "extconf sweep"}.String()).To(
		Equal("left behind: unknown, up to 3 (the target's list could not be read); to try again: extconf sweep"),
	)
}
