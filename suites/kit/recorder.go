package kit

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/onsi/ginkgo/v2"

	"github.com/extconf/extconf/fixtures/targets"
	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/specs"
)

// do sends a call, waits out weather, tries a create again that met a taken id,
// as its answer asks for, and records and judges what came of it. It is the only way to the target's API, so no exchange escapes the judge.
func (api *API) do(ctx context.Context, c Call, options []Option) *Exchange {
	if c.Header == nil {
		c.Header = http.Header{}
	}
	for _, option := range options {
		option(&c)
	}
	if path, _, _ := strings.Cut(c.Path, "?"); path == one("") || path == one(".") || path == one("..") {
		api.stop() // an answer before told no id to go on with, and was found fault with
	}
	if api.ReadOnly && c.Method != http.MethodGet {
		ginkgo.Skip("read-only: this needs a " + c.Method)
	}
	for try := 1; ; try++ {
		if x := api.once(ctx, &c, try < createTries); x.Retried == "" || ctx.Err() != nil {
			return x
		}
	}
}

// endIfUnanswered ends a spec whose time, or whose run, was over before the
// answer came, and a run whose target cannot be reached any more: that there is
// no answer then says nothing about the target.
func (api *API) endIfUnanswered(ctx context.Context, x *Exchange) {
	cutShort := (x.Error != "" || x.Retried != "") && errors.Is(ctx.Err(), context.Canceled)
	if !cutShort && x.unsent == "" || ginkgo.CurrentSpecReport().LeafNodeText == "" {
		return // an answer, a target too slow for its time, or the first contact
	}
	api.current().add(api, x, nil)
	if cutShort {
		ginkgo.Skip("cut short before the answer came")
	}
	ginkgo.AbortSuite("the target cannot be reached any more: " + x.unsent)
}

// createTries is how often a create is sent that meets taken ids.
const createTries = 4

// once sends a call, and records and judges the answer. Where it may be tried
// again, an answer that asks for that is marked as retried.
func (api *API) once(ctx context.Context, c *Call, again bool) *Exchange {
	creates := c.Operation == "create-extension"
	var intent string
	if creates {
		intent = api.intend(c)
	}
	caller := string(c.Role)
	if c.Authorization != nil {
		caller = "strangers"
	}
	x := api.throughWeather(ctx, caller, func() *Exchange { return api.attempt(ctx, c) })
	x.intent = intent
	if !c.cleanup {
		api.endIfUnanswered(ctx, x)
	}
	x.decode()
	if creates && again && !c.Injected && x.Status() == http.StatusConflict && slices.Contains(x.Codes(), "extensions.id_already_exists") {
		x.Retried = "409 id_already_exists: please try again"
	}
	var kept []string
	if !c.cleanup {
		j := api.Contract.Judge(x.Exchange)
		x.Violations, kept = j.Violations, j.Kept
		api.checkEcho(x)
	}
	api.current().add(api, x, kept)
	switch {
	case creates:
		api.settle(ctx, x)
	case c.Operation == "delete-extension" && (x.OK() || x.Status() == http.StatusNotFound):
		if id, err := url.PathUnescape(strings.TrimPrefix(c.Path, root+"/")); err == nil {
			api.deleted(id)
		}
	}
	return x
}

// attempt sends a call once and records the exchange.
func (api *API) attempt(ctx context.Context, c *Call) *Exchange {
	ctx, cancel := context.WithTimeout(ctx, api.Profile().Patience.Request)
	defer cancel()
	role := c.Role
	if role == "" {
		role = targets.User
	}
	x := &Exchange{api: api, Exchange: &specs.Exchange{
		ID:        fmt.Sprintf("p%d-%d", api.Proc, api.exchanges.Add(1)),
		Operation: c.Operation, Malformed: c.Malformed,
		Unauthenticated: c.Unauthenticated, Injected: c.Injected, Role: string(role),
		Request: specs.Request{Method: c.Method, URL: api.Target.Base + c.Path, Path: c.Path, Header: c.Header.Clone(), Body: c.Body},
	}}
	header := x.Request.Header
	header.Set("Accept", "application/json")
	header.Set("Accept-Encoding", "gzip")
	header.Set("User-Agent", "extconf/"+Version())
	for name, value := range api.Profile().Headers {
		header.Set(name, value)
	}
	authorization, _ := api.Target.Authorization(role)
	if c.Authorization != nil {
		authorization, x.Role = *c.Authorization, "none"
	}
	if authorization != "" {
		header.Set("Authorization", authorization)
	}
	// A body in memory is given as such: for any other reader the transport
	// flushes the header first, and copies by a buffer of its own.
	var body io.Reader = bytes.NewReader(c.Body)
	var sent *counter
	if c.Stream != nil {
		sent = &counter{ReadCloser: c.Stream()}
		body = sent
	}
	req, err := http.NewRequestWithContext(ctx, c.Method, x.Request.URL, body)
	if err != nil {
		x.Error = err.Error()
		return x
	}
	// The transport may change the header; the record keeps its own.
	req.Header = header.Clone()
	if c.Stream != nil {
		req.ContentLength = c.Length
	}
	release, err := api.Target.acquire(ctx)
	if err != nil {
		x.Error = err.Error()
		return x
	}
	defer release()
	x.Started = time.Now()
	resp, err := api.Target.Transport.RoundTrip(req)
	if err == nil {
		x.Response, err = readAnswer(resp, c.Method, api.Profile().Limits.Answer)
	}
	x.Duration = time.Since(x.Started)
	x.Request.Size = int64(len(c.Body))
	if sent != nil {
		x.Request.Size = sent.n.Load()
	}
	if err != nil {
		x.Error, x.unsent = inWords(err, api.Profile().Patience.Request), unsent(err)
	}
	return x
}

// readAnswer reads an answer whole, undoes gzip, and reads no more than limit
// bytes of what comes out of it.
func readAnswer(resp *http.Response, method string, limit int64) (*specs.Response, error) {
	defer resp.Body.Close()
	r := &specs.Response{Status: resp.StatusCode, Proto: resp.Proto, Header: resp.Header.Clone()}
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return r, errSwitched
	}
	wire := &counter{ReadCloser: resp.Body}
	var from io.Reader = wire
	zipped := strings.EqualFold(strings.TrimSpace(resp.Header.Get("Content-Encoding")), "gzip") && resp.ContentLength != 0
	if zipped {
		unzipped, err := gzip.NewReader(wire)
		if err != nil {
			return r, fmt.Errorf("the body is declared as gzip and is not: %w", err)
		}
		from = unzipped
	}
	var kept bytes.Buffer
	if n := resp.ContentLength; n > 0 && n <= limit && !zipped {
		kept.Grow(int(n) + bytes.MinRead)
	}
	n, err := kept.ReadFrom(io.LimitReader(from, limit+1))
	r.Body, r.Size = kept.Bytes(), n
	if n > limit {
		r.Body, r.Truncated = part(r.Body, limit), true
		return r, fmt.Errorf("the body is longer than the %d bytes that the profile's limits.answer allows", limit)
	}
	if err != nil {
		r.Body = part(r.Body, limit)
		r.Truncated = int64(len(r.Body)) < n
		return r, fmt.Errorf("the body broke off after %d bytes: %w", n, err)
	}
	if most := int(limit / bytesPerValue); bytes.Count(r.Body, []byte(","))+bytes.Count(r.Body, []byte(":")) > most {
		r.Body, r.Truncated = part(r.Body, limit), true
		return r, fmt.Errorf("the body has more than %d keys and values, which is what the profile's limits.answer allows", most)
	}
	declared, bad := strconv.ParseInt(resp.Header.Get("Content-Length"), 10, 64)
	if bad == nil && method != http.MethodHead && wire.n.Load() != declared {
		return r, fmt.Errorf("the body has %d bytes, Content-Length promised %d", wire.n.Load(), declared)
	}
	return r, nil
}

// part is as much as anybody will read of a body that is not whole.
func part(body []byte, limit int64) []byte {
	return bytes.Clone(body[:min(int64(len(body)), limit, reports.BodyLimit)])
}

// bytesPerValue is what a key or value of JSON counts for, at least, in
// limits.answer: many small ones take many times the memory of their text.
const bytesPerValue = 128

// errSwitched: the connection is handed over with such an answer, and reading
// from it would not end with the request's time.
var errSwitched = errors.New("the target switches to another protocol, which nobody asked for")

// inWords says what a transport error means to somebody who did not write Go.
func inWords(err error, patience time.Duration) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("no whole answer within %s", patience)
	case errors.Is(err, context.Canceled):
		return "the run was interrupted before the answer came"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "the connection was closed before the answer was whole: " + err.Error()
	default:
		return err.Error()
	}
}

// leastSecret is how many bytes a key needs not to occur by chance.
const leastSecret = 8

// checkEcho looks for the caller's credential in the answer.
func (api *API) checkEcho(x *Exchange) {
	if x.Response == nil {
		return
	}
	credential := x.Request.Header.Get("Authorization")
	_, secret, ok := strings.Cut(credential, " ")
	if !ok {
		return // nothing was sent but a scheme
	}
	// A short key would occur by chance as well; with its scheme it does not.
	if len(secret) >= leastSecret {
		credential = secret
	}
	where := ""
	for _, form := range formsOf(credential) {
		if bytes.Contains(x.Response.Body, []byte(form)) {
			where = "the body"
		}
		for name, values := range x.Response.Header {
			if slices.ContainsFunc(values, func(value string) bool { return strings.Contains(value, form) }) {
				where = "the header " + name
			}
		}
	}
	if where != "" {
		x.Violations = append(x.Violations, specs.Violation{
			Rule: "credential.echo", Requirement: "any.credential-not-echoed", Blame: specs.BlameTarget,
			Message:  "the answer repeats the caller's credential in " + where,
			Expected: "no trace of the credential", Seen: "the credential, in " + where,
		})
		return
	}
	api.current().pass("any.credential-not-echoed", "credential.echo", x)
}

// formsOf are the ways in which a credential may be repeated.
func formsOf(credential string) []string {
	if known, ok := forms.Load(credential); ok {
		return known.([]string)
	}
	list := []string{
		credential, url.QueryEscape(credential),
		base64.RawStdEncoding.EncodeToString([]byte(credential)), base64.RawURLEncoding.EncodeToString([]byte(credential)),
	}
	slices.Sort(list)
	list = slices.Compact(list)
	forms.Store(credential, list)
	return list
}

// forms remembers [formsOf] the few credentials that a run has.
var forms sync.Map

// counter counts what is read through it.
type counter struct {
	io.ReadCloser
	n atomic.Int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.n.Add(int64(n))
	return n, err
}
