package suites

import (
	"io"
	"time"

	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/specs"
	"github.com/extconf/extconf/suites/kit"
)

// Refused leaves reports of a command line that could not be read, in the
// standard folder, so that a pipeline finds the reason where it looks.
func Refused(why error) {
	c := Defaults()
	c.Out = io.Discard
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
