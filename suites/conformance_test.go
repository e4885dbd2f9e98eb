package suites_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/extconf/extconf/suites"
)

// ours are the flags of `extconf run` on this test's command line.
var ours []string

// TestMain takes the suite's own flags out before go test reads the others:
//
//	go tool ginkgo -p ./suites -- --target=https://host/api/v1
//	go test ./suites -args --target=https://host/api/v1
func TestMain(m *testing.M) {
	suites.Reenter()
	// go test starts in this folder; files are named from the project's.
	if err := os.Chdir(".."); err != nil {
		panic(err)
	}
	os.Args = slices.DeleteFunc(os.Args, func(arg string) bool {
		own := strings.HasPrefix(arg, "--") && !strings.HasPrefix(arg, "--test.") && !strings.HasPrefix(arg, "--ginkgo.")
		if own {
			ours = append(ours, arg)
		}
		return own
	})
	os.Exit(m.Run())
}

// TestConformance judges a target, the embedded mock by default, through go
// test and Ginkgo's own command.
func TestConformance(t *testing.T) {
	config, err := suites.Parse(ours)
	if err != nil {
		t.Fatal(err)
	}
	report, err := suites.RunInGinkgo(config, t)
	if err != nil {
		t.Fatal(err)
	}
	if report != nil && suites.Status(report) != 0 {
		t.Errorf("%s: %s", report.Verdict.Word, report.Verdict.Sentence)
	}
}
