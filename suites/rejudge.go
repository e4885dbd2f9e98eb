package suites

import (
	"fmt"
	"io"

	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/specs"
	"github.com/extconf/extconf/suites/kit"
)

// Rejudged is what today's contract and rules say of the exchanges of an
// earlier run. What only specs can check, across exchanges, is not part of it.
type Rejudged struct {
	Report *reports.Report
	// Judged counts exchanges; PassedOver those whose bodies were shortened
	// when they were recorded, so that nothing can be said of them.
	Judged, PassedOver int
	// Findings are all different, in the order in which they were met; New
	// are those that the run itself did not have.
	Findings, New []reports.Finding
	// Gone are findings that the run had by the same rules, and that today's
	// do not have.
	Gone []reports.Finding
	gate *specs.Gate
}

// Rejudge judges the recorded exchanges in the folder of an earlier run again,
// offline, by a contract and a gate; "" takes the shipped ones.
func Rejudge(dir, contract, gate string) (*Rejudged, error) {
	c, err := specs.LoadContract(contract)
	if err != nil {
		return nil, Usage{err}
	}
	g, err := specs.LoadGate(gate)
	if err != nil {
		return nil, Usage{err}
	}
	report, err := reports.Load(dir)
	if err != nil {
		return nil, Usage{err}
	}
	if len(report.Exchanges) == 0 {
		return nil, usagef("%s holds no exchanges to judge; name the folder of a run that sent requests", dir)
	}
	out := &Rejudged{Report: report, gate: g.For(report.Profile.Name)}
	redactor := reports.NewRedactor()
	former := map[string]reports.Finding{}
	for _, s := range report.Specs {
		for _, f := range s.Findings {
			if f.Place != "" { // a rule that judges single exchanges names the place
				former[f.Fingerprint] = f
			}
		}
	}
	seen := map[string]bool{}
	for i := range report.Exchanges {
		x := &report.Exchanges[i].Exchange
		if x.Operation == "" || x.Retried != "" {
			continue
		}
		if report.Exchanges[i].Shortened || x.Response != nil && x.Response.Truncated {
			out.PassedOver++
			continue
		}
		out.Judged++
		for _, v := range c.Judge(x).Violations {
			f := kit.Finding(redactor, x, v)
			if seen[f.Fingerprint] {
				continue
			}
			seen[f.Fingerprint] = true
			out.Findings = append(out.Findings, f)
			if _, ok := former[f.Fingerprint]; !ok {
				out.New = append(out.New, f)
			}
		}
	}
	for _, s := range report.Specs {
		for _, f := range s.Findings {
			if was, ok := former[f.Fingerprint]; ok && !seen[f.Fingerprint] {
				out.Gone = append(out.Gone, was)
				delete(former, f.Fingerprint)
			}
		}
	}
	return out, nil
}

// Status is 0 where nothing that binds was found, 1 where something was, 4
// where the suite or the contract is to blame.
func (r *Rejudged) Status() int {
	status := 0
	for _, f := range r.Findings {
		switch {
		case f.Blame == specs.BlameSuite || f.Blame == specs.BlameContract:
			return 4
		case r.gate.Counts(string(f.Level)):
			status = 1
		}
	}
	return status
}

// Text writes what was found, the last line saying it all.
func (r *Rejudged) Text(w io.Writer) error {
	for _, part := range []struct {
		heading  string
		findings []reports.Finding
	}{{"found", r.Findings}, {"not found by the run itself", r.New}, {"found by the run, and not today", r.Gone}} {
		if len(part.findings) == 0 {
			continue
		}
		fmt.Fprintf(w, "%s\n", part.heading)
		for _, f := range part.findings {
			fmt.Fprintf(w, "  %s (%s): %s; exchange %s, %s\n", f.Requirement, f.Level, f.Message, f.Exchange, f.Place)
		}
	}
	passedOver := ""
	if r.PassedOver > 0 {
		passedOver = fmt.Sprintf(", %d passed over as their bodies were shortened", r.PassedOver)
	}
	_, err := fmt.Fprintf(w, "run %s judged again: %d exchanges%s; %d findings, %d of them new, %d gone\n",
		r.Report.Run.ID, r.Judged, passedOver, len(r.Findings), len(r.New), len(r.Gone))
	return err
}
