package main

import (
	"bytes"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/fixtures/faults"
	"github.com/extconf/extconf/fixtures/mock"
)

func TestTargetsSideBySide(t *testing.T) {
	g := NewWithT(t)
	m := mock.New(mock.Options{Dial: mock.LoopbackOnly, DownloadCAs: archives.BuiltInPool()})
	defer m.Close()
	good := httptest.NewServer(m)
	defer good.Close()
	fault, _ := faults.Get("list-200-as-206")
	bad := httptest.NewServer(fault.Wrap(m))
	defer bad.Close()

	dir := t.TempDir()
	file := filepath.Join(dir, "targets.yaml")
	t.Setenv("GOOD_KEY", mock.KeyUser)
	g.Expect(os.WriteFile(file, []byte(`targets:
  - {name: good, target: "`+good.URL+mock.DefaultPrefix+`", profile: mock, keys: {EXTCONF_API_KEY: GOOD_KEY}}
  - {name: bad, target: "`+bad.URL+mock.DefaultPrefix+`", profile: mock}
`), 0o600)).To(Succeed())
	out, status := command(t, "targets", "--reports="+filepath.Join(dir, "out"), file, "--", "--label-filter=list")
	g.Expect(status).To(Equal(1), out)
	g.Expect(out).To(ContainSubstring("good"))
	g.Expect(out).To(MatchRegexp(`list\.200.*passed.*failed`))
	for _, name := range []string{"table.json", "table.html", "table.md", "good/junit.xml", "bad/report.html", "bad/output.txt"} {
		g.Expect(filepath.Join(dir, "out", name)).To(BeAnExistingFile())
	}
}

func TestListsOfTargetsThatAreRefused(t *testing.T) {
	for text, says := range map[string]string{
		"":            "lists no targets",
		"targets: []": "lists no targets",
		"target: x":   "line 1",
		"targets: [{name: a/b, target: http://h}]":                            "must be of letters",
		"targets: [{name: a, target: ftp://h}]":                               "must begin with http",
		"targets: [{name: a, target: http://h}, {name: a, target: http://h}]": "two targets are called",
		"targets: [{name: a, target: http://h, profile: nowhere}]":            "neither shipped",
		"targets: [{name: a, target: http://h, keys: {X: EXTCONF_NOT_SET}}]":  "which is not set",
	} {
		t.Run(text, func(t *testing.T) {
			g := NewWithT(t)
			file := filepath.Join(t.TempDir(), "targets.yaml")
			g.Expect(os.WriteFile(file, []byte(text), 0o600)).To(Succeed())
			out, status := command(t, "targets", file)
			g.Expect(status).To(Equal(usage))
			g.Expect(out).To(ContainSubstring(says))
			g.Expect(bytes.Count([]byte(out), []byte("\n"))).To(Equal(1), "one line")
		})
	}
}
