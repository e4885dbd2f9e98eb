package reports

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// ProofSchema names the form of proof.json.
const ProofSchema = "extconf.proof/1"

// The files of a proof.
const (
	ProofFile         = "proof.json"
	ProofHTMLFile     = "proof.html"
	ProofMarkdownFile = "proof.md"
)

// Proof is what came of the suite when it judged what it has to catch, and what
// it has to leave alone.
type Proof struct {
	Schema    string    `json:"schema"`
	Suite     Document  `json:"suite"`
	Contract  Document  `json:"contract"`
	Catalogue Document  `json:"catalogue"`
	Started   time.Time `json:"started"`
	Ended     time.Time `json:"ended"`
	// Full says that every case met the whole suite; else a fault met the
	// specs that can see it and a sample of the others first.
	Full bool `json:"full"`
	// Isolated says that each case had a process of its own.
	Isolated bool    `json:"isolated"`
	Procs    int     `json:"procs"`
	Seeds    []int64 `json:"seeds"`
	// Only is the pattern of names that the proof was narrowed to.
	Only string `json:"only,omitempty"`
	// PlainMS is how long one plain run of the suite took, in milliseconds.
	PlainMS float64 `json:"plain_ms"`

	Counts ProofCounts `json:"counts"`
	Areas  []ProofArea `json:"areas"`
	Cases  []ProofCase `json:"cases"`
	// Assertions are what the suite asserts, each with what it was needed for.
	Assertions []ProofAssertion `json:"assertions"`
}

// ProofKind is what a case of a proof is.
type ProofKind string

// A fault and a mutant are to be caught, a variant and the mock to pass.
const (
	FaultKind   ProofKind = "fault"
	MutantKind  ProofKind = "mutant"
	VariantKind ProofKind = "variant"
	MockKind    ProofKind = "mock"
)

// wrong says that a case of this kind is to be caught.
func (k ProofKind) wrong() bool { return k == FaultKind || k == MutantKind }

// ProofOutcome is what a case ended in.
type ProofOutcome string

// The outcomes. Caught and Accepted are as they should be.
const (
	// Caught: a requirement that the fault violates failed, by the target's fault.
	Caught ProofOutcome = "caught"
	// Survived: none of them did.
	Survived ProofOutcome = "survived"
	// Accepted: a legal implementation was conformant.
	Accepted ProofOutcome = "accepted"
	// FalseAlarm: it was not.
	FalseAlarm ProofOutcome = "false alarm"
	// Broke: the suite itself crashed, hung or had a defect over it.
	Broke ProofOutcome = "broke"
)

// ProofCase is one thing that the suite judged.
type ProofCase struct {
	Kind     ProofKind    `json:"kind"`
	Area     string       `json:"area"`
	Name     string       `json:"name"`
	Doc      string       `json:"doc"`
	Violates []string     `json:"violates,omitempty"`
	Outcome  ProofOutcome `json:"outcome"`
	// Reason says why, where the outcome is not as it should be.
	Reason string `json:"reason,omitempty"`
	// By are the violated requirements that failed; Others what failed beside them.
	By     []ProofCatch `json:"by,omitempty"`
	Others []string     `json:"others,omitempty"`
	// Whole says that the whole suite ran; else only specs that were chosen.
	Whole bool `json:"whole"`
	// Specs and Exchanges are how many ran.
	Specs     int     `json:"specs"`
	Exchanges int     `json:"exchanges"`
	MS        float64 `json:"ms"`
	// Seed is that of the order, of a case that failed in one.
	Seed int64 `json:"seed,omitempty"`
}

// ProofCatch is a requirement that caught a fault.
type ProofCatch struct {
	Requirement string `json:"requirement"`
	// Rules are the assertions of it that failed.
	Rules []string `json:"rules"`
	// Exchanges counts the exchanges in which it was broken.
	Exchanges int `json:"exchanges"`
	// Spec and Message tell of the first.
	Spec    string `json:"spec"`
	Message string `json:"message"`
}

// ProofAssertion is one assertion of the suite: a requirement and how it is
// checked.
type ProofAssertion struct {
	Requirement string `json:"requirement"`
	Rule        string `json:"rule"`
	// Failed counts the faults that made it fail, Alone those that would not
	// have been caught without it.
	Failed int `json:"failed"`
	Alone  int `json:"alone"`
	// First is one of the faults it catches alone, or one that makes it fail.
	First string `json:"first,omitempty"`
}

// ProofCounts are the numbers of a proof or of one of its areas.
type ProofCounts struct {
	Faults      int `json:"faults"`
	Mutants     int `json:"mutants"`
	Variants    int `json:"variants"`
	Caught      int `json:"caught"`
	Survived    int `json:"survived"`
	FalseAlarms int `json:"false_alarms"`
	Broke       int `json:"broke"`
}

// ProofArea is an area of faults or of variants.
type ProofArea struct {
	Kind ProofKind `json:"kind"`
	Name string    `json:"name"`
	ProofCounts
}

// Total is how many cases there are, the mock aside.
func (c ProofCounts) Total() int { return c.Faults + c.Mutants + c.Variants }

func (c *ProofCounts) add(one ProofCase) {
	switch one.Kind {
	case FaultKind:
		c.Faults++
	case MutantKind:
		c.Mutants++
	case VariantKind:
		c.Variants++
	}
	switch one.Outcome {
	case Caught:
		c.Caught++
	case Survived:
		c.Survived++
	case FalseAlarm:
		c.FalseAlarms++
	case Broke:
		c.Broke++
	}
}

// Settle counts the cases, by area in the order in which areas come.
func (p *Proof) Settle() {
	p.Schema, p.Counts, p.Areas = ProofSchema, ProofCounts{}, nil
	for _, one := range p.Cases {
		p.Counts.add(one)
		if one.Kind == MockKind {
			continue
		}
		i := slices.IndexFunc(p.Areas, func(a ProofArea) bool { return a.Name == one.Area && a.Kind == one.Kind })
		if i < 0 {
			i = len(p.Areas)
			p.Areas = append(p.Areas, ProofArea{Kind: one.Kind, Name: one.Area})
		}
		p.Areas[i].add(one)
	}
}

// Holds says that everything was caught and nothing accused.
func (p *Proof) Holds() bool {
	return p.Counts.Survived+p.Counts.FalseAlarms+p.Counts.Broke == 0
}

// Summary is the result in one line.
func (p *Proof) Summary() string {
	c := p.Counts
	text := fmt.Sprintf("%d of %d faults and mutants caught, %s, %s over %s",
		c.Caught, c.Faults+c.Mutants, plural(c.Survived, "survivor", "survivors"), plural(c.FalseAlarms, "false alarm", "false alarms"),
		plural(c.Variants, "legal variant", "legal variants"))
	if c.Broke > 0 {
		text += fmt.Sprintf("; the suite itself broke over %d", c.Broke)
	}
	return text
}

// bad are the cases that are not as they should be: survivors, false alarms,
// and those that the suite broke over.
func (p *Proof) bad() []ProofCase {
	var bad []ProofCase
	for _, outcome := range []ProofOutcome{Survived, FalseAlarm, Broke} {
		for _, one := range p.Cases {
			if one.Outcome == outcome {
				bad = append(bad, one)
			}
		}
	}
	return bad
}

// Unneeded are the assertions that no fault made fail, and those that others
// always failed beside.
func (p *Proof) Unneeded() (never, neverAlone []ProofAssertion) {
	for _, a := range p.Assertions {
		switch {
		case a.Failed == 0:
			never = append(never, a)
		case a.Alone == 0:
			neverAlone = append(neverAlone, a)
		}
	}
	return never, neverAlone
}

// LoadProof reads the proof in a folder.
func LoadProof(dir string) (*Proof, error) {
	raw, err := os.ReadFile(filepath.Join(dir, ProofFile))
	if err != nil {
		return nil, err
	}
	p := &Proof{}
	if err := json.Unmarshal(raw, p); err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", ProofFile, err)
	}
	if p.Schema != ProofSchema {
		return nil, fmt.Errorf("%s has the form %q; this suite reads %q", ProofFile, p.Schema, ProofSchema)
	}
	return p, nil
}

// WriteProof writes proof.json, proof.html and proof.md into a folder.
func WriteProof(dir string, p *Proof) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("the proof cannot be written: %w", err)
	}
	var errs []error
	for name, write := range map[string]func(io.Writer) error{
		ProofFile: p.JSON, ProofHTMLFile: p.HTML, ProofMarkdownFile: p.Markdown,
	} {
		if err := atomically(filepath.Join(dir, name), write); err != nil {
			errs = append(errs, fmt.Errorf("the proof cannot be written: %w", err))
		}
	}
	return errors.Join(errs...)
}

// JSON writes proof.json.
func (p *Proof) JSON(w io.Writer) error {
	return writeJSON(w, p)
}

// Markdown writes proof.md: what is wrong first, then the numbers.
func (p *Proof) Markdown(w io.Writer) error {
	var b strings.Builder
	mark := "✅"
	if !p.Holds() {
		mark = "❌"
	}
	fmt.Fprintf(&b, "## %s Proof of the suite\n\n%s.\n\n", mark, upperFirst(p.Summary()))
	fmt.Fprintf(&b, "Suite %s, contract %s, %s in %s by %s.\n", md(firstOf(p.Suite.Version, "unversioned")), md(firstOf(p.Contract.Version, "unversioned")),
		p.scope(), duration(milliseconds(p.Ended.Sub(p.Started))), plural(p.Procs, "process", "processes"))
	for _, one := range p.bad() {
		fmt.Fprintf(&b, "\n- **%s** %s %s (violates %s): %s %s\n", one.Outcome, one.Kind, md(one.Name), md(idList(one.Violates)), md(one.Doc), md(one.Reason))
	}
	b.WriteString("\n" + p.Table())
	never, neverAlone := p.Unneeded()
	p.unneeded(&b, "Assertions that no fault needs", never)
	if p.Full {
		p.unneeded(&b, "Assertions that never were the only one to catch a fault", neverAlone)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// scope words what every fault met.
func (p *Proof) scope() string {
	text := "each fault against the specs that can see it and a sample of the others"
	if p.Full {
		text = "each fault against the whole suite"
	}
	if p.Only != "" {
		text += ", only " + p.Only
	}
	return text
}

// Table is the table of the counts, by area, in Markdown.
func (p *Proof) Table() string {
	var b strings.Builder
	b.WriteString("| area | cases | caught | survived | false alarms |\n|:--|--:|--:|--:|--:|\n")
	row := func(name string, c ProofCounts) {
		caught, survived, alarms := fmt.Sprint(c.Caught), fmt.Sprint(c.Survived+c.Broke), fmt.Sprint(c.FalseAlarms)
		if c.Faults+c.Mutants == 0 {
			caught, survived, alarms = "·", "·", fmt.Sprint(c.FalseAlarms+c.Broke)
		} else if c.Variants == 0 {
			alarms = "·"
		}
		fmt.Fprintf(&b, "| %s | %d | %s | %s | %s |\n", name, c.Total(), caught, survived, alarms)
	}
	var faults, variants ProofCounts
	for _, a := range p.Areas {
		switch a.Kind {
		case FaultKind:
			row(a.Name, a.ProofCounts)
			faults.sum(a.ProofCounts)
		case MutantKind:
			row("every constraint of the contract", a.ProofCounts)
			faults.sum(a.ProofCounts)
		case VariantKind:
			variants.sum(a.ProofCounts)
		}
	}
	if n := faults.Faults + faults.Mutants; n > 0 {
		row("**all that is wrong**", faults)
	}
	if variants.Variants > 0 {
		row("**legal variants**", variants)
	}
	return b.String()
}

func (c *ProofCounts) sum(other ProofCounts) {
	c.Faults += other.Faults
	c.Mutants += other.Mutants
	c.Variants += other.Variants
	c.Caught += other.Caught
	c.Survived += other.Survived
	c.FalseAlarms += other.FalseAlarms
	c.Broke += other.Broke
}

func (p *Proof) unneeded(b *strings.Builder, title string, list []ProofAssertion) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "\n### %s\n\n", title)
	for _, a := range list {
		fmt.Fprintf(b, "- %s: %s\n", md(a.Requirement), md(a.Rule))
	}
}
