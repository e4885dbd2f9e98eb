package reports

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// The lines between which a file has the table of a proof.
const (
	proofBegin = "<!-- proof:begin -->"
	proofEnd   = "<!-- proof:end -->"
)

// ReadmeSection is what stands between the markers of a README: the counts, and
// nothing that changes from proof to proof.
func (p *Proof) ReadmeSection() string {
	return fmt.Sprintf("%s\n%s.\n\n%s%s\n", proofBegin, upperFirst(p.Summary()), p.Table(), proofEnd)
}

// UpdateReadme replaces the section of a proof in a file, between its markers.
// A narrowed proof is refused: its counts are not those of the catalogue.
func UpdateReadme(file string, p *Proof) error {
	if p.Only != "" {
		return fmt.Errorf("readme: only a proof of everything belongs into %s; leave --only out", file)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("readme: %w", err)
	}
	before, rest, ok := strings.Cut(string(raw), proofBegin)
	_, after, ended := strings.Cut(rest, proofEnd)
	if !ok || !ended {
		return fmt.Errorf("readme: %s has no lines %s and %s", file, proofBegin, proofEnd)
	}
	text := []byte(before + strings.TrimSuffix(p.ReadmeSection(), "\n") + after)
	if bytes.Equal(text, raw) {
		return nil
	}
	return atomically(filepath.Clean(file), func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// Print says what came of the proof, the sentence last.
func (p *Proof) Print(w io.Writer) {
	fmt.Fprintf(w, "\n%-36s %6s %7s %9s %13s %6s\n", "", "cases", "caught", "survived", "false alarms", "broke")
	for _, a := range p.Areas {
		fmt.Fprintf(w, "%-36s %6d %7d %9d %13d %6d\n", a.Title(), a.Total(), a.Caught, a.Survived, a.FalseAlarms, a.Broke)
	}
	ms, share := p.perFault()
	fmt.Fprintf(w, "\n%s, %s", p.scope(), duration(milliseconds(p.Ended.Sub(p.Started))))
	if share != "" {
		fmt.Fprintf(w, "; %s of wall time for each fault, %s of a plain run (%s)", duration(ms), share, duration(p.PlainMS))
	}
	never, neverAlone := p.Unneeded()
	fmt.Fprintf(w, "\n%s that no fault needs", plural(len(never), "assertion", "assertions"))
	if p.Full {
		fmt.Fprintf(w, ", %d that never were the only one to catch a fault", len(neverAlone))
	}
	word := "proved"
	if !p.Holds() {
		word = "not proved"
	}
	fmt.Fprintf(w, "\n\nproof: %s (%s)\n", word, p.Summary())
}
