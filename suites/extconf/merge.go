package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/extconf/extconf/reports"
)

type mergeCommand struct {
	Dirs    []string      `arg:"" help:"Folders of the runs' reports." placeholder:"DIR"`
	Reports string        `help:"Folder of the joined reports." default:"reports/latest" placeholder:"DIR"`
	Wait    time.Duration `help:"How long to wait for reports that are still being made."`
	Force   bool          `help:"Join also what was judged by different contracts, suites or gates."`
	As      string        `help:"Form in which several targets are printed: text, markdown, html or json." enum:"text,markdown,html,json" default:"text"`
}

// Help is printed below the flags' summary.
func (mergeCommand) Help() string {
	return `Examples:

  extconf merge --reports=reports/latest shards/1 shards/2 shards/3
      joins the shards of one run into one verdict, with all reports
  extconf merge --as=markdown staging/ canary/ production/
      one table: requirements by targets; shards are joined first

Shards become one run, as if it had never been divided. Several targets or
releases become a table, which is also written to the folder of the reports. The
exit status is that of the worst verdict.`
}

func (c *mergeCommand) Run(out io.Writer) error {
	var all []*reports.Report
	deadline := time.Now().Add(c.Wait)
	for _, dir := range c.Dirs {
		for !isReported(dir) && time.Now().Before(deadline) {
			time.Sleep(time.Second)
		}
		r, err := reports.Load(dir)
		if err != nil {
			return fmt.Errorf("%s: %w", dir, err)
		}
		all = append(all, r)
	}
	joined, err := reports.Join(all, reports.MergeOptions{Force: c.Force})
	if err != nil {
		return err
	}
	if len(joined) == 1 {
		if err := reports.WriteAll(c.Reports, joined[0], reports.NewRedactor()); err != nil {
			return err
		}
		if err := joined[0].Print(out, isTerminal(out)); err != nil {
			return err
		}
		return statusOf(joined[0].Verdict.Status)
	}
	table, err := reports.NewTable(joined, reports.TableOptions{Force: c.Force})
	if err != nil {
		return err
	}
	return showTable(out, c.Reports, c.As, table)
}

// isReported says that a run has written its report: each file appears whole.
func isReported(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, reports.ReportFile))
	return err == nil
}

// showTable writes a table to a folder and prints it in one form; the status is
// that of the worst verdict.
func showTable(out io.Writer, dir, as string, table *reports.Table) error {
	if err := writeTable(dir, table); err != nil {
		return err
	}
	write := map[string]func(io.Writer) error{"text": table.Text, "markdown": table.Markdown, "html": table.HTML, "json": table.JSON}[as]
	if err := write(out); err != nil {
		return err
	}
	return statusOf(table.Verdict.Status())
}

// writeTable leaves a table in all its forms in a folder.
func writeTable(dir string, table *reports.Table) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("the table cannot be written: %w", err)
	}
	for name, write := range map[string]func(io.Writer) error{"table.json": table.JSON, "table.html": table.HTML, "table.md": table.Markdown} {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			return fmt.Errorf("the table cannot be written: %w", err)
		}
		err = write(f)
		if worse := f.Close(); err == nil {
			err = worse
		}
		if err != nil {
			return fmt.Errorf("the table cannot be written: %w", err)
		}
	}
	return nil
}
