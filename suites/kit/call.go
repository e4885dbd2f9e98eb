package kit

import (
	"io"
	"net/http"

	"github.com/extconf/extconf/fixtures/targets"
)

// Call is one request of the API before it is sent.
type Call struct {
	Operation string
	Method    string
	// Path is below the base URL and may hold a query.
	Path   string
	Header http.Header
	// Body is what is sent; Stream replaces it for bodies that are not kept,
	// and is opened anew for each attempt.
	Body   []byte
	Stream func() io.ReadCloser
	// Length of the stream in bytes; negative sends it chunked.
	Length int64

	Role            targets.Role
	Authorization   *string
	Malformed       string
	Unauthenticated bool
	Injected        bool
	// cleanup marks the suite's own housekeeping, which is not judged.
	cleanup bool
	// name and mark tell the ledger what a create may leave behind.
	name, mark string
}

// Option changes a call before it is sent.
type Option func(*Call)

// As sends the call with the credential of another role.
func As(role targets.Role) Option { return func(c *Call) { c.Role = role } }

// Authorized sends the call with that Authorization, "" for none at all: a
// credential that must be refused.
func Authorized(value string) Option {
	return func(c *Call) { c.Authorization, c.Unauthenticated = &value, true }
}

// Sized sends the body with a Content-Length, in bytes, and not in chunks.
func Sized(length int64) Option { return func(c *Call) { c.Length = length } }

// Malformed declares which rule the request breaks on purpose. Any other
// request that breaks the contract is a defect of the suite.
func Malformed(rule string) Option { return func(c *Call) { c.Malformed = rule } }

// With sets a header of the request; an empty value removes it.
func With(name, value string) Option {
	return func(c *Call) {
		if value == "" {
			c.Header.Del(name)
			return
		}
		c.Header.Set(name, value)
	}
}

// Provoked applies a stimulus.
func Provoked(s targets.Stimulus) Option {
	return func(c *Call) {
		if s.Credential != "" {
			c.Role = s.Credential
		}
		for name, value := range s.Headers {
			c.Header.Set(name, value)
			c.Injected = true
		}
	}
}

// Marked tells the ledger by which text an extension of another name is known.
func Marked(mark string) Option { return func(c *Call) { c.mark = mark } }
