package reports

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/specs"
)

func TestWriteAll(t *testing.T) {
	g := NewWithT(t)
	root := t.TempDir()
	dir := filepath.Join(root, "reports", "latest")
	r := mixed(t)
	g.Expect(WriteAll(dir, r, nil)).To(Succeed())
	for _, a := range artefacts {
		latest, err := os.ReadFile(filepath.Join(dir, a.name))
		g.Expect(err).NotTo(HaveOccurred())
		own, err := os.ReadFile(filepath.Join(root, "reports", "runs", r.Run.ID, a.name))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(own).To(Equal(latest), a.name)
	}
	verdict, err := os.ReadFile(filepath.Join(dir, VerdictFile))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(string(verdict)).To(Equal("non-conformant\n1\n1 of 5 MUST requirements failed: create.header.version\n"))
	g.Expect(ReadVerdict(dir)).To(Equal(NonConformant))

	// The next run changes the folder latest, and not the former run's own.
	before, err := os.ReadFile(filepath.Join(root, "reports", "runs", r.Run.ID, ReportFile))
	g.Expect(err).NotTo(HaveOccurred())
	m := meta()
	m.Run.ID = "../another"
	g.Expect(Begin(dir, m)).To(Succeed())
	g.Expect(ReadVerdict(dir)).To(Equal(NotJudged))
	g.Expect(filepath.Join(dir, HTMLFile)).NotTo(BeAnExistingFile())
	g.Expect(filepath.Join(dir, JUnitFile)).To(BeAnExistingFile())
	g.Expect(WriteAll(dir, Collect(all(), m), nil)).To(Succeed())
	g.Expect(filepath.Join(root, "reports", "runs", "another", ReportFile)).To(BeAnExistingFile())
	g.Expect(os.ReadFile(filepath.Join(root, "reports", "runs", r.Run.ID, ReportFile))).To(Equal(before))
	entries, err := os.ReadDir(dir)
	g.Expect(err).NotTo(HaveOccurred())
	for _, e := range entries {
		g.Expect(e.Name()).NotTo(HavePrefix("."), "no scraps")
	}
	g.Expect(WriteAll(filepath.Join(dir, VerdictFile, "below"), r, nil)).To(MatchError(HavePrefix("the reports cannot be written: ")))
}

// Every artefact shows the verdict that was decided.
func TestAllArtefactsTellTheSameVerdict(t *testing.T) {
	for name, r := range everyKind(t) {
		for _, a := range artefacts {
			if a.name == HARFile {
				continue
			}
			var b bytes.Buffer
			g := NewWithT(t)
			g.Expect(a.render(r, &b, nil)).To(Succeed())
			g.Expect(strings.ToLower(b.String())).To(ContainSubstring(string(r.Verdict.Word)), "%s of %s", a.name, name)
		}
	}
}

// No artefact of a hostile target holds a control character, invalid UTF-8 or
// markup of the target's, nor grows with what it sent.
func TestHostileTextInEveryArtefact(t *testing.T) {
	r := hostile(t)
	control := regexp.MustCompile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202e]")
	render := map[string]func(io.Writer) error{
		"print":   func(w io.Writer) error { return r.Print(w, false) },
		"compare": Compare(Collect(all(), meta()), r, CompareOptions{}).Text,
	}
	for _, a := range artefacts {
		render[a.name] = func(w io.Writer) error { return a.render(r, w, nil) }
	}
	for name, f := range render {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			var b bytes.Buffer
			g.Expect(f(&b)).To(Succeed())
			g.Expect(utf8.Valid(b.Bytes())).To(BeTrue())
			switch name {
			case ReportFile, HARFile: // JSON escapes; a reader gets the text as it was
				g.Expect(json.Valid(b.Bytes())).To(BeTrue())
				g.Expect(b.String()).NotTo(MatchRegexp("[\x00-\x08\x0b-\x1f]"))
			default:
				g.Expect(control.FindString(b.String())).To(BeEmpty())
			}
			if name == HTMLFile || name == JUnitFile {
				g.Expect(strings.ReplaceAll(b.String(), "<script>(() =>", "")).NotTo(ContainSubstring("<script>"))
			}
			g.Expect(b.Len()).To(BeNumerically("<", 1<<20), "bodies of 8 MiB are shortened")
		})
	}
}

// large is a run of many specs, each with evidence, by the shipped catalogue.
func large(t testing.TB, count int) *Report {
	t.Helper()
	catalogue := specs.Requirements().Requirements
	var list []types.SpecReport
	for i := range count {
		q := catalogue[i%len(catalogue)]
		var e *Evidence
		state := types.SpecStatePassed
		if i%20 == 0 {
			e, state = broken(q.ID), types.SpecStateFailed
			e.Findings[0].Fingerprint = fmt.Sprintf("%012x", i)
		} else {
			e = kept(q.ID)
		}
		e.Exchanges = nil
		for j := range 3 {
			x := exchange(fmt.Sprintf("p1-%d-%d", i, j), "create-extension", 201)
			x.Duration = time.Duration(i%97) * time.Millisecond
			x.Response.Body = fmt.Appendf(nil, `{"id":"%010d","name":"extconf-%d","url":"repo://%010d","extension_type":"bundle","version":"*","description":"%s","deployments":[]}`,
				i, i, i, strings.Repeat("lorem ", 20))
			e.Exchanges = append(e.Exchanges, x)
		}
		e.Checks[0].Exchanges = []string{e.Exchanges[0].ID}
		if len(e.Findings) > 0 {
			e.Findings[0].Exchange = e.Exchanges[0].ID
		}
		list = append(list, ran(fmt.Sprintf("spec %d", i), state, e, q.ID))
	}
	m := meta()
	m.Catalogue, m.Gate = nil, nil
	return Collect(suiteOf(list...), m)
}

// The artefacts grow in step with the run, the page less than that.
func TestSizesAreLinear(t *testing.T) {
	sizes := func(r *Report) map[string]int {
		out := map[string]int{}
		for _, a := range artefacts {
			var n counted
			NewWithT(t).Expect(a.render(r, &n, nil)).To(Succeed())
			out[a.name] = int(n)
		}
		return out
	}
	small, big := sizes(large(t, 1000)), sizes(large(t, 4000))
	g := NewWithT(t)
	for name, n := range small {
		t.Logf("%-14s %9d bytes for 1000 specs, %9d for 4000", name, n, big[name])
		g.Expect(big[name]).To(BeNumerically("<=", n*9/2), name)
	}
	g.Expect(big[HTMLFile]).To(BeNumerically("<", 8<<20))
}

type counted int

func (c *counted) Write(p []byte) (int, error) {
	*c += counted(len(p))
	return len(p), nil
}

func BenchmarkReports(b *testing.B) {
	for _, count := range []int{1000, 10_000} {
		r := large(b, count)
		for _, a := range artefacts {
			b.Run(fmt.Sprintf("%s/%d", a.name, count), func(b *testing.B) {
				var n counted
				for b.Loop() {
					n = 0
					if err := a.render(r, &n, nil); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(n), "bytes")
			})
		}
	}
}

// A secret in a file beside the artefacts makes the run a defect as well.
func TestFilesBesideTheArtefactsAreSearched(t *testing.T) {
	g := NewWithT(t)
	beside := filepath.Join(t.TempDir(), "ledger.jsonl")
	g.Expect(os.WriteFile(beside, []byte(`{"event":"created","id":"the-key-itself"}`), 0o600)).To(Succeed())
	r := Collect(all(), meta())
	g.Expect(WriteAll(t.TempDir(), r, NewRedactor("the-key-itself"), beside, beside+".none")).To(Succeed())
	g.Expect(r.Leaks).To(Equal([]string{"secret 1 (plain) in ledger.jsonl"}))
	g.Expect(r.Verdict.Word).To(Equal(SuiteDefect))
}
