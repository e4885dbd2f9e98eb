package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"

	"github.com/extconf/extconf/suites"
)

// soak runs the suite many times in one process, and compares the memory after
// the last with that after the fiftieth.
func soak(b *bench) ([]row, error) {
	early := min(50, max(1, b.Repeats/10))
	answer, _, err := ask[[2]memory]("soak", strconv.Itoa(early), strconv.Itoa(b.Repeats))
	if err != nil {
		return nil, err
	}
	what := fmt.Sprintf("soak, %d runs in one process: ", b.Repeats)
	after := fmt.Sprintf(" after %d", early)
	return []row{
		{
			what: what + "resident memory", figure: mib(answer[1].Resident), reference: mib(answer[0].Resident) + after,
			ratio: by(answer[1].Resident, answer[0].Resident), aim: 1.1,
		},
		{
			what: what + "live heap", figure: mib(answer[1].Heap), reference: mib(answer[0].Heap) + after,
			ratio: by(answer[1].Heap, answer[0].Heap), note: fmt.Sprintf("%d goroutines, were %d: Ginkgo keeps one of each run", answer[1].Goroutines, answer[0].Goroutines),
		},
	}, nil
}

// memory is what a process holds, in bytes.
type memory struct {
	Resident, Heap int64
	Goroutines     int
}

func soakRole(args []string) error {
	early, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	repeats, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "extconf-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var seen [2]memory
	for i := 1; i <= repeats; i++ {
		c := suites.Defaults()
		c.Out, c.Reports, c.NoArtefacts = io.Discard, dir, true
		report, err := suites.Run(context.Background(), c)
		if err != nil {
			return err
		}
		if report.Verdict.Status != 0 {
			return fmt.Errorf("run %d: %s", i, report.Verdict.Line())
		}
		if i == early {
			seen[0], err = held()
		}
		if i == repeats {
			seen[1], err = held()
		}
		if err != nil {
			return err
		}
	}
	return tell(seen)
}

// held is what this process holds once the garbage is out.
func held() (memory, error) {
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	raw, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return memory{Resident: int64(m.Sys - m.HeapReleased), Heap: int64(m.HeapAlloc), Goroutines: runtime.NumGoroutine()}, nil
	}
	fields := bytes.Fields(raw)
	pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
	return memory{Resident: pages * int64(os.Getpagesize()), Heap: int64(m.HeapAlloc), Goroutines: runtime.NumGoroutine()}, err
}
