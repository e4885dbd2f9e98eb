package reports

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/extconf/extconf/specs"
)

// CompareOptions say what counts as slower.
type CompareOptions struct {
	// Slower is the share by which something must have slowed down to be
	// told: 0.5 is half as long again. 0 is the default, 0.5; negative turns
	// the comparison of durations off.
	Slower float64
	// Least is the least difference that is told, whatever its share, so that
	// small durations do not cry wolf; 0 is the default, 50 ms.
	Least time.Duration
}

// Comparison is what changed from one run to a later one.
type Comparison struct {
	Old RunName `json:"old"`
	New RunName `json:"new"`
	// NewlyFailing did not fail before; NewlyPassing failed or was waived
	// before; NoLongerExercised was judged before.
	NewlyFailing      []Change `json:"newly_failing,omitempty"`
	NewlyPassing      []Change `json:"newly_passing,omitempty"`
	StillFailing      []Change `json:"still_failing,omitempty"`
	NoLongerExercised []Change `json:"no_longer_exercised,omitempty"`
	Slower            []Slower `json:"slower,omitempty"`
	// Notes say what makes the two runs hard to compare.
	Notes []string `json:"notes,omitempty"`
}

// How much of a comparison is told; report.json has all of it.
const (
	mostChanges = 40
	mostSlower  = 12
)

// RunName is what a run is called in a comparison.
type RunName struct {
	ID      string    `json:"id"`
	Target  string    `json:"target"`
	Started time.Time `json:"started"`
	Verdict Word      `json:"verdict"`
}

func (r *Report) runName() RunName {
	return RunName{r.Run.ID, r.Target.Name, r.Run.Started, r.Verdict.Word}
}

// Change is a requirement whose outcome is worth telling.
type Change struct {
	Requirement string      `json:"requirement"`
	Level       specs.Level `json:"level"`
	Was         Outcome     `json:"was"`
	Is          Outcome     `json:"is"`
	// Text is what was found, or why it was not exercised.
	Text string `json:"text,omitempty"`
	// Differently says that it still fails, but in another way.
	Differently bool `json:"differently,omitempty"`
}

// Slower is an operation or a spec that takes longer than before.
type Slower struct {
	// Kind is operation (the median of its calls) or spec.
	Kind  string  `json:"kind"`
	Name  string  `json:"name"`
	WasMS float64 `json:"was_ms"`
	IsMS  float64 `json:"is_ms"`
}

// Compare says what changed from an older run to a newer one.
func Compare(old, now *Report, opts CompareOptions) *Comparison {
	if opts.Slower == 0 {
		opts.Slower = 0.5
	}
	if opts.Least == 0 {
		opts.Least = 50 * time.Millisecond
	}
	c := &Comparison{Old: old.runName(), New: now.runName()}
	for _, pair := range []struct{ what, was, is string }{
		{"contract", old.Contract.Digest, now.Contract.Digest},
		{"catalogue", old.Catalogue.Digest, now.Catalogue.Digest},
		{"suite", old.Suite.Version, now.Suite.Version},
		{"profile", old.Profile.Digest, now.Profile.Digest},
		{"gate", old.Gate.Digest, now.Gate.Digest},
	} {
		if pair.was != pair.is {
			c.Notes = append(c.Notes, "the "+pair.what+" is not the same in both runs")
		}
	}
	before := map[string]*Requirement{}
	for i := range old.Requirements {
		before[old.Requirements[i].ID] = &old.Requirements[i]
	}
	for i := range now.Requirements {
		c.change(before[now.Requirements[i].ID], &now.Requirements[i])
	}
	if opts.Slower > 0 {
		c.slower(old, now, opts)
	}
	return c
}

func (c *Comparison) change(was, is *Requirement) {
	if was == nil {
		was = &Requirement{Outcome: NotExercised}
	}
	ch := Change{Requirement: is.ID, Level: is.Level, Was: was.Outcome, Is: is.Outcome, Text: is.Reason}
	if len(is.Findings) > 0 {
		ch.Text = firstLine(is.Findings[0].Message)
	}
	switch {
	case is.Outcome == Failed && was.Outcome == Failed:
		ch.Differently = !slices.EqualFunc(was.Findings, is.Findings, func(a, b SpecFinding) bool { return a.Fingerprint == b.Fingerprint })
		c.StillFailing = append(c.StillFailing, ch)
	case is.Outcome == Failed:
		c.NewlyFailing = append(c.NewlyFailing, ch)
	case is.Outcome == Passed && (was.Outcome == Failed || was.Outcome == Waived):
		c.NewlyPassing = append(c.NewlyPassing, ch)
	case is.Outcome == NotExercised && was.Outcome != NotExercised && was.Outcome != NotApplicable:
		c.NoLongerExercised = append(c.NoLongerExercised, ch)
	}
}

func (c *Comparison) slower(old, now *Report, opts CompareOptions) {
	add := func(kind, name string, was, is float64) {
		if was > 0 && is > was*(1+opts.Slower) && is-was >= milliseconds(opts.Least) {
			c.Slower = append(c.Slower, Slower{kind, name, was, is})
		}
	}
	operations := map[string]float64{}
	for _, o := range old.Timings.Operations {
		operations[o.Operation] = o.MedianMS
	}
	for _, o := range now.Timings.Operations {
		add("operation", o.Operation, operations[o.Operation], o.MedianMS)
	}
	took := map[string]float64{}
	for i := range old.Specs {
		if s := &old.Specs[i]; s.State == SpecPassed {
			took[s.FullName()] = s.DurationMS
		}
	}
	for i := range now.Specs {
		if s := &now.Specs[i]; s.State == SpecPassed {
			add("spec", s.FullName(), took[s.FullName()], s.DurationMS)
		}
	}
	slices.SortStableFunc(c.Slower, func(a, b Slower) int {
		if a.Kind != b.Kind {
			return strings.Compare(a.Kind, b.Kind)
		}
		return int(1000 * (b.IsMS/b.WasMS - a.IsMS/a.WasMS))
	})
}

// changeList is one of the four lists of a comparison.
type changeList struct {
	Title   string
	Changes []Change
}

// lists are the four, in the order they are told.
func (c *Comparison) lists() []changeList {
	return []changeList{
		{"Newly failing", c.NewlyFailing},
		{"Still failing", c.StillFailing},
		{"No longer exercised", c.NoLongerExercised},
		{"Newly passing", c.NewlyPassing},
	}
}

// sentence sums the comparison up.
func (c *Comparison) sentence() string {
	return fmt.Sprintf("%d newly failing, %d still failing, %d no longer exercised, %d newly passing, %d slower",
		len(c.NewlyFailing), len(c.StillFailing), len(c.NoLongerExercised), len(c.NewlyPassing), len(c.Slower))
}

// Worse says that something fails or is not exercised that was well before.
func (c *Comparison) Worse() bool { return len(c.NewlyFailing)+len(c.NoLongerExercised) > 0 }

// Text writes the comparison for a terminal.
func (c *Comparison) Text(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "from %s (%s: %s)\nto   %s (%s: %s)\n", OneLine(c.Old.ID), OneLine(c.Old.Target), c.Old.Verdict, OneLine(c.New.ID), OneLine(c.New.Target), c.New.Verdict)
	for _, note := range c.Notes {
		fmt.Fprintf(&b, "note: %s\n", note)
	}
	for _, list := range c.lists() {
		fmt.Fprintf(&b, "\n%s: %d\n", strings.ToLower(list.Title), len(list.Changes))
		for _, ch := range list.Changes {
			fmt.Fprintf(&b, "  %s\n", ch)
		}
	}
	fmt.Fprintf(&b, "\nslower: %d\n", len(c.Slower))
	for i, s := range c.Slower {
		if i == mostSlower {
			fmt.Fprintf(&b, "  … and %d more\n", len(c.Slower)-i)
			break
		}
		fmt.Fprintf(&b, "  %s\n", s)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (ch Change) String() string {
	text := fmt.Sprintf("%s (%s, was %s)", ch.Requirement, ch.Level, ch.Was)
	if ch.Differently {
		text = fmt.Sprintf("%s (%s, in another way than before)", ch.Requirement, ch.Level)
	}
	if ch.Text != "" {
		text += ": " + OneLine(ch.Text)
	}
	return text
}

func (s Slower) String() string {
	return fmt.Sprintf("%s %s: %.0f ms, was %.0f ms (%.1f times)", s.Kind, OneLine(s.Name), s.IsMS, s.WasMS, s.Times())
}

// Times is how many times as long as before it takes.
func (s Slower) Times() float64 { return s.IsMS / s.WasMS }

// Markdown writes the comparison for a job summary.
func (c *Comparison) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "**Compared with run %s** (%s, %s)\n\n", md(c.Old.ID), md(c.Old.Target), c.Old.Verdict)
	for _, note := range c.Notes {
		fmt.Fprintf(&b, "> %s\n\n", md(note))
	}
	b.WriteString("| newly failing | still failing | no longer exercised | newly passing | slower |\n|--:|--:|--:|--:|--:|\n")
	fmt.Fprintf(&b, "| %d | %d | %d | %d | %d |\n", len(c.NewlyFailing), len(c.StillFailing), len(c.NoLongerExercised), len(c.NewlyPassing), len(c.Slower))
	for _, list := range c.lists() {
		if len(list.Changes) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n%s:\n\n", list.Title)
		for i, ch := range list.Changes {
			if i == mostChanges {
				fmt.Fprintf(&b, "- … and %d more\n", len(list.Changes)-i)
				break
			}
			fmt.Fprintf(&b, "- %s\n", md(ch.String()))
		}
	}
	if len(c.Slower) > 0 {
		b.WriteString("\nSlower:\n\n")
		for i, s := range c.Slower {
			if i == mostSlower {
				fmt.Fprintf(&b, "- … and %d more\n", len(c.Slower)-i)
				break
			}
			fmt.Fprintf(&b, "- %s\n", md(s.String()))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
