package kit

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"sort"
	"strings"

	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/specs"
)

// finding makes a finding of a violation: redacted, with what reproduces it.
func (api *API) finding(x *Exchange, v specs.Violation) reports.Finding {
	f := reports.Finding{
		Requirement: v.Requirement, Level: specs.MUST, Rule: v.Rule, Place: v.Place, Blame: v.Blame,
		Message:  api.Redactor.Text(v.Message),
		Expected: api.Redactor.Text(v.Expected), Seen: api.Redactor.Text(v.Seen),
		Rerun: api.rerun(v.Requirement),
	}
	if r, ok := api.Catalogue.Get(v.Requirement); ok {
		f.Level = r.Level
	}
	operation, status := "", 0
	if x != nil {
		f.Exchange = x.ID
		f.Curl = api.Redactor.Text(Curl(x.Exchange))
		operation, status = x.Operation, x.Status()
	}
	// Nothing random goes in, so that a waiver holds from run to run.
	sum := sha256.Sum256(fmt.Appendf(nil, "%s|%s|%s|%s|%d", v.Requirement, v.Rule, v.Element, operation, status))
	f.Fingerprint = hex.EncodeToString(sum[:6])
	return f
}

// rerun is the command that runs only this requirement.
func (api *API) rerun(requirement string) string {
	parts := []string{"extconf run"}
	if api.RerunArgs != "" {
		parts = append(parts, api.RerunArgs)
	}
	return strings.Join(append(parts, "--label-filter="+requirement), " ")
}

// Curl is the command that sends a request again, with the key as a variable.
func Curl(x *specs.Exchange) string {
	var b strings.Builder
	b.WriteString("curl -isS")
	if x.Request.Method != http.MethodGet {
		b.WriteString(" -X " + x.Request.Method)
	}
	names := make([]string, 0, len(x.Request.Header))
	for name := range x.Request.Header {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		switch name {
		case "Accept-Encoding", "User-Agent", "Content-Length":
			continue
		case "Authorization":
			if x.Role != "none" {
				fmt.Fprintf(&b, ` -H "Authorization: ApiKey $%s"`, variableOf(x.Role))
				continue
			}
		case "Content-Type":
			if isForm(x) {
				continue // curl -F writes its own boundary
			}
		}
		for _, value := range x.Request.Header[name] {
			fmt.Fprintf(&b, " -H %s", quote(name+": "+value))
		}
	}
	switch {
	case isForm(x):
		b.WriteString(" -F file=@extension.zip")
	case len(x.Request.Body) > 0 && isPrintable(x.Request.Body):
		fmt.Fprintf(&b, " --data-binary %s", quote(string(x.Request.Body)))
	case len(x.Request.Body) > 0:
		fmt.Fprintf(&b, " --data-binary @<(printf %s)", quote(octal(x.Request.Body)))
	case x.Request.Size > 0:
		b.WriteString(" --data-binary @extension.zip")
	}
	b.WriteString(" " + quote(x.Request.URL))
	return b.String()
}

// variableOf is the environment variable that a reader puts the key of a role into.
func variableOf(role string) string {
	if role == "" || role == "user" {
		return "EXTCONF_API_KEY"
	}
	return "EXTCONF_" + strings.ToUpper(strings.ReplaceAll(role, "-", "_")) + "_API_KEY"
}

func isForm(x *specs.Exchange) bool {
	return strings.HasPrefix(x.Request.Header.Get("Content-Type"), "multipart/form-data")
}

func isPrintable(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// octal writes bytes as printf reads them.
func octal(raw []byte) string {
	var b strings.Builder
	for _, c := range raw {
		switch {
		case c == '\\' || c == '%' || c < ' ' || c >= 0x7f:
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// quote quotes for a POSIX shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

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
		fmt.Fprintf(&b, "  broken:   %s\n", f.Message)
		fmt.Fprintf(&b, "  expected: %s\n", f.Expected)
		fmt.Fprintf(&b, "  seen:     %s\n", f.Seen)
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
			fmt.Fprintf(&b, "  repeat:   %s\n", f.Curl)
		}
		fmt.Fprintf(&b, "  rerun:    %s", f.Rerun)
	}
	return b.String()
}

// brief shows an exchange in a few lines.
func brief(x *specs.Exchange) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  exchange: %s: %s %s\n", x.ID, x.Request.Method, x.Request.URL)
	if len(x.Request.Body) > 0 {
		fmt.Fprintf(&b, "            > %s\n", shorten(oneLine(x.Request.Body), 300))
	}
	if x.Response == nil {
		fmt.Fprintf(&b, "            < no answer: %s\n", x.Error)
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
		fmt.Fprintf(&b, "            < %s: %s\n", strings.ToLower(name), oneLine([]byte(strings.Join(x.Response.Header[name], ", "))))
	}
	if len(x.Response.Body) > 0 {
		fmt.Fprintf(&b, "            < %s\n", shorten(oneLine(x.Response.Body), 500))
	}
	return b.String()
}

func oneLine(b []byte) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(string(b), "\uFFFD"))
}
