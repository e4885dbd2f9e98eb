package main

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/fixtures/faults"
	"github.com/extconf/extconf/fixtures/mock"
	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/suites/kit"
)

// ended is how a command ended.
type ended struct {
	status int
	// out is all that it printed, last the last line of it, errs its complaints.
	out, last, errs string
	folder          string // of its reports
}

// started is a command that runs.
type started struct {
	*exec.Cmd
	out, errs bytes.Buffer
	folder    string
}

// start starts a program with a folder for its reports.
func start(t *testing.T, program string, args ...string) *started {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	s := &started{folder: filepath.Join(t.TempDir(), "reports")}
	s.Cmd = exec.CommandContext(ctx, program, append(args, "--reports="+s.folder)...)
	s.Env, s.Dir = append(os.Environ(), "EXTCONF_API_KEY="), t.TempDir()
	s.Stdout, s.Stderr = &s.out, &s.errs
	NewWithT(t).Expect(s.Start()).To(Succeed())
	return s
}

func (s *started) end() ended {
	_ = s.Wait() // the status tells
	out := strings.TrimSpace(s.out.String())
	return ended{s.ProcessState.ExitCode(), out, out[strings.LastIndexByte(out, '\n')+1:], strings.TrimSpace(s.errs.String()), s.folder}
}

// run runs the command to its end.
func run(t *testing.T, args ...string) ended {
	t.Helper()
	return start(t, binary(t), append([]string{"run"}, args...)...).end()
}

// reported checks what every run leaves, however it ends: a JUnit file that is
// well-formed, and red where a pipeline has to stop; and the verdict, the same
// in its file, in the last line and in the status.
func (e ended) reported(t *testing.T) {
	t.Helper()
	g := NewWithT(t)
	raw, err := os.ReadFile(filepath.Join(e.folder, reports.JUnitFile))
	g.Expect(err).NotTo(HaveOccurred(), "%s %s", e.last, e.errs)
	var junit struct {
		Suites []struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Errors   int `xml:"errors,attr"`
			Cases    []struct {
				Failure *struct{} `xml:"failure"`
				Error   *struct{} `xml:"error"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	g.Expect(xml.Unmarshal(raw, &junit)).To(Succeed())
	tests, red, counted := 0, 0, 0
	for _, s := range junit.Suites {
		tests += s.Tests
		counted += s.Failures + s.Errors
		for _, c := range s.Cases {
			if c.Failure != nil || c.Error != nil {
				red++
			}
		}
	}
	g.Expect(tests).To(BeNumerically(">", 0))
	g.Expect(red).To(Equal(counted), "as many as are counted")
	if e.status != 0 && e.status != 2 {
		g.Expect(red).To(BeNumerically(">", 0), "a pipeline that reads JUnit alone sees that something is wrong")
	}

	verdict, err := os.ReadFile(filepath.Join(e.folder, reports.VerdictFile))
	g.Expect(err).NotTo(HaveOccurred())
	lines := strings.Split(strings.TrimSpace(string(verdict)), "\n")
	g.Expect(lines).To(HaveLen(3))
	g.Expect(lines[1]).To(Equal(strconv.Itoa(e.status)))
	if strings.HasPrefix(e.last, "verdict: ") {
		g.Expect(e.last).To(Equal("verdict: " + lines[0] + " (" + lines[2] + ")"))
	}
}

// file writes a file and returns its path.
func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	NewWithT(t).Expect(os.WriteFile(path, []byte(content), 0o600)).To(Succeed())
	return path
}

// What cannot begin says in one line what to change, and ends with 3.
func TestWhatCannotBegin(t *testing.T) {
	refusing := func(status int) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		t.Cleanup(s.Close)
		return "--target=" + s.URL + "/api/v1"
	}
	answering := func(status int, header, value, body string) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(header, value)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}))
		t.Cleanup(s.Close)
		return "--target=" + s.URL
	}
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secure.Close)
	empty := file(t, "file", "")
	for name, c := range map[string]struct {
		args []string
		says string
		both bool // also with several processes
	}{
		"a dead target":           {[]string{"--target=http://127.0.0.1:1/api/v1"}, "http://127.0.0.1:1/api/v1 cannot be reached: connect: connection refused; check --target", true},
		"a host without address":  {[]string{"--target=http://no-such-host.invalid/api/v1", "--profile=mock"}, "the host of http://no-such-host.invalid/api/v1 has no address: check --target", false},
		"a key that is refused":   {[]string{refusing(401)}, "the target refuses the key: 401 Unauthorized; check EXTCONF_API_KEY", true},
		"a key without rights":    {[]string{refusing(403)}, "the target refuses the key: 403 Forbidden; check EXTCONF_API_KEY", false},
		"a path that is wrong":    {[]string{refusing(404)}, "/api/v1: list and create are answered with 404 and no error of the API; check the path of --target", true},
		"a path of another API":   {[]string{answering(404, "X-Cloud-Error-Codes", "root.resource_not_found", `{"errors":[{"code":"root.resource_not_found","message":"m"}]}`)}, "list and create are answered with 404 and no error of the API; check the path of --target", false},
		"an unavailable target":   {[]string{answering(503, "Retry-After", "1", ""), "--profile=" + file(t, "profile.yaml", "credentials: {user: {value: key}}\npatience: {weather: 300ms}\n")}, "the target is not available: it answers 503, Retry-After \"1\"; try again later", false},
		"no timings":              {[]string{"--timings=" + empty}, "cannot be read", false},
		"a key that is not set":   {[]string{"--target=http://203.0.113.1/api/v1"}, "the target's key is not set: put it into EXTCONF_API_KEY", false},
		"a key with a line break": {[]string{"--target=http://203.0.113.1/api/v1", "--profile=" + file(t, "profile.yaml", "credentials: {user: {value: \"key\\n\"}}\n")}, "the key of user cannot be sent: the value begins or ends with a blank, or holds a line break", true},
		"TLS that is not trusted": {[]string{"--target=" + secure.URL + "/api/v1"}, "; name its CA with --ca", false},
		"a CA that is none":       {[]string{"--target=" + secure.URL + "/api/v1", "--ca=" + empty}, "holds no certificate in PEM form", false},
		"no URL":                  {[]string{"--target=nonsense"}, `target "nonsense" must begin with http:// or https://`, false},
		"a misspelt label":        {[]string{"--label-filter=create.2o1"}, "--label-filter=create.2o1 selects no spec", true},
		"half a filter":           {[]string{"--label-filter=create &&"}, `label-filter "create &&" cannot be read; write labels with &&, ||, ! and brackets`, false},
		"a typo in a profile":     {[]string{"--profile=" + file(t, "profile.yaml", "name: x\n\ntargett: y\n")}, "profile.yaml: line 3: field targett not found", true},
		"no profile":              {[]string{"--profile=stagging"}, `profile "stagging" is neither shipped (mock, prism, staging) nor a file`, false},
		"no contract":             {[]string{"--contract=" + file(t, "contract.yaml", "name: x\n")}, "the contract contract.yaml is not usable: it has neither a key openapi nor a key swagger", true},
		"a typo in a gate":        {[]string{"--gate=" + file(t, "gate.yaml", "name: x\nmust-passs: [MUST]\n")}, `gate.yaml:2: unknown key "must-passs"`, true},
		"a number in words":       {[]string{"--procs=many"}, `--procs: expected a valid 64 bit int but got "many"`, false},
		"no such flag":            {[]string{"--prcs=2"}, `unknown flag --prcs, did you mean "--procs"?`, false},
		"no processes":            {[]string{"--procs=0"}, "procs is 0; it must be at least 1", false},
		"no such shard":           {[]string{"--shard=7/5"}, `shard "7/5" must be like 2/5`, false},
		"no baseline":             {[]string{"--baseline=" + empty}, "cannot be read", false},
		"every spec skipped":      {[]string{"--read-only", "--label-filter=create.201"}, "every spec was skipped, the first because: read-only: this needs a POST", true},
		"a dry run":               {[]string{"--dry-run"}, "a dry run sends nothing", false},
	} {
		for _, procs := range []string{"1", "2"} {
			if procs == "2" && !c.both {
				continue
			}
			t.Run(name+", procs "+procs, func(t *testing.T) {
				t.Parallel()
				g := NewWithT(t)
				args := c.args
				if procs != "1" {
					args = append([]string{"--procs=" + procs}, args...)
				}
				e := run(t, args...)
				g.Expect(e.status).To(Equal(3), "%s %s", e.last, e.errs)
				if e.errs == "" { // it came as far as a verdict
					g.Expect(e.last).To(And(HavePrefix("verdict: not judged (nothing could be judged: "), ContainSubstring(c.says)))
				} else {
					g.Expect(e.errs).To(And(HavePrefix("extconf: "), ContainSubstring(c.says), Not(ContainSubstring("\n"))))
				}
				e.reported(t)
				ledger, err := kit.ReadLedger(e.folder)
				g.Expect(err).NotTo(HaveOccurred())
				g.Expect(ledger.IDs).To(BeEmpty())
			})
		}
	}
	t.Run("a folder that cannot be made", func(t *testing.T) {
		g := NewWithT(t)
		out, status := command(t, "run", "--reports="+filepath.Join(empty, "reports"))
		g.Expect(status).To(Equal(3))
		g.Expect(strings.TrimSpace(out)).To(MatchRegexp(`\nverdict: not judged \(nothing could be judged: reports "[^"]*" cannot be made: [^\n]*\)$`))
	})
	t.Run("no such command", func(t *testing.T) {
		g := NewWithT(t)
		out, status := command(t, "rum")
		g.Expect(status).To(Equal(3))
		g.Expect(out).To(Equal("extconf: unexpected argument rum, did you mean \"run\"?; see extconf --help\n"))
	})
}

// target is a mock behind a real connection, with what stands before it, and
// the flag that names it.
func target(t *testing.T, before func(http.Handler) http.Handler) (*mock.Mock, string) {
	t.Helper()
	m := mock.New(mock.Options{Dial: mock.LoopbackOnly, DownloadCAs: archives.BuiltInPool()})
	s := httptest.NewServer(before(m))
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
		_ = m.Close()
	})
	return m, "--target=" + s.URL + mock.DefaultPrefix
}

// hang waits until the client goes away, which nobody sees while there is
// something of its request to read.
func hang(r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

// A broken promise ends with 1, whatever else; and nothing is left behind.
func TestAFailingTarget(t *testing.T) {
	for _, procs := range []string{"1", "2"} {
		t.Run("procs "+procs, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			f, ok := faults.Get("create-201-as-200")
			g.Expect(ok).To(BeTrue())
			m, url := target(t, f.Wrap)
			e := run(t, url, "--procs="+procs)
			g.Expect(e.status).To(Equal(1), e.errs)
			g.Expect(e.last).To(MatchRegexp(`^verdict: non-conformant \(\d+ of \d+ MUST requirements failed: .*create\.201`))
			g.Expect(e.errs).To(BeEmpty())
			e.reported(t)
			g.Expect(m.Snapshot().Extensions).To(Equal(0))
		})
	}
}

// A run that may only read sends nothing else, and accuses nobody of what it
// left out.
func TestARunThatOnlyReads(t *testing.T) {
	g := NewWithT(t)
	var wrote atomic.Int64
	_, url := target(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet {
				wrote.Add(1)
			}
			next.ServeHTTP(w, r)
		})
	})
	e := run(t, url, "--read-only")
	g.Expect(e.status).To(Equal(2), e.last+e.errs)
	g.Expect(e.last).To(HavePrefix("verdict: inconclusive (nothing failed, "))
	e.reported(t)
	g.Expect(wrote.Load()).To(BeZero())
}

// brief is a profile that waits briefly.
const brief = `
name: brief
credentials: {user: {value: ` + mock.KeyUser + `}}
patience: {connect: 1s, request: 300ms, spec: 1s, consistency: 50ms, weather: 100ms, slow-archive: 30ms}
`

// A target that hangs costs the profile's patience, and the run's limit at most.
func TestAHangingTarget(t *testing.T) {
	profile := "--profile=" + file(t, "brief.yaml", brief)
	t.Run("from the start", func(t *testing.T) {
		t.Parallel()
		_, url := target(t, func(http.Handler) http.Handler {
			return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { hang(r) })
		})
		e := run(t, url, profile)
		g := NewWithT(t)
		g.Expect(e.status).To(Equal(3), e.last)
		g.Expect(e.last).To(ContainSubstring("does not answer in time; check --target or raise patience.request in the profile"))
		e.reported(t)
	})
	t.Run("over updates", func(t *testing.T) {
		t.Parallel()
		m, url := target(t, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost && !strings.HasSuffix(r.URL.Path, "/extensions") {
					hang(r)
					return
				}
				next.ServeHTTP(w, r)
			})
		})
		e := run(t, url, profile, "--label-filter=update.replaces")
		g := NewWithT(t)
		g.Expect(e.status).To(Equal(1), e.last)
		e.reported(t)
		report, err := reports.Load(e.folder)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(report.Defects).To(BeEmpty())
		g.Expect(m.Snapshot().Extensions).To(Equal(0))
	})
	for _, procs := range []string{"1", "2"} {
		t.Run("beyond the run's limit, procs "+procs, func(t *testing.T) {
			t.Parallel()
			m, url := target(t, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					time.Sleep(20 * time.Millisecond)
					next.ServeHTTP(w, r)
				})
			})
			e := run(t, url, "--timeout=2s", "--procs="+procs)
			g := NewWithT(t)
			g.Expect(e.status).To(BeElementOf(2, 3), e.last+e.errs) // as far as it came
			g.Expect(e.out).To(ContainSubstring("cut short"))
			e.reported(t)
			g.Expect(m.Snapshot().Extensions).To(Equal(0))
		})
	}
}

// slow is a target that takes its time. busy waits until it has something to
// lose; from then on it does not come to delete anything while stuck is true.
func slow(t *testing.T, stuck *atomic.Bool) (m *mock.Mock, url string, busy func()) {
	var created atomic.Int64
	m, url = target(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Method == http.MethodDelete && stuck.Load() && created.Load() > 5:
				hang(r)
				return
			case r.Method == http.MethodPost:
				time.Sleep(10 * time.Millisecond)
				defer created.Add(1)
			}
			next.ServeHTTP(w, r)
		})
	})
	return m, url, func() {
		NewWithT(t).Eventually(created.Load).WithTimeout(time.Minute).WithPolling(time.Millisecond).Should(BeNumerically(">", 5))
	}
}

// A run that is told to stop cleans up, reports what it knows, and is no success.
func TestARunThatIsInterrupted(t *testing.T) {
	for name, c := range map[string]struct {
		signal syscall.Signal
		procs  string
	}{
		"Ctrl-C": {syscall.SIGINT, "1"}, "a polite kill": {syscall.SIGTERM, "1"},
		"Ctrl-C, procs 2": {syscall.SIGINT, "2"}, "a polite kill, procs 2": {syscall.SIGTERM, "2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			m, url, busy := slow(t, new(atomic.Bool))
			s := start(t, binary(t), "run", url, "--procs="+c.procs)
			busy()
			g.Expect(s.Process.Signal(c.signal)).To(Succeed())
			e := s.end()
			g.Expect(e.status).To(BeElementOf(2, 3), e.last+e.errs) // as far as it came
			g.Expect(e.last).To(Or(HavePrefix("verdict: inconclusive (nothing failed, "), HavePrefix("verdict: not judged (nothing could be judged: ")))
			g.Expect(e.last).To(ContainSubstring("the run was cut short (interrupted by "))
			e.reported(t)
			ledger, err := kit.ReadLedger(e.folder)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(ledger.IDs).To(BeEmpty())
			g.Expect(m.Snapshot().Extensions).To(Equal(0))
		})
	}
}

// A run that is killed leaves reports that say so and a ledger, and a sweep
// deletes what it left, and nothing else.
func TestARunThatIsKilled(t *testing.T) {
	for _, procs := range []string{"1", "2"} {
		t.Run("procs "+procs, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			var stuck atomic.Bool
			stuck.Store(true)
			m, url, busy := slow(t, &stuck)
			somebodyElse(t, strings.TrimPrefix(url, "--target="))
			s := start(t, binary(t), "run", url, "--procs="+procs)
			busy()
			g.Eventually(func() int { return m.Snapshot().Extensions }).WithTimeout(time.Minute).WithPolling(time.Millisecond).Should(BeNumerically(">", 1))
			for _, id := range append(children(t, s.Process.Pid), s.Process.Pid) { // as where a machine goes down
				g.Expect(syscall.Kill(id, syscall.SIGKILL)).To(Succeed())
			}
			e := s.end()
			g.Expect(e.status).To(Equal(-1), "it was killed")
			e.status = 3 // what its reports say
			e.reported(t)
			verdict, err := os.ReadFile(filepath.Join(e.folder, reports.VerdictFile))
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(string(verdict)).To(ContainSubstring("the run did not finish: it was killed or it crashed"))
			stuck.Store(false)

			shown, status := command(t, "sweep", "--reports="+e.folder, "--dry-run")
			g.Expect(status).To(Equal(0), shown)
			g.Expect(shown).To(MatchRegexp(`^\d{10} extconf-`))
			g.Expect(shown).NotTo(ContainSubstring("somebody-else"))
			g.Expect(m.Snapshot().Extensions).To(BeNumerically(">", 1), "a dry run deletes nothing")
			swept, status := command(t, "sweep", "--reports="+e.folder)
			g.Expect(status).To(Equal(0), swept)
			g.Expect(swept).To(MatchRegexp(`run \S+: deleted \d+, left behind: 0\n$`))
			g.Expect(m.Snapshot().Extensions).To(Equal(1), "that of somebody else stays")
			again, status := command(t, "sweep", "--reports="+e.folder)
			g.Expect(status).To(Equal(0))
			g.Expect(again).To(ContainSubstring("has anything outstanding"))
		})
	}
}

// somebodyElse creates an extension that is not the suite's, whatever its name.
func somebodyElse(t *testing.T, base string) {
	t.Helper()
	g := NewWithT(t)
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, base+"/deployments/extensions",
		strings.NewReader(`{"name":"extconf-of-somebody-else","extension_type":"bundle","version":"*"}`))
	g.Expect(err).NotTo(HaveOccurred())
	r.Header.Set("Authorization", "ApiKey "+mock.KeyUser)
	answer, err := http.DefaultClient.Do(r)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(answer.StatusCode).To(Equal(http.StatusCreated))
	g.Expect(answer.Body.Close()).To(Succeed())
}

// children are the processes that a process has started, and those that these have.
func children(t *testing.T, pid int) []int {
	t.Helper()
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil || len(lists) == 0 {
		t.Skip("this system does not tell which processes a process has started")
	}
	var all []int
	for _, list := range lists {
		raw, _ := os.ReadFile(list)
		for id := range strings.FieldsSeq(string(raw)) {
			if n, err := strconv.Atoi(id); err == nil {
				all = append(append(all, children(t, n)...), n)
			}
		}
	}
	return all
}

// A defect of the suite ends with 4, is called one, and never accuses the target.
func TestASuiteThatMisbehaves(t *testing.T) {
	program := extra(t)
	profile := "--profile=" + file(t, "brief.yaml", brief)
	for name, c := range map[string]struct {
		status int
		says   string
	}{
		"panics":            {4, `verdict: suite defect (the suite itself is at fault, 1 defect: the spec "misbehaves" panicked without naming a promise that was broken: panic: no such index)`},
		"fails for nothing": {4, `verdict: suite defect (the suite itself is at fault, 1 defect: the spec "misbehaves" failed without naming a promise that was broken: nobody knows why)`},
		"checks nothing":    {4, `verdict: suite defect (the suite itself is at fault, 1 defect: the spec "misbehaves" carries get.200, ran to its end and checked nothing of it)`},
		"asks wrongly":      {4, `verdict: suite defect (the suite itself is at fault, 1 defect: misbehaves: the request breaks the contract: `},
		"waits":             {1, "verdict: non-conformant (1 of "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := start(t, program, name, "--label-filter=get.200", profile).end()
			g := NewWithT(t)
			g.Expect(e.status).To(Equal(c.status), e.last+e.errs)
			g.Expect(e.last).To(HavePrefix(c.says))
			e.reported(t)
		})
	}
	t.Run("aborts", func(t *testing.T) {
		t.Parallel()
		e := start(t, program, "aborts", "--label-filter=get.200", profile).end()
		g := NewWithT(t)
		g.Expect(e.status).To(BeElementOf(2, 3), e.last) // as many specs as came before it
		g.Expect(e.out).To(ContainSubstring("aborted: enough"))
		e.reported(t)
	})
	t.Run("exits", func(t *testing.T) {
		t.Parallel()
		e := start(t, program, "exits", "--label-filter=get.200", profile).end()
		g := NewWithT(t)
		g.Expect(e.status).To(Equal(7))
		e.status = 3 // what its reports say
		e.reported(t)
		verdict, err := os.ReadFile(filepath.Join(e.folder, reports.VerdictFile))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(string(verdict)).To(ContainSubstring("the run did not finish: it was killed or it crashed"))
	})
}

var buildExtra = sync.OnceValues(func() (string, error) { return goBuild("extra", "./testdata/extra") })

// extra is the path of a program that judges with one more spec.
func extra(t *testing.T) string {
	t.Helper()
	if out, err := buildExtra(); err != nil {
		t.Fatalf("the program cannot be built: %v\n%s", err, out)
	}
	return filepath.Join(buildDir, "extra")
}

// The mock serves faults, and puts them before other implementations.
func TestTheMockIsWrongOnDemand(t *testing.T) {
	g := NewWithT(t)
	listed, status := command(t, "mock", "--fault=list")
	g.Expect(status).To(Equal(0))
	g.Expect(listed).To(And(ContainSubstring("create-201-as-200"), ContainSubstring("contract-get-404-errors-required")))
	g.Expect(strings.Count(listed, "\n")).To(Equal(len(allFaults()) + 1))
	for flag, says := range map[string]string{
		"--fault=nope":     "extconf: no fault is called \"nope\"; --fault=list prints all\n",
		"--prefix=foo":     "extconf: prefix \"foo\" must begin with /\n",
		"--proxy=nonsense": "extconf: proxy \"nonsense\" must begin with http:// or https://\n",
	} {
		out, status := command(t, "mock", flag)
		g.Expect(status).To(Equal(3))
		g.Expect(out).To(Equal(says))
	}

	_, theirs := target(t, func(next http.Handler) http.Handler { return next })
	served := exec.CommandContext(t.Context(), binary(t), "mock", "--listen=127.0.0.1:0", "--fault=create-201-as-200", "--proxy="+strings.TrimPrefix(theirs, "--target="))
	said, err := served.StdoutPipe()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(served.Start()).To(Succeed())
	defer func() {
		_ = served.Process.Kill()
		_ = served.Wait()
	}()
	text := ""
	for !strings.Contains(text, "run --target=") || !strings.HasSuffix(text, "\n") {
		some := make([]byte, 4096)
		n, err := said.Read(some)
		g.Expect(err).NotTo(HaveOccurred(), text)
		text += string(some[:n])
	}
	_, url, _ := strings.Cut(text, "run --target=")
	e := run(t, "--target="+strings.TrimSpace(url), "--label-filter=create.201")
	g.Expect(e.status).To(Equal(1))
	g.Expect(e.last).To(ContainSubstring("create.201"))
}

// The proof has statuses of its own, and writes its files.
func TestTheProofByItsCommand(t *testing.T) {
	t.Run("holds", func(t *testing.T) {
		g := NewWithT(t)
		dir := t.TempDir()
		out, status := command(t, "prove", "--only=create-201-as-*", "--reports="+dir)
		g.Expect(status).To(Equal(0), out)
		g.Expect(out).To(HaveSuffix("\nproof: proved (3 of 3 faults and mutants caught, 0 survivors, 0 false alarms over 0 legal variants)\n"))
		proof, err := reports.LoadProof(dir)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(proof.Holds()).To(BeTrue())
		for _, name := range []string{reports.ProofHTMLFile, reports.ProofMarkdownFile} {
			g.Expect(filepath.Join(dir, name)).To(BeAnExistingFile())
		}
	})
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"nothing of that name": {[]string{"--only=nothing"}, "extconf: only \"nothing\" names no fault, mutant or variant; see extconf mock --fault=list\n"},
		"no README":            {[]string{"--only=create-201-as-200", "--readme=none.md"}, "extconf: only a proof of everything belongs into none.md; leave --only out\n"},
		"a number in words":    {[]string{"--procs=all"}, "extconf: --procs: expected a valid 64 bit int but got \"all\"; see extconf --help\n"},
	} {
		t.Run(name, func(t *testing.T) {
			out, status := command(t, append([]string{"prove", "--reports=" + t.TempDir()}, c.args...)...)
			NewWithT(t).Expect(status).To(Equal(3), out)
			NewWithT(t).Expect(out).To(HaveSuffix(c.says))
		})
	}
}
