package suites

import (
	"os"
	"runtime"
)

// oneProcessor keeps a process that does nothing but judge to one processor
// until the returned function is called: specs of a process run one after the
// other, and waking threads that found nothing to do was a tenth of a run's CPU
// time. What GOMAXPROCS says is left alone.
func (r *run) oneProcessor() (restore func()) {
	if !r.Alone || os.Getenv("GOMAXPROCS") != "" {
		return func() {}
	}
	former := runtime.GOMAXPROCS(1)
	return func() { runtime.GOMAXPROCS(former) }
}
