package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

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
