package reports

import (
	"bytes"
	"testing"
)

// BenchmarkRedact redacts one exchange, as every exchange of a run is.
func BenchmarkRedact(b *testing.B) {
	r := NewRedactor("extconf-mock-user", "extconf-mock-other", "extconf-mock-no-user")
	x := exchange("p1-1", "create-extension", 201)
	x.Response.Body = bytes.Repeat([]byte(`{"id":"4237175152","name":"extconf-1","url":"repo://4237175152"}`), 8)
	b.ReportAllocs()
	for b.Loop() {
		r.Exchange(x)
	}
}
