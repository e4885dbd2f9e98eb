package reports

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// The last output says in words what failed, what was not exercised and why,
// what only a stimulus proved, and what is waived until when.
func TestPrint(t *testing.T) {
	g := NewWithT(t)
	r := mixed(t)
	r.Dir = "reports/latest"
	var b strings.Builder
	g.Expect(r.Print(&b, false)).To(Succeed())
	g.Expect(b.String()).To(Equal(`
target    mock http://127.0.0.1:8080/api/v1
suite     1.2.3, contract 1.0, profile mock, gate gate
run       20310506-070809-ab12: 9 specs, 6 exchanges, 8 checks, in 1.0 s

  any        1 passed    1 failed
  create     1 passed    1 failed    1 not exercised
  get        1 waived    1 not applicable

failed
  create.header.version (MUST): The answer carries x-cloud-resource-version.
    broken    the header is missing
    expected  x-cloud-resource-version
    seen      nothing
    rerun     extconf run --label-filter=create.header.version
    repeat    curl -isS 'http://127.0.0.1:8080/api/v1/deployments/extensions'

defects of the suite
  the spec "creating panics" panicked without naming a promise that was broken: it went wrong

not exercised
  create.201: no second credential

proved by a stimulus only
  create.409: only a stimulus proved this: it says how a stand-in answers when it is told to

waived
  get.404 is waived until 2031-05-06: known (EXT-1, us)

advice, decides nothing
  any.duration (SHOULD, decides nothing): An answer comes in good time. Seen instead: the header is missing

left behind: 1 (verified by list)
  4237175152  extconf-ab12-1  curl -X DELETE 'http://127.0.0.1:8080/api/v1/deployments/extensions/4237175152'

repeated requests: 1

reports   reports/latest/report.html

verdict: non-conformant (1 of 5 MUST requirements failed: create.header.version)
`))
}

// Of many failures the first are told, and how many more there are.
func TestPrintIsShort(t *testing.T) {
	g := NewWithT(t)
	r := large(t, 2000)
	var b strings.Builder
	g.Expect(r.Print(&b, false)).To(Succeed())
	g.Expect(strings.Count(b.String(), "\n")).To(BeNumerically("<", 150))
	g.Expect(b.String()).To(MatchRegexp(`… and \d+ more, in the reports`))
	g.Expect(b.String()).To(MatchRegexp(`\nverdict: non-conformant \(.*\)\n$`))
}

func TestSays(t *testing.T) {
	for message, want := range map[string]string{
		"expected 1, saw 2": "", "the size: expected 1, saw 2": "the size", "it is missing": "it is missing", "expected 1, saw 3": "expected 1, saw 3",
	} {
		f := SpecFinding{Finding: Finding{Message: message, Expected: "1", Seen: "2"}}
		NewWithT(t).Expect(f.Says()).To(Equal(want))
	}
}
