package specs

import (
	"testing"
	"time"
)

func TestParseDate(t *testing.T) {
	for text, want := range map[string]string{
		"2026-01-31T08:00:00Z":        "2026-01-31T08:00:00Z",
		" 2026-01-31t08:00:00.25z ":   "2026-01-31T08:00:00.25Z",
		"2016-12-31T23:59:60Z":        "2017-01-01T00:00:00Z",
		"2016-12-31T23:59:60.5+00:00": "2017-01-01T00:00:00.5Z",
		"2016-12-31T23:59:61Z":        "",
		"2026-01-31T08:60:00Z":        "",
		"yesterday":                   "",
	} {
		got, err := ParseDate(text)
		if (err != nil) != (want == "") || err == nil && got.UTC().Format(time.RFC3339Nano) != want {
			t.Errorf("%q is %s, %v, not %q", text, got.UTC().Format(time.RFC3339Nano), err, want)
		}
	}
}
