package kit

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"sort"
	"strings"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/specs"
)

// finding makes a finding of a violation: redacted, with what reproduces it.
func (api *API) finding(x *Exchange, v specs.Violation) reports.Finding {
	var recorded *specs.Exchange
	if x != nil {
		recorded = x.Exchange
	}
	f := Finding(api.Redactor, recorded, v)
	f.Rerun = api.rerun(v.Requirement)
	if v.Rule == generatedRule {
		f.Rerun += fmt.Sprintf(" --seed=%d", api.Seed)
	}
	for _, host := range []*archives.Host{api.Archives, api.SecureArchives} {
		f.Hosted = f.Hosted || host != nil && strings.Contains(f.Curl, host.URL())
	}
	return f
}

// Finding makes a finding of a violation, redacted; x is the exchange that
// shows it, or nil.
func Finding(redactor *reports.Redactor, x *specs.Exchange, v specs.Violation) reports.Finding {
	f := reports.Finding{
		Requirement: v.Requirement, Level: specs.MUST, Rule: v.Rule, Place: v.Place, Blame: v.Blame,
		Message:  redactor.Text(v.Message),
		Expected: redactor.Text(v.Expected), Seen: redactor.Text(v.Seen),
	}
	if r, ok := specs.Requirements().Get(v.Requirement); ok {
		f.Level = r.Level
	}
	operation, status := "", 0
	if x != nil {
		f.Exchange, operation = x.ID, x.Operation
		shown := redactor.Exchange(*x)
		f.Curl = reports.Curl(&shown)
		if x.Response != nil {
			status = x.Response.Status
		}
	}
	// Nothing random goes in, so that a waiver holds from run to run.
	sum := sha256.Sum256(fmt.Appendf(nil, "%s|%s|%s|%s|%d", v.Requirement, v.Rule, v.Element, operation, status))
	f.Fingerprint = hex.EncodeToString(sum[:6])
	return f
}

// rerun is the command that runs the specs of this requirement, or, where the
// running spec is not one of them, those of what that is about.
func (api *API) rerun(requirement string) string {
	if about := api.current().evidence.Requirements; len(about) > 0 && !slices.Contains(about, requirement) {
		requirement = about[0]
	}
	parts := []string{"extconf run"}
	if api.RerunArgs != "" {
		parts = append(parts, api.RerunArgs)
	}
	return strings.Join(append(parts, "--label-filter="+requirement), " ")
}

// explain is what an implementer reads: each broken promise with its source,
// what was seen, and how to see it again.
func (api *API) explain(findings []reports.Finding, exchanges []specs.Exchange) string {
	var b strings.Builder
	for i, f := range findings {
		if i > 0 {
			b.WriteString("\n\n")
		}
		r, _ := api.Catalogue.Get(f.Requirement)
		fmt.Fprintf(&b, "%s (%s) is not kept: %s\n", f.Requirement, f.Level, r.Statement)
		fmt.Fprintf(&b, "  source:   %s\n", r.Source)
		if f.Place != "" {
			fmt.Fprintf(&b, "  contract: %s\n", f.Place)
		}
		if f.Message != unequal(f.Expected, f.Seen) {
			fmt.Fprintf(&b, "  broken:   %s\n", reports.OneLine(f.Message))
		}
		fmt.Fprintf(&b, "  expected: %s\n", reports.OneLine(f.Expected))
		fmt.Fprintf(&b, "  seen:     %s\n", reports.OneLine(f.Seen))
		fmt.Fprintf(&b, "  blame:    %s\n", f.Blame)
		for _, x := range exchanges {
			if x.ID == f.Exchange {
				b.WriteString(brief(&x))
			}
		}
		if r.Advice != "" {
			fmt.Fprintf(&b, "  look at:  %s\n", r.Advice)
		}
		if f.Curl != "" {
			fmt.Fprintf(&b, "  repeat:   %s\n", reports.Printable(f.Curl))
			if f.Hosted {
				b.WriteString("            (the archive was hosted for this run: put another in its place)\n")
			}
		}
		fmt.Fprintf(&b, "  rerun:    %s", f.Rerun)
	}
	return b.String()
}

// brief shows an exchange in a few lines.
func brief(x *specs.Exchange) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  exchange: %s: %s %s\n", x.ID, x.Request.Method, reports.OneLine(x.Request.URL))
	if len(x.Request.Body) > 0 {
		fmt.Fprintf(&b, "            > %s\n", shorten(reports.OneLine(string(x.Request.Body)), 300))
	}
	if x.Response == nil {
		fmt.Fprintf(&b, "            < no answer: %s\n", reports.OneLine(x.Error))
		return b.String()
	}
	fmt.Fprintf(&b, "            < %d %s\n", x.Response.Status, http.StatusText(x.Response.Status))
	names := make([]string, 0, len(x.Response.Header))
	for name := range x.Response.Header {
		if strings.HasPrefix(name, "X-Cloud-") || name == "Content-Type" || name == "Location" {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Fprintf(&b, "            < %s: %s\n", strings.ToLower(name), reports.OneLine(strings.Join(x.Response.Header[name], ", ")))
	}
	if len(x.Response.Body) > 0 {
		fmt.Fprintf(&b, "            < %s\n", shorten(reports.OneLine(string(x.Response.Body)), 500))
	}
	return b.String()
}
