package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/fixtures/mock"
)

// goes serves a mock that listens no more after some requests, each of which
// has a connection of its own and a whole answer; gone is told then. Before, it
// keeps everybody waiting until nobody comes any more: who was not accepted yet
// would be reset.
func goes(t *testing.T) (s *httptest.Server, url string, gone chan struct{}) {
	t.Helper()
	const enough = 1000 // requests, half of a run, so that something has been judged by then
	m := mock.New(mock.Options{Dial: mock.LoopbackOnly, DownloadCAs: archives.BuiltInPool()})
	gone = make(chan struct{})
	var asked atomic.Int64
	leave := func() {
		for before := int64(0); before != asked.Load(); time.Sleep(500 * time.Millisecond) {
			before = asked.Load()
		}
		_ = s.Listener.Close()
		close(gone)
	}
	s = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := asked.Add(1)
		if n == enough {
			go leave()
		}
		if n >= enough {
			<-gone
		}
		m.ServeHTTP(w, r)
	}))
	s.Config.SetKeepAlivesEnabled(false)
	s.Start()
	t.Cleanup(func() {
		s.Close()
		_ = m.Close()
	})
	return s, "--target=" + s.URL + mock.DefaultPrefix, gone
}

// A target that goes away is neither conformant nor to blame for what it was
// not there to answer, and the run does not wait for each of its specs.
func TestATargetThatGoesAway(t *testing.T) {
	for _, procs := range []string{"1", "2"} {
		t.Run("procs "+procs, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			_, url, _ := goes(t)
			e := run(t, url, "--procs="+procs, "--profile="+file(t, "impatient.yaml", `
credentials: {user: {value: `+mock.KeyUser+`}}
patience: {weather: 300ms}
`))
			g.Expect(e.status).To(Equal(2), e.out)
			g.Expect(e.last).To(HavePrefix("verdict: inconclusive (nothing failed, "))
			g.Expect(e.last).To(MatchRegexp(`; the run was cut short \(aborted: the target cannot be reached any more: dial tcp .*: connection refused\)`))
			g.Expect(e.out).To(MatchRegexp(`: the run was cut short \(aborted: .*\) before this spec began`))
			// It may go away when there is nothing to leave behind.
			g.Expect(e.out).To(MatchRegexp(`left behind: (0 \(not verified\)\n|.*; to try again: extconf sweep )`))
			e.reported(t)
		})
	}
}

// A target that starts anew while it is judged is waited for.
func TestATargetThatComesBack(t *testing.T) {
	g := NewWithT(t)
	s, url, gone := goes(t)
	r := start(t, binary(t), "run", url)
	g.Eventually(gone).WithTimeout(time.Minute).Should(BeClosed())
	time.Sleep(200 * time.Millisecond) // the suite asks meanwhile
	listener, err := net.Listen("tcp", strings.TrimPrefix(s.URL, "http://"))
	g.Expect(err).NotTo(HaveOccurred())
	again := &http.Server{Handler: s.Config.Handler, ReadHeaderTimeout: time.Minute}
	t.Cleanup(func() { _ = again.Close() })
	go func() { _ = again.Serve(listener) }()
	e := r.end()
	g.Expect(e.status).To(Equal(0), e.out)
	g.Expect(e.out).To(ContainSubstring("repeated requests: "))
}
