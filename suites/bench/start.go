package main

import (
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

// start compares the time from the start of the process to the first request
// with what an empty Ginkgo suite takes from start to end.
func start(b *bench) ([]row, error) {
	var ours, empty, oursCPU, emptyCPU []time.Duration
	for range 3 * b.Rounds {
		first, used, err := b.firstRequest()
		if err != nil {
			return nil, err
		}
		u, _, err := measure(exec.Command(b.empty))
		if err != nil {
			return nil, err
		}
		ours, empty = append(ours, first), append(empty, u.Wall)
		oursCPU, emptyCPU = append(oursCPU, used), append(emptyCPU, u.CPU)
	}
	return []row{
		{
			what: "start: process start to first request", figure: ms(median(ours)), reference: ms(median(empty)) + " for an empty Ginkgo suite",
			ratio: by(median(ours), median(empty)), aim: 2,
		},
		{
			what: "start: CPU of a run whose key is refused", figure: ms(median(oursCPU)), reference: ms(median(emptyCPU)) + " for an empty Ginkgo suite",
			ratio: by(median(oursCPU), median(emptyCPU)),
		},
	}, nil
}

// firstRequest runs the suite on a target that refuses the key, which is the
// end of the run, and says when it first heard of it.
func (b *bench) firstRequest() (first, used time.Duration, err error) {
	var once sync.Once
	var heard time.Time
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		once.Do(func() { heard = time.Now() })
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer server.Close()
	began := time.Now()
	u, _, err := measure(exec.Command(b.extconf, "run", "--target="+server.URL, "--profile=mock", "--reports="+filepath.Join(b.dir, "start")), 3)
	return heard.Sub(began), u.CPU, err
}
