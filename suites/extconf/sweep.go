package main

import (
	"context"
	"io"

	"github.com/extconf/extconf/suites"
)

type sweepCommand struct {
	suites.Config
}

// Help is printed below the flags' summary.
func (sweepCommand) Help() string {
	return `Examples:

  extconf sweep --target=https://host/api/v1
      shows what the runs in reports/latest left there, and deletes it
  extconf sweep --target=https://host/api/v1 --dry-run
      only shows it

Only what a ledger saw created, or what carries the name of a run that a ledger
knows, is deleted. The exit status is 0 if nothing is left.`
}

func (c *sweepCommand) Run(out io.Writer) error {
	c.Out = out
	left, err := suites.Sweep(context.Background(), c.Config)
	if err == nil && left > 0 {
		return exit(1)
	}
	return err
}
