// Package prove runs the suite on what it has to catch, the catalogue of faults
// and every constraint of the contract broken alone, and on what it has to
// leave alone, the legal variants: a judge that has been judged.
package prove

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/extconf/extconf/fixtures/faults"
	"github.com/extconf/extconf/fixtures/variants"
	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/specs"
	"github.com/extconf/extconf/suites"
	"github.com/extconf/extconf/suites/kit"
)

// Options say how a proof is made. The zero value is the quick proof of
// everything.
type Options struct {
	// Full lets every fault meet the whole suite. Else it meets the specs that
	// can see it and a sample of the others, and the whole only where they
	// leave it alone.
	Full bool
	// Isolate gives each case a process of its own.
	Isolate bool
	// Only narrows the proof to cases whose name or area matches one of these
	// patterns, with commas between, such as "create-*,contract".
	Only string
	// Procs is how many processes run at once; default one for each processor.
	Procs int
	// Seeds are those of the orders in which each variant is judged; default
	// 1, and 1, 2 and 3 for a full proof.
	Seeds []int64
	// Contract is the file of another contract to judge by and to derive
	// mutants from; default the shipped one.
	Contract string
	// Progress is told of each case as it ends; nil tells nobody. Calls do not
	// overlap.
	Progress func(done, total int, one reports.ProofCase)
}

// limit is how long one run of the suite may take.
const limit = 2 * time.Minute

// Cases lists what a proof by that contract is made of, undecided: the mock,
// the faults, the mutants, the variants.
func Cases(contract *specs.Contract) []reports.ProofCase {
	var all []reports.ProofCase
	for _, one := range subjects(contract) {
		all = append(all, one.ProofCase)
	}
	return all
}

// subject is a case and what its proof needs to know of it.
type subject struct {
	reports.ProofCase
	// answer is the one that a mutant breaks, such as "get-extension 404".
	answer string
}

func subjects(contract *specs.Contract) []subject {
	all := []subject{{ProofCase: reports.ProofCase{Kind: reports.MockKind, Area: "mock", Name: "mock", Doc: "The reference implementation, as it is."}}}
	add := func(kind reports.ProofKind, f faults.Fault, answer string) {
		all = append(all, subject{reports.ProofCase{Kind: kind, Area: f.Area, Name: f.Name, Doc: f.Doc, Violates: f.Violates}, answer})
	}
	for _, f := range faults.All() {
		add(reports.FaultKind, f, "")
	}
	constraints := contract.Constraints()
	for i, f := range faults.Mutants(contract) { // one for each, in order
		add(reports.MutantKind, f, constraints[i].Operation+" "+constraints[i].Status)
	}
	for _, v := range variants.All() {
		all = append(all, subject{ProofCase: reports.ProofCase{Kind: reports.VariantKind, Area: v.Area, Name: v.Name, Doc: v.Doc}})
	}
	return all
}

// Run makes the proof. An error means that there is none: a [suites.Usage] where
// the options are wrong, else a defect of the suite. The program has to call
// [Reenter] first.
func Run(ctx context.Context, o Options) (*reports.Proof, error) {
	if os.Getenv(roleVariable) != "" {
		return nil, errors.New("this process does the work of another: the program has to call prove.Reenter first")
	}
	contract, err := specs.LoadContract(o.Contract)
	if err != nil {
		return nil, suites.Usage{Err: err}
	}
	if o.Procs <= 0 {
		o.Procs = runtime.GOMAXPROCS(0)
	}
	if len(o.Seeds) == 0 {
		o.Seeds = []int64{1}
		if o.Full {
			o.Seeds = []int64{1, 2, 3}
		}
	}
	selected, err := o.selects(subjects(contract))
	if err != nil {
		return nil, suites.Usage{Err: err}
	}
	p := &prover{Options: o, ctx: ctx, uses: newUses(contract), proof: &reports.Proof{
		Suite:     reports.Document{Name: "extconf", Version: kit.Version()},
		Contract:  reports.Document{Version: contract.Version(), Source: contract.Source(), Digest: contract.Digest()},
		Catalogue: reports.Document{Digest: specs.Requirements().Digest},
		Started:   time.Now(), Full: o.Full, Isolated: o.Isolate, Procs: o.Procs, Seeds: o.Seeds, Only: o.Only,
	}}
	if err := p.learn(selected[0]); err != nil {
		return nil, err
	}
	p.all(selected[1:])
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("the proof was interrupted: %w", err)
	}
	p.proof.Ended = time.Now()
	p.proof.Assertions = p.uses.list()
	p.proof.Settle()
	return p.proof, nil
}

// selects keeps the mock and what the pattern names.
func (o Options) selects(all []subject) ([]subject, error) {
	if o.Only == "" {
		return all, nil
	}
	patterns := strings.Split(o.Only, ",")
	for _, pattern := range patterns {
		if _, err := path.Match(pattern, ""); err != nil {
			return nil, fmt.Errorf("only %q is no pattern: %w", pattern, err)
		}
	}
	kept := slices.DeleteFunc(all, func(s subject) bool {
		return s.Kind != reports.MockKind && !slices.ContainsFunc(patterns, func(pattern string) bool {
			byName, _ := path.Match(pattern, s.Name)
			byArea, _ := path.Match(pattern, s.Area)
			return byName || byArea || pattern == string(s.Kind)+"s"
		})
	})
	if len(kept) < 2 {
		return nil, fmt.Errorf("only %q names no fault, mutant or variant; see extconf mock --fault=list", o.Only)
	}
	return kept, nil
}

// prover makes one proof.
type prover struct {
	Options
	ctx   context.Context
	seen  []sight
	mu    sync.Mutex // guards what follows
	uses  *uses
	proof *reports.Proof
}

// learn runs the suite on the mock, to see which spec looks at what, and how
// long a plain run takes once the process is warm.
func (p *prover) learn(mock subject) error {
	w, err := hire()
	if err != nil {
		return err
	}
	defer w.dismiss(false)
	var o outcome
	for range 2 {
		if o, err = w.do(p.ctx, job{Kind: reports.MockKind, Name: mock.Name, Seed: p.Seeds[0], Contract: p.Contract, Limit: limit}); err != nil {
			return err
		}
		if o.Error != "" {
			return fmt.Errorf("the suite cannot judge the mock: %s", o.Error)
		}
	}
	p.seen, p.proof.PlainMS = o.Seen, o.MS
	one := mock.accept(o, p.Seeds[0])
	p.uses.note(mock, o)
	p.proof.Cases = append(p.proof.Cases, one)
	if p.Progress != nil && one.Outcome != reports.Accepted {
		p.Progress(0, 0, one)
	}
	return nil
}

// all proves the cases, so many at once, and keeps them in their order.
func (p *prover) all(cases []subject) {
	decided := make([]reports.ProofCase, len(cases))
	queue := make(chan int)
	done := 0
	var workers sync.WaitGroup
	for range min(p.Procs, len(cases)) {
		workers.Go(func() {
			h := hand{isolate: p.Isolate}
			defer h.rest()
			for i := range queue {
				decided[i] = p.one(&h, cases[i])
				p.mu.Lock()
				done++
				if p.Progress != nil && p.ctx.Err() == nil {
					p.Progress(done, len(cases), decided[i])
				}
				p.mu.Unlock()
			}
		})
	}
	for i := range cases {
		select {
		case queue <- i:
		case <-p.ctx.Done():
		}
	}
	close(queue)
	workers.Wait()
	p.proof.Cases = append(p.proof.Cases, decided...)
}

// one decides a case.
func (p *prover) one(h *hand, s subject) reports.ProofCase {
	if s.Kind == reports.VariantKind {
		return p.variant(h, s)
	}
	j := job{Kind: s.Kind, Name: s.Name, Seed: p.Seeds[0], Contract: p.Contract, Limit: limit}
	spent := 0.0
	if !p.Full {
		j.Only = choose(p.seen, s.Name, s.Violates, s.answer)
		o := h.do(p.ctx, j)
		one := s.catch(o)
		if one.Outcome == reports.Caught {
			p.note(s, o)
			return one
		}
		spent, j.Only = o.MS, nil
	}
	o := h.do(p.ctx, j)
	p.note(s, o)
	one := s.catch(o)
	one.Whole = true
	one.MS += spent
	return one
}

// variant judges a variant in every order.
func (p *prover) variant(h *hand, s subject) reports.ProofCase {
	var one reports.ProofCase
	spent := 0.0
	for _, seed := range p.Seeds {
		o := h.do(p.ctx, job{Kind: s.Kind, Name: s.Name, Seed: seed, Randomize: true, Contract: p.Contract, Limit: limit})
		p.note(s, o)
		one = s.accept(o, seed)
		spent += o.MS
		if one.Outcome != reports.Accepted {
			break
		}
	}
	one.MS = spent
	return one
}

func (p *prover) note(s subject, o outcome) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.uses.note(s, o)
}

// hand gives jobs to a process, and to a new one when that is of no use any more.
type hand struct {
	*worker
	isolate bool
}

func (h *hand) do(ctx context.Context, j job) outcome {
	if h.worker == nil {
		var err error
		if h.worker, err = hire(); err != nil {
			return outcome{Error: "no process could be started: " + err.Error()}
		}
	}
	o, err := h.worker.do(ctx, j)
	if err != nil {
		h.dismiss(false)
		h.worker = nil
		return outcome{Error: err.Error()}
	}
	if h.isolate {
		h.rest()
	}
	return o
}

func (h *hand) rest() {
	if h.worker != nil {
		h.dismiss(true)
		h.worker = nil
	}
}
