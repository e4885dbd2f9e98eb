package suites

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/extconf/extconf/specs"
	"github.com/extconf/extconf/suites/kit"
)

// Sweep deletes what former runs left on their target, as their ledgers in the
// folder of the reports tell, and returns how many are left all the same. The
// target is that of the ledgers unless the configuration names one. With
// DryRun it only shows what it would delete.
func Sweep(ctx context.Context, c Config) (left int, err error) {
	if err := c.check(); err != nil {
		return 0, err
	}
	if _, err := os.Stat(c.Reports); err != nil {
		return 0, usagef("reports %q cannot be read: %s", c.Reports, err)
	}
	files, err := filepath.Glob(filepath.Join(c.Reports, "ledger*.jsonl"))
	if err != nil {
		return 0, err
	}
	var errs errorList
	seen := 0
	for _, file := range files {
		out, err := kit.ReadLedgerFile(file)
		if err != nil {
			errs.add(err)
			continue
		}
		if len(out.IDs)+len(out.Unknown) == 0 || out.Target == kit.EmbeddedURL {
			continue // nothing open, or in a mock that ended with its run
		}
		seen++
		n, err := sweepOne(ctx, c, file, out)
		left += n
		errs.add(err)
	}
	if seen == 0 {
		fmt.Fprintf(c.Out, "no ledger in %s has anything outstanding\n", c.Reports)
	}
	return left, errors.Join(errs...)
}

// errorList holds each error once, however many ledgers it keeps from being swept.
type errorList []error

func (l *errorList) add(err error) {
	if err != nil && !slices.ContainsFunc(*l, func(other error) bool { return other.Error() == err.Error() }) {
		*l = append(*l, err)
	}
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
	if out.Target != r.target.Base { // where the run left nothing, nothing would be found, and the ledger be closed
		return 0, usagef("%s is of a run against %s, not %s: leave --target out", file, out.Target, r.target.Base)
	}
	ledger, err := kit.OpenLedgerFile(file)
	if err != nil {
		return 0, err
	}
	defer ledger.Close()
	if err := ledger.Claim(); err != nil {
		return 0, fmt.Errorf("%s is not swept: %w", file, err)
	}
	if out, err = kit.ReadLedgerFile(file); err != nil { // all that the run wrote
		return 0, err
	}
	api := &kit.API{
		Target: r.target, Contract: r.contract, Catalogue: specs.Requirements(), Gate: r.gate,
		Redactor: r.redactor, Ledger: ledger, RunID: out.Run,
	}
	found, err := api.Leftovers(ctx, out)
	for _, e := range found {
		fmt.Fprintf(c.Out, "%s %s, of run %s\n", e.ID, e.Name, out.Run)
	}
	if c.DryRun {
		return 0, err
	}
	swept, err := sweepPatiently(ctx, api, out)
	for _, e := range swept.Left {
		fmt.Fprintf(c.Out, "%s could not be deleted: %s; %s\n", e.ID, e.Why, r.deletion(e.ID))
	}
	fmt.Fprintf(c.Out, "run %s: deleted %d, left behind: %s\n", out.Run, len(swept.Found)-len(swept.Left), atLeast(len(swept.Left), err))
	if err == nil && len(swept.Left) == 0 { // it stays to be read, and is no longer swept
		err = os.Rename(file, filepath.Join(filepath.Dir(file), "swept-"+out.Run+".jsonl"))
	}
	return len(swept.Left), err
}

// atLeast is how many are left, as far as that could be found out.
func atLeast(n int, err error) string {
	if err != nil {
		return fmt.Sprintf("unknown, at least %d", n)
	}
	return fmt.Sprint(n)
}
