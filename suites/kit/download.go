package kit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/extconf/extconf/specs"
)

// File is what a temporary URL delivered.
type File struct {
	*Exchange
	// Size is in bytes, SHA256 in hexadecimal.
	Size   int64
	SHA256 string
}

// Download fetches a file_metadata.url, streaming, with or without the user's
// credential. It follows redirects, as storage often answers with one, but
// never with the credential. The bytes are counted and digested, never kept.
func (api *API) Download(ctx context.Context, rawURL string, authorized bool) File {
	var f File
	api.throughWeather(ctx, "downloads", func() *Exchange {
		f = api.fetch(ctx, rawURL, authorized)
		return f.Exchange
	})
	api.endIfUnanswered(ctx, f.Exchange)
	api.current().add(api, f.Exchange, nil)
	return f
}

// fetch fetches a file once.
func (api *API) fetch(ctx context.Context, rawURL string, authorized bool) File {
	ctx, cancel := context.WithTimeout(ctx, api.Profile().Patience.Request)
	defer cancel()
	x := &Exchange{api: api, Exchange: &specs.Exchange{
		ID:      fmt.Sprintf("p%d-%d", api.Proc, api.exchanges.Add(1)),
		Request: specs.Request{Method: http.MethodGet, URL: rawURL, Header: http.Header{}},
		Role:    "none",
	}}
	f := File{Exchange: x}
	if authorized {
		value, _ := api.Target.Authorization("user")
		x.Request.Header.Set("Authorization", value)
		x.Role = "user"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, rawURL, nil)
	if err == nil {
		req.Header = x.Request.Header.Clone()
		x.Started = time.Now()
		err = f.read(api.downloader(), req)
		x.Duration = time.Since(x.Started)
	}
	if err != nil {
		x.Error = inWords(err, api.Profile().Patience.Request)
		var at *url.Error // where it came to, after redirects
		if errors.As(err, &at) && api.SameHost(at.URL) {
			x.unsent = unsent(err)
		}
	}
	return f
}

func (f *File) read(client *http.Client, req *http.Request) error {
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	f.Response = &specs.Response{Status: resp.StatusCode, Proto: resp.Proto, Header: resp.Header.Clone()}
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return errSwitched
	}
	sum := sha256.New()
	n, err := io.Copy(sum, resp.Body)
	f.Response.Size, f.Size, f.SHA256 = n, n, hex.EncodeToString(sum.Sum(nil))
	return err
}

// maxRedirects is how many redirects a download may take.
const maxRedirects = 5

func (api *API) downloader() *http.Client {
	return &http.Client{
		Transport: roundTrip(func(req *http.Request) (*http.Response, error) { return api.transportFor(req.URL).RoundTrip(req) }),
		CheckRedirect: func(next *http.Request, via []*http.Request) error {
			// net/http keeps it for the same host name, whatever the port.
			next.Header.Del("Authorization")
			if len(via) > maxRedirects {
				return fmt.Errorf("more than %d redirects", maxRedirects)
			}
			if next.URL.Scheme != "http" && next.URL.Scheme != "https" {
				return fmt.Errorf("redirected to a URL of the scheme %q", next.URL.Scheme)
			}
			return nil
		},
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// transportFor is the way to a URL: the target's own for the target's host, and
// the network for all others.
func (api *API) transportFor(u *url.URL) http.RoundTripper {
	base, err := url.Parse(api.Target.Base)
	if api.Target.InProcess && (err != nil || u.Host != base.Host) {
		return http.DefaultTransport
	}
	return api.Target.Transport
}

// SameHost says whether a URL is on the target's own host, so that the
// credential may be sent there.
func (api *API) SameHost(rawURL string) bool {
	u, err := url.Parse(rawURL)
	base, worse := url.Parse(api.Target.Base)
	return err == nil && worse == nil && u.Host == base.Host && u.Scheme == base.Scheme
}
