package suites

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/onsi/ginkgo/v2/ginkgo/command"
	ginkgorun "github.com/onsi/ginkgo/v2/ginkgo/run"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/fixtures/mock"
	"github.com/extconf/extconf/reports"
)

// The variables by which a parallel run tells its processes what they are.
const (
	roleVariable = "EXTCONF_INTERNAL_ROLE"
	runVariable  = "EXTCONF_INTERNAL_RUN"
	dirVariable  = "EXTCONF_INTERNAL_DIR"
	roleCLI      = "ginkgo"
	roleWorker   = "worker"
)

// Reenter is to be called first by a program whose binary runs suites in
// parallel. In the processes of a parallel run it does their work and does not
// return; in all others it returns at once.
func Reenter() {
	if os.Getenv(roleVariable) != "" {
		dieWithParent()
	}
	switch os.Getenv(roleVariable) {
	case roleCLI:
		// Ginkgo's own command runs the processes, merges their reports and
		// handles interrupts; this binary is the suite.
		os.Setenv(roleVariable, roleWorker)
		run := ginkgorun.BuildRunCommand()
		command.Program{Name: "ginkgo", Heading: "ginkgo", DefaultCommand: run, Commands: []command.Command{run}}.RunAndExit(os.Args)
	case roleWorker:
		os.Exit(work())
	}
}

// parallel runs the specs in several processes of this binary.
func (r *run) parallel(ctx context.Context) (*reports.Report, error) {
	if r.Handler != nil || r.TargetProfile != nil {
		return r.unjudged(usagef("a handler or profile in process cannot be shared by %d processes; set Procs to 1", r.Procs))
	}
	self, err := os.Executable()
	if err != nil {
		return r.unjudged(err)
	}
	dir, err := os.MkdirTemp("", "extconf-")
	if err != nil {
		return r.unjudged(err)
	}
	defer os.RemoveAll(dir)
	// Ginkgo's command runs what ends in .test without compiling it.
	suite := filepath.Join(dir, "extconf.test")
	if err := os.Symlink(self, suite); err != nil {
		return r.unjudged(err)
	}
	base := r.Target
	if r.target.InProcess {
		stop, url, err := serveMock()
		if err != nil {
			return r.unjudged(err)
		}
		defer stop()
		base = url
	}
	if err := r.begin(); err != nil {
		return r.unjudged(err)
	}
	if err := r.open(0); err != nil {
		return r.unjudged(err)
	}
	if err := r.preflight(ctx); err != nil {
		return r.unjudged(err)
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	cmd := exec.CommandContext(ctx, self, "run", "--procs="+strconv.Itoa(r.Procs), "--timeout="+r.Timeout.String(),
		"--no-color", "--succinct", "--seed="+strconv.FormatInt(r.Seed, 10), "--label-filter="+r.LabelFilter, "--randomize-all="+strconv.FormatBool(r.RandomizeAll), suite)
	// Ginkgo's command does not tell its processes to stop, as a terminal does
	// all of a group; and told twice, they would leave the clean-up out.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { stop(); return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
	cmd.WaitDelay = time.Minute
	cut, err := tie(cmd)
	if err != nil {
		return r.unjudged(err)
	}
	defer cut()
	here, err := os.Getwd()
	if err != nil {
		return r.unjudged(err)
	}
	cmd.Env = append(r.environment(base), roleVariable+"="+roleCLI, runVariable+"="+r.RunID, dirVariable+"="+here)
	log, err := os.Create(filepath.Join(r.Reports, "ginkgo.log"))
	if err != nil {
		return r.unjudged(err)
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if r.Verbose {
		cmd.Stdout, cmd.Stderr = r.Out, r.Out
	}
	ended := cmd.Run()
	report, err := reports.Load(r.Reports)
	if err != nil || report.Run.ID != r.RunID {
		why := fmt.Errorf("the processes ended without a report: %w (see %s)", errors.Join(ended, err), log.Name())
		if ctx.Err() != nil {
			why = Usage{errors.New("the run was cut short (interrupted by a signal) before it came to a report")}
		}
		cut() // none of them goes on
		r.left = r.leftovers()
		return r.unjudged(why)
	}
	return report, r.print(report)
}

// serveMock serves the embedded mock on a loopback port, for processes to share.
func serveMock() (stop func(), base string, err error) {
	m := mock.New(mock.Options{Dial: mock.LoopbackOnly, DownloadCAs: archives.BuiltInPool()})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	server := &http.Server{Handler: m, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(l) }()
	return func() { _ = server.Close(); _ = m.Close() }, "http://" + l.Addr().String() + mock.DefaultPrefix, nil
}

// environment hands the configuration on, each flag by its variable.
func (r *run) environment(base string) []string {
	env := os.Environ()
	v := reflect.ValueOf(r.Config)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Tag.Get("kong") == "-" {
			continue
		}
		env = append(env, "EXTCONF_"+variable(f)+"="+fmt.Sprint(v.Field(i).Interface()))
	}
	return append(env, "EXTCONF_TARGET="+base, "EXTCONF_PROFILE="+r.profileName())
}

// profileName is the profile as a flag would name it.
func (r *run) profileName() string {
	if r.Profile != "" {
		return r.Profile
	}
	return r.profile.Name
}

// variable is the name of a flag's variable, less EXTCONF_.
func variable(f reflect.StructField) string {
	name := f.Tag.Get("name")
	if name == "" {
		var b strings.Builder
		for i, c := range f.Name {
			if i > 0 && c >= 'A' && c <= 'Z' {
				b.WriteByte('-')
			}
			b.WriteRune(c)
		}
		name = b.String()
	}
	return strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}
