package suites

import (
	"cmp"
	"io"
	"os"
	"strings"
	"time"

	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/specs"
	"github.com/extconf/extconf/suites/kit"
)

// Refused leaves reports of a command line that could not be read, so that a
// pipeline finds the reason where it looks: in the folder that it names, as far
// as that can be told, else in the standard one.
func Refused(args []string, why error) {
	c := Defaults()
	c.Out = io.Discard
	c.Reports = cmp.Or(os.Getenv("EXTCONF_REPORTS"), c.Reports)
	for i, arg := range args {
		if dir, ok := strings.CutPrefix(arg, "--reports="); ok {
			c.Reports = dir
		} else if arg == "--reports" && i+1 < len(args) {
			c.Reports = args[i+1]
		}
	}
	c.RunID = newRunID(time.Now())
	r := &run{Config: c, redactor: reports.NewRedactor()}
	_, _ = r.unjudged(Usage{why})
}

// inert makes the client of a run that only looks at its specs.
func (r *run) inert() {
	r.api = &kit.API{
		Target: r.target, Contract: r.contract, Catalogue: specs.Requirements(), Gate: r.gate, Redactor: r.redactor, RunID: r.RunID, Canary: canary(r.RunID),
	}
}
