package reports

import (
	"encoding/json"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

func two(t testing.TB) []*Report {
	t.Helper()
	release := Collect(all(), func() Meta { m := meta(); m.Target.Name = "release | 1"; return m }())
	return []*Report{mixed(t), release}
}

func TestTable(t *testing.T) {
	g := NewWithT(t)
	table, err := NewTable(two(t), TableOptions{})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(table.Verdict).To(Equal(NonConformant))
	g.Expect(table.Columns).To(HaveLen(2))
	g.Expect(table.Rows).To(HaveLen(7))
	g.Expect(table.Rows[4].Cells).To(Equal([]Cell{{Outcome: Passed, Evidence: Injected}, {Outcome: Passed, Evidence: Live}}))
	g.Expect(table.Rows[3].Cells[0]).To(Equal(Cell{Outcome: Failed, Text: "the header is missing"}))

	var text strings.Builder
	g.Expect(table.Text(&text)).To(Succeed())
	g.Expect(text.String()).To(Equal(`mock         verdict: non-conformant (1 of 5 MUST requirements failed: create.header.version)
release | 1  verdict: conformant (all 6 MUST requirements passed)

requirement            mock           release | 1
any.duration           failed         passed
create.201             not exercised  passed
create.header.version  failed         passed
get.deployments        n/a            passed
get.404                waived         passed

alike everywhere: 2 requirements passed or not applicable

verdict: non-conformant (the worst of 2)
`))

	var markdown strings.Builder
	g.Expect(table.Markdown(&markdown)).To(Succeed())
	g.Expect(markdown.String()).To(ContainSubstring(`| release \| 1 | ✅ conformant | 7 | · | · | · | · |`))
	g.Expect(markdown.String()).To(ContainSubstring("| create.header.version (MUST) | ❌ failed | ✅ passed |"))

	var raw strings.Builder
	g.Expect(table.JSON(&raw)).To(Succeed())
	var again Table
	g.Expect(json.Unmarshal([]byte(raw.String()), &again)).To(Succeed())
	g.Expect(again).To(Equal(*table))

	var page strings.Builder
	g.Expect(table.HTML(&page)).To(Succeed())
	g.Expect(page.String()).To(ContainSubstring(`<tr id="create.header.version">`))
}

func TestTableRefusesDifferentJudges(t *testing.T) {
	g := NewWithT(t)
	list := two(t)
	list[1].Suite.Version = "2.0"
	list[1].Requirements = list[1].Requirements[:6]
	_, err := NewTable(list, TableOptions{})
	g.Expect(err).To(MatchError("the reports cannot be put side by side, unless by force: the suite differs (1.2.3, 2.0)"))
	table, err := NewTable(list, TableOptions{Force: true})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(table.Notes).To(Equal([]string{"the suite differs (1.2.3, 2.0)"}))
	g.Expect(table.Rows[6].Cells[1].word()).To(Equal("unknown"))
	_, err = NewTable(nil, TableOptions{})
	g.Expect(err).To(HaveOccurred())
}

func TestColumnNamesAreUnique(t *testing.T) {
	g := NewWithT(t)
	a, b := Collect(all(), meta()), Collect(all(), meta())
	g.Expect(columnNames([]*Report{a, b})).To(Equal([]string{"1: mock", "2: mock"}))
	b.Run.ID = "other"
	g.Expect(columnNames([]*Report{a, b})).To(Equal([]string{"mock 20310506-070809-ab12", "mock other"}))
	b.Target.URL = "http://127.0.0.1:1/api/v1"
	g.Expect(columnNames([]*Report{a, b})).To(Equal([]string{"mock http://127.0.0.1:8080/api/v1", "mock http://127.0.0.1:1/api/v1"}))
	b.Target.Name = "other"
	g.Expect(columnNames([]*Report{a, b})).To(Equal([]string{"mock", "other"}))
}
