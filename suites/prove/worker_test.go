package prove

import (
	"context"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/reports"
)

// A process that dies, hangs or raves over a fault has not caught it, and the
// others are proved all the same.
func TestAProcessThatFailsIsNoCatch(t *testing.T) {
	for how, says := range map[string]string{
		"crash": "the process died: panic: a crash over create-201-as-202",
		"exit":  "the process died: it said nothing",
		"rave":  "the process died",
	} {
		t.Run(how, func(t *testing.T) {
			g := NewWithT(t)
			t.Setenv(misbehaviour, how+" create-201-as-202")
			p, err := Run(context.Background(), Options{Only: "create-201-as-*", Procs: 1})
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(p.Cases[0].Outcome).To(Equal(reports.Accepted), p.Cases[0].Reason)
			g.Expect(p.Holds()).To(BeFalse())
			g.Expect(p.Counts).To(Equal(reports.ProofCounts{Faults: 3, Caught: 2, Broke: 1}))
			for _, one := range p.Cases {
				if one.Name == "create-201-as-202" {
					g.Expect(one.Outcome).To(Equal(reports.Broke))
					g.Expect(one.Reason).To(HavePrefix(says))
					g.Expect(one.By).To(BeEmpty())
				}
			}
		})
	}
}

func TestAProcessThatHangsIsReplaced(t *testing.T) {
	g := NewWithT(t)
	former := grace
	grace = 0
	defer func() { grace = former }()
	t.Setenv(misbehaviour, "hang create-201-as-202")
	h := hand{}
	defer h.rest()
	hanging := job{Kind: reports.FaultKind, Name: "create-201-as-202", Seed: 1, Limit: 100 * time.Millisecond}
	g.Expect(h.do(context.Background(), hanging).Error).To(HavePrefix("the run did not end within 100ms"))
	next := job{Kind: reports.FaultKind, Name: "create-201-as-200", Seed: 1, Limit: time.Minute, Only: []string{"Create metadata only needs no description"}}
	grace = time.Minute
	o := h.do(context.Background(), next)
	g.Expect(o.Error).To(BeEmpty())
	g.Expect(o.Failures).To(ContainElement(HaveField("Requirement", "create.201")))
}

func TestWhoeverIsInterruptedHasNoProof(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	_, err := Run(ctx, Options{Only: "headers", Procs: 1, Progress: func(int, int, reports.ProofCase) { cancel() }})
	NewWithT(t).Expect(err).To(MatchError(ContainSubstring("interrupted")))
}
