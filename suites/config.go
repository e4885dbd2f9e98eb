package suites

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/extconf/extconf/fixtures/targets"
	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/suites/kit"
)

// Config is what a run needs to know. Its zero value, completed by [Defaults],
// judges the embedded mock. The tags are those of the command's flags; every
// flag has a variable, EXTCONF_ and its name in capitals. Credentials are no
// part of it: they come from the variables that the profile names.
type Config struct {
	Target       string        `help:"Base URL of the API, such as https://host/api/v1. Without it the embedded mock is judged." placeholder:"URL"`
	Profile      string        `help:"Shipped profile or file: credentials, stimuli, patience. Default: mock for the mock and for loopback targets without EXTCONF_API_KEY, else staging." placeholder:"NAME|FILE"`
	Contract     string        `help:"Judge by another OpenAPI document." placeholder:"FILE"`
	Gate         string        `help:"Policy that decides the verdict. Default: the shipped one." placeholder:"FILE"`
	Baseline     string        `help:"Folder of a former run's reports to compare with." placeholder:"DIR"`
	LabelFilter  string        `help:"Run only specs with these labels: requirement ids, operations, MUST, SHOULD, pattern-a, pattern-b." placeholder:"EXPR"`
	Shard        string        `help:"Run one part of several, such as 2/5; /5 takes the part from JOB_COMPLETION_INDEX, as Kubernetes counts." placeholder:"N/OF"`
	Timings      string        `help:"Folder of a former run's reports, by whose durations shards are balanced. Default: the baseline's, else by count." placeholder:"DIR"`
	Procs        int           `help:"Processes that run specs in parallel." default:"1"`
	Reports      string        `help:"Folder of the reports." default:"reports/latest" placeholder:"DIR"`
	CA           string        `name:"ca" help:"CA of the target, in PEM form." placeholder:"FILE"`
	ArchiveURL   string        `name:"archive-url" help:"An archive that the target can download, where it cannot reach the suite." placeholder:"URL"`
	ArchiveSize  int64         `help:"Size of that archive in bytes, where known."`
	Advertise    string        `help:"Address under which the target reaches the suite's archive host." placeholder:"URL|HOST[:PORT]"`
	DryRun       bool          `help:"List what would be exercised, and what not and why; send nothing."`
	ReadOnly     bool          `help:"Exercise only what needs no writes."`
	Seed         int64         `help:"Seed of order and generated values; 0 takes the time."`
	RandomizeAll bool          `help:"Run the specs in random order."`
	Timeout      time.Duration `help:"Limit of the whole run." default:"1h"`
	Verbose      bool          `short:"v" help:"Show Ginkgo's own progress."`

	// Only names the specs to run, as reports do; nil runs all.
	Only []string `kong:"-"`
	// Handler answers in process instead of the network or the mock.
	Handler http.Handler `kong:"-"`
	// TargetProfile replaces Profile, for profiles that are no files.
	TargetProfile *targets.Profile `kong:"-"`
	// Extra registers specs of the program's own beside the suite's.
	Extra func(*kit.API) `kong:"-"`
	// Out takes what is printed; default os.Stdout.
	Out io.Writer `kong:"-"`
	// Colour allows colours in what is printed.
	Colour bool `kong:"-"`
	// RunID names the run; default: made of the time and chance.
	RunID string `kong:"-"`
	// NoArtefacts leaves the reports unwritten but for the ledger: only what
	// Run returns counts.
	NoArtefacts bool `kong:"-"`
	// Alone says that the process does nothing else, and can do with one
	// processor while specs run.
	Alone bool `kong:"-"`
}

// Defaults is the configuration of `extconf run` without any flag.
func Defaults() Config {
	return Config{Procs: 1, Reports: "reports/latest", Timeout: time.Hour, Out: os.Stdout}
}

// IgnoreEmptyVariables takes the EXTCONF_ variables that are empty for unset:
// pipelines pass on inputs that nobody has given.
func IgnoreEmptyVariables() {
	for _, v := range os.Environ() {
		if name, value, _ := strings.Cut(v, "="); value == "" && strings.HasPrefix(name, "EXTCONF_") {
			_ = os.Unsetenv(name)
		}
	}
}

// Usage is an error of whoever configured the run: nothing can be judged, and
// one line says what to change.
type Usage struct{ Err error }

func (u Usage) Error() string { return u.Err.Error() }
func (u Usage) Unwrap() error { return u.Err }

func usagef(format string, args ...any) error { return Usage{fmt.Errorf(format, args...)} }

// check refuses what cannot work before anything is sent.
func (c *Config) check() error {
	if c.Target != "" {
		if err := targets.CheckURL("target", c.Target); err != nil {
			return Usage{err}
		}
	}
	if c.ArchiveURL != "" {
		if err := targets.CheckURL("archive-url", c.ArchiveURL); err != nil {
			return Usage{err}
		}
	}
	if _, err := types.ParseLabelFilter(c.LabelFilter); err != nil {
		return usagef("label-filter %q cannot be read; write labels with &&, ||, ! and brackets, such as 'create && MUST'", c.LabelFilter)
	}
	switch {
	case c.Procs < 1:
		return usagef("procs is %d; it must be at least 1", c.Procs)
	case c.Timeout <= 0:
		return usagef("timeout is %s; it must be more than nothing", c.Timeout)
	case c.ArchiveSize < 0:
		return usagef("archive-size is %d; it must not be negative", c.ArchiveSize)
	case c.Target != "" && c.Handler != nil:
		return errors.New("a target in process has no URL: set Handler or Target, not both")
	case c.Reports == "":
		return usagef("reports is empty; name the folder of the reports")
	}
	return nil
}

// profile loads the profile that holds for this run, with the flags that win
// over it.
func (c *Config) profile() (*targets.Profile, error) {
	p := c.TargetProfile
	if p == nil {
		name := c.Profile
		if name == "" {
			name = "mock"
			if c.Target != "" && (!isLoopback(c.Target) || os.Getenv("EXTCONF_API_KEY") != "") {
				name = "staging"
			}
		}
		var err error
		if p, err = targets.Load(name); err != nil {
			return nil, Usage{err}
		}
	}
	own := *p
	if c.Target != "" {
		own.Target = c.Target
	}
	if c.Handler != nil {
		own.Target = ""
	}
	if c.ArchiveURL != "" {
		own.Archives.URL, own.Archives.Size = c.ArchiveURL, c.ArchiveSize
	}
	if c.Advertise != "" {
		own.Archives.Advertise = c.Advertise
	}
	return &own, nil
}

func isLoopback(rawURL string) bool {
	u, err := url.Parse(rawURL)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// rerunFlags are the flags that another run needs to judge the same target.
func (c *Config) rerunFlags() string {
	var flags []string
	add := func(name, value string) {
		if value != "" {
			flags = append(flags, "--"+name+"="+reports.ShellWord(value))
		}
	}
	add("target", c.Target)
	add("profile", c.Profile)
	add("contract", c.Contract)
	add("gate", c.Gate)
	add("ca", c.CA)
	add("archive-url", c.ArchiveURL)
	if c.ArchiveSize > 0 {
		add("archive-size", strconv.FormatInt(c.ArchiveSize, 10))
	}
	add("advertise", c.Advertise)
	if c.ReadOnly {
		flags = append(flags, "--read-only")
	}
	return strings.Join(flags, " ")
}
