package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/fixtures/mock"
)

// A target that answers a create with an extension of somebody else is found
// fault with, and that extension is not touched: neither by the specs nor by
// their clean-up, and not by a sweep. Nor are ids sent that name something else.
func TestWhatIsNotOursStays(t *testing.T) {
	for name, c := range map[string]struct {
		// change makes another answer of a create's; stranger is what was there before.
		change func(answer, stranger map[string]any)
		// unlisted hides what was there before from the list.
		unlisted bool
		broken   string
	}{
		"an id of somebody's": {func(answer, stranger map[string]any) { answer["id"] = stranger["id"] }, false, "create.id-fresh"},
		"an extension of somebody's": {func(answer, stranger map[string]any) {
			for key, value := range stranger {
				answer[key] = value
			}
		}, false, "create.id-fresh"},
		"an extension of somebody's that was not listed": {func(answer, stranger map[string]any) {
			for key, value := range stranger {
				answer[key] = value
			}
		}, true, "create.echo.name"},
		"the collection above": {func(answer, _ map[string]any) { answer["id"] = ".." }, false, "extension.id"},
		"the collection":       {func(answer, _ map[string]any) { answer["id"] = "." }, false, "extension.id"},
		"a key":                {func(answer, _ map[string]any) { answer["id"] = "id-" + mock.KeyUser }, false, "any.credential-not-echoed"},
		"an endless id":        {func(answer, _ map[string]any) { answer["id"] = strings.Repeat("n", 2<<20) }, false, "extension.id"},
	} {
		for _, procs := range []string{"1", "2"} {
			if procs == "2" && c.unlisted {
				continue
			}
			t.Run(name+", procs "+procs, func(t *testing.T) {
				t.Parallel()
				g := NewWithT(t)
				var stranger atomic.Pointer[map[string]any]
				var touched atomic.Value
				m, url := target(t, func(next http.Handler) http.Handler {
					return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						theirs := stranger.Load()
						if theirs == nil {
							next.ServeHTTP(w, r)
							return
						}
						path := r.URL.EscapedPath()
						if r.Method != http.MethodGet && (strings.HasSuffix(path, "/"+(*theirs)["id"].(string)) || strings.HasSuffix(path, ".")) {
							touched.Store(r.Method + " " + path)
						}
						answer := httptest.NewRecorder()
						next.ServeHTTP(answer, r)
						body := answer.Body.Bytes()
						var told map[string]any
						creates := r.Method == http.MethodPost && strings.HasSuffix(path, "/extensions") && answer.Code == http.StatusCreated
						if json.Unmarshal(body, &told) == nil && creates {
							c.change(told, *theirs)
							body, _ = json.Marshal(told)
						}
						if list, ok := told["extensions"].([]any); ok && c.unlisted {
							kept := []any{}
							for _, e := range list {
								if e.(map[string]any)["id"] != (*theirs)["id"] {
									kept = append(kept, e)
								}
							}
							body, _ = json.Marshal(map[string]any{"extensions": kept})
						}
						for key, values := range answer.Header() {
							if key != "Content-Length" {
								w.Header()[key] = values
							}
						}
						w.WriteHeader(answer.Code)
						_, _ = w.Write(body)
					})
				})
				base := strings.TrimPrefix(url, "--target=")
				somebodyElse(t, base)
				theirs := extensionsOf(t, base)[0]
				stranger.Store(&theirs)
				e := run(t, url, "--procs="+procs, "--label-filter=create.201 || update.200 || upload.200 || delete.200")
				g.Expect(e.status).To(Equal(1), e.last)
				g.Expect(e.out).To(ContainSubstring(c.broken + " (MUST)"))
				e.reported(t)
				g.Expect(touched.Load()).To(BeNil())
				g.Expect(m.Snapshot().Extensions).To(Equal(1), "what the run created is found by its name")

				swept, status := command(t, "sweep", url, "--reports="+e.folder)
				g.Expect(status).To(Equal(0), swept)
				g.Expect(touched.Load()).To(BeNil())
				g.Expect(m.Snapshot().Extensions).To(Equal(1))
				if !c.unlisted {
					g.Expect(extensionsOf(t, base)).To(ConsistOf(theirs))
				}
				again, status := command(t, "run", url, "--read-only", "--reports="+e.folder)
				g.Expect(status).To(Equal(2), "its ledger can be read: %s", again)
			})
		}
	}
}

// extensionsOf is what a target lists.
func extensionsOf(t *testing.T, base string) []map[string]any {
	t.Helper()
	g := NewWithT(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/deployments/extensions", nil)
	g.Expect(err).NotTo(HaveOccurred())
	r.Header.Set("Authorization", "ApiKey "+mock.KeyUser)
	answer, err := http.DefaultClient.Do(r)
	g.Expect(err).NotTo(HaveOccurred())
	defer answer.Body.Close()
	var list struct{ Extensions []map[string]any }
	g.Expect(json.NewDecoder(answer.Body).Decode(&list)).To(Succeed())
	return list.Extensions
}

// Where only the first process of a parallel run is killed, the others end with
// it, and a sweep is refused for as long as one of them lives.
func TestARunWhoseFirstProcessIsKilled(t *testing.T) {
	g := NewWithT(t)
	m, url, busy := slow(t, new(atomic.Bool))
	somebodyElse(t, strings.TrimPrefix(url, "--target="))
	s := start(t, binary(t), "run", url, "--procs=2")
	busy()
	all := children(t, s.Process.Pid)
	g.Expect(len(all)).To(BeNumerically(">=", 3), "Ginkgo's command and two processes")
	refused, status := command(t, "sweep", "--reports="+s.folder)
	g.Expect(status).To(Equal(3), refused)
	g.Expect(refused).To(HaveSuffix(" is not swept: its run still goes on: stop it, or wait for its end\n"))
	second, status := command(t, "run", url, "--reports="+s.folder)
	g.Expect(status).To(Equal(3), second)
	g.Expect(second).To(ContainSubstring("cannot be put aside: its run still goes on"))

	g.Expect(s.Process.Kill()).To(Succeed())
	s.end()
	g.Eventually(func() int {
		_, status := command(t, "sweep", "--reports="+s.folder)
		return status
	}).WithTimeout(10 * time.Second).WithPolling(10 * time.Millisecond).Should(BeZero())
	for _, id := range all {
		if raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", id)); err == nil {
			g.Expect(string(raw)).To(MatchRegexp(`\) [ZX] `), "it ended with the first")
		}
	}
	g.Expect(m.Snapshot().Extensions).To(Equal(1), "that of somebody else stays")
	kept, err := filepath.Glob(filepath.Join(s.folder, "swept-*.jsonl"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(kept).To(HaveLen(1))
}

// Where the list cannot be read nobody says that nothing was left behind.
func TestLeftBehindBehindAListThatCannotBeRead(t *testing.T) {
	for name, body := range map[string]string{
		"another shape": `{"items":[]}`, "nothing": `{}`, "a mark at its front": "\ufeff{\"extensions\":[]}", "a NUL at its end": "{\"extensions\":[]}\x00",
		"no id": `{"extensions":[{"name":"extconf-of-somebody-else"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			m, url := target(t, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					switch {
					case r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/extensions"):
						w.Header().Set("Content-Type", "application/json")
						_, _ = w.Write([]byte(body))
					case r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/extensions"):
						next.ServeHTTP(httptest.NewRecorder(), r)
						w.WriteHeader(http.StatusBadGateway)
					default:
						next.ServeHTTP(w, r)
					}
				})
			})
			e := run(t, url, "--label-filter=create.201 && pattern-b || update.200", "--profile="+file(t, "brief.yaml", brief))
			g.Expect(e.status).To(Equal(1), e.last)
			g.Expect(m.Snapshot().Extensions).To(BeNumerically(">", 0))
			if name == "no id" { // a list like any other, as far as can be seen
				g.Expect(e.out).To(ContainSubstring("left behind: 0 (verified by list)"))
				return
			}
			g.Expect(e.out).To(MatchRegexp(`left behind: unknown, up to \d+ \(the target's list could not be read\); to try again: extconf sweep --reports=`))
			swept, status := command(t, "sweep", "--reports="+e.folder, "--profile=mock")
			g.Expect(status).To(Equal(3), swept)
			g.Expect(swept).To(And(ContainSubstring("left behind: unknown"), ContainSubstring("the target's list could not be read")))
			again, status := command(t, "sweep", "--reports="+e.folder, "--profile=mock", "--dry-run")
			g.Expect(status).To(Equal(3), "the ledger is kept: %s", again)
		})
	}
}

// A parallel run that is stopped before it has begun says so.
func TestAParallelRunThatIsStoppedAtOnce(t *testing.T) {
	g := NewWithT(t)
	var first sync.Once
	created := make(chan struct{})
	m, url := target(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r)
			if r.Method == http.MethodDelete {
				first.Do(func() { close(created) }) // the preflight is over
			}
		})
	})
	s := start(t, binary(t), "run", url, "--procs=2")
	<-created
	for len(children(t, s.Process.Pid)) == 0 && s.ProcessState == nil {
		time.Sleep(time.Millisecond)
	}
	g.Expect(s.Process.Signal(syscall.SIGTERM)).To(Succeed())
	e := s.end()
	g.Expect(e.status).To(BeElementOf(2, 3), e.last+e.errs)
	g.Expect(e.last).To(ContainSubstring("the run was cut short ("))
	e.reported(t)
	g.Expect(m.Snapshot().Extensions).To(Equal(0))
}
