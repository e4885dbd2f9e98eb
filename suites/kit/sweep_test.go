package kit

import (
	"fmt"
	"net/http"
	"path"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/fixtures/targets"
	"github.com/extconf/extconf/reports"
)

// A delete that is answered as done and is not leaves something behind; one that
// the list is slow to show does not.
func TestASweepBelievesTheList(t *testing.T) {
	for name, c := range map[string]struct {
		// lists is how often the list shows what was deleted, -1 for ever.
		lists int
		left  []string
		// unread says that no list is answered after the delete.
		unread bool
	}{
		"done": {0, nil, false}, "listed for a while": {2, nil, false}, "never done": {-1, []string{"1"}, false}, "not listed any more": {0, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			stored, stale := map[string]bool{"1": true, "2": true}, c.lists
			answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				if r.Method == http.MethodDelete {
					delete(stored, path.Base(r.URL.Path))
					fmt.Fprint(w, "{}")
					return
				}
				if c.unread && !stored["1"] {
					w.WriteHeader(http.StatusBadGateway)
					return
				}
				shown := stored["1"]
				if !shown && stale != 0 {
					shown = true
					stale--
				}
				list := ""
				if shown {
					list = `{"id":"1","name":"extconf-r1-1"}`
				}
				fmt.Fprintf(w, `{"extensions":[%s]}`, list)
			})
			p, err := targets.Load("mock")
			g.Expect(err).NotTo(HaveOccurred())
			own := *p
			own.Patience.Consistency, own.Patience.Poll = 100*time.Millisecond, time.Millisecond
			target, err := NewTarget(&own, EmbeddedURL, "", answer, 1)
			g.Expect(err).NotTo(HaveOccurred())
			ledger, err := OpenLedger(t.TempDir())
			g.Expect(err).NotTo(HaveOccurred())
			defer ledger.Close()
			api := &API{Target: target, RunID: "r1", Redactor: reports.NewRedactor(), Ledger: ledger}
			swept, err := api.Sweep(t.Context(), Outstanding{Run: "r1"})
			g.Expect(err != nil).To(Equal(c.unread), "%v", err)
			g.Expect(swept.Found).To(HaveLen(1))
			var left []string
			for _, e := range swept.Left {
				left = append(left, e.ID)
				g.Expect(e.Why).To(ContainSubstring("still in the list"))
			}
			g.Expect(left).To(Equal(c.left))
		})
	}
}

// What the ledger saw created is deleted by its id where the list is late to
// show it, and closed where it is gone.
func TestASweepDeletesWhatIsNotListed(t *testing.T) {
	g := NewWithT(t)
	stored := map[string]bool{"late": true}
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if id := path.Base(r.URL.Path); r.Method == http.MethodDelete && !stored[id] {
			w.WriteHeader(http.StatusNotFound)
		} else if r.Method == http.MethodDelete {
			delete(stored, id)
		}
		fmt.Fprint(w, `{"extensions":[]}`)
	})
	p, err := targets.Load("mock")
	g.Expect(err).NotTo(HaveOccurred())
	target, err := NewTarget(p, EmbeddedURL, "", answer, 1)
	g.Expect(err).NotTo(HaveOccurred())
	folder := t.TempDir()
	ledger, err := OpenLedger(folder)
	g.Expect(err).NotTo(HaveOccurred())
	defer ledger.Close()
	for _, id := range []string{"late", "gone"} {
		g.Expect(ledger.Write(LedgerEntry{Event: "created", ID: id})).To(Succeed())
	}
	api := &API{Target: target, RunID: "r1", Redactor: reports.NewRedactor(), Ledger: ledger}
	out, err := ReadLedger(folder)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(out.IDs).To(HaveLen(2))
	swept, err := api.Sweep(t.Context(), out)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(swept.Found).To(ConsistOf(HaveField("ID", "late")))
	g.Expect(swept.Left).To(BeEmpty())
	g.Expect(stored).To(BeEmpty())
	out, err = ReadLedger(folder)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(out.IDs).To(BeEmpty())
}
