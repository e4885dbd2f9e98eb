package main

import (
	"fmt"
	"io"

	"github.com/extconf/extconf/reports"
)

type compareCommand struct {
	Old    string  `arg:"" help:"Folder of the older run's reports." placeholder:"OLD"`
	New    string  `arg:"" help:"Folder of the newer run's reports." placeholder:"NEW"`
	As     string  `help:"Form of what is printed: text, markdown or html." enum:"text,markdown,html" default:"text"`
	Slower float64 `help:"Share by which a call must have slowed down to be told; negative tells none." default:"0.5"`
}

// Help is printed below the flags' summary.
func (compareCommand) Help() string {
	return `Examples:

  extconf compare reports/runs/20260131t080000abcd reports/latest
      what fails now and did not before, and the other way round
  extconf compare --as=markdown last-release/ reports/latest
      the same for a pull request or a chat message

The exit status is 1 where something newly fails or is no longer exercised.`
}

func (c *compareCommand) Run(out io.Writer) error {
	old, err := reports.Load(c.Old)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Old, err)
	}
	now, err := reports.Load(c.New)
	if err != nil {
		return fmt.Errorf("%s: %w", c.New, err)
	}
	comparison := reports.Compare(old, now, reports.CompareOptions{Slower: c.Slower})
	write := map[string]func(io.Writer) error{"text": comparison.Text, "markdown": comparison.Markdown, "html": comparison.HTML}[c.As]
	if err := write(out); err != nil {
		return err
	}
	if comparison.Worse() {
		return exit(1)
	}
	return nil
}
