package kit

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

func TestReadAnswer(t *testing.T) {
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, _ = w.Write(bytes.Repeat([]byte("a"), 1000))
	_ = w.Close()
	header := func(kv ...string) http.Header {
		h := http.Header{}
		for i := 0; i < len(kv); i += 2 {
			h.Set(kv[i], kv[i+1])
		}
		return h
	}
	for name, c := range map[string]struct {
		header  http.Header
		body    string
		length  int64
		size    int64
		says    string
		whole   bool
		limited bool
	}{
		"plain":                    {header("Content-Length", "3"), "abc", 3, 3, "", true, false},
		"chunked":                  {header(), "abc", -1, 3, "", true, false},
		"empty":                    {header("Content-Length", "0"), "", 0, 0, "", true, false},
		"gzip":                     {header("Content-Encoding", "gzip", "Content-Length", strconv.Itoa(zipped.Len())), zipped.String(), int64(zipped.Len()), 1000, "", true, false},
		"gzip in capitals":         {header("Content-Encoding", " GZIP "), zipped.String(), -1, 1000, "", true, false},
		"plain declared as gzip":   {header("Content-Encoding", "gzip"), "abc", 3, 0, "declared as gzip and is not", false, false},
		"gzip cut short":           {header("Content-Encoding", "gzip"), zipped.String()[:zipped.Len()-6], -1, 1000, "broke off", false, false},
		"more than the limit":      {header(), strings.Repeat("a", 2001), -1, 2001, "longer than the 2000 bytes", false, true},
		"more values than that":    {header(), strings.Repeat("1,", 40), -1, 80, "more than 15 keys and values", false, true},
		"a length that is not met": {header("Content-Length", "5"), "abc", 5, 3, "Content-Length promised 5", false, false},
		"a length that is passed":  {header("Content-Length", "2"), "abc", 2, 3, "Content-Length promised 2", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			resp := &http.Response{StatusCode: 200, Header: c.header, Body: io.NopCloser(strings.NewReader(c.body)), ContentLength: c.length}
			r, err := readAnswer(resp, http.MethodGet, 2000)
			if c.whole {
				g.Expect(err).NotTo(HaveOccurred())
			} else {
				g.Expect(err).To(MatchError(ContainSubstring(c.says)))
			}
			g.Expect(r.Size).To(Equal(c.size))
			g.Expect(r.Truncated).To(Equal(c.limited))
			g.Expect(len(r.Body)).To(BeNumerically("<=", 2000))
		})
	}
}

func TestNeverUsedIDHasTheFormOfAnID(t *testing.T) {
	g := NewWithT(t)
	for like, form := range map[string]string{
		"4237175152":                           `^\d{10}$`,
		"6ba7b810-9dad-11d1-80b4-00c04fd430c8": `^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`,
		"XYZ":                                  `^XYZ\d+$`,
		"":                                     `^[0-9a-f]{8,}$`,
	} {
		id := NeverUsedID(like)
		g.Expect(id).To(MatchRegexp(form))
		g.Expect(id).NotTo(Equal(like))
	}
}
