package reports

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// htmlBody is how much of a body the page shows: 6 KiB; exchanges.har has more.
const htmlBody = 6 << 10

// exchangeView is an exchange for the page, its texts printable.
type exchangeView struct {
	ID, Method, URL, Path     string
	Status, StatusText, Proto string
	Class                     string // the first digit of the status, 0 without an answer
	Took, Started             string
	Answered                  bool
	Injected                  bool
	Role, Operation, Spec     string
	Malformed, Retried, Error string
	Sent, Got                 []harPair
	SentBody, GotBody         *bodyView
	Curl                      string
}

// bodyView is a body for the page.
type bodyView struct {
	Text, Kind, Note string
	JSON             bool
}

func viewExchange(x *Exchange, curl bool) *exchangeView {
	v := &exchangeView{
		ID: x.ID, Method: Printable(x.Request.Method), URL: Printable(x.Request.URL), Path: Printable(shortText(firstOf(x.Request.Path, x.Request.URL), 300)),
		Status: "no answer", Class: "0",
		Took: duration(milliseconds(x.Duration)), Started: stampOf(x.Started, "15:04:05.000 UTC"), Injected: x.Injected, Role: x.Role, Operation: x.Operation,
		Spec: Printable(x.SpecName), Malformed: Printable(x.Malformed), Retried: Printable(x.Retried), Error: Printable(x.Error),
		Sent: pairs(x.Request.Header), SentBody: viewBody(x.Request.Body, x.Request.Size, false),
	}
	if a := x.Response; a != nil {
		v.Answered, v.Status, v.StatusText, v.Proto = true, strconv.Itoa(a.Status), http.StatusText(a.Status), Printable(a.Proto)
		v.Class = v.Status[:1]
		v.Got, v.GotBody = pairs(a.Header), viewBody(a.Body, a.Size, a.Truncated)
	}
	if curl && len(x.Request.Body) <= htmlBody {
		v.Curl = Curl(&x.Exchange)
	}
	return v
}

// viewBody makes a body readable: JSON indented, what is no text as its first
// bytes, everything cut to a length that a page can hold.
func viewBody(body []byte, size int64, truncated bool) *bodyView {
	if len(body) == 0 {
		if size > 0 {
			return &bodyView{Text: fmt.Sprintf("%d bytes, not kept", size)}
		}
		return nil
	}
	v := &bodyView{Kind: "text"}
	switch {
	case isBinary(body):
		v.Kind = "binary"
		v.Text = fmt.Sprintf("% x", body[:min(len(body), 256)])
		if len(body) > 256 {
			v.Note = fmt.Sprintf("The first 256 of %d bytes.", max(size, int64(len(body))))
		}
		return v
	case indentable(body):
		var b bytes.Buffer
		if json.Indent(&b, body, "", "  ") == nil {
			v.Kind, v.JSON, v.Text = "JSON", true, Printable(strings.TrimSpace(b.String()))
		}
	}
	if v.Text == "" {
		v.Text = Printable(string(body[:min(len(body), htmlBody)]))
	}
	whole := len(v.Text) <= htmlBody && (v.JSON || len(body) <= htmlBody)
	if len(v.Text) > htmlBody {
		cut := strings.LastIndexByte(v.Text[:htmlBody], '\n')
		if cut < htmlBody/2 {
			cut = htmlBody
		}
		v.Text = strings.ToValidUTF8(v.Text[:cut], "") + "\n…"
	}
	switch {
	case truncated:
		v.Note = fmt.Sprintf("The suite stopped reading after %d bytes.", size)
	case !whole:
		v.Note = fmt.Sprintf("Shortened: the body has %d bytes.", max(size, int64(len(body))))
	}
	return v
}

// isBinary says that a body is better shown as bytes: a good part of what it
// begins with is neither text nor white space.
func isBinary(body []byte) bool {
	head := body[:min(len(body), 512)]
	odd := 0
	for rest := head; len(rest) > 0; {
		c, n := utf8.DecodeRune(rest)
		if c == utf8.RuneError && n == 1 && len(rest) >= utf8.UTFMax || c < ' ' && c != '\n' && c != '\r' && c != '\t' {
			odd++
		}
		rest = rest[n:]
	}
	return odd*5 > len(head)
}

// indentable says that a body is JSON that indenting does not blow up: a
// thousand brackets within each other would become a million spaces.
func indentable(body []byte) bool {
	const deepest = 64
	depth, quoted := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > deepest {
				return false
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	first := bytes.TrimLeft(body, " \t\r\n")
	return len(first) > 0 && slices.Contains([]byte(`{["`), first[0]) && json.Valid(body)
}
