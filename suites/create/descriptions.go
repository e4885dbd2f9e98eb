package create

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"

	"github.com/extconf/extconf/fixtures/payloads"
	. "github.com/extconf/extconf/suites/kit"
)

func descriptions(api *API) {
	DescribeTable(
		"descriptions come back exactly", Exercises("create.description-exact"),
		func(ctx SpecContext, description string) {
			ext := payloads.Bundle(api.Name())
			ext.Description = description
			x := api.Created(ctx, ext)
			x.Check("create.description-exact", Echo("description", ext))
			got := api.Get(ctx, x.Ext.ID)
			got.Check("create.description-exact", Echo("description", ext))
		},
		Entry("accents, composed", "Erweiterung für Größe: é"),
		Entry("accents, decomposed", "Erweiterung fu\u0308r Gro\u0308\u00dfe: e\u0301"),
		Entry("Japanese", "日本語形態素解析"),
		Entry("right to left", "הרחבה \u200Fבעברית"),
		Entry("beyond the basic plane", "𝒜😀👩\u200d💻"),
		Entry("a byte order mark, in front and inside", "\uFEFFfirst \uFEFFsecond"),
		Entry("quotes and backslashes", `"quoted" 'single' \back\slash`),
		Entry("two backslashes", `\\server\share\\, \\n`),
		Entry("quotes of print", "“double” ‘single’ „low“ «guillemets» … –"),
		Entry("entities of markup", "AT&amp;T &lt;b&gt; &#233; &quot;"),
		Entry("markup", `<b>bold</b> & <script>alert(1)</script>`),
		Entry("spaces around", "  two before, three behind   "),
		Entry("lines", "first\nsecond\r\n\tthird"),
		Entry("a template", "${jndi:ldap://x} {{7*7}} %s %n"),
		Entry("a number", "007"),
		Entry("the word null", "null"),
	)

	DescribeTable(
		"large descriptions are kept whole or refused", Exercises("create.description-large"),
		func(ctx SpecContext, size int) {
			ext := payloads.Bundle(api.Name())
			ext.Description = strings.Repeat("0123456789abcdef", size/16)
			x := api.Create(ctx, ext, Malformed("nothing: the documents set no limit, a target may"))
			if x.OK() {
				x.Check("create.description-large", Echo("description", ext))
				// A limit is theirs to set, but not to hide.
				x.Check("create.description-exact", Echo("description", ext))
				api.Get(ctx, x.Ext.ID).Check("create.description-exact", Echo("description", ext))
				return
			}
			x.Check("create.description-large", BeRefused())
			x.NothingCreated(ctx, "create.nothing-created", ext.Name)
		},
		Entry("1 KiB", 1<<10), Entry("8 KiB", 8<<10), Entry("64 KiB", 1<<16), Entry("512 KiB", 1<<19),
	)
}
