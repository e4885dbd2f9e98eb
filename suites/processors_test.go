package suites

import (
	"runtime"
	"testing"
)

func TestOnlyAProcessOfItsOwnKeepsToOneProcessor(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	for _, tried := range []struct {
		alone bool
		says  string
		want  int
	}{{true, "", 1}, {false, "", 3}, {true, "3", 3}} {
		t.Setenv("GOMAXPROCS", tried.says)
		r := &run{Config: Config{Alone: tried.alone}}
		restore := r.oneProcessor()
		if got := runtime.GOMAXPROCS(0); got != tried.want {
			t.Errorf("alone %t, GOMAXPROCS=%q: %d processors, not %d", tried.alone, tried.says, got, tried.want)
		}
		restore()
		if got := runtime.GOMAXPROCS(0); got != 3 {
			t.Errorf("%d processors after the run, not 3 as before", got)
		}
	}
}
