package reports

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/extconf/extconf/specs"
)

// The elements of HAR 1.2, as far as there is something to say in them. What
// is ours stands in _extconf, as the format allows for names that begin with _.
type harEntry struct {
	StartedDateTime string      `json:"startedDateTime"`
	Time            float64     `json:"time"`
	Request         harRequest  `json:"request"`
	Response        harResponse `json:"response"`
	Cache           struct{}    `json:"cache"`
	Timings         harTimings  `json:"timings"`
	Comment         string      `json:"comment,omitempty"`
	Extconf         harExtconf  `json:"_extconf"`
}

type harRequest struct {
	Method      string       `json:"method"`
	URL         string       `json:"url"`
	HTTPVersion string       `json:"httpVersion"`
	Cookies     []harPair    `json:"cookies"`
	Headers     []harPair    `json:"headers"`
	QueryString []harPair    `json:"queryString"`
	PostData    *harPostData `json:"postData,omitempty"`
	HeadersSize int          `json:"headersSize"`
	BodySize    int64        `json:"bodySize"`
}

type harPostData struct {
	MimeType string    `json:"mimeType"`
	Params   []harPair `json:"params"`
	Text     string    `json:"text"`
	// Encoding is ours: base64 for what is not text.
	Encoding string `json:"_encoding,omitempty"`
}

type harResponse struct {
	Status      int        `json:"status"`
	StatusText  string     `json:"statusText"`
	HTTPVersion string     `json:"httpVersion"`
	Cookies     []harPair  `json:"cookies"`
	Headers     []harPair  `json:"headers"`
	Content     harContent `json:"content"`
	RedirectURL string     `json:"redirectURL"`
	HeadersSize int        `json:"headersSize"`
	BodySize    int64      `json:"bodySize"`
	// Error is what browsers call a transport's failure.
	Error string `json:"_error,omitempty"`
}

type harContent struct {
	Size     int64  `json:"size"`
	MimeType string `json:"mimeType"`
	Text     string `json:"text,omitempty"`
	Encoding string `json:"encoding,omitempty"`
}

type harPair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type harTimings struct {
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

// harExtconf ties an entry to its spec and requirements, and keeps what a HAR
// cannot say.
type harExtconf struct {
	Exchange        string            `json:"exchange"`
	Spec            string            `json:"spec"`
	SpecName        string            `json:"spec_name,omitempty"`
	Requirements    []string          `json:"requirements,omitempty"`
	Operation       string            `json:"operation,omitempty"`
	Path            string            `json:"path,omitempty"`
	DurationNS      time.Duration     `json:"duration_ns"`
	Malformed       string            `json:"malformed,omitempty"`
	Unauthenticated bool              `json:"unauthenticated,omitempty"`
	Injected        bool              `json:"injected,omitempty"`
	Role            string            `json:"role,omitempty"`
	Retried         string            `json:"retried,omitempty"`
	Error           string            `json:"error,omitempty"`
	NoResponse      bool              `json:"no_response,omitempty"`
	Truncated       bool              `json:"truncated,omitempty"`
	Violations      []specs.Violation `json:"violations,omitempty"`
}

// HAR writes all exchanges as HTTP Archive 1.2, one after the other.
func (r *Report) HAR(w io.Writer) error {
	b := bufio.NewWriterSize(w, 1<<16)
	creator, _ := json.Marshal(map[string]string{"name": "extconf", "version": firstOf(r.Suite.Version, "0")})
	fmt.Fprintf(b, `{"log":{"version":"1.2","creator":%s,"pages":[],"entries":[`, creator)
	enc := json.NewEncoder(b)
	for i := range r.Exchanges {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := enc.Encode(toHAR(&r.Exchanges[i])); err != nil {
			return err
		}
	}
	b.WriteString("]}}\n")
	return b.Flush()
}

func toHAR(x *Exchange) harEntry {
	ms := milliseconds(x.Duration)
	e := harEntry{
		StartedDateTime: x.Started.UTC().Format("2006-01-02T15:04:05.000Z"), Time: ms, Timings: harTimings{Wait: ms},
		Comment: strings.TrimSpace(x.ID + " " + x.SpecName),
		Request: harRequest{
			Method: x.Request.Method, URL: x.Request.URL, HTTPVersion: "HTTP/1.1", Cookies: []harPair{}, Headers: pairs(x.Request.Header),
			QueryString: query(x.Request.URL), HeadersSize: -1, BodySize: x.Request.Size,
		},
		Response: harResponse{HTTPVersion: "unknown", Cookies: []harPair{}, Headers: []harPair{}, Content: harContent{MimeType: "x-unknown"}, HeadersSize: -1, BodySize: -1, Error: x.Error},
		Extconf: harExtconf{
			Exchange: x.ID, Spec: x.Spec, SpecName: x.SpecName, Requirements: x.Requirements, Operation: x.Operation, Path: x.Request.Path, DurationNS: x.Duration,
			Malformed: x.Malformed, Unauthenticated: x.Unauthenticated, Injected: x.Injected, Role: x.Role, Retried: x.Retried, Error: x.Error,
			NoResponse: x.Response == nil, Violations: x.Violations,
		},
	}
	if len(x.Request.Body) > 0 {
		text, encoding := harText(x.Request.Body)
		e.Request.PostData = &harPostData{MimeType: x.Request.Header.Get("Content-Type"), Params: []harPair{}, Text: text, Encoding: encoding}
	}
	if a := x.Response; a != nil {
		text, encoding := harText(a.Body)
		e.Response = harResponse{
			Status: a.Status, StatusText: http.StatusText(a.Status), HTTPVersion: firstOf(a.Proto, "HTTP/1.1"), Cookies: []harPair{},
			Headers: pairs(a.Header), Content: harContent{Size: a.Size, MimeType: firstOf(a.Header.Get("Content-Type"), "x-unknown"), Text: text, Encoding: encoding},
			RedirectURL: a.Header.Get("Location"), HeadersSize: -1, BodySize: a.Size, Error: x.Error,
		}
		e.Extconf.Truncated = a.Truncated
	}
	return e
}

func harText(body []byte) (text, encoding string) {
	if utf8.Valid(body) {
		return string(body), ""
	}
	return base64.StdEncoding.EncodeToString(body), "base64"
}

func pairs(h http.Header) []harPair {
	list := []harPair{}
	for _, name := range sortedNames(h) {
		for _, value := range h[name] {
			list = append(list, harPair{name, value})
		}
	}
	return list
}

func query(raw string) []harPair {
	list := []harPair{}
	u, err := url.Parse(raw)
	if err != nil {
		return list
	}
	values := u.Query()
	for _, name := range sortedNames(values) {
		for _, value := range values[name] {
			list = append(list, harPair{name, value})
		}
	}
	return list
}

// fromHAR reads an entry that [Report.HAR] wrote.
func fromHAR(e *harEntry) (Exchange, error) {
	m := e.Extconf
	started, err := time.Parse(time.RFC3339Nano, e.StartedDateTime)
	if err != nil {
		return Exchange{}, fmt.Errorf("startedDateTime: %w", err)
	}
	x := Exchange{
		Exchange: specs.Exchange{
			ID: m.Exchange, Operation: m.Operation, Started: started, Duration: m.DurationNS,
			Request:   specs.Request{Method: e.Request.Method, URL: e.Request.URL, Path: m.Path, Header: header(e.Request.Headers), Size: e.Request.BodySize},
			Malformed: m.Malformed, Unauthenticated: m.Unauthenticated, Injected: m.Injected,
			Error: m.Error, Retried: m.Retried, Role: m.Role, Violations: m.Violations,
		},
		Spec: m.Spec, SpecName: m.SpecName, Requirements: m.Requirements,
	}
	if p := e.Request.PostData; p != nil {
		if x.Request.Body, err = harBody(p.Text, p.Encoding); err != nil {
			return x, err
		}
	}
	if !m.NoResponse {
		x.Response = &specs.Response{
			Status: e.Response.Status, Proto: e.Response.HTTPVersion, Header: header(e.Response.Headers),
			Size: e.Response.Content.Size, Truncated: m.Truncated,
		}
		if x.Response.Body, err = harBody(e.Response.Content.Text, e.Response.Content.Encoding); err != nil {
			return x, err
		}
		x.Shortened = shortened(x.Response.Body)
	}
	x.Shortened = x.Shortened || shortened(x.Request.Body)
	return x, nil
}

func harBody(text, encoding string) ([]byte, error) {
	if text == "" {
		return nil, nil
	}
	if encoding == "base64" {
		return base64.StdEncoding.DecodeString(text)
	}
	return []byte(text), nil
}

func header(list []harPair) http.Header {
	h := http.Header{}
	for _, p := range list {
		h[p.Name] = append(h[p.Name], p.Value)
	}
	return h
}

// readHAR reads exchanges.har entry by entry.
func readHAR(in io.Reader) ([]Exchange, error) {
	var doc struct {
		Log struct {
			Entries []harEntry `json:"entries"`
		} `json:"log"`
	}
	if err := json.NewDecoder(bufio.NewReader(in)).Decode(&doc); err != nil {
		return nil, err
	}
	list := make([]Exchange, 0, len(doc.Log.Entries))
	for i := range doc.Log.Entries {
		x, err := fromHAR(&doc.Log.Entries[i])
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", i+1, err)
		}
		list = append(list, x)
	}
	return list, nil
}

// Load reads report.json, and exchanges.har where it is there, from the folder
// of a run.
func Load(dir string) (*Report, error) {
	raw, err := os.ReadFile(filepath.Join(dir, ReportFile))
	if err != nil {
		return nil, fmt.Errorf("no report of a run can be read: %w", err)
	}
	var r Report
	if err := json.Unmarshal(raw, &r); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, ReportFile), err)
	}
	if r.Schema != Schema {
		return nil, fmt.Errorf("%s: the schema is %q, and this extconf reads %q", filepath.Join(dir, ReportFile), r.Schema, Schema)
	}
	r.Dir = dir
	if r.Exchanges, err = LoadExchanges(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return &r, nil
}

// LoadExchanges reads exchanges.har from the folder of a run: redacted, in the
// order in which the specs sent them. The error is [fs.ErrNotExist] where there
// is no such file.
func LoadExchanges(dir string) ([]Exchange, error) {
	har, err := os.Open(filepath.Join(dir, HARFile))
	if err != nil {
		return nil, fmt.Errorf("no exchanges of a run can be read: %w", err)
	}
	defer har.Close()
	list, err := readHAR(har)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", har.Name(), err)
	}
	return list, nil
}
