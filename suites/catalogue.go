package suites

import (
	"io"
	"slices"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/extensions/globals"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/extconf/extconf/reports"
)

// preview is Ginkgo's report of the specs that a run would select.
func (r *run) preview() types.Report {
	globals.Reset()
	initTesting()
	register(r.api)
	suite, reporter := types.NewDefaultSuiteConfig(), types.NewDefaultReporterConfig()
	r.configure(&suite, &reporter)
	return ginkgo.PreviewSpecs("extconf", suite, reporter)
}

// SpecsByRequirement lists the names of the specs that exercise each
// requirement, by its id.
func SpecsByRequirement() (map[string][]string, error) {
	one.Lock()
	defer one.Unlock()
	c := Defaults()
	c.Out = io.Discard
	r, err := prepare(c)
	defer r.shut()
	if err != nil {
		return nil, err
	}
	r.inert()
	of := map[string][]string{}
	for _, s := range r.preview().SpecReports {
		for _, label := range s.Labels() {
			if _, ok := r.api.Catalogue.Get(label); ok && !slices.Contains(of[label], s.FullText()) {
				of[label] = append(of[label], s.FullText())
			}
		}
	}
	return of, nil
}

// dryRun reports what a run would exercise, and what not and why, and sends
// nothing.
func (r *run) dryRun() (*reports.Report, error) {
	r.inert()
	report := reports.Collect(r.preview(), r.meta())
	return report, r.write(report)
}
