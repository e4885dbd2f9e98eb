package suites

import "github.com/extconf/extconf/reports"

// artefacts compares with the baseline, where there is one, and writes the files.
func (r *run) artefacts(report *reports.Report) error {
	if r.Baseline != "" {
		former, err := reports.Load(r.Baseline)
		if err != nil {
			return usagef("baseline %q cannot be read: %s", r.Baseline, err)
		}
		report.Comparison = reports.Compare(former, report, reports.CompareOptions{})
	}
	return reports.WriteAll(r.Reports, report, r.redactor)
}
