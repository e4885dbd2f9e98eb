package prove

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/extconf/extconf/suites"
)

// The variable by which a test makes the processes of a proof misbehave: how,
// a blank, and over which fault.
const misbehaviour = "EXTCONF_TEST_PROVER"

func TestMain(m *testing.M) {
	if how := os.Getenv(misbehaviour); how != "" && os.Getenv(roleVariable) == roleProver {
		misbehave(how)
	}
	suites.Reenter()
	Reenter()
	os.Exit(m.Run())
}

// misbehave is a process that does its jobs but one.
func misbehave(how string) {
	setUp()
	out, in := json.NewEncoder(os.NewFile(3, "outcomes")), bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var j job
		_ = json.Unmarshal(in.Bytes(), &j)
		switch how {
		case "crash " + j.Name:
			panic("a crash over " + j.Name)
		case "exit " + j.Name:
			os.Exit(0)
		case "hang " + j.Name:
			time.Sleep(time.Hour)
		case "rave " + j.Name:
			_, _ = os.NewFile(3, "outcomes").WriteString("no outcome\n")
			continue
		}
		_ = out.Encode(j.do(context.Background()))
	}
	os.Exit(0)
}
