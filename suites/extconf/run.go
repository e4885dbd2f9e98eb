package main

import (
	"context"
	"io"
	"os"

	"github.com/extconf/extconf/suites"
)

type runCommand struct {
	suites.Config
}

// Help is printed below the flags' summary.
func (runCommand) Help() string {
	return `Examples:

  extconf run
      judges the embedded mock; needs no key and no network
  EXTCONF_API_KEY=… extconf run --target=https://host/api/v1 --profile=staging --advertise=ci.example.org:8099
      judges a shared system that reaches this machine at that address
  extconf run --target=http://127.0.0.1:8391/api/v1 --procs=4
      judges the mock that "extconf mock" serves, in four processes
  extconf run --label-filter='create && MUST'
      exercises only what must hold of create

Every flag can be set by a variable: --label-filter by EXTCONF_LABEL_FILTER.
Credentials have no flag: see the profile, fixtures/targets.`
}

func (c *runCommand) Run(out io.Writer) error {
	c.Out, c.Alone = out, true
	c.Colour = isTerminal(out)
	report, err := suites.Run(context.Background(), c.Config)
	if report != nil && suites.Status(report) != 0 {
		return exit(suites.Status(report))
	}
	return err
}

// isTerminal says whether output goes to a person who wants colours.
func isTerminal(out io.Writer) bool {
	f, ok := out.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
