package reports

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/onsi/ginkgo/v2/types"
)

// seeds are texts that a target may answer.
var seeds = []string{
	"", "plain", nasty, canary, strings.Repeat("[", 300), "{\"a\":\"\\ud800\"}", "https://u:p@h/?token=x&y=z", "\xff\xfe\x00", "]]>", "&#0;&lt;", "a\r\n b\u2028c\ufffe",
	"```\n# h\n| a |\n", "://@=", "c4nary", "QzRuYXJ5KzAwMDEv",
}

// Whatever stands round a secret, none of its forms is left.
func FuzzRedactor(f *testing.F) {
	for i, seed := range seeds {
		f.Add(seed, uint8(i), "&"+seed)
	}
	r := NewRedactor(canary)
	f.Fuzz(func(t *testing.T, before string, form uint8, after string) {
		forms := disguises()
		text := before + forms[int(form)%len(forms)] + after
		out := r.Text(text)
		if leaks := r.Leaks([]byte(out)); len(leaks) > 0 {
			t.Fatalf("%q became %q, which holds %v", text, out, leaks)
		}
		w := r.watch(io.Discard)
		for i := 0; i < len(text); i += 7 {
			_, _ = io.WriteString(w, text[i:min(i+7, len(text))])
		}
		if len(w.leaks()) == 0 {
			t.Fatalf("the secret in %q went by unseen", text)
		}
	})
}

var noXML = regexp.MustCompile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

// Whatever a target says, junit.xml is XML with characters that XML allows.
func FuzzJUnit(f *testing.F) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		x := exchange("p1-1", "create-extension", 201)
		x.Request.URL, x.Response.Body, x.Response.Header = text, []byte(text), map[string][]string{"Server": {text}, "Location": {text}}
		e := brokenBy("create.201", x)
		found := &e.Findings[0]
		found.Message, found.Expected, found.Seen, found.Curl, found.Place = text, text, text, text, text
		e.Notes, e.NotExercised = []string{text}, []Unexercised{{Requirement: "get.404", Reason: text}}
		s := ran(text, types.SpecStateFailed, e, "create.201")
		s.Failure.Message, s.CapturedGinkgoWriterOutput = text, text
		panicked := ran("panics", types.SpecStatePanicked, nil, "create.409")
		panicked.Failure.Message, panicked.Failure.ForwardedPanic = text, text
		m := meta()
		m.Target.Name, m.Run.Interrupted = text, text
		var b bytes.Buffer
		if err := Collect(all(s, panicked), m).JUnit(&b); err != nil {
			t.Fatal(err)
		}
		if at := noXML.FindString(b.String()); at != "" || !utf8.Valid(b.Bytes()) {
			t.Fatalf("junit.xml holds %q, which is no character of XML", at)
		}
		for dec := xml.NewDecoder(&b); ; {
			if _, err := dec.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
	})
}

var unescaped = regexp.MustCompile("[<>\n\r\x00-\x08]|(^|[^\\\\])(\\\\\\\\)*[`*_\\[\\]|~#!$]|://|www\\.|@[^&]|@$")

// Whatever a target says is plain text on one line of Markdown.
func FuzzMarkdown(f *testing.F) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		out := strings.ReplaceAll(strings.ReplaceAll(md(text), "&#58;", ""), "&#46;", "")
		out = strings.ReplaceAll(out, "@&#8203;", "")
		if at := unescaped.FindString(out); at != "" {
			t.Fatalf("%q became %q, which holds the markup %q", text, out, at)
		}
	})
}

// Whatever a body is, the page shows a bounded, printable form of it, and a
// JSON document is still the same one when it is not cut.
func FuzzPageBody(f *testing.F) {
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	f.Add([]byte(`{"a":[1,2.50,{"b":"\u00e9\\"}],"a":null}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		v := viewBody(body, int64(len(body)), false)
		if v == nil {
			return
		}
		if len(v.Text) > htmlBody+8 || Printable(v.Text) != v.Text {
			t.Fatalf("%q is shown as %q", body, v.Text)
		}
		if v.JSON && v.Note == "" && utf8.Valid(body) && Printable(string(body)) == string(body) {
			var was, is bytes.Buffer
			if json.Compact(&was, body) != nil || json.Compact(&is, []byte(v.Text)) != nil || was.String() != is.String() {
				t.Fatalf("%q is shown as another document: %q", body, v.Text)
			}
		}
	})
}

// A body comes back from exchanges.har byte by byte.
func FuzzHARBody(f *testing.F) {
	for _, seed := range seeds {
		f.Add([]byte(seed), "text/plain")
	}
	f.Fuzz(func(t *testing.T, body []byte, kind string) {
		x := exchange("p1-1", "create-extension", 200)
		x.Response.Body, x.Response.Header = body, map[string][]string{"Content-Type": {kind}}
		var b bytes.Buffer
		if err := (&Report{Exchanges: []Exchange{{Exchange: x}}}).HAR(&b); err != nil {
			t.Fatal(err)
		}
		list, err := readHAR(&b)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(list[0].Response.Body, body) {
			t.Fatalf("%q came back as %q", body, list[0].Response.Body)
		}
	})
}
