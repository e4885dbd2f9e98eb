// Command bench measures what the suite costs, each figure against a reference
// that is measured in the same run on the same machine, and prints a table of
// the ratios. It builds what it measures, and talks to loopback only.
//
//	go run ./suites/bench              all measurements, some minutes
//	go run ./suites/bench start full   only these
//	go run ./suites/bench --repeats=50 soak
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/alecthomas/kong"
)

// command is the command line.
type command struct {
	Names    []string `arg:"" optional:"" help:"Measurements to make: judging, start, full, latency, archive, soak, proof, reports. Default: all."`
	Rounds   int      `help:"How often the short measurements are made; the median counts." default:"7"`
	Repeats  int      `help:"Runs of the suite in the soak." default:"500"`
	Delay    string   `help:"What the slow target takes for each call." default:"150ms"`
	Size     int64    `help:"Bytes of the large archive." default:"1073741824"`
	Profiles string   `help:"Folder for CPU profiles of the parts that this program plays." placeholder:"DIR"`
	Markdown bool     `help:"Print the table as Markdown, as the README has it."`
	Keep     string   `help:"Folder for binaries and reports. Default: a temporary one." placeholder:"DIR"`
}

// bench is a run of this command.
type bench struct {
	command
	// dir holds the binaries and the reports.
	dir string
	// extconf and empty are the binaries: the command, and an empty suite.
	extconf, empty string
}

// row is one line of the table.
type row struct {
	what, figure, reference string
	// ratio is figure by reference, aim what it should not exceed.
	ratio, aim float64
	note       string
}

// measurement makes rows of the table.
type measurement struct {
	name string
	make func(*bench) ([]row, error)
}

// measurements in the order of the table.
var measurements = []measurement{
	{"judging", judging},
	{"start", start},
	{"full", full},
	{"latency", latency},
	{"archive", archive},
	{"soak", soak},
	{"proof", proof},
	{"reports", reportsOf},
}

func main() {
	if role := os.Getenv(roleVariable); role != "" {
		os.Exit(play(role))
	}
	var b bench
	kong.Parse(&b.command, kong.Name("bench"), kong.Description("Measure what the suite costs, against references measured in the same run."))
	if err := b.run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (b *bench) run(out io.Writer) error {
	for _, name := range b.Names {
		if !slices.ContainsFunc(measurements, func(m measurement) bool { return m.name == name }) {
			return fmt.Errorf("no measurement is called %q", name)
		}
	}
	if b.Profiles != "" {
		os.Setenv(profilesVariable, b.Profiles)
	}
	remove, err := b.build()
	defer remove()
	if err != nil {
		return err
	}
	var rows []row
	var errs []error
	for _, m := range measurements {
		if len(b.Names) > 0 && !slices.Contains(b.Names, m.name) {
			continue
		}
		fmt.Fprintf(os.Stderr, "%s …\n", m.name)
		made, err := m.make(b)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", m.name, err))
		}
		rows = append(rows, made...)
	}
	if b.Markdown {
		fmt.Fprintf(out, "| what | measured | reference | ratio | aim |\n|:--|--:|:--|--:|--:|\n")
		for _, r := range rows {
			fmt.Fprintf(out, "| %s |\n", strings.Join(r.cells(), " | "))
		}
		return errors.Join(errs...)
	}
	fmt.Fprintln(out, machine())
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "WHAT\tMEASURED\tREFERENCE\tRATIO\tAIM")
	for _, r := range rows {
		fmt.Fprintln(w, strings.Join(r.cells(), "\t"))
	}
	return errors.Join(w.Flush(), errors.Join(errs...))
}

// cells are the columns of a row.
func (r row) cells() []string {
	figure, aim := r.figure, ""
	if r.note != "" {
		figure += " (" + r.note + ")"
	}
	if r.aim > 0 {
		aim = fmt.Sprintf("≤ %.2f", r.aim)
	}
	if r.aim > 0 && r.ratio > r.aim {
		aim += ", missed"
	}
	return []string{r.what, figure, r.reference, fmt.Sprintf("%.2f", r.ratio), aim}
}

// build builds the binaries, and says how to be rid of them.
func (b *bench) build() (remove func(), err error) {
	remove = func() {}
	b.dir = b.Keep
	if b.dir == "" {
		if b.dir, err = os.MkdirTemp("", "extconf-bench-"); err != nil {
			return remove, err
		}
		remove = func() { _ = os.RemoveAll(b.dir) }
	}
	if b.dir, err = filepath.Abs(b.dir); err != nil {
		return remove, err
	}
	b.extconf, b.empty = filepath.Join(b.dir, "extconf"), filepath.Join(b.dir, "empty.test")
	// The command without cgo, as the Makefile builds it; the suite as Go does.
	if err := goTool([]string{"CGO_ENABLED=0"}, "build", "-o", b.extconf, "github.com/extconf/extconf/suites/extconf"); err != nil {
		return remove, err
	}
	return remove, goTool(nil, "test", "-c", "-o", b.empty, "github.com/extconf/extconf/suites/bench/empty")
}
