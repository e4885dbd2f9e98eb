package main

import (
	"net/http"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/fixtures/mock"
	"github.com/extconf/extconf/fixtures/targets"
)

func TestADryRunListsWhatWouldBeExercised(t *testing.T) {
	g := NewWithT(t)
	e := run(t, "--dry-run", "--label-filter=create")
	g.Expect(e.status).To(Equal(3))
	out := e.out
	g.Expect(out).To(MatchRegexp(`create\.201, .*create\.any-body, .*: a dry run sends nothing; it would be exercised`))
	g.Expect(out).To(MatchRegexp(`list\.200, .*: not selected by --label-filter=create`))
	g.Expect(out).NotTo(ContainSubstring("defects of the suite"))
}

// Pipelines set variables that nobody has asked for: a version, and inputs that
// were left empty.
func TestVariablesOfPipelines(t *testing.T) {
	g := NewWithT(t)
	folder := filepath.Join(t.TempDir(), "reports")
	out, status := commandWith(t, []string{
		"EXTCONF_VERSION=v1.2.3", "EXTCONF_PROCS=", "EXTCONF_TIMEOUT=", "EXTCONF_SEED=", "EXTCONF_READ_ONLY=", "EXTCONF_TARGET=",
	}, "run", "--reports="+folder)
	g.Expect(status).To(Equal(0), out)
	g.Expect(out).To(ContainSubstring("verdict: conformant"))
	out, status = commandWith(t, []string{"EXTCONF_PROCS=many"}, "run", "--reports="+folder)
	g.Expect(status).To(Equal(3), out)
}

// A ledger that is swept at another target would be closed with all that it
// knows still there.
func TestASweepIsOfTheLedgersTarget(t *testing.T) {
	g := NewWithT(t)
	var stuck atomic.Bool
	stuck.Store(true)
	m, url, busy := slow(t, &stuck)
	_, other := target(t, func(h http.Handler) http.Handler { return h })
	s := start(t, binary(t), "run", url)
	busy()
	g.Eventually(func() int { return m.Snapshot().Extensions }).WithTimeout(time.Minute).Should(BeNumerically(">", 0))
	g.Expect(s.Process.Kill()).To(Succeed())
	e := s.end()
	stuck.Store(false)
	out, status := command(t, "sweep", other, "--reports="+e.folder)
	g.Expect(status).To(Equal(3), out)
	g.Expect(out).To(ContainSubstring("leave --target out"))
	out, status = command(t, "sweep", url, "--reports="+e.folder)
	g.Expect(status).To(Equal(0), out)
	g.Expect(m.Snapshot().Extensions).To(Equal(0))
	out, status = command(t, "sweep", "--reports="+filepath.Join(e.folder, "nowhere"))
	g.Expect(status).To(Equal(3), out)
}

// A terminal that is closed ends a run as Ctrl-C does, and what is waited out
// then is no answer.
func TestARunEndsWithItsTerminal(t *testing.T) {
	const enough = 1000 // requests, half of a run, so that something has been judged by then
	for _, signal := range []syscall.Signal{syscall.SIGHUP, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			var asked atomic.Int64
			m, url := target(t, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if asked.Add(1) > enough && r.Method != http.MethodDelete {
						w.Header().Set("Retry-After", "1")
						w.WriteHeader(http.StatusServiceUnavailable)
						return
					}
					next.ServeHTTP(w, r)
				})
			})
			s := start(t, binary(t), "run", url)
			g.Eventually(asked.Load).WithTimeout(time.Minute).Should(BeNumerically(">", enough+1))
			g.Expect(s.Process.Signal(signal)).To(Succeed())
			e := s.end()
			g.Expect(e.status).To(Equal(2), e.out)
			e.reported(t)
			g.Expect(m.Snapshot().Extensions).To(Equal(0))
		})
	}
}

// Processes that the target reaches at the same address have their own ports.
func TestProcessesAtAnAdvertisedHost(t *testing.T) {
	g := NewWithT(t)
	_, url := target(t, func(h http.Handler) http.Handler { return h })
	e := run(t, url, "--procs=2", "--advertise=localhost")
	g.Expect(e.status).To(Equal(0), e.out)
}

// What a profile cannot provoke is not exercised, and nobody's defect.
func TestWhatAProfileLacks(t *testing.T) {
	user, other, noUser := "credentials:\n  user: {value: "+mock.KeyUser+"}\n", "  other: {value: "+mock.KeyOther+"}\n", "  no-user: {value: "+mock.KeyNoUser+"}\n"
	https := "archives: {https: {built-in: true}}\n"
	none := "stimuli:\n"
	for _, e := range targets.Errors() {
		none += "  " + e + ": {none: not here}\n"
	}
	host, err := archives.NewHost(archives.HostOptions{})
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	t.Cleanup(func() { _ = host.Close() })
	elsewhere := "archives: {url: " + host.Serve(archives.Bundle(1)).URL + "}\n"
	for name, c := range map[string]struct{ profile, says string }{
		"a way to the suite":      {user + other + noUser + elsewhere, `(?s)create\.a\.copied.*: the archive is at --archive-url.*nothing failed, 13\d passed`},
		"a second user":           {user + noUser + https, `update\.401-unauthorised.*: the profile has no credential for the role other`},
		"a session of nobody":     {user + other + https, `create\.404.*: the profile has no credential for the role no-user`},
		"all but a user":          {user + https, `update\.nothing-changed.*: .*the profile has no credential for the role other`},
		"a certificate":           {user + other + noUser, `create\.a\.https, update\.new-download.*: the profile's archives\.https names no certificate`},
		"a way out but http":      {user + other + noUser + "not-applicable: {create.a.https: http alone}\n", `155 passed, but 10 of 165 MUST`},
		"anything to be provoked": {user + other + noUser + https + none, `create\.404, create\.409.*: not here`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			_, url := target(t, func(h http.Handler) http.Handler { return h })
			e := run(t, url, "--profile="+file(t, "poor.yaml", c.profile))
			g.Expect(e.status).To(Equal(2), e.out)
			g.Expect(e.out).To(MatchRegexp(c.says))
		})
	}
}
