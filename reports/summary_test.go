package reports

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

func TestSummary(t *testing.T) {
	g := NewWithT(t)
	var b strings.Builder
	g.Expect(mixed(t).Summary(&b)).To(Succeed())
	for _, part := range []string{
		"## ❌ mock: non-conformant\n\n1 of 5 MUST requirements failed: create.header.version.\n",
		"Suite 1.2.3, contract 1.0, profile mock, gate gate, run 20310506-070809-ab12: 9 specs, 6 exchanges in 1.0 s.",
		"| create | 1 | 1 | · | 1 | · |\n", "| **all** | 2 | 2 | 1 | 1 | 1 |\n",
		"\n### Failed\n\n**create.header.version** (MUST, swagger, paths.create): The answer carries x-cloud-resource-version.\n",
		"- Broken: the header is missing\n- Expected: x-cloud-resource-version\n- Seen: nothing\n- Look at: Look at the handler of create.\n",
		"- Rerun:\n  ```sh\n  extconf run --label-filter=create.header.version\n  ```\n",
		"### Not exercised\n\n- **create.201**: no second credential\n", "### Waived\n\n- get.404 is waived until 2031-05-06: known (EXT-1, us)\n",
		"\nLeft behind: 1 (verified by list).\n",
	} {
		g.Expect(b.String()).To(ContainSubstring(part))
	}
}

// What a target says is one line of plain text in Markdown: no markup, no
// link, no mention, no end of a table or list.
func TestMarkdownOfHostileText(t *testing.T) {
	g := NewWithT(t)
	text := md(nasty)
	g.Expect(text).NotTo(MatchRegexp("[\\x00-\\x1f<>\u202e\ufeff]"))
	for _, mark := range []string{"`x`", "[l]", "://", "www.", "@e"} {
		g.Expect(text).NotTo(ContainSubstring(mark))
	}
	g.Expect(md("a | b * c _d_ ~e~ #f !g $h \\i")).To(Equal(`a \| b \* c \_d\_ \~e\~ \#f \!g \$h \\i`))
	block := fenced("one\n```\n<script>\n````")
	g.Expect(block).To(HavePrefix("  `````sh\n"))
	g.Expect(block).To(HaveSuffix("\n  `````\n"))
	for line := range strings.Lines(block) {
		g.Expect(line).To(HavePrefix("  "), "nothing leaves the list")
	}
	var b strings.Builder
	g.Expect(hostile(t).Summary(&b)).To(Succeed())
	inside := false
	for line := range strings.Lines(b.String()) {
		if fence := strings.TrimSpace(line); strings.HasPrefix(fence, "```") {
			inside = !inside
			continue
		}
		g.Expect(inside || !strings.Contains(line, "<script")).To(BeTrue(), line)
	}
	g.Expect(inside).To(BeFalse(), "every block ends")
	g.Expect(len(b.String())).To(BeNumerically("<", 64<<10))
}
