package prove

import (
	"context"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/fixtures/variants"
	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/specs"
	"github.com/extconf/extconf/suites"
)

// proved runs a proof of some cases.
func proved(t *testing.T, o Options) *reports.Proof {
	t.Helper()
	p, err := Run(context.Background(), o)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	return p
}

// The whole proof is `make prove`; this is one fault of each area, a mutant of
// each kind of constraint, and a variant in process and on the wire.
func TestASampleOfTheProof(t *testing.T) {
	g := NewWithT(t)
	var names []string
	taken := map[string]bool{}
	for _, one := range Cases(specs.DefaultContract()) {
		kind := one.Area
		switch one.Kind {
		case reports.MutantKind:
			kind = one.Name[strings.LastIndexByte(one.Name, '-'):]
		case reports.VariantKind:
			v, _ := variants.Get(one.Name)
			kind = strconv.FormatBool(v.Wire)
		}
		if one.Kind != reports.MockKind && !taken[string(one.Kind)+kind] {
			taken[string(one.Kind)+kind] = true
			names = append(names, one.Name)
		}
	}
	p := proved(t, Options{Only: strings.Join(names, ",")})
	g.Expect(len(p.Cases)).To(Equal(len(names) + 1))
	for _, one := range p.Cases {
		g.Expect(one.Outcome).To(BeElementOf(reports.Caught, reports.Accepted), "%s %s: %s", one.Kind, one.Name, one.Reason)
		g.Expect(one.Exchanges).To(BeNumerically(">", 0), one.Name)
	}
	g.Expect(p.Holds()).To(BeTrue())
}

// A handful over everything that makes cases differ: in process and on the
// wire, a fault, a mutant, one that keeps a state, and a variant.
const handful = "create-201-as-200,connection-reset,id-of-the-one-before,contract-get-404-errors-required,upload-cut-at-1-mib,ids-as-uuids"

// What a process has run before makes no difference: a process for each case
// and one for all agree.
func TestIsolatedAndSharedProcessesAgree(t *testing.T) {
	agree(t, proved(t, Options{Only: handful, Procs: 1, Full: true, Seeds: []int64{1}}),
		proved(t, Options{Only: handful, Procs: 1, Full: true, Seeds: []int64{1}, Isolate: true}))
}

// The specs that can see a fault do see what the whole suite sees of it.
func TestChosenSpecsAndTheWholeSuiteAgree(t *testing.T) {
	agree(t, proved(t, Options{Only: handful}), proved(t, Options{Only: handful, Full: true, Seeds: []int64{1}}))
}

func agree(t *testing.T, a, b *reports.Proof) {
	t.Helper()
	g := NewWithT(t)
	g.Expect(a.Holds()).To(BeTrue(), a.Summary())
	g.Expect(b.Holds()).To(BeTrue(), b.Summary())
	g.Expect(a.Cases).To(HaveLen(len(b.Cases)))
	for i, one := range a.Cases {
		other := b.Cases[i]
		g.Expect(one.Name).To(Equal(other.Name))
		g.Expect(one.Outcome).To(Equal(other.Outcome), one.Name)
		g.Expect(catchers(one)).To(Equal(catchers(other)), one.Name)
	}
}

// catchers are the requirements that caught a fault.
func catchers(one reports.ProofCase) []string {
	var ids []string
	for _, by := range one.By {
		ids = append(ids, by.Requirement)
	}
	slices.Sort(ids)
	return ids
}

// Another contract is judged by, and broken: what it demands besides has its
// mutants by itself, and they are caught.
func TestANewConstraintIsProvedByItself(t *testing.T) {
	g := NewWithT(t)
	shipped, err := os.ReadFile("../../specs/" + specs.ContractFile)
	g.Expect(err).NotTo(HaveOccurred())
	const from = "schema: {type: string, minLength: 1}\n      example: \"17\""
	g.Expect(strings.Count(string(shipped), from)).To(Equal(1))
	file := t.TempDir() + "/stricter.yaml"
	stricter := strings.Replace(string(shipped), from, strings.Replace(from, "minLength: 1", "minLength: 1, pattern: \"^[0-9]+$\"", 1), 1)
	g.Expect(os.WriteFile(file, []byte(stricter), 0o600)).To(Succeed())
	p := proved(t, Options{Contract: file, Only: "contract-*-header-x-cloud-resource-version-pattern"})
	g.Expect(p.Counts).To(Equal(reports.ProofCounts{Mutants: 5, Caught: 5}))
}

func TestOptionsThatCannotBeUsed(t *testing.T) {
	for name, c := range map[string]struct {
		options Options
		says    string
	}{
		"nothing is called so": {Options{Only: "no-such-fault"}, "names no fault, mutant or variant"},
		"no pattern":           {Options{Only: "["}, "is no pattern"},
		"no contract":          {Options{Contract: "none.yaml"}, "none.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			_, err := Run(context.Background(), c.options)
			var usage suites.Usage
			g.Expect(errors.As(err, &usage)).To(BeTrue())
			g.Expect(err).To(MatchError(ContainSubstring(c.says)))
		})
	}
	t.Run("a process of a proof", func(t *testing.T) {
		t.Setenv(roleVariable, roleProver)
		_, err := Run(context.Background(), Options{})
		NewWithT(t).Expect(err).To(MatchError(ContainSubstring("Reenter")))
	})
}

// The README has the counts of this catalogue, and of a proof that holds.
func TestReadmeIsCurrent(t *testing.T) {
	g := NewWithT(t)
	p := &reports.Proof{Cases: Cases(specs.DefaultContract())}
	for i := range p.Cases {
		p.Cases[i].Outcome = reports.Caught
		if k := p.Cases[i].Kind; k == reports.VariantKind || k == reports.MockKind {
			p.Cases[i].Outcome = reports.Accepted
		}
	}
	p.Settle()
	readme, err := os.ReadFile("../../README.md")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(string(readme)).To(ContainSubstring(p.ReadmeSection()), "run: make prove-readme")
}
