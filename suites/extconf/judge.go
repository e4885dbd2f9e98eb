package main

import (
	"io"

	"github.com/extconf/extconf/suites"
)

type judgeCommand struct {
	Dir      string `arg:"" help:"Folder of the run's reports." placeholder:"DIR"`
	Contract string `help:"Judge by another OpenAPI document." placeholder:"FILE"`
	Gate     string `help:"Policy that says what binds. Default: the shipped one." placeholder:"FILE"`
}

// Help is printed below the flags' summary.
func (judgeCommand) Help() string {
	return `Examples:

  extconf judge reports/latest
      judges the recorded exchanges again by today's contract and rules, offline
  extconf judge --contract=next.openapi.yaml reports/runs/20260131t080000abcd
      would that run have kept the next contract?

The exit status is 0 where nothing that binds is found, 1 where something is.`
}

func (c *judgeCommand) Run(out io.Writer) error {
	judged, err := suites.Rejudge(c.Dir, c.Contract, c.Gate)
	if err != nil {
		return err
	}
	if err := judged.Text(out); err != nil {
		return err
	}
	return statusOf(judged.Status())
}

// statusOf is nil for 0, so that a command can return any status.
func statusOf(status int) error {
	if status == 0 {
		return nil
	}
	return exit(status)
}
