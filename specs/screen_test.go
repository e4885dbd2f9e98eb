package specs

import (
	"strconv"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// The screen lets nothing pass that the validator finds fault with: neither a
// broken constraint, nor what an answer or request may look like otherwise.
func TestTheScreenHidesNothing(t *testing.T) {
	alone := *DefaultContract()
	alone.unscreened = true
	same := func(t *testing.T, x *Exchange) {
		NewWithT(t).Expect(DefaultContract().Judge(x)).To(Equal(alone.Judge(x)))
	}
	for _, k := range DefaultContract().Constraints() {
		t.Run(k.Operation+" "+k.Status+" "+k.Key+" "+strings.Join(k.Path, "."), func(t *testing.T) {
			status, err := strconv.Atoi(k.Status)
			NewWithT(t).Expect(err).NotTo(HaveOccurred())
			x := golden(k.Operation, status)
			same(t, x)
			k.Break(x.Response)
			same(t, x)
		})
	}
	for name, change := range map[string]func(*Exchange){
		"another content type": func(x *Exchange) { x.Response.Header.Set("Content-Type", "text/html") },
		"a charset":            func(x *Exchange) { x.Response.Header.Set("Content-Type", "application/json; charset=utf-8") },
		"no content type":      func(x *Exchange) { x.Response.Header.Del("Content-Type") },
		"two content types":    func(x *Exchange) { x.Response.Header.Add("Content-Type", "application/json") },
		"no body":              func(x *Exchange) { x.Response.Body = nil },
		"no JSON":              func(x *Exchange) { x.Response.Body = []byte("{") },
		"null":                 func(x *Exchange) { x.Response.Body = []byte("null") },
		"a header in twice":    func(x *Exchange) { x.Response.Header.Add("X-Cloud-Resource-Created", "2026-01-31T08:00:00Z") },
		"a date in words":      func(x *Exchange) { x.Response.Header.Set("X-Cloud-Resource-Created", "yesterday") },
		"a code of its own":    func(x *Exchange) { x.Response.Header.Set("X-Cloud-Error-Codes", "extensions.odd") },
		"two codes": func(x *Exchange) {
			x.Response.Header.Set("X-Cloud-Error-Codes", "extensions.odd, extensions.not_found")
		},
		"no codes":                  func(x *Exchange) { x.Response.Header.Del("X-Cloud-Error-Codes") },
		"another status":            func(x *Exchange) { x.Response.Status = 418 },
		"a request without an id":   func(x *Exchange) { x.Request.Path = "/deployments/extensions/" },
		"a request for two ids":     func(x *Exchange) { x.Request.Path += "/more" },
		"a request with a query":    func(x *Exchange) { x.Request.Path += "?include_deployments=maybe" },
		"a request for nothing":     func(x *Exchange) { x.Request.Path = "/deployments" },
		"a request of another type": func(x *Exchange) { x.Request.Header.Set("Content-Type", "text/plain") },
		"a request without a type":  func(x *Exchange) { x.Request.Header.Del("Content-Type") },
		"a request of no JSON":      func(x *Exchange) { x.Request.Body, x.Request.Size = []byte("{"), 1 },
		"a request without a name":  func(x *Exchange) { x.Request.Body, x.Request.Size = []byte(`{"version":"*"}`), 15 },
		"a request without a body":  func(x *Exchange) { x.Request.Body, x.Request.Size = nil, 0 },
	} {
		t.Run(name, func(t *testing.T) {
			for id, op := range documentOf(DefaultContract()).operations {
				for status := range op.Responses.Codes.KeysFromOldest() {
					n, err := strconv.Atoi(status)
					NewWithT(t).Expect(err).NotTo(HaveOccurred())
					x := golden(id, n)
					change(x)
					same(t, x)
				}
			}
		})
	}
}

// What is plainly right does not need the validator: the screen would be of no
// use otherwise.
func TestTheScreenPassesWhatIsPlain(t *testing.T) {
	for id, op := range documentOf(DefaultContract()).operations {
		for status := range op.Responses.Codes.KeysFromOldest() {
			t.Run(id+" "+status, func(t *testing.T) {
				g := NewWithT(t)
				n, err := strconv.Atoi(status)
				g.Expect(err).NotTo(HaveOccurred())
				j := &judgement{c: DefaultContract(), x: golden(id, n), op: op}
				g.Expect(j.plainRequest()).To(Equal(id != "upload-extension"), "the request")
				j.response = j.responseFor(status)
				j.text()
				g.Expect(j.plainAnswer()).To(BeTrue(), "the answer")
			})
		}
	}
}
