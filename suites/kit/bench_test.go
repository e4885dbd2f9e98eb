package kit

import (
	"net/http"
	"testing"

	"github.com/extconf/extconf/fixtures/mock"
	"github.com/extconf/extconf/fixtures/payloads"
	"github.com/extconf/extconf/fixtures/targets"
	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/specs"
)

// BenchmarkExchange sends requests through the client, which records, judges
// and redacts them, to a mock in process; the mock alone is the rest.
func BenchmarkExchange(b *testing.B) {
	m := mock.New(mock.Options{})
	defer m.Close()
	profile, err := targets.Load("mock")
	if err != nil {
		b.Fatal(err)
	}
	target, err := NewTarget(profile, EmbeddedURL, "", m, 1)
	if err != nil {
		b.Fatal(err)
	}
	ledger, err := OpenLedger(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer ledger.Close()
	api := &API{
		Target: target, Contract: specs.DefaultContract(), Catalogue: specs.Requirements(), Gate: specs.DefaultGate(),
		Redactor: reports.NewRedactor(target.Secrets()...), Ledger: ledger, RunID: "bench", Proc: 1,
	}
	id := api.Create(b.Context(), payloads.Bundle(api.Name())).Ext.ID
	b.Run("client", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			api.spec.Store(nil) // what a spec leaves behind is not what is measured
			if x := api.Get(b.Context(), id); len(x.Violations) > 0 {
				b.Fatal(x.Violations)
			}
		}
	})
	b.Run("mock", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, EmbeddedURL+one(id), nil)
			if err != nil {
				b.Fatal(err)
			}
			req.Header.Set("Authorization", "ApiKey "+mock.KeyUser)
			resp, err := target.Transport.RoundTrip(req)
			if err != nil {
				b.Fatal(err)
			}
			resp.Body.Close()
		}
	})
}
