package specs

import (
	"testing"
	"unicode/utf8"
)

// FuzzJudge feeds the judge what a target may answer: it must come to an end
// without a panic, and say what it found in valid UTF-8 of bounded length.
func FuzzJudge(f *testing.F) {
	for _, body := range []string{
		goldenExtension, `{"extensions":[` + goldenExtension + `]}`, `{"errors":[{"code":"c","message":"m","fields":["f"]}]}`,
		"", "null", "[[[[", "{\"id\":\"\xff\"}", `{"file_metadata":{"size":1e400}}`, `{"a":1,"a":2}`, `"\ud800"`,
	} {
		f.Add(uint8(0), 200, "application/json", "2026-01-31T08:00:00Z", "extensions.not_found", []byte(body))
		f.Add(uint8(1), 400, "text/html; charset=\"", "31 January", ",,", []byte(body))
	}
	f.Fuzz(func(t *testing.T, which uint8, status int, contentType, date, codes string, body []byte) {
		if status < 100 || status > 999 {
			return // net/http lets no other through
		}
		k := known[int(which)%len(known)]
		x := golden(k.id, 200)
		x.Response.Status, x.Response.Body = status, body
		x.Response.Header.Set("Content-Type", contentType)
		x.Response.Header.Set("X-Cloud-Resource-Created", date)
		x.Response.Header.Set("X-Cloud-Error-Codes", codes)
		for _, v := range DefaultContract().Judge(x).Violations {
			if v.Requirement == "" || v.Message == "" || !utf8.ValidString(v.Seen) || len(v.Seen) > 300 {
				t.Errorf("a violation that says nothing, or too much: %+v", v)
			}
		}
	})
}
