package reports

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/specs"
)

// canary is a secret with all the characters that some encoding changes.
const canary = `c4nary+0001/=&"<é>~k3y`

// disguises are the forms in which a target may give a secret back.
func disguises() []string {
	quoted, _ := json.Marshal(canary)
	twice, _ := json.Marshal(string(quoted))
	return []string{
		canary, base64.StdEncoding.EncodeToString([]byte(canary)), base64.RawURLEncoding.EncodeToString([]byte(canary)),
		base64.StdEncoding.EncodeToString([]byte("user:" + canary)), base64.StdEncoding.EncodeToString([]byte("id42:" + canary + "\n")),
		hex.EncodeToString([]byte(canary)), url.QueryEscape(canary), url.PathEscape(canary), lowerPercent(url.QueryEscape(canary)), html.EscapeString(canary),
		string(quoted), string(twice),
	}
}

// tattler is a run against a target that says the secret everywhere.
func tattler() types.Report {
	said := strings.Join(disguises(), " | ")
	x := exchange("p1-1", "create-extension", 201)
	x.Request.URL += "?token=abc&q=" + url.QueryEscape(canary)
	x.Request.Path = "/deployments/extensions?q=" + url.QueryEscape(canary)
	x.Request.Header = http.Header{"Authorization": {"ApiKey " + canary}, "X-Custom": {canary}, "Cookie": {"a=" + canary}, "Prefer": {canary}}
	x.Request.Body, x.Response.Body = []byte(said), []byte(said)
	x.Response.Header = http.Header{"Location": {said}, "Set-Cookie": {said}, "Server": {said}, "X-" + canary: {said}, "Www-Authenticate": {said}}
	x.Error, x.Retried, x.Malformed = said, said, said
	x.Violations = []specs.Violation{{Rule: "r", Requirement: "create.201", Message: said, Expected: said, Seen: said}}
	e := brokenBy("create.201", x)
	f := &e.Findings[0]
	f.Message, f.Expected, f.Seen, f.Curl, f.Rerun, f.Place = said, said, said, said, said, said
	e.Notes, e.NotExercised = []string{said}, []Unexercised{{Requirement: "create.409", Reason: said}}
	s := ran("fails", types.SpecStateFailed, e, "create.201")
	s.Failure.Message, s.CapturedGinkgoWriterOutput, s.Failure.ForwardedPanic = said, said, said
	skipped := ran("skips", types.SpecStateSkipped, nil, "get.404")
	skipped.Failure.Message = said
	return all(s, skipped)
}

func tattlerMeta() Meta {
	said := strings.Join(disguises(), " | ")
	m := meta()
	m.Redactor = NewRedactor(canary)
	m.Target.URL = "http://user:" + canary + "@127.0.0.1:8080/api/v1"
	m.Run.Interrupted = said
	m.Defects = []Defect{{Message: said}}
	m.Leftovers = Leftovers{Left: []Leftover{{ID: said, Name: said, Command: said}}}
	return m
}

// Every artefact is searched for every form of the secret, by means that the
// redactor has no part in.
func TestNoArtefactTellsASecret(t *testing.T) {
	g := NewWithT(t)
	dir := filepath.Join(t.TempDir(), "latest")
	m := tattlerMeta()
	r := Collect(tattler(), m)
	r.Comparison = Compare(Collect(tattler(), m), r, CompareOptions{})
	g.Expect(WriteAll(dir, r, m.Redactor)).To(Succeed())
	g.Expect(r.Leaks).To(BeEmpty())
	g.Expect(r.Verdict.Word).To(Equal(NonConformant))
	var printed strings.Builder
	g.Expect(r.Print(&printed, true)).To(Succeed())
	texts := map[string]string{"printed": printed.String()}
	for _, a := range artefacts {
		raw, err := os.ReadFile(filepath.Join(dir, a.name))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(raw).NotTo(BeEmpty(), a.name)
		texts[a.name] = string(raw)
	}
	for name, text := range texts {
		// What a reader of this form makes of it, as well as the bytes.
		for _, read := range []string{text, html.UnescapeString(text), strings.NewReplacer(`\"`, `"`, `\u0026`, "&", `\u003c`, "<", `\u003e`, ">", `\\`, `\`).Replace(text)} {
			for _, form := range append(disguises(), "c4nary", "k3y") {
				g.Expect(strings.Contains(read, form)).To(BeFalse(), "%s tells %q", name, form)
			}
		}
		if name != VerdictFile {
			g.Expect(text).To(ContainSubstring("[redacted]"), name)
		}
	}
}

// A secret that came in by a way that nobody thought of is taken out of the
// finished files, and fails the run.
func TestALeakFailsTheRun(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	m := meta()
	m.Suite.Name, m.Profile.Name = canary, base64.StdEncoding.EncodeToString([]byte(canary))
	r := Collect(all(), m)
	g.Expect(r.Verdict.Word).To(Equal(Conformant))
	g.Expect(WriteAll(dir, r, NewRedactor(canary))).To(Succeed())
	g.Expect(r.Verdict.Status).To(Equal(4))
	for _, name := range []string{"secret 1 (json) in report.json", "secret 1 (base64) in report.html", "secret 1 (base64) in junit.xml", "secret 1 (base64) in summary.md"} {
		g.Expect(r.Leaks).To(ContainElement(name))
	}
	for _, a := range artefacts {
		raw, err := os.ReadFile(filepath.Join(dir, a.name))
		g.Expect(err).NotTo(HaveOccurred())
		for _, form := range append(disguises(), html.EscapeString(base64.StdEncoding.EncodeToString([]byte(canary)))) {
			g.Expect(string(raw)).NotTo(ContainSubstring(form), a.name)
		}
	}
	word, err := ReadVerdict(dir)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(word).To(Equal(SuiteDefect))
	again, err := Load(dir)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(again.Verdict).To(Equal(r.Verdict))
}

func TestRedactorText(t *testing.T) {
	r := NewRedactor(canary, "abc")
	for text, want := range map[string]string{
		"plain":                               "plain",
		"a " + canary + " b":                  "a [redacted] b",
		"https://u:p@host/x":                  "https://[redacted]@host/x",
		"see https://u@host, or http://h/a@b": "see https://[redacted]@host, or http://h/a@b",
		"http://h/?a=1&access_token=zzz&b=2":  "http://h/?a=1&access_token=[redacted]&b=2",
		"http://h/?X-Amz-Signature=0a1b":      "http://h/?X-Amz-Signature=[redacted]",
		"abc is too short to be told":         "abc is too short to be told",
	} {
		NewWithT(t).Expect(r.Text(text)).To(Equal(want))
	}
}

func TestRedactorHeader(t *testing.T) {
	g := NewWithT(t)
	h := (*Redactor)(nil).Header(http.Header{
		"Authorization": {"ApiKey abcd", "Basic", "something else"}, "X-Api-Key": {"k", ""}, "Content-Type": {"application/json"}, "x-cloud-resource-version": {"1"},
	})
	g.Expect(h).To(Equal(http.Header{
		"Authorization": {"ApiKey [redacted]", "Basic", "[redacted]"}, "X-Api-Key": {"[redacted]", ""}, "Content-Type": {"application/json"}, "x-cloud-resource-version": {"1"},
	}))
}

func TestRedactorShortensBodies(t *testing.T) {
	g := NewWithT(t)
	var r *Redactor
	x := exchange("p1-1", "create-extension", 200)
	x.Response.Body = []byte(strings.Repeat("é", 5<<20) + shortenedMark) // a target that writes the mark
	once := r.Exchange(x)
	g.Expect(len(once.Response.Body)).To(BeNumerically("<=", BodyLimit+longestMark))
	g.Expect(shortened(once.Response.Body)).To(BeTrue())
	g.Expect(string(once.Response.Body)).To(MatchRegexp(`é\n\[extconf shortened this body: 6553\d of 104857\d\d bytes are shown\]$`), "no character is cut")
	g.Expect(r.Exchange(once)).To(Equal(once), "it is shortened once")
	g.Expect(x.Response.Body).To(HaveLen(10<<20+len(shortenedMark)), "the original stays")
}

func TestRedactorBoundsWhatATargetSends(t *testing.T) {
	g := NewWithT(t)
	r := NewRedactor(canary)
	x := exchange("p1-1", "create-extension", 200)
	x.Request.URL = "http://h/" + strings.Repeat("x", textLimit-longestMark-20) + canary + strings.Repeat("y", 1<<20)
	x.Response.Body = []byte(strings.Repeat("x", BodyLimit-10) + canary + strings.Repeat(canary, 1<<10) + strings.Repeat("z", 1<<20))
	x.Response.Header = http.Header{"Vary": make([]string, 10_000), "Server": {strings.Repeat("s", 1<<20)}}
	for n := range 10_000 {
		x.Response.Header[fmt.Sprintf("X-%05d", n)] = []string{"v"}
	}
	once := r.Exchange(x)
	g.Expect(len(once.Request.URL)).To(BeNumerically("<=", textLimit))
	g.Expect(once.Request.URL).To(HaveSuffix(fmt.Sprintf("[extconf leaves out the rest of %d bytes]", len(x.Request.URL))))
	g.Expect(len(once.Response.Body)).To(BeNumerically("<=", BodyLimit+longestMark))
	g.Expect(once.Response.Header["Vary"]).To(HaveLen(headerLines))
	g.Expect(once.Response.Header["Vary"]).To(ContainElement("[extconf leaves out 9981 more]"))
	g.Expect(len(once.Response.Header.Get("Server"))).To(BeNumerically("<=", textLimit))
	g.Expect(once.Response.Header).To(HaveLen(headerNames))
	all, err := json.Marshal(once)
	g.Expect(err).NotTo(HaveOccurred())
	for n := 8; n < len(canary); n++ {
		g.Expect(string(all)).NotTo(ContainSubstring(canary[:n]), "not even a part of it")
	}
	g.Expect(r.Exchange(once)).To(Equal(once), "it is bounded once")
}
