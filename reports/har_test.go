package reports

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/har"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"
	"github.com/pb33f/jsonschema/v6"
)

func TestHARIsValid(t *testing.T) {
	schema := compiled(t, filepath.Join("testdata", "har.schema.json"))
	for name, r := range everyKind(t) {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			var b bytes.Buffer
			g.Expect(r.HAR(&b)).To(Succeed())
			v, err := jsonschema.UnmarshalJSON(bytes.NewReader(b.Bytes()))
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(schema.Validate(v)).To(Succeed())
			// What others read in it.
			var read har.HAR
			g.Expect(json.Unmarshal(b.Bytes(), &read)).To(Succeed())
			g.Expect(read.Log.Entries).To(HaveLen(len(r.Exchanges)))
			for i, e := range read.Log.Entries {
				x := r.Exchanges[i]
				g.Expect(e.Request.Method).To(Equal(x.Request.Method))
				g.Expect(e.Request.URL).To(Equal(asJSON(x.Request.URL)))
				if x.Response != nil {
					g.Expect(e.Response.Status).To(BeNumerically("==", x.Response.Status))
				}
			}
		})
	}
}

// asJSON is what of a text JSON can hold.
func asJSON(s string) (out string) {
	raw, _ := json.Marshal(s) // a string always encodes
	_ = json.Unmarshal(raw, &out)
	return out
}

func TestHARTiesEntriesToSpecsAndRequirements(t *testing.T) {
	g := NewWithT(t)
	r := mixed(t)
	var b bytes.Buffer
	g.Expect(r.HAR(&b)).To(Succeed())
	var doc struct {
		Log struct {
			Entries []struct {
				Comment string
				Extconf struct {
					Exchange, Spec string
					SpecName       string `json:"spec_name"`
					Requirements   []string
				} `json:"_extconf"`
			}
		}
	}
	g.Expect(json.Unmarshal(b.Bytes(), &doc)).To(Succeed())
	for _, e := range doc.Log.Entries {
		g.Expect(e.Extconf.Exchange).NotTo(BeEmpty())
		g.Expect(e.Comment).To(Equal(e.Extconf.Exchange + " " + e.Extconf.SpecName))
		found := false
		for _, s := range r.Specs {
			if s.ID == e.Extconf.Spec {
				found = true
				g.Expect(s.Exchanges).To(ContainElement(e.Extconf.Exchange))
				g.Expect(s.Requirements).To(Equal(e.Extconf.Requirements))
			}
		}
		g.Expect(found).To(BeTrue(), e.Extconf.Spec)
	}
}

// A report that is read back accounts and reads as the one that was written.
func TestLoad(t *testing.T) {
	for name, r := range everyKind(t) {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			dir := t.TempDir()
			g.Expect(WriteAll(dir, r, nil)).To(Succeed())
			again, err := Load(dir)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(again.Exchanges).To(HaveLen(len(r.Exchanges)))
			var wrote, read bytes.Buffer
			g.Expect(r.JSON(&wrote)).To(Succeed())
			again.settle()
			g.Expect(again.JSON(&read)).To(Succeed())
			g.Expect(read.String()).To(MatchJSON(wrote.String()), "it settles in the same way")
			for i := range again.Exchanges {
				was, is := r.Exchanges[i], again.Exchanges[i]
				g.Expect(is.Request.Path).To(Equal(asJSON(was.Request.Path)))
				g.Expect(is.Request.Body).To(Equal(was.Request.Body))
				g.Expect(is.Duration).To(Equal(was.Duration))
				g.Expect(is.Shortened).To(Equal(was.Response != nil && len(was.Response.Body) > BodyLimit))
				if was.Response != nil {
					g.Expect(is.Response.Body).To(Equal(was.Response.Body))
					g.Expect(is.Response.Size).To(Equal(was.Response.Size))
				} else {
					g.Expect(is.Response).To(BeNil())
				}
			}
		})
	}
}

func TestLoadExchanges(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	_, err := LoadExchanges(dir)
	g.Expect(errors.Is(err, fs.ErrNotExist)).To(BeTrue())
	_, err = Load(dir)
	g.Expect(err).To(MatchError(ContainSubstring("no report of a run can be read")))
	x := exchange("p1-1", "get-extension", 200)
	x.Request.Path, x.Request.Header["Authorization"] = "/deployments/extensions/42", []string{"ApiKey abcdefg"}
	x.Malformed, x.Unauthenticated, x.Injected, x.Retried = "name", true, true, "503"
	x.Response.Header = http.Header{"Date": {"a", "b"}}
	x.Response.Body, x.Response.Truncated = []byte("\xff\xfe\x00"), true
	e := kept("get.404")
	e.Exchanges = append(e.Exchanges, x)
	r := Collect(all(ran("gets more", types.SpecStatePassed, e, "get.404")), meta())
	g.Expect(WriteAll(dir, r, nil)).To(Succeed())
	list, err := LoadExchanges(dir)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(list).To(HaveLen(1))
	is := list[0]
	want := x
	want.Request.Header = http.Header{"Authorization": {"ApiKey [redacted]"}, "Content-Type": {"application/json"}}
	g.Expect(is.Exchange).To(Equal(want))
	g.Expect(is.SpecName).To(Equal("creating gets more"))
	g.Expect(is.Requirements).To(Equal([]string{"get.404"}))
	g.Expect(os.WriteFile(filepath.Join(dir, HARFile), []byte(`{"log":`), 0o600)).To(Succeed())
	_, err = Load(dir)
	g.Expect(err).To(MatchError(ContainSubstring(HARFile)))
	g.Expect(os.WriteFile(filepath.Join(dir, ReportFile), []byte(`{"schema":"extconf.report/9"}`), 0o600)).To(Succeed())
	_, err = Load(dir)
	g.Expect(err).To(MatchError(ContainSubstring(`the schema is "extconf.report/9"`)))
}
