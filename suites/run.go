// Package suites runs the conformance suites against a target, from any Go
// program or test, and returns a report.
package suites

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/extensions/globals"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/suites/kit"
)

// suiteName is what Ginkgo calls the suite.
const suiteName = "extconf"

// one holds Ginkgo, which is global, for one run at a time.
var one sync.Mutex

// initTesting prepares the flags of testing, which Ginkgo asks for in a program
// that is no test.
var initTesting = sync.OnceFunc(func() {
	if !testing.Testing() {
		testing.Init()
		_ = flag.CommandLine.Parse(nil)
	}
})

// Run judges a target and returns what came of it. The report is there also
// where nothing could be judged; the error then says why, and is a [Usage]
// where whoever configured the run can mend it. Runs in one process wait for
// each other. Cancelling the context ends the run as Ctrl-C does.
func Run(ctx context.Context, c Config) (*reports.Report, error) {
	one.Lock()
	defer one.Unlock()
	initTesting()
	r, err := aim(c)
	defer r.shut()
	if err == nil {
		r.approach(ctx)
		err = r.readRules()
	}
	if err != nil {
		return r.unjudged(err)
	}
	if r.DryRun {
		return r.dryRun()
	}
	r.announce(r.Out)
	if r.Procs > 1 {
		return r.parallel(ctx)
	}
	if err := r.begin(); err != nil {
		return r.unjudged(err)
	}
	if err := r.open(1); err != nil {
		return r.unjudged(err)
	}
	if err := r.preflight(ctx); err != nil {
		return r.unjudged(err)
	}
	globals.Reset()
	suiteConfig, reporterConfig := types.NewDefaultSuiteConfig(), types.NewDefaultReporterConfig()
	r.configure(&suiteConfig, &reporterConfig)
	defer quiet(r.Verbose, r.Out)()
	return r.specs(ctx, ignored{}, &suiteConfig, &reporterConfig)
}

// specs runs the specs in this process and makes the report of them.
func (r *run) specs(ctx context.Context, t ginkgo.GinkgoTestingT, suite *types.SuiteConfig, reporter *types.ReporterConfig) (*reports.Report, error) {
	var report *reports.Report
	var failed error
	finished := false
	if err := r.keepShard(suite, reporter); err != nil {
		return r.unjudged(err)
	}
	defer r.oneProcessor()()
	register(r.api, r.Extra)
	ginkgo.ReportAfterSuite("reports", func(g ginkgo.Report) {
		report, failed = r.finish(g)
		finished = true
	})
	ended := make(chan struct{})
	defer close(ended)
	closed := make(chan os.Signal, 1) // the terminal; Ginkgo sees to the other signals
	signal.Notify(closed, syscall.SIGHUP)
	defer signal.Stop(closed)
	go func() {
		select {
		case <-ctx.Done():
			interrupt()
		case <-closed:
			interrupt()
		case <-ended:
		}
	}()
	ginkgo.RunSpecs(t, suiteName, *suite, *reporter)
	if r.Verbose && report != nil { // the last line is the verdict, also behind Ginkgo's own
		fmt.Fprintln(r.Out, report.Verdict.Line())
	}
	if !finished && suite.ParallelProcess == 1 {
		return r.unjudged(errors.New("the run ended without a report"))
	}
	return report, failed
}

// ignored is told by Ginkgo that a spec failed; the report knows better.
type ignored struct{}

func (ignored) Fail() {}

// configure sets what Ginkgo must know of this run.
func (r *run) configure(suite *types.SuiteConfig, reporter *types.ReporterConfig) {
	suite.LabelFilter = r.LabelFilter
	if len(r.Only) > 0 {
		suite.FocusStrings = only(r.Only)
	}
	suite.RandomSeed = r.Seed
	suite.RandomizeAllSpecs = r.RandomizeAll
	suite.Timeout = r.Timeout
	suite.GracePeriod = r.grace()
	reporter.NoColor = !r.Colour
	reporter.Succinct = !r.Verbose
	reporter.Verbose = r.Verbose
}

// quiet keeps Ginkgo's own words back, unless they are wanted, until the
// returned function is called.
func quiet(verbose bool, out io.Writer) (restore func()) {
	former := formatter.ColorableStdOut
	formatter.ColorableStdOut = io.Discard
	if verbose {
		formatter.ColorableStdOut = out
	}
	return func() { formatter.ColorableStdOut = former }
}

// begin leaves reports that tell the truth should this process be killed.
func (r *run) begin() error {
	if err := startLedger(r.Reports, r.RunID, r.target.Base); err != nil {
		return err
	}
	if r.NoArtefacts {
		return nil
	}
	return reports.Begin(r.Reports, r.meta())
}

// finish accounts for the run: what was left behind, the verdict, the files.
func (r *run) finish(g types.Report) (*reports.Report, error) {
	m := r.meta()
	m.Leftovers = r.leftovers()
	report := reports.Collect(g, m)
	return report, r.write(report)
}

// write writes the artefacts and prints the verdict last.
func (r *run) write(report *reports.Report) error {
	var failed error
	if !r.NoArtefacts {
		failed = r.artefacts(report)
	}
	return errors.Join(failed, r.print(report))
}

// print prints the end of the run; where a secret got into it, the verdict alone.
func (r *run) print(report *reports.Report) error {
	if len(report.Leaks) > 0 {
		_, err := fmt.Fprintln(r.Out, report.Verdict.Line())
		return err
	}
	return report.Print(r.Out, r.Colour)
}

// unjudged reports that, and why, nothing could be judged.
func (r *run) unjudged(why error) (*reports.Report, error) {
	var usage Usage
	if !errors.As(why, &usage) {
		why = fmt.Errorf("the suite could not run: %w", why)
	}
	report := reports.Unjudged(r.meta(), r.redactor.Text(why.Error()))
	_ = r.write(report)
	return report, why
}

// leftovers asks the target what this run left behind, and tries once more to
// delete it.
func (r *run) leftovers() reports.Leftovers {
	patience := r.profile.Patience
	ctx, cancel := context.WithTimeout(context.Background(), patience.Request+patience.Consistency)
	defer cancel()
	out, err := kit.ReadLedger(r.Reports)
	if err != nil {
		return reports.Leftovers{}
	}
	swept, err := sweepPatiently(ctx, r.api, out)
	left := reports.Leftovers{Verified: err == nil}
	if err != nil {
		left.Open = len(out.Unknown)
	}
	for _, s := range swept.Left {
		left.Left = append(left.Left, reports.Leftover{ID: s.ID, Name: s.Name, Command: r.deletion(s.ID)})
	}
	if len(left.Left)+left.Open > 0 && !r.target.InProcess {
		left.Sweep = "extconf sweep --reports=" + reports.ShellWord(r.Reports)
	}
	return left
}

// sweepPatiently sweeps until as much was found as may be there, or the target
// had its time: a create whose answer never came may yet be done, or listed late.
func sweepPatiently(ctx context.Context, api *kit.API, out kit.Outstanding) (kit.Swept, error) {
	patience := api.Profile().Patience
	swept, err := api.Sweep(ctx, out)
	for late := time.Now().Add(patience.Consistency); len(out.Unknown) > len(swept.Found) && err == nil && time.Now().Before(late); {
		time.Sleep(patience.Poll)
		var more kit.Swept
		more, err = api.Sweep(ctx, out)
		swept.Found, swept.Left = append(swept.Found, more.Found...), more.Left
	}
	return swept, err
}

// deletion is the command that deletes an extension by hand.
func (r *run) deletion(id string) string {
	return fmt.Sprintf(`curl -X DELETE -H "Authorization: ApiKey $EXTCONF_API_KEY" '%s/deployments/extensions/%s'`, r.target.Base, id)
}
