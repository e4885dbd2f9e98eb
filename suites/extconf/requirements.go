package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/extconf/extconf/specs"
	"github.com/extconf/extconf/suites"
)

type requirementsCommand struct {
	Long bool `help:"Also print statement, source and advice."`
}

// Help is printed below the flags' summary.
func (requirementsCommand) Help() string {
	return `Examples:

  extconf requirements
      one line for each requirement: id, level, operation, how many specs
  extconf requirements --long
      with statement, source, what to look at, and the names of the specs`
}

func (c *requirementsCommand) Run(out io.Writer) error {
	specsOf, err := suites.SpecsByRequirement()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	if !c.Long {
		fmt.Fprintln(w, "REQUIREMENT\tLEVEL\tOPERATION\tSPECS\tSTATEMENT")
	}
	for _, r := range specs.Requirements().Requirements {
		if !c.Long {
			fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\n", r.ID, r.Level, r.Operation, len(specsOf[r.ID]), r.Statement)
			continue
		}
		fmt.Fprintf(w, "%s (%s, %s)\n  %s\n  source: %s\n  look at: %s\n", r.ID, r.Level, r.Operation, r.Statement, r.Source, r.Advice)
		for _, name := range specsOf[r.ID] {
			fmt.Fprintf(w, "  spec: %s\n", name)
		}
		fmt.Fprintln(w)
	}
	return w.Flush()
}
