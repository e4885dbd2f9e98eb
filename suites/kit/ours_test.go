package kit

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/specs"
)

func TestWhichIDsAreDealtWith(t *testing.T) {
	g := NewWithT(t)
	api := &API{Redactor: reports.NewRedactor("a-very-secret-key")}
	for _, id := range []string{"1", "a/b", "...", "ü", strings.Repeat("n", 1024)} {
		g.Expect(api.usable(id)).To(BeEmpty(), id)
	}
	for _, id := range []string{"", ".", "..", strings.Repeat("n", 1025), "id-a-very-secret-key"} {
		g.Expect(api.usable(id)).NotTo(BeEmpty(), id)
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
