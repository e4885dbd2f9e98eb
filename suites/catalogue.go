package suites

import (
	"io"
	"os"
	"slices"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/extensions/globals"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/extconf/extconf/reports"
)

// preview is Ginkgo's report of the specs that a run would select.
func (r *run) preview() (types.Report, error) {
	initTesting()
	suite, reporter := types.NewDefaultSuiteConfig(), types.NewDefaultReporterConfig()
	r.configure(&suite, &reporter)
	if err := r.keepShard(&suite, &reporter); err != nil {
		return types.Report{}, err
	}
	return r.previewOf(&suite, &reporter), nil
}

// previewOf leaves Ginkgo without any spec: a tree that was previewed has lost
// its outermost BeforeEach, and cannot be run.
func (r *run) previewOf(suite *types.SuiteConfig, reporter *types.ReporterConfig) types.Report {
	globals.Reset()
	defer globals.Reset()
	register(r.api, r.Extra)
	return ginkgo.PreviewSpecs(suiteName, *suite, *reporter)
}

// SpecsByRequirement lists the names of the specs that exercise each
// requirement, by its id; under "" stand those that exercise none.
func SpecsByRequirement() (map[string][]string, error) {
	one.Lock()
	defer one.Unlock()
	c := Defaults()
	c.Out, c.Reports = io.Discard, os.TempDir() // where nothing is written
	r, err := prepare(c)
	defer r.shut()
	if err != nil {
		return nil, err
	}
	r.inert()
	preview, err := r.preview()
	if err != nil {
		return nil, err
	}
	of := map[string][]string{}
	for _, s := range preview.SpecReports {
		none := s.LeafNodeType.Is(types.NodeTypeIt)
		for _, label := range s.Labels() {
			if _, ok := r.api.Catalogue.Get(label); ok {
				none = false
				if !slices.Contains(of[label], s.FullText()) {
					of[label] = append(of[label], s.FullText())
				}
			}
		}
		if none {
			of[""] = append(of[""], s.FullText())
		}
	}
	return of, nil
}

// dryRun reports what a run would exercise, and what not and why, and sends
// nothing.
func (r *run) dryRun() (*reports.Report, error) {
	r.inert()
	preview, err := r.preview()
	if err != nil {
		return r.unjudged(err)
	}
	report := reports.Collect(preview, r.meta())
	return report, r.write(report)
}
