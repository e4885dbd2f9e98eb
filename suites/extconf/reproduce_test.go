package main

import (
	"context"
	"io"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/fixtures/faults"
	"github.com/extconf/extconf/fixtures/mock"
	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/suites"
)

// A failure names two commands, to send the request again and to run the
// requirement again: both must show the same failure.
func TestFailuresAreReproducedByTheirCommands(t *testing.T) {
	for _, c := range []struct{ fault, requirement, curlShows string }{
		{"create-201-as-200", "create.201", "HTTP/1.1 200"},
		{"list-200-as-206", "list.200", "HTTP/1.1 206"},
		{"create-as-text", "any.content-type", "Content-Type: text/plain"},
		// The specs that find these are not about the requirement, and curl
		// alone does not bring them about.
		{"delete-as-text", "any.content-type", ""},
		{"upload-not-found-as-409", "any.documented-status", ""},
		{"name-must-not-begin-with-hyphen", "create.error-codes", ""},
	} {
		t.Run(c.fault, func(t *testing.T) {
			g := NewWithT(t)
			fault, ok := faults.Get(c.fault)
			g.Expect(ok).To(BeTrue())
			m := mock.New(mock.Options{Dial: mock.LoopbackOnly})
			defer m.Close()
			server := httptest.NewServer(fault.Wrap(m))
			defer server.Close()

			config := suites.Defaults()
			config.Target, config.Reports, config.Out = server.URL+mock.DefaultPrefix, t.TempDir(), io.Discard
			report, err := suites.Run(context.Background(), config)
			g.Expect(err).NotTo(HaveOccurred())
			first := finding(report, c.requirement)
			g.Expect(first).NotTo(BeNil(), "the fault was not found")

			if c.curlShows != "" {
				shown, err := exec.Command("sh", "-c", "EXTCONF_API_KEY="+mock.KeyUser+"; "+first.Curl).CombinedOutput()
				g.Expect(err).NotTo(HaveOccurred(), string(shown))
				g.Expect(string(shown)).To(ContainSubstring(c.curlShows))
			}

			again := t.TempDir()
			command := strings.Replace(first.Rerun, "extconf run", binary(t)+" run --reports="+again, 1)
			_ = exec.Command("sh", "-c", command).Run() // the report tells
			rerun, err := reports.Load(again)
			g.Expect(err).NotTo(HaveOccurred())
			second := finding(rerun, c.requirement)
			g.Expect(second).NotTo(BeNil(), "%s did not show it again", command)
			g.Expect(second.Fingerprint).To(Equal(first.Fingerprint))
			g.Expect(rerun.Verdict.Word).To(Equal(reports.NonConformant))
		})
	}
}

// finding is the first of a requirement, nil where there is none.
func finding(r *reports.Report, requirement string) *reports.SpecFinding {
	for _, q := range r.Requirements {
		if q.ID == requirement && len(q.Findings) > 0 {
			return &q.Findings[0]
		}
	}
	return nil
}
