package specs

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// request judges the suite's own request: one that breaks the contract without
// saying so is a mistake of ours, and its answer proves nothing.
func (j *judgement) request() {
	if j.x.Malformed != "" || j.upload() && j.x.Request.Header.Get("Content-Type") == "application/zip" {
		return // on purpose, or the raw upload of the vendor's guide
	}
	if j.plainRequest() {
		return
	}
	_, errs := documentOf(j.c).validator.ValidateHttpRequestSyncWithPathItem(j.asked(), j.op.item, j.op.template)
	j.ours = len(errs) > 0
	for _, e := range errs {
		blame := BlameSuite
		if isContractDefect(e) {
			blame = BlameContract
		}
		j.find("any.documented-status", "contract.request", Violation{
			Element: j.op.id + "/request", Blame: blame,
			Message: "the request breaks the contract: " + reason(e), Expected: "a request that the contract allows", Seen: reason(e),
		})
	}
}

func (j *judgement) upload() bool { return j.op.id == "upload-extension" }

// asked is the recorded request as the contract's own server would get it: the
// validator mutates requests, so each judgement has one of its own. Its body can
// be read once.
func (j *judgement) asked() *http.Request {
	if j.sent == nil {
		j.sent = j.ask()
	}
	return j.sent
}

func (j *judgement) ask() *http.Request {
	path, query, _ := strings.Cut(j.x.Request.Path, "?")
	u := *j.op.base
	u.RawPath = strings.TrimRight(j.op.base.EscapedPath(), "/") + j.below(path)
	u.Path, _ = url.PathUnescape(u.RawPath)
	u.RawQuery = query
	r := &http.Request{
		Method: j.x.Request.Method, URL: &u, Host: u.Host, Header: j.x.Request.Header.Clone(),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Body: http.NoBody,
	}
	switch {
	case len(j.x.Request.Body) > 0:
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(j.x.Request.Body)), int64(len(j.x.Request.Body))
	case j.x.Request.Size > 0: // streamed and not kept; nobody reads it
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader("-")), -1
	}
	return r
}

// below is the part of a path that follows the operation's base.
func (j *judgement) below(path string) string {
	if i := strings.Index(path, "/deployments/extensions"); i >= 0 {
		return path[i:]
	}
	return path
}
