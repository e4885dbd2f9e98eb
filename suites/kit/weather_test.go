package kit

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/fixtures/targets"
	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/specs"
)

// Weather that does not end is waited for once; whoever else asks has a budget
// of their own, and so has the caller after an answer.
func TestWeatherThatDoesNotEnd(t *testing.T) {
	g := NewWithT(t)
	p, err := targets.Load("mock")
	g.Expect(err).NotTo(HaveOccurred())
	own := *p
	own.Patience.Weather = 300 * time.Millisecond
	api := &API{Target: &Target{Profile: &own}, Redactor: reports.NewRedactor()}
	status := http.StatusTooManyRequests
	sent := func(caller string) int {
		times := 0
		x := api.throughWeather(context.Background(), caller, func() *Exchange {
			times++
			return &Exchange{Exchange: &specs.Exchange{Response: &specs.Response{Status: status}}}
		})
		g.Expect(x.Retried).To(BeEmpty())
		g.Expect(x.Status()).To(Equal(status))
		return times
	}
	g.Expect(sent("user")).To(BeNumerically(">", 1))
	g.Expect(sent("user")).To(Equal(1))
	g.Expect(sent("strangers")).To(BeNumerically(">", 1))
	status = http.StatusOK
	g.Expect(sent("user")).To(Equal(1))
	status = http.StatusTooManyRequests
	g.Expect(sent("user")).To(BeNumerically(">", 1))
}

func TestWhatWasNeverSent(t *testing.T) {
	refused := errors.New("connect: connection refused")
	for text, err := range map[string]error{
		"dial tcp: connect: connection refused":                   &net.OpError{Op: "dial", Net: "tcp", Err: refused},
		"proxyconnect tcp: dial tcp: connect: connection refused": &net.OpError{Op: "proxyconnect", Net: "tcp", Err: &net.OpError{Op: "dial", Net: "tcp", Err: refused}},
		"dial tcp: lookup nowhere.invalid: no such host":          fmt.Errorf("get: %w", &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "nowhere.invalid"}}),
	} {
		NewWithT(t).Expect(unsent(err)).To(Equal(text))
	}
	for _, err := range []error{nil, refused, context.DeadlineExceeded, &net.OpError{Op: "read", Net: "tcp", Err: errors.New("connection reset by peer")}} {
		NewWithT(t).Expect(unsent(err)).To(BeEmpty())
	}
}

func TestWeather(t *testing.T) {
	at := time.Now().Add(3 * time.Second).UTC().Format(http.TimeFormat)
	for name, c := range map[string]struct {
		status int
		after  string
		is     bool
		wait   bool
	}{
		"429":                        {429, "", true, false},
		"429 with seconds":           {429, "2", true, true},
		"429 with a date":            {429, at, true, true},
		"503 with seconds":           {503, "1", true, true},
		"503 without Retry-After":    {503, "", false, false},
		"503 with a bad Retry-After": {503, "soon", false, false},
		"500":                        {500, "1", false, false},
		"200":                        {200, "1", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			wait, why := weather(c.status, c.after)
			g.Expect(why != "").To(Equal(c.is))
			g.Expect(wait > 0).To(Equal(c.wait))
		})
	}
}
