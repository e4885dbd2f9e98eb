package suites

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/extconf/extconf/specs"
	"github.com/extconf/extconf/suites/kit"
)

// Sweep deletes what former runs left on their target, as their ledgers in the
// folder of the reports tell, and returns how many are left all the same. The
// target is that of the ledgers unless the configuration names one. With
// DryRun it only shows what it would delete.
func Sweep(ctx context.Context, c Config) (left int, err error) {
	files, err := filepath.Glob(filepath.Join(c.Reports, "ledger*.jsonl"))
	if err != nil {
		return 0, err
	}
	var errs []error
	seen := 0
	for _, file := range files {
		out, err := kit.ReadLedgerFile(file)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if len(out.IDs)+len(out.Unknown) == 0 || out.Target == kit.EmbeddedURL {
			continue // nothing open, or in a mock that ended with its run
		}
		seen++
		n, err := sweepOne(ctx, c, file, out)
		left += n
		errs = append(errs, err)
	}
	if seen == 0 {
		fmt.Fprintf(c.Out, "no ledger in %s has anything outstanding\n", c.Reports)
	}
	return left, errors.Join(errs...)
}

func sweepOne(ctx context.Context, c Config, file string, out kit.Outstanding) (left int, err error) {
	if c.Target == "" {
		c.Target = out.Target
	}
	r, err := prepare(c)
	defer r.shut()
	if err != nil {
		return 0, err
	}
	ledger, err := kit.OpenLedgerFile(file)
	if err != nil {
		return 0, err
	}
	defer ledger.Close()
	api := &kit.API{
		Target: r.target, Contract: r.contract, Catalogue: specs.Requirements(), Gate: r.gate,
		Redactor: r.redactor, Ledger: ledger, RunID: out.Run,
	}
	found, err := api.Leftovers(ctx, out)
	if err != nil {
		return len(out.IDs), err
	}
	for _, e := range found {
		fmt.Fprintf(c.Out, "%s %s, of run %s\n", e.ID, e.Name, out.Run)
	}
	if c.DryRun {
		return 0, nil
	}
	swept, err := api.Sweep(ctx, out)
	for _, e := range swept.Left {
		fmt.Fprintf(c.Out, "%s could not be deleted: %s; %s\n", e.ID, e.Why, r.deletion(e.ID))
	}
	fmt.Fprintf(c.Out, "run %s: deleted %d, left behind: %d\n", out.Run, len(swept.Found)-len(swept.Left), len(swept.Left))
	if err == nil && len(swept.Left) == 0 {
		err = os.Remove(file)
	}
	return len(swept.Left), err
}
