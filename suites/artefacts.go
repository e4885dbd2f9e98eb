package suites

import (
	"path/filepath"

	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/suites/kit"
)

// artefacts compares with the baseline, where there is one, and writes the files.
// The ledger is searched for secrets with them.
func (r *run) artefacts(report *reports.Report) error {
	if r.baseline != nil {
		report.Comparison = reports.Compare(r.baseline, report, reports.CompareOptions{})
	}
	return reports.WriteAll(r.Reports, report, r.redactor, filepath.Join(r.Reports, kit.LedgerFile))
}
