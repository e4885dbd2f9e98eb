package reports

import (
	"fmt"
	"io"
	"strings"
)

// proofView is a proof for the page.
type proofView struct {
	pageHead
	*Proof
	Sections []link
	Bad      []ProofCase
	Groups   []proofGroup
	// Never are the assertions that no fault made fail, NeverAlone those that
	// others always failed beside.
	Never, NeverAlone []ProofAssertion
	// PerFault is the average time of a fault, in milliseconds, and Share what
	// it is of a plain run.
	PerFault float64
	Share    string
	Shape    Outcome
}

// proofGroup is an area with its cases.
type proofGroup struct {
	ProofArea
	Cases []ProofCase
}

// HTML writes the proof as one page that needs nothing else.
func (p *Proof) HTML(w io.Writer) error {
	word := Conformant
	if !p.Holds() {
		word = NonConformant
	}
	v := proofView{pageHead: newPage("extconf: proof of the suite", word), Proof: p, Bad: p.bad(), Shape: tones[word].shape}
	v.Heading, v.Sentence = "The suite is proved", p.Summary()
	if !p.Holds() {
		v.Heading = "The suite is not proved"
	}
	v.Never, v.NeverAlone = p.Unneeded()
	for _, a := range p.Areas {
		g := proofGroup{ProofArea: a}
		for _, one := range p.Cases {
			if one.Kind == a.Kind && one.Area == a.Name {
				g.Cases = append(g.Cases, one)
			}
		}
		v.Groups = append(v.Groups, g)
	}
	v.PerFault, v.Share = p.perFault()
	for _, s := range []link{{"wrong", "What is wrong"}, {"areas", "Areas"}, {"assertions", "Assertions"}, {"cases", "Cases"}} {
		if s.ID != "wrong" || len(v.Bad) > 0 {
			v.Sections = append(v.Sections, s)
		}
	}
	return pages().ExecuteTemplate(w, "proof page", v)
}

// perFault is how much wall time a fault or mutant took on average, and what
// share of a plain run that is.
func (p *Proof) perFault() (ms float64, share string) {
	n, sum := 0, 0.0
	for _, one := range p.Cases {
		if one.Kind.wrong() {
			n, sum = n+1, sum+one.MS
		}
	}
	if n == 0 || p.PlainMS == 0 {
		return 0, ""
	}
	ms = sum / float64(n) / float64(max(p.Procs, 1))
	return ms, fmt.Sprintf("%.0f %%", 100*ms/p.PlainMS)
}

// Title words an area.
func (a ProofArea) Title() string {
	switch a.Kind {
	case MutantKind:
		return "every constraint of the contract"
	case VariantKind:
		return "legal: " + a.Name
	}
	return a.Name
}

// ID is the area's anchor in the page.
func (a ProofArea) ID() string { return string(a.Kind) + "-" + strings.ReplaceAll(a.Name, " ", "-") }

// Badge is the outcome of a requirement whose colour and shape an outcome of
// the proof has.
func (c ProofCase) Badge() Outcome {
	switch c.Outcome {
	case Caught, Accepted:
		return Passed
	}
	return Failed
}
