package kit

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/jarcoal/httpmock"
	"golang.org/x/time/rate"

	"github.com/extconf/extconf/fixtures/targets"
)

// EmbeddedURL is the base URL of a target that answers in process; nothing is
// ever sent there.
const EmbeddedURL = "http://mock.extconf.invalid/api/v1"

// Target is where requests go: a base URL, the transport that reaches it, and
// the profile that tells what it can be provoked into.
type Target struct {
	// Base is the API's base URL, without a slash at its end.
	Base    string
	Profile *targets.Profile
	// Transport sends requests of the API, Downloads all others. They differ
	// in what they trust, and neither follows redirects.
	Transport http.RoundTripper
	// InProcess says that a handler answers instead of a network.
	InProcess bool

	limiter *rate.Limiter
	slots   chan struct{}
}

// NewTarget prepares the way to a target. A nil handler means the network;
// procs is how many processes share the profile's rate.
func NewTarget(p *targets.Profile, base, ca string, handler http.Handler, procs int) (*Target, error) {
	t := &Target{Base: strings.TrimRight(base, "/"), Profile: p, slots: make(chan struct{}, p.Limits.Concurrency)}
	if p.Limits.Rate > 0 {
		t.limiter = rate.NewLimiter(rate.Limit(p.Limits.Rate/float64(max(procs, 1))), 1)
	}
	if handler != nil {
		t.InProcess = true
		t.Transport = inProcess(handler)
		return t, nil
	}
	conf, err := clientTLS(p.TLS, ca)
	if err != nil {
		return nil, err
	}
	t.Transport = &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: p.Patience.Connect}).DialContext,
		TLSHandshakeTimeout:    p.Patience.Connect,
		TLSClientConfig:        conf,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    p.Limits.Concurrency,
		IdleConnTimeout:        time.Second, // below those of servers: a request must not meet a connection that is being closed
		MaxResponseHeaderBytes: 1 << 20,
		// The recorder decodes gzip itself, to see what was sent.
		DisableCompression: true,
	}
	return t, nil
}

func clientTLS(files targets.TLS, ca string) (*tls.Config, error) {
	conf := &tls.Config{MinVersion: tls.VersionTLS12}
	if ca == "" {
		ca = files.CA
	}
	if ca != "" {
		pem, err := os.ReadFile(ca)
		if err != nil {
			return nil, fmt.Errorf("the CA file cannot be read: %w", err)
		}
		conf.RootCAs, err = x509.SystemCertPool()
		if err != nil {
			conf.RootCAs = x509.NewCertPool()
		}
		if !conf.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("the CA file %s holds no certificate in PEM form", ca)
		}
	}
	if files.Cert != "" || files.Key != "" {
		pair, err := tls.LoadX509KeyPair(files.Cert, files.Key)
		if err != nil {
			return nil, fmt.Errorf("the profile's tls.cert and tls.key cannot be used: %w", err)
		}
		conf.Certificates = []tls.Certificate{pair}
	}
	return conf, nil
}

// inProcess lets a handler answer through httpmock, as if over the network.
func inProcess(h http.Handler) http.RoundTripper {
	t := httpmock.NewMockTransport()
	t.RegisterNoResponder(func(req *http.Request) (*http.Response, error) {
		return respond(req.Context(), h, req)
	})
	return t
}

// respond serves one request as a server would: a request of its own, with
// what a server fills in; a panic ends the connection, not the suite.
func respond(ctx context.Context, h http.Handler, req *http.Request) (resp *http.Response, err error) {
	in := req.Clone(ctx)
	in.RequestURI = req.URL.RequestURI()
	in.Host = req.URL.Host
	in.RemoteAddr = "127.0.0.1:0"
	in.URL = &url.URL{Path: req.URL.Path, RawPath: req.URL.RawPath, RawQuery: req.URL.RawQuery}
	if in.Body == nil {
		in.Body = http.NoBody
	} else {
		defer in.Body.Close()
	}
	w := newAnswer()
	defer func() {
		if p := recover(); p != nil {
			resp, err = nil, fmt.Errorf("%w: the handler panicked: %v", io.ErrUnexpectedEOF, p)
		}
	}()
	h.ServeHTTP(w, in)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return w.response(req), nil
}

func (t *Target) acquire(ctx context.Context) (release func(), err error) {
	select {
	case t.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if t.limiter != nil {
		if err := t.limiter.Wait(ctx); err != nil {
			<-t.slots
			return nil, err
		}
	}
	return func() { <-t.slots }, nil
}

// Authorization is the header value for a role, and whether there is one.
func (t *Target) Authorization(role targets.Role) (string, bool) {
	c, ok := t.Profile.Credentials[role]
	if !ok {
		return "", false
	}
	secret, ok := c.Secret()
	if !ok {
		return "", false
	}
	return authorizationOf(c.Scheme, secret), true
}

func authorizationOf(scheme, secret string) string {
	if scheme == "Basic" {
		user, password, _ := strings.Cut(secret, ":")
		r := http.Request{Header: http.Header{}}
		r.SetBasicAuth(user, password)
		return r.Header.Get("Authorization")
	}
	return "ApiKey " + secret
}

// Secrets lists every secret that a run may send.
func (t *Target) Secrets() []string {
	var all []string
	for _, c := range t.Profile.Credentials {
		if s, ok := c.Secret(); ok {
			all = append(all, s)
		}
	}
	return all
}
