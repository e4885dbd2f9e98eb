package suites

import (
	"context"
	"flag"
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/extconf/extconf/reports"
)

// Parse completes a configuration from flags, as `extconf run` has them, and
// from the EXTCONF_ variables of those that are not given.
func Parse(args []string) (Config, error) {
	IgnoreEmptyVariables()
	c := Defaults()
	parser, err := kong.New(&c, kong.Name("extconf run"), kong.DefaultEnvars("EXTCONF"), kong.Exit(func(int) {}))
	if err != nil {
		return c, err
	}
	if _, err := parser.Parse(args); err != nil {
		return c, Usage{err}
	}
	return c, nil
}

// work is one of the processes of a parallel run.
func work() int {
	testing.Init()
	flag.Parse()
	// Ginkgo starts it where the binary lies; files are named from elsewhere.
	if err := os.Chdir(os.Getenv(dirVariable)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 4
	}
	c, err := Parse(nil)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 3
	}
	c.RunID, c.Alone = os.Getenv(runVariable), true
	if _, err := RunInGinkgo(c, ignored{}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 4
	}
	return 0
}

// RunInGinkgo runs the suites in a process that Ginkgo's command or go test
// started, which bring their own flags: --ginkgo.* wins over the configuration
// for what Ginkgo decides. Process 1 writes the reports and returns the report;
// the others return nil.
func RunInGinkgo(c Config, t ginkgo.GinkgoTestingT) (*reports.Report, error) {
	one.Lock()
	defer one.Unlock()
	suite, reporter := ginkgo.GinkgoConfiguration()
	worker := os.Getenv(roleVariable) == roleWorker
	if c.RunID == "" { // the seed is what the processes of a run share
		c.RunID = fmt.Sprintf("%st%d", time.Unix(suite.RandomSeed, 0).UTC().Format("20060102"), suite.RandomSeed%1e6)
	}
	c.Seed, c.Procs = suite.RandomSeed, suite.ParallelTotal
	r, err := prepare(c)
	defer r.shut()
	if err == nil && suite.FlakeAttempts > 1 {
		err = usagef("flake-attempts must not be used: a promise that is kept only sometimes is broken")
	}
	if err != nil {
		return r.unjudged(err)
	}
	first := suite.ParallelProcess == 1
	if first && !worker {
		if err := r.begin(); err != nil {
			return r.unjudged(err)
		}
	}
	if err := r.open(suite.ParallelProcess); err != nil {
		return r.unjudged(err)
	}
	if first && !worker {
		if err := r.preflight(context.Background()); err != nil {
			return r.unjudged(err)
		}
	}
	r.ginkgoOwn(&suite)
	return r.specs(context.Background(), t, &suite, &reporter)
}

// ginkgoOwn leaves to Ginkgo's flags what they say, and sets the rest.
func (r *run) ginkgoOwn(suite *types.SuiteConfig) {
	if suite.LabelFilter == "" {
		suite.LabelFilter = r.LabelFilter
	}
	r.LabelFilter = suite.LabelFilter
	suite.RandomizeAllSpecs = suite.RandomizeAllSpecs || r.RandomizeAll
	suite.GracePeriod = r.grace()
}

// grace is how long a spec that is cut short has for its clean-up.
func (r *run) grace() time.Duration { return r.profile.Patience.Request + 5*time.Second }

// interrupt ends the specs of this process as Ctrl-C would.
func interrupt() { _ = syscall.Kill(os.Getpid(), syscall.SIGINT) }
