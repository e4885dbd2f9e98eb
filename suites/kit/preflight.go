package kit

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/extconf/extconf/fixtures/payloads"
)

// FirstContact finds out whether anything can be judged: whether the target is
// reachable and available, its certificate trusted and the key accepted.
// Everything else is for the specs to find.
func (t *Target) FirstContact(ctx context.Context) error {
	var resp *http.Response
	var failed error
	var why string
	late := waitOut(ctx, t.Profile.Patience.Weather, func() (wait time.Duration, _ string) {
		if resp, failed = t.contact(ctx); failed != nil {
			return 0, ""
		}
		wait, why = weather(resp.StatusCode, resp.Header.Get("Retry-After"))
		return wait, why
	})
	switch {
	case failed != nil:
		return unreachable(t.Base, failed)
	case ctx.Err() != nil:
		return ctx.Err()
	case late != nil:
		return fmt.Errorf("the target is not available: it answers %s; try again later, or raise patience.weather in the profile", why)
	case resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden:
		return fmt.Errorf("the target refuses the key: %d %s; check %s", resp.StatusCode,
			http.StatusText(resp.StatusCode), t.Profile.Credentials["user"].Env)
	}
	return nil
}

// contact asks for the list, and reads nothing of it.
func (t *Target) contact(ctx context.Context) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, t.Profile.Patience.Request)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.Base+root, nil)
	if err != nil {
		return nil, err
	}
	authorization, _ := t.Authorization("user")
	req.Header.Set("Authorization", authorization)
	req.Header.Set("Accept", "application/json")
	for name, value := range t.Profile.Headers {
		req.Header.Set(name, value)
	}
	resp, err := t.Transport.RoundTrip(req)
	if err == nil {
		resp.Body.Close()
	}
	return resp, err
}

// MayDelete finds out, before the first spec, whether the API is there at all,
// and whether what we create is ours to delete.
func (api *API) MayDelete(ctx context.Context) error {
	if api.ReadOnly {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, api.Profile().Patience.Request)
	defer cancel()
	list := api.RememberOthers(ctx)
	x := api.Create(ctx, payloads.Bundle(api.Name()))
	if nowhere(list) && nowhere(x) {
		return fmt.Errorf("the API is not at %s: list and create are answered with 404 and no error of the API; check the path of --target", api.Target.Base)
	}
	if !x.OK() || x.Ext.ID == "" {
		return nil
	}
	if gone := api.Delete(ctx, x.Ext.ID); gone.Status() == http.StatusForbidden {
		return fmt.Errorf("the key may create extensions and not delete them (403): give it the right to delete; %s is left behind", x.Ext.ID)
	}
	return nil
}

// nowhere says that an exchange was answered as servers answer for a path that
// they do not have, and not with an error of this API.
func nowhere(x *Exchange) bool {
	ours := func(code string) bool { return strings.HasPrefix(code, "extensions.") }
	return x.Status() == http.StatusNotFound && !slices.ContainsFunc(x.Codes(), ours) &&
		!slices.ContainsFunc(x.Errors, func(e ErrorEntry) bool { return ours(e.Code) })
}

// unreachable words why there is no connection; nil where there was one.
func unreachable(base string, err error) error {
	var dial *net.OpError
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var late net.Error
	switch {
	case errors.As(err, &dial) && dial.Op == "proxyconnect":
		return fmt.Errorf("the proxy before %s cannot be reached: %w; check HTTP_PROXY, HTTPS_PROXY and NO_PROXY", base, dial.Err)
	case errors.As(err, &certificate):
		return fmt.Errorf("the certificate of %s is not trusted: %w; name its CA with --ca", base, certificate.Err)
	case errors.As(err, &record):
		return fmt.Errorf("%s does not speak TLS; is it an http:// URL?", base)
	case errors.As(err, &dns):
		return fmt.Errorf("the host of %s has no address: check --target", base)
	case errors.As(err, &dial) && dial.Op == "dial":
		return fmt.Errorf("%s cannot be reached: %w; check --target", base, dial.Err)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &late) && late.Timeout():
		return fmt.Errorf("%s does not answer in time; check --target or raise patience.request in the profile", base)
	}
	return nil // there was a connection: what went wrong on it is a finding
}
