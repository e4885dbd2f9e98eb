package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/fixtures/hostile"
	"github.com/extconf/extconf/fixtures/mock"
	"github.com/extconf/extconf/reports"
)

// memoryLimit is what a run may take, whatever the target does, in bytes.
const memoryLimit = 256 << 20

// hasty is a profile that waits briefly.
const hasty = `
name: hostile
credentials:
  user: {value: ` + mock.KeyUser + `}
patience: {connect: 1s, request: %s, spec: 5s, consistency: 50ms, poll: 20ms, weather: 100ms, slow-archive: 30ms}
tls: {ca: %q}
`

// says is what the output or a finding has to say of a target, by its name or,
// where that is not here, by its area.
var says = map[string]string{
	"time":       `no whole answer within 100ms|does not answer in time`,
	"size":       `longer than the \d+ bytes|response headers exceeded|no whole answer within 2s`,
	"framing":    `malformed|broke off|bad Content-Length|multiple Content-Length`,
	"connection": `reset by peer|closed before the answer was whole|EOF`,
	"http2":      `does not answer in time|no whole answer|GOAWAY|PROTOCOL_ERROR|COMPRESSION_ERROR|INTERNAL_ERROR`,
	"redirects":  `saw 30[12378] `,
	"bait":       `401 Unauthorized|redirects|no whole answer within 2s`,
	"content":    `saw version`,
	"weather":    `saw (429 Too Many Requests|503 Service Unavailable)`,

	"a-million-keys":                 `more than \d+ keys and values`,
	"a-hundred-thousand-errors":      `more than \d+ keys and values`,
	"an-enormous-list":               `more than \d+ keys and values`,
	"a-number-of-a-megabyte":         `beyond what most readers hold`,
	"a-number-with-a-huge-exponent":  `beyond what most readers hold`,
	"deep-lists":                     `exceeded max depth`,
	"deep-objects":                   `more than \d+ keys and values`,
	"deep-and-closed":                `exceeded max depth`,
	"endless-chunk-extension":        `header line too long`,
	"endless-trailers":               `suspiciously long trailer`,
	"ids-of-a-megabyte":              `the id cannot be used: it has \d+ bytes`,
	"a-list-of-nothing":              `missing`,
	"a-hundred-thousand-deployments": `deployments.*string`,
	"answers-twice":                  `saw `,
	"a-list-of-nulls":                `null`,
	"answers-unasked":                `saw 200 OK`,
	"tls-never-greets":               `does not answer in time`,
	"tls-greets-with-garbage":        `does not speak TLS`,
	"tls-endless-greeting":           `handshake message`,
	"tls-untrusted":                  `is not trusted`,
	"file-url-of-a-file":             `unsupported protocol scheme`,
	"file-url-looks-like-home":       `saw 17 bytes, SHA-256`,
	"text-no-utf-8":                  `UTF-8`,
	"text-of-lone-surrogates":        `surrogate`,
	"headers-of-terminals":           `malformed MIME header`,
	"ids-that-climb":                 `404 Not Found`,
	"ids-that-end-the-path":          `404 Not Found`,
	"ids-of-control-characters":      `404 Not Found`,
	"key-refused":                    `refuses the key: 403 Forbidden`,
}

// harmless are the targets that keep every promise, all the same.
var harmless = map[string]bool{"alternative-service": true, "urls-elsewhere": true, "cookie-flood": true}

// TestHostileTargets runs the command on every hostile target: it has to end by
// itself, within its memory, without giving the credential away, and to leave
// whole reports that say what happened.
func TestHostileTargets(t *testing.T) {
	command := binary(t)
	for _, target := range hostile.All() {
		t.Run(target.Name, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			running, err := target.Start()
			g.Expect(err).NotTo(HaveOccurred())
			defer func() { g.Expect(running.Close()).To(Succeed()) }()
			folder, profile := t.TempDir(), hastyProfile(t, target, running)
			ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
			defer cancel()
			run := exec.CommandContext(ctx, command, "run", "--target="+running.URL, "--profile="+profile, "--reports="+folder,
				"--timeout=1m", "--verbose="+strconv.FormatBool(target.Area == "content"), "--label-filter=list.200 || create.get-agrees || upload.url-open || create.required.name")
			out, peak := runWatched(g, run)
			g.Expect(ctx.Err()).NotTo(HaveOccurred(), "it does not end:\n%s", out)

			status := run.ProcessState.ExitCode()
			g.Expect(out).To(MatchRegexp(`\nverdict: [^\n]*\n$`))
			switch {
			case harmless[target.Name]: // and the rest was not selected
				g.Expect(status).To(Equal(2), "%s", out)
			default:
				g.Expect(status).To(Or(Equal(1), Equal(3)), "%s", out)
			}
			g.Expect(peak).To(And(BeNumerically(">", 0), BeNumerically("<", memoryLimit)), "bytes of memory")
			g.Expect(running.Leaked()).To(BeFalse(), "the credential went to another host")
			g.Expect(string(out)).NotTo(ContainSubstring(mock.KeyUser), "the credential was printed")
			g.Expect(bytes.ContainsFunc(out, func(r rune) bool { return r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 })).To(BeFalse(), "%q", out)
			for _, line := range []string{"verdict: conformant", "::error", "##vso", "teamcity"} {
				g.Expect(string(out)).NotTo(ContainSubstring("\n" + line))
			}
			g.Expect(string(out)).NotTo(Or(ContainSubstring("##vso["), ContainSubstring("##[")), "which pipelines obey anywhere in a line")
			told := string(out) + wholeReports(g, folder)
			if words, ok := says[target.Name]; ok || !harmless[target.Name] {
				if !ok {
					words = says[target.Area]
				}
				g.Expect(regexp.MustCompile(words).MatchString(told)).To(BeTrue(), "nothing like %s in:\n%s", words, told)
			}
		})
	}
}

// hastyProfile writes a profile for a target. What never comes is waited for
// briefly, and what is large for longer.
func hastyProfile(t *testing.T, target hostile.Target, running *hostile.Running) string {
	dir, ca, request := t.TempDir(), "", "2s"
	if running.CA != nil {
		ca = filepath.Join(dir, "ca.pem")
		if err := os.WriteFile(ca, running.CA, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if target.Area == "time" || target.Area == "http2" {
		request = "100ms"
	}
	file := filepath.Join(dir, "profile.yaml")
	if err := os.WriteFile(file, fmt.Appendf(nil, hasty, request, ca), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// runWatched runs a command and returns what it printed and its peak of memory,
// in bytes, as the kernel tells it of the process. What a parent is told at the
// end would count the parent's own memory, too, from before the exec.
func runWatched(g *WithT, run *exec.Cmd) (out []byte, peak int64) {
	var printed bytes.Buffer
	run.Stdout, run.Stderr = &printed, &printed
	g.Expect(run.Start()).To(Succeed())
	ended := make(chan struct{})
	go func() {
		_ = run.Wait() // the status says it
		close(ended)
	}()
	status := fmt.Sprintf("/proc/%d/status", run.Process.Pid)
	for {
		select {
		case <-ended:
			return printed.Bytes(), peak
		case <-time.After(10 * time.Millisecond):
			raw, _ := os.ReadFile(status)
			if found := highWater.FindSubmatch(raw); found != nil {
				kib, _ := strconv.ParseInt(string(found[1]), 10, 64)
				peak = max(peak, kib<<10)
			}
		}
	}
}

var highWater = regexp.MustCompile(`VmHWM:\s*(\d+) kB`)

// wholeReports checks that every artefact is there and whole, and returns what
// the report says.
func wholeReports(g *WithT, folder string) string {
	read := func(name string) []byte {
		raw, err := os.ReadFile(filepath.Join(folder, name))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(raw).NotTo(BeEmpty(), name)
		return raw
	}
	junit := xml.NewDecoder(bytes.NewReader(read("junit.xml")))
	for {
		_, err := junit.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		g.Expect(err).NotTo(HaveOccurred(), "junit.xml")
	}
	for _, name := range []string{"report.json", "exchanges.har"} {
		g.Expect(json.Valid(read(name))).To(BeTrue(), name)
	}
	page := read("report.html")
	g.Expect(bytes.HasSuffix(bytes.TrimSpace(page), []byte("</html>"))).To(BeTrue())
	g.Expect(page).NotTo(MatchRegexp(`(?i)<(script|img)[^>]*>?[^<]*(taken over|onerror)`))
	code := false
	for line := range strings.Lines(string(read("summary.md"))) {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			code = !code
		}
		g.Expect(code || !strings.Contains(line, "<script")).To(BeTrue(), line)
	}
	read("verdict")

	report, err := reports.Load(folder)
	g.Expect(err).NotTo(HaveOccurred())
	told := report.Run.Unjudged + "\n"
	for _, q := range report.Requirements {
		told += q.Reason + "\n"
		for _, f := range q.Findings {
			told += f.Message + "\n"
		}
	}
	return told
}
