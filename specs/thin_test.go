package specs

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// A long list is judged as a short one is, wherever in it something is wrong.
func TestLongLists(t *testing.T) {
	const entry = `{"id":"1","name":"n","url":"repo://1","extension_type":"bundle","version":"*","deployments":[%s]}`
	listOf := func(n int, odd map[int]string) *Exchange {
		entries := make([]string, n)
		for i := range entries {
			entries[i] = fmt.Sprintf(entry, "")
			if odd[i] != "" {
				entries[i] = odd[i]
			}
		}
		x := golden("list-extensions", 200)
		x.Response.Body = []byte(`{"extensions":[` + strings.Join(entries, ",") + "]}")
		return x
	}
	for name, c := range map[string]struct {
		x    *Exchange
		says string
	}{
		"all right":               {listOf(3000, nil), ""},
		"too long within":         {listOf(200, map[int]string{150: fmt.Sprintf(entry, strings.Repeat(`"d",`, 10_000)+`"d"`)}), "schema/Extension/deployments/maxItems"},
		"as long within":          {listOf(200, map[int]string{150: fmt.Sprintf(entry, strings.Repeat(`"d",`, 9_999)+`"d"`)}), ""},
		"one without a name":      {listOf(3000, map[int]string{2345: `{"id":"1","url":"repo://1","extension_type":"bundle","version":"*","deployments":[]}`}), "schema/Extension/name/required"},
		"the last is null":        {listOf(3000, map[int]string{2999: "null"}), "schema/Extension/type"},
		"long lists within":       {listOf(200, map[int]string{150: fmt.Sprintf(entry, strings.Repeat(`"d",`, 500)+"7")}), "schema/Extension/deployments/items/type"},
		"a quarter of a million":  {listOf(1, map[int]string{0: strings.Repeat("{},", 250_000) + "{}"}), "schema/Extension/id/required"},
		"a bad address far below": {listOf(3000, map[int]string{2345: strings.Replace(fmt.Sprintf(entry, ""), `"version"`, `"file_metadata":{"url":"http://host/ "},"version"`, 1)}), "schema/ExtensionFileMetadata/url/format"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			g.Expect(json.Valid(c.x.Response.Body)).To(BeTrue())
			violations := DefaultContract().Judge(c.x).Violations
			var elements []string
			for _, v := range violations {
				elements = append(elements, v.Element)
			}
			if c.says == "" {
				g.Expect(elements).To(BeEmpty())
				return
			}
			g.Expect(elements).To(ContainElement(HavePrefix(c.says)))
			g.Expect(len(violations)).To(BeNumerically("<", 200))
		})
	}
}
