package suites

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/extconf/extconf/suites/kit"
)

// claimed makes sure that no run goes on in a ledger.
func claimed(file string) error {
	l, err := kit.OpenLedgerFile(file)
	if err != nil {
		return err
	}
	defer l.Close()
	return l.Claim()
}

// startLedger opens a run's ledger. One of a former run that still has
// something outstanding is put aside, for a sweep to find.
func startLedger(dir, runID, target string) error {
	file := filepath.Join(dir, kit.LedgerFile)
	former, err := kit.ReadLedger(dir)
	if err != nil {
		return fmt.Errorf("the ledger of the former run cannot be read, put it aside: %w", err)
	}
	if former.Run != "" && former.Run != runID {
		if err := claimed(file); err != nil {
			return Usage{fmt.Errorf("the run %s in %s cannot be put aside: %w", former.Run, dir, err)}
		}
	}
	if former.Run != runID && len(former.IDs)+len(former.Unknown) > 0 {
		err = os.Rename(file, filepath.Join(dir, "ledger-"+former.Run+".jsonl"))
	} else {
		err = os.Remove(file)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the ledger of the former run cannot be put aside: %w", err)
	}
	l, err := kit.OpenLedger(dir)
	if err != nil {
		return err
	}
	defer l.Close()
	return l.Write(kit.LedgerEntry{Event: "run", Run: runID, Target: target})
}
