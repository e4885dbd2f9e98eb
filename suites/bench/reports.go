package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/specs"
)

// The numbers of specs that reports are made of; ten times as many should cost
// ten times as much.
const (
	fewSpecs  = 1_000
	manySpecs = 10_000
)

// made is what reports of so many specs cost.
type made struct {
	Wall, CPU time.Duration
	// Bytes of all artefacts, HTML those of report.html.
	Bytes, HTML int64
}

// reportsOf compares the reports of many specs with those of few, and opens
// the page.
func reportsOf(b *bench) ([]row, error) {
	var many, few made
	var manyUse usage
	dir := filepath.Join(b.dir, "reports")
	var manyCPU, fewCPU []time.Duration
	for range min(3, b.Rounds) {
		var err error
		if few, _, err = ask[made]("reports", dir, strconv.Itoa(fewSpecs)); err != nil {
			return nil, err
		}
		if many, manyUse, err = ask[made]("reports", dir, strconv.Itoa(manySpecs)); err != nil {
			return nil, err
		}
		manyCPU, fewCPU = append(manyCPU, many.CPU), append(fewCPU, few.CPU)
	}
	const times = manySpecs / fewSpecs
	what := fmt.Sprintf("reports of %d specs with evidence: ", manySpecs)
	rows := []row{
		{
			what: what + "CPU", figure: seconds(median(manyCPU)), reference: fmt.Sprintf("%d × %s for %d", times, ms(median(fewCPU)), fewSpecs),
			ratio: by(median(manyCPU), times*median(fewCPU)), aim: 1.25, note: fmt.Sprintf("%s wall, peak %s", seconds(many.Wall), mib(manyUse.Peak)),
		},
		{
			what: what + "size", figure: mib(many.Bytes), reference: fmt.Sprintf("%d × %s for %d", times, mib(few.Bytes), fewSpecs),
			ratio: by(many.Bytes, times*few.Bytes), aim: 1.25, note: "report.html " + mib(many.HTML),
		},
	}
	opened, err := open(filepath.Join(dir, reports.HTMLFile))
	if errors.Is(err, exec.ErrNotFound) {
		fmt.Fprintln(os.Stderr, "no Chromium is installed: the page is not opened")
		return rows, nil
	}
	if err != nil {
		return rows, err
	}
	return append(rows, row{
		what: what + "opening the HTML in Chromium", figure: seconds(opened), reference: "2.00 s",
		ratio: by(opened, 2*time.Second), aim: 1,
	}), nil
}

// open is how long a browser takes from the address to the loaded page.
func open(page string) (time.Duration, error) {
	file := ""
	err := exec.ErrNotFound
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "headless-shell"} {
		if file, err = exec.LookPath(name); err == nil {
			break
		}
	}
	if err != nil {
		return 0, exec.ErrNotFound
	}
	limited, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	allocator, stop := chromedp.NewExecAllocator(limited, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(file), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WSURLReadTimeout(time.Minute))...)
	defer stop()
	ctx, shut := chromedp.NewContext(allocator)
	defer shut()
	if err := chromedp.Do(ctx); err != nil { // the browser itself
		return 0, err
	}
	began := time.Now()
	err = chromedp.Do(ctx, chromedp.Navigate("file://"+page))
	return time.Since(began), err
}

func reportsRole(args []string) error {
	n, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	run := ranSpecs(n)
	redactor := reports.NewRedactor("extconf-mock-user", "extconf-mock-other", "extconf-mock-no-user")
	began, before := time.Now(), cpu()
	report := reports.Collect(run, reports.Meta{
		Run: reports.Run{ID: "bench", Procs: 1}, Target: reports.Target{Name: "mock", URL: "http://127.0.0.1/api/v1"},
		Suite: reports.Document{Name: "extconf"}, Profile: reports.Profile{Document: reports.Document{Name: "mock"}}, Redactor: redactor,
	})
	if err := reports.WriteAll(args[0], report, redactor); err != nil {
		return err
	}
	answer := made{Wall: time.Since(began), CPU: cpu() - before}
	files, err := os.ReadDir(args[0])
	if err != nil {
		return err
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			return err
		}
		if info.IsDir() {
			continue
		}
		answer.Bytes += info.Size()
		if f.Name() == reports.HTMLFile {
			answer.HTML = info.Size()
		}
	}
	return tell(answer)
}

// ranSpecs is Ginkgo's report of that many specs, of which each sent four
// requests, and one in a hundred found something.
func ranSpecs(n int) types.Report {
	catalogue := specs.Requirements().Requirements
	began := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	run := types.Report{StartTime: began, EndTime: began.Add(time.Minute), SuiteSucceeded: true}
	for i := range n {
		q := catalogue[i%len(catalogue)]
		e := reports.Evidence{Requirements: []string{q.ID}}
		check := reports.Check{Requirement: q.ID, Passed: 4, Live: 4, Rules: []string{"contract", "HaveStatus"}}
		for j := range 4 {
			x := exchange(fmt.Sprintf("p1-%d", 4*i+j), began)
			check.Exchanges = append(check.Exchanges, x.ID)
			e.Exchanges = append(e.Exchanges, x)
		}
		e.Checks = append(e.Checks, check)
		s := types.SpecReport{
			ContainerHierarchyTexts: []string{"Create", "names"}, LeafNodeText: fmt.Sprintf("spec %d", i), LeafNodeType: types.NodeTypeIt,
			LeafNodeLocation: types.CodeLocation{FileName: "create/names.go", LineNumber: i}, LeafNodeLabels: []string{q.ID, q.Operation, string(q.Level)},
			State: types.SpecStatePassed, NumAttempts: 1, RunTime: 3 * time.Millisecond, StartTime: began,
		}
		if i%100 == 0 {
			s.State = types.SpecStateFailed
			s.Failure = types.Failure{Message: q.ID + " is not kept: " + q.Statement}
			e.Findings = append(e.Findings, reports.Finding{
				Requirement: q.ID, Level: q.Level, Rule: "HaveStatus", Blame: specs.BlameTarget, Exchange: check.Exchanges[0],
				Message: "expected 201, saw 500", Expected: "201", Seen: "500", Fingerprint: fmt.Sprintf("%012x", i),
				Curl: "curl -isS 'http://127.0.0.1/api/v1/deployments/extensions'", Rerun: "extconf run --label-filter=" + q.ID,
			})
		}
		s.ReportEntries = append(s.ReportEntries, types.ReportEntry{Name: reports.EvidenceEntry, Value: types.WrapEntryValue(e)})
		run.SpecReports = append(run.SpecReports, s)
	}
	return run
}

// exchange is one of the kind that most are.
func exchange(id string, at time.Time) specs.Exchange {
	body := fmt.Sprintf(`{"name":"extconf-bench-%s","extension_type":"plugin","version":"8.13.4","description":"An extension of the bench"}`, id)
	answer := fmt.Sprintf(`{"id":"4237175152","url":"repo://4237175152","deployments":[],%s`, body[1:])
	return specs.Exchange{
		ID: id, Operation: "create-extension", Started: at, Duration: 3 * time.Millisecond, Role: "user",
		Request: specs.Request{
			Method: http.MethodPost, URL: "http://127.0.0.1/api/v1/deployments/extensions", Path: "/deployments/extensions",
			Header: http.Header{"Accept": {"application/json"}, "Authorization": {"ApiKey " + reports.Redacted}, "Content-Type": {"application/json"}},
			Body:   []byte(body), Size: int64(len(body)),
		},
		Response: &specs.Response{
			Status: http.StatusCreated, Proto: "HTTP/1.1", Size: int64(len(answer)), Body: []byte(answer),
			Header: http.Header{
				"Content-Type": {"application/json"}, "X-Cloud-Resource-Version": {"1"},
				"X-Cloud-Resource-Created": {"2026-01-02T03:04:05.678Z"}, "X-Cloud-Resource-Last-Modified": {"2026-01-02T03:04:05.678Z"},
			},
		},
	}
}
