package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/suites"
	"github.com/extconf/extconf/suites/prove"
)

type proveCommand struct {
	Full     bool    `help:"Let every fault meet the whole suite, and every variant several orders."`
	Isolate  bool    `help:"Give each case a process of its own."`
	Only     string  `help:"Prove only what is called so, or is of these areas; commas between patterns." placeholder:"GLOB"`
	Procs    int     `help:"Processes that run at once. Default: one for each processor."`
	Seeds    []int64 `help:"Seeds of the orders that each variant is judged in. Default: 1; with --full 1,2,3." placeholder:"N,…"`
	Contract string  `help:"Judge by another OpenAPI document, and break that." placeholder:"FILE"`
	Reports  string  `help:"Folder of the proof." default:"reports/latest" placeholder:"DIR"`
	Readme   string  `help:"Keep the table of counts in this file current." placeholder:"FILE"`
}

// Help is printed below the flags' summary.
func (proveCommand) Help() string {
	return `Examples:

  extconf prove
      lets every fault, every broken constraint and every legal variant meet the suite
  extconf prove --only='create-*,transport'
      only those faults and areas
  extconf prove --full --isolate
      the whole suite each time, in a new process each time

The exit status is 0 if all that is wrong was caught and nothing else was, 1 if
not, 3 for a flag that cannot be used or a proof that was interrupted, 4 if the
proof could not be made.`
}

func (c *proveCommand) Run(out io.Writer) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if c.Readme != "" && c.Only != "" {
		return fmt.Errorf("only a proof of everything belongs into %s; leave --only out", c.Readme)
	}
	terminal := isTerminal(out)
	proof, err := prove.Run(ctx, prove.Options{
		Full: c.Full, Isolate: c.Isolate, Only: c.Only, Procs: c.Procs, Seeds: c.Seeds, Contract: c.Contract,
		Progress: func(done, total int, one reports.ProofCase) {
			if terminal {
				fmt.Fprintf(out, "\r%d of %d ", done, total)
			}
			if one.Outcome != reports.Caught && one.Outcome != reports.Accepted {
				fmt.Fprintf(out, "%s: %s %s (violates %v): %s\n", one.Outcome, one.Kind, one.Name, one.Violates, one.Reason)
			}
		},
	})
	if err == nil {
		err = c.write(proof)
	}
	var usage suites.Usage
	switch {
	case errors.As(err, &usage), ctx.Err() != nil:
		return err
	case err != nil:
		fmt.Fprintln(out, "extconf:", err)
		return exit(defect)
	}
	proof.Print(out)
	if !proof.Holds() {
		return exit(1)
	}
	return nil
}

func (c *proveCommand) write(proof *reports.Proof) error {
	if err := reports.WriteProof(c.Reports, proof); err != nil {
		return suites.Usage{Err: err}
	}
	if c.Readme == "" {
		return nil
	}
	if err := reports.UpdateReadme(c.Readme, proof); err != nil {
		return suites.Usage{Err: err}
	}
	return nil
}
