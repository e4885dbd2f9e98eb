package reports

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
)

// aProof holds one case of each outcome.
func aProof() *Proof {
	p := &Proof{
		Suite: Document{Version: "v1"}, Contract: Document{Version: "1.0.0"}, Full: true, Procs: 2, Seeds: []int64{1}, PlainMS: 1000,
		Started: time.Unix(0, 0), Ended: time.Unix(90, 0),
		Cases: []ProofCase{
			{Kind: MockKind, Area: "mock", Name: "mock", Outcome: Accepted, MS: 900},
			{
				Kind: FaultKind, Area: "statuses", Name: "create-201-as-200", Doc: "A create answers 200.", Violates: []string{"create.201"}, Outcome: Caught, MS: 200,
				By: []ProofCatch{{Requirement: "create.201", Rules: []string{"HaveStatus"}, Exchanges: 3}}, Others: []string{"any.documented-status"},
			},
			{Kind: FaultKind, Area: "ids", Name: "id-twice", Doc: "An id <script>alert(1)</script> comes twice.", Violates: []string{"create.id-fresh"}, Outcome: Survived, Reason: "none of what it violates failed", MS: 400},
			{Kind: MutantKind, Area: "contract", Name: "contract-get-200-status", Doc: "Another status.", Violates: []string{"get.200"}, Outcome: Broke, Reason: "the process died: panic: `x` | y", MS: 600},
			{Kind: VariantKind, Area: "dates", Name: "dates-to-the-second", Doc: "No fractions.", Outcome: FalseAlarm, Reason: "any.http: no", MS: 100},
			{Kind: VariantKind, Area: "dates", Name: "dates-with-offset", Doc: "An offset of zero.", Outcome: Accepted, MS: 100},
		},
		Assertions: []ProofAssertion{
			{Requirement: "create.201", Rule: "HaveStatus", Failed: 1, Alone: 1, First: "create-201-as-200"},
			{Requirement: "get.200", Rule: "HaveStatus"},
			{Requirement: "get.404", Rule: "NotFound", Failed: 2, First: "create-201-as-200"},
		},
	}
	p.Settle()
	return p
}

func TestProofCounts(t *testing.T) {
	g := NewWithT(t)
	p := aProof()
	g.Expect(p.Counts).To(Equal(ProofCounts{Faults: 2, Mutants: 1, Variants: 2, Caught: 1, Survived: 1, FalseAlarms: 1, Broke: 1}))
	g.Expect(p.Areas).To(HaveLen(4))
	g.Expect(p.Holds()).To(BeFalse())
	g.Expect(p.Summary()).To(Equal("1 of 3 faults and mutants caught, 1 survivor, 1 false alarm over 2 legal variants; the suite itself broke over 1"))
	never, neverAlone := p.Unneeded()
	g.Expect(never).To(HaveExactElements(HaveField("Requirement", "get.200")))
	g.Expect(neverAlone).To(HaveExactElements(HaveField("Requirement", "get.404")))
	ms, share := p.perFault()
	g.Expect(ms).To(Equal(200.0), "1200 ms over 3 faults by 2 processes")
	g.Expect(share).To(Equal("20 %"))

	p.Cases = p.Cases[:2]
	p.Settle()
	g.Expect(p.Holds()).To(BeTrue())
	g.Expect(p.Areas).To(HaveLen(1))
}

func TestProofIsWrittenAndRead(t *testing.T) {
	g := NewWithT(t)
	dir := filepath.Join(t.TempDir(), "new")
	p := aProof()
	g.Expect(WriteProof(dir, p)).To(Succeed())
	read, err := LoadProof(dir)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(read.Counts).To(Equal(p.Counts))
	g.Expect(read.Cases).To(Equal(p.Cases))
	g.Expect(filepath.Join(dir, ProofHTMLFile)).To(BeAnExistingFile())
	g.Expect(filepath.Join(dir, ProofMarkdownFile)).To(BeAnExistingFile())

	g.Expect(os.WriteFile(filepath.Join(dir, ProofFile), []byte(`{"schema":"extconf.proof/0"}`), 0o600)).To(Succeed())
	_, err = LoadProof(dir)
	g.Expect(err).To(MatchError(ContainSubstring(`has the form "extconf.proof/0"`)))
	g.Expect(WriteProof(filepath.Join(dir, ProofFile), p)).To(MatchError(ContainSubstring("the proof cannot be written")))
}

func TestProofTellsWhatIsWrongFirst(t *testing.T) {
	g := NewWithT(t)
	for name, write := range map[string]func(*Proof, *bytes.Buffer) error{
		"markdown": func(p *Proof, b *bytes.Buffer) error { return p.Markdown(b) },
		"html":     func(p *Proof, b *bytes.Buffer) error { return p.HTML(b) },
	} {
		var b bytes.Buffer
		g.Expect(write(aProof(), &b)).To(Succeed())
		text := b.String()
		order := -1
		for _, word := range []string{"id-twice", "dates-to-the-second", "contract-get-200-status", "every constraint of the contract"} {
			at := strings.Index(strings.ReplaceAll(text, `\-`, "-"), word)
			g.Expect(at).To(BeNumerically(">", order), "%s: %s", name, word)
			order = at
		}
		g.Expect(text).NotTo(ContainSubstring("<script>alert"), name)
		g.Expect(text).To(And(ContainSubstring("get.200"), ContainSubstring("get.404")), name)
	}
	var b bytes.Buffer
	g.Expect(aProof().HTML(&b)).To(Succeed())
	g.Expect(b.String()).To(HaveSuffix("</html>\n"))
	g.Expect(b.String()).NotTo(MatchRegexp(`(src|href)="?https?:`))
	g.Expect(b.String()).To(ContainSubstring("not proved"))

	b.Reset()
	aProof().Print(&b)
	g.Expect(b.String()).To(HaveSuffix("\nproof: not proved (" + aProof().Summary() + ")\n"))
}

func TestReadmeIsBroughtUpToDate(t *testing.T) {
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "README.md")
	write := func(s string) { g.Expect(os.WriteFile(file, []byte(s), 0o600)).To(Succeed()) }
	write("# Title\n\n<!-- proof:begin -->\nold\n<!-- proof:end -->\n\nThe end.\n")
	for range 2 { // the second time nothing changes
		g.Expect(UpdateReadme(file, aProof())).To(Succeed())
		raw, err := os.ReadFile(file)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(string(raw)).To(Equal("# Title\n\n" + aProof().ReadmeSection() + "\nThe end.\n"))
	}
	narrow := aProof()
	narrow.Only = "ids"
	g.Expect(UpdateReadme(file, narrow)).To(MatchError(ContainSubstring("only a proof of everything")))
	write("# Title\n")
	g.Expect(UpdateReadme(file, aProof())).To(MatchError(ContainSubstring("has no lines")))
	g.Expect(UpdateReadme(file+"x", aProof())).To(MatchError(os.ErrNotExist))
}
