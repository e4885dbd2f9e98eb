package kit

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"time"
)

// answer is the http.ResponseWriter of a target in process.
type answer struct {
	header  http.Header
	sent    http.Header
	status  int
	body    bytes.Buffer
	flushed bool
}

// mostRoom is how many bytes an answer gets room for before they come.
const mostRoom = 16 << 20

func newAnswer() *answer { return &answer{header: http.Header{}} }

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status != 0 || status < 200 {
		return // a second status, or an informational one
	}
	a.status, a.sent = status, a.header.Clone()
	if _, ok := a.sent["Date"]; !ok { // as a server does
		a.sent.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	}
	// Room for all of it at once: growing copies a large file many times over.
	if n, err := strconv.Atoi(a.sent.Get("Content-Length")); err == nil && n > 0 && n <= mostRoom {
		a.body.Grow(n)
	}
}

func (a *answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}

// Flush makes the answer one of unknown length, as on the wire.
func (a *answer) Flush() {
	a.WriteHeader(http.StatusOK)
	a.flushed = true
}

func (a *answer) response(req *http.Request) *http.Response {
	a.WriteHeader(http.StatusOK)
	length := int64(a.body.Len())
	body := a.body.Bytes()
	if req.Method == http.MethodHead || a.status == http.StatusNoContent || a.status == http.StatusNotModified {
		body, length = nil, 0
	}
	if a.flushed {
		length = -1
	}
	if _, ok := a.sent["Content-Type"]; !ok && len(body) > 0 {
		a.sent.Set("Content-Type", http.DetectContentType(body))
	}
	if length >= 0 && a.sent.Get("Content-Length") == "" && len(body) > 0 {
		a.sent.Set("Content-Length", strconv.FormatInt(length, 10))
	}
	return &http.Response{
		Status: strconv.Itoa(a.status) + " " + http.StatusText(a.status), StatusCode: a.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.sent, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: length, Request: req,
	}
}
