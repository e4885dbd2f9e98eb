package kit

import (
	"io"
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/fixtures/targets"
	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/specs"
)

func TestWhichIDsAreDealtWith(t *testing.T) {
	g := NewWithT(t)
	api := &API{Redactor: reports.NewRedactor("a-very-secret-key")}
	for _, id := range []string{"1", "a/b", "...", "ü", strings.Repeat("n", 1024)} {
		g.Expect(api.usable(id)).To(BeTrue(), id)
	}
	for _, id := range []string{"", ".", "..", strings.Repeat("n", 1025), "id-a-very-secret-key"} {
		g.Expect(api.usable(id)).To(BeFalse(), id)
	}
}

func TestAListIsReadStrictly(t *testing.T) {
	g := NewWithT(t)
	answered := func(body string) *Exchange {
		return &Exchange{Exchange: &specs.Exchange{Response: &specs.Response{Status: 200, Body: []byte(body)}}}
	}
	for _, body := range []string{
		"", "null", "[]", "{}", `{"extensions":null}`, `{"extensions":{}}`, `{"items":[]}`, `{"extensions":["1"]}`,
		"\ufeff" + `{"extensions":[]}`, `{"extensions":[]}` + "\x00", `{"extensions":[]`,
	} {
		_, err := entriesOf(answered(body))
		g.Expect(err).To(HaveOccurred(), body)
	}
	entries, err := entriesOf(answered(`{"extensions":[{"id":"1","name":"a","description":"d"},{"id":4237175152,"name":7},{"name":"c"},{"id":null}]}`))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(entries).To(Equal([]Extension{{ID: "1", Name: "a", Description: "d"}, {ID: "4237175152"}, {Name: "c"}, {}}))
	entries, err = entriesOf(answered(`{"extensions":[]}`))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(entries).To(BeEmpty())
}

func TestWhatASweepTakesForOurs(t *testing.T) {
	g := NewWithT(t)
	out := Outstanding{
		Run: "r1", IDs: map[string]LedgerEntry{"1": {Name: "a"}, "7": {Name: "extconf-r1-7"}, "9": {}}, Others: []string{"7"}, Marks: []string{"extconf-r1-3"},
	}
	found := func(list string) ([]SweptExtension, error) {
		p, err := targets.Load("mock")
		g.Expect(err).NotTo(HaveOccurred())
		target, err := NewTarget(p, EmbeddedURL, "", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, list) }), 1)
		g.Expect(err).NotTo(HaveOccurred())
		api := &API{Target: target, RunID: "r1", Redactor: reports.NewRedactor()}
		return api.find(t.Context(), out)
	}
	for name, c := range map[string]struct {
		list string
		ids  []string
		err  string
	}{
		"by id and name":           {`{"extensions":[{"id":"1","name":"a"},{"id":"9","name":"adopted"}]}`, []string{"1", "9"}, ""},
		"by the run's name":        {`{"extensions":[{"id":5,"name":"extconf-r1-5"}]}`, []string{"5"}, ""},
		"by the mark of a refusal": {`{"extensions":[{"id":"3","name":"-","description":"extconf-r1-3"}]}`, []string{"3"}, ""},
		"somebody else's":          {`{"extensions":[{"id":"4","name":"a"}]}`, nil, ""},
		"there before":             {`{"extensions":[{"id":"7","name":"extconf-r1-7"}]}`, nil, ""},
		"of another name":          {`{"extensions":[{"id":"1","name":"prod-plugin"}]}`, nil, "see whose it is"},
		"without an id":            {`{"extensions":[{"name":"extconf-r1-5"},{"id":"1","name":"a"}]}`, []string{"1"}, "without an id to delete it by"},
		"a step in a path":         {`{"extensions":[{"id":"..","name":"extconf-r1-5"}]}`, nil, "without an id to delete it by"},
		"no list":                  {`{}`, []string{"1", "9"}, "could not be read"},
	} {
		ours, err := found(c.list)
		var ids []string
		for _, e := range ours {
			ids = append(ids, e.ID)
		}
		g.Expect(ids).To(Equal(c.ids), name)
		if c.err == "" {
			g.Expect(err).NotTo(HaveOccurred(), name)
			continue
		}
		g.Expect(err).To(MatchError(ContainSubstring(c.err)), name)
	}
}
