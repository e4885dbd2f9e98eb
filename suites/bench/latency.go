package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/fixtures/mock"
	"github.com/extconf/extconf/reports"
)

// procs is how many processes the latency-bound run has.
const procs = 8

// latency compares the wall time of a run in eight processes, on a target that
// takes its time for each call, with what cannot be helped: the sum of the
// waits by eight, or the longest spec.
func latency(b *bench) ([]row, error) {
	delay, err := time.ParseDuration(b.Delay)
	if err != nil {
		return nil, err
	}
	m := mock.New(mock.Options{Dial: mock.LoopbackOnly, DownloadCAs: archives.BuiltInPool()})
	defer m.Close()
	var calls atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, mock.DefaultPrefix+"/deployments/") {
			calls.Add(1)
			time.Sleep(delay)
		}
		m.ServeHTTP(w, r)
	}))
	defer server.Close()
	dir := filepath.Join(b.dir, "latency")
	u, _, err := measure(exec.Command(b.extconf, "run", "--target="+server.URL+mock.DefaultPrefix, "--profile=mock",
		fmt.Sprintf("--procs=%d", procs), "--reports="+dir))
	if err != nil {
		return nil, err
	}
	report, err := reports.Load(dir)
	if err != nil {
		return nil, err
	}
	longest, name := time.Duration(0), ""
	for i := range report.Specs {
		if d := time.Duration(report.Specs[i].DurationMS * float64(time.Millisecond)); d > longest {
			longest, name = d, report.Specs[i].FullName()
		}
	}
	share := time.Duration(calls.Load()) * delay / procs
	reference, text := share, fmt.Sprintf("%s, %d calls of %s ÷ %d", seconds(share), calls.Load(), delay, procs)
	if longest > share {
		reference, text = longest, fmt.Sprintf("%s, the longest spec, %q", seconds(longest), name)
	}
	return []row{{
		what: fmt.Sprintf("latency-bound, %s a call, --procs=%d: wall", delay, procs), figure: seconds(u.Wall), reference: text,
		ratio: by(u.Wall, reference), aim: 1.25, note: fmt.Sprintf("longest spec %s", seconds(longest)),
	}}, nil
}
