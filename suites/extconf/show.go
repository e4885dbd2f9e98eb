package main

import (
	"fmt"
	"io"

	"github.com/extconf/extconf/reports"
)

type showCommand struct {
	Dir string `arg:"" optional:"" help:"Folder of the run's reports." default:"reports/latest" placeholder:"DIR"`
	As  string `help:"Form: text, markdown, annotations (of GitHub) or outputs (of a step: verdict, status and counts)." enum:"text,markdown,annotations,outputs" default:"text"`
}

// Help is printed below the flags' summary.
func (showCommand) Help() string {
	return `Examples:

  extconf show
      prints the end of the last run again; the exit status is that of its verdict
  extconf show --as=markdown >> "$GITHUB_STEP_SUMMARY"
      as the summary of a job
  extconf show --as=annotations
      one annotation for each broken promise
  extconf show --as=outputs >> "$GITHUB_OUTPUT"
      as outputs of a step`
}

func (c *showCommand) Run(out io.Writer) error {
	r, err := reports.Load(c.Dir)
	if err != nil {
		return err
	}
	switch c.As {
	case "markdown":
		return r.Summary(out)
	case "annotations":
		return r.Annotations(out)
	case "outputs":
		return outputs(out, r)
	}
	if err := r.Print(out, isTerminal(out)); err != nil {
		return err
	}
	return statusOf(r.Verdict.Status)
}

// outputs writes lines of NAME=VALUE.
func outputs(out io.Writer, r *reports.Report) error {
	c := r.Counts.Requirements
	_, err := fmt.Fprintf(out, "verdict=%s\nstatus=%d\nrun=%s\npassed=%d\nfailed=%d\nwaived=%d\nnot-exercised=%d\nreport=%s\n",
		r.Verdict.Word, r.Verdict.Status, r.Run.ID, c.Passed, c.Failed, c.Waived, c.NotExercised, r.Dir)
	return err
}
