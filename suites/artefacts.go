package suites

import "github.com/extconf/extconf/reports"

// artefacts compares with the baseline, where there is one, and writes the files.
func (r *run) artefacts(report *reports.Report) error {
	if r.baseline != nil {
		report.Comparison = reports.Compare(r.baseline, report, reports.CompareOptions{})
	}
	return reports.WriteAll(r.Reports, report, r.redactor)
}
