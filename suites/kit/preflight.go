package kit

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/extconf/extconf/fixtures/payloads"
)

// Preflight finds out, before the first spec, whether anything can be judged:
// whether the target is reachable, its certificate trusted, the key accepted,
// and what we create ours to delete. Everything else is for the specs to find.
func (api *API) Preflight(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, api.Profile().Patience.Request)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, api.Target.Base+root, nil)
	if err != nil {
		return err
	}
	authorization, _ := api.Target.Authorization("user")
	req.Header.Set("Authorization", authorization)
	req.Header.Set("Accept", "application/json")
	for name, value := range api.Profile().Headers {
		req.Header.Set(name, value)
	}
	resp, err := api.Target.Transport.RoundTrip(req)
	if err != nil {
		return unreachable(api.Target.Base, err)
	}
	resp.Body.Close()
	if resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden {
		return fmt.Errorf("the target refuses the key: %d %s; check %s", resp.StatusCode,
			http.StatusText(resp.StatusCode), api.Profile().Credentials["user"].Env)
	}
	if api.ReadOnly {
		return nil
	}
	x := api.Create(ctx, payloads.Bundle(api.Name()))
	if !x.OK() || x.Ext.ID == "" {
		return nil
	}
	if gone := api.Delete(ctx, x.Ext.ID); gone.Status() == http.StatusForbidden {
		return fmt.Errorf("the key may create extensions and not delete them (403): give it the right to delete; %s is left behind", x.Ext.ID)
	}
	return nil
}

// unreachable words why there is no connection; nil where there was one.
func unreachable(base string, err error) error {
	var dial *net.OpError
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var late net.Error
	switch {
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
