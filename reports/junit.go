package reports

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// The elements of a JUnit file, no more and no less than what every reader's
// schema allows: that of Ant, which asks the most, and those of Jenkins. A case
// has no properties, no output and one result at most, and a suite has no
// suites. So a suite's properties tell its requirements and whose spec exercises
// which, and its output tells what there is to say of each case.
type junitSuites struct {
	XMLName xml.Name      `xml:"testsuites"`
	Suites  []*junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	Package    string          `xml:"package,attr"`
	ID         int             `xml:"id,attr"`
	Hostname   string          `xml:"hostname,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Time       string          `xml:"time,attr"`
	Timestamp  string          `xml:"timestamp,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
	Out        string          `xml:"system-out"`
	Err        string          `xml:"system-err"`
	ms         float64
	out        strings.Builder
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Name      string       `xml:"name,attr"`
	Classname string       `xml:"classname,attr"`
	Time      string       `xml:"time,attr"`
	Skipped   *junitText   `xml:"skipped"`
	Error     *junitResult `xml:"error"`
	Failure   *junitResult `xml:"failure"`
}

type junitResult struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

type junitText struct {
	Text string `xml:",chardata"`
}

// mostText bounds what one case holds, in bytes: 32 KiB.
const mostText = 32 << 10

// JUnit writes the report as JUnit XML: a suite per operation with a case per
// spec, and one case for the verdict, which fails unless it is conformant.
func (r *Report) JUnit(w io.Writer) error {
	suites := map[string]*junitSuite{}
	var order []string
	suiteOf := func(operation string) *junitSuite {
		if suites[operation] == nil {
			suites[operation] = &junitSuite{
				Name: operation, Package: "extconf", Hostname: "localhost",
				Timestamp: r.Run.Started.UTC().Format("2006-01-02T15:04:05"), Properties: r.junitProperties(operation),
			}
			order = append(order, operation)
		}
		return suites[operation]
	}
	requirements, exchanges := r.byID(), r.exchangesByID()
	for i := range r.Specs {
		s := &r.Specs[i]
		suiteOf(s.Operation).add(r.junitCase(s, requirements, exchanges), s.DurationMS, r.junitOutput(s, requirements, exchanges))
	}
	slices.SortStableFunc(order, func(a, b string) int { return operationRank(a) - operationRank(b) })
	verdict := r.Verdict.Line() + "\n" + reasonsText(r.Verdict.Reasons)
	suiteOf("verdict").add(r.junitVerdict(verdict), 0, verdict)
	doc := junitSuites{}
	for i, name := range order {
		suite := suites[name]
		suite.ID, suite.Time, suite.Out = i, seconds(suite.ms), suite.out.String()
		doc.Suites = append(doc.Suites, suite)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", " ")
	if err := enc.Encode(doc); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s *junitSuite) add(c junitCase, ms float64, output string) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	s.ms += ms
	switch {
	case c.Error != nil:
		s.Errors++
	case c.Failure != nil:
		s.Failures++
	case c.Skipped != nil:
		s.Skipped++
	}
	if output != "" {
		fmt.Fprintf(&s.out, "== %s %s\n%s\n", c.Classname, c.Name, junitBody(output))
	}
}

// junitProperties are those of the run, the outcome of each of the operation's
// requirements, and for each of its specs the requirements it exercises.
func (r *Report) junitProperties(operation string) []junitProperty {
	list := []junitProperty{
		{"run", r.Run.ID},
		{"target", r.Target.Name},
		{"target.url", r.Target.URL},
		{"suite.version", r.Suite.Version},
		{"contract.version", r.Contract.Version},
		{"contract.digest", r.Contract.Digest},
		{"profile", r.Profile.Name},
		{"gate", r.Gate.Name},
		{"verdict", string(r.Verdict.Word)},
	}
	for _, q := range r.Requirements {
		if q.Operation == operation {
			list = append(list, junitProperty{"requirement." + q.ID, string(q.Level) + ", " + q.outcomeText()})
		}
	}
	for i := range r.Specs {
		if s := &r.Specs[i]; s.Operation == operation && len(s.Requirements) > 0 {
			list = append(list, junitProperty{"spec." + s.junitName(), strings.Join(s.Requirements, " ")})
		}
	}
	for i := range list {
		list[i].Value = xmlText(OneLine(list[i].Value))
	}
	return list
}

// outcomeText is the outcome with its grade or reason.
func (q *Requirement) outcomeText() string {
	switch {
	case q.Outcome == Passed:
		return fmt.Sprintf("%s (%s)", q.Outcome, q.Evidence)
	case q.Outcome == Waived:
		return fmt.Sprintf("%s until %s: %s", q.Outcome, q.Waiver.Expires, OneLine(q.Waiver.Reason))
	case q.Reason != "":
		return fmt.Sprintf("%s: %s", q.Outcome, OneLine(q.Reason))
	}
	return string(q.Outcome)
}

// junitName is a case's name. It is never empty, as the schema asks.
func (s *Spec) junitName() string { return xmlText(firstOf(OneLine(s.Name), s.ID, "unnamed")) }

// junitCase gives a spec its one result.
func (r *Report) junitCase(s *Spec, requirements map[string]*Requirement, exchanges map[string]*Exchange) junitCase {
	c := junitCase{
		Name: s.junitName(), Time: seconds(s.DurationMS),
		Classname: xmlText(OneLine(strings.Join(append([]string{"extconf", s.Operation}, s.Containers...), "."))),
	}
	binding := r.bindingFindings(s, requirements)
	waived := waivedFindings(s, requirements)
	switch {
	case s.State == SpecPanicked:
		c.Error = &junitResult{junitLine(firstLine(s.Failure)), "suite", junitBody(s.Failure)}
	case len(binding) > 0:
		f := binding[0]
		message := fmt.Sprintf("%s (%s): %s", f.Requirement, f.Level, firstLine(f.Message))
		if n := len(binding) - 1; n > 0 {
			message += fmt.Sprintf(" (and %d more)", n)
		}
		c.Failure = &junitResult{junitLine(message), string(f.Blame), junitBody(strings.Join(r.openFindings(s, requirements, exchanges), "\n\n"))}
	case s.State.broke():
		kind := "suite"
		if s.State == SpecInterrupted {
			kind = "interrupted"
		}
		c.Error = &junitResult{junitLine(firstLine(s.Failure)), kind, junitBody(s.Failure)}
	case len(waived) > 0:
		c.Skipped = &junitText{junitBody(strings.Join(waived, "\n"))}
	case s.State != SpecPassed:
		c.Skipped = &junitText{junitBody(firstOf(s.Reason, string(s.State)))}
	case s.onlyLeftOut():
		c.Skipped = &junitText{junitBody(summary(reasonsOf(s.NotExercised)))}
	}
	return c
}

// junitOutput is what else there is to say of a spec: its notes, advice that
// decides nothing, what it could not exercise, and what it printed.
func (r *Report) junitOutput(s *Spec, requirements map[string]*Requirement, exchanges map[string]*Exchange) string {
	var b strings.Builder
	for _, note := range s.Notes {
		fmt.Fprintf(&b, "note: %s\n", OneLine(note))
	}
	if s.State == SpecPassed && len(r.bindingFindings(s, requirements)) == 0 {
		for _, text := range r.openFindings(s, requirements, exchanges) {
			b.WriteString("advice: " + text + "\n")
		}
	}
	for _, u := range s.NotExercised {
		fmt.Fprintf(&b, "not exercised: %s: %s\n", u.Requirement, OneLine(u.Reason))
	}
	b.WriteString(s.Output)
	return b.String()
}

// waivedFindings words those of a spec's findings that are waived.
func waivedFindings(s *Spec, requirements map[string]*Requirement) []string {
	var list []string
	for _, f := range s.Findings {
		if q := requirements[f.Requirement]; q != nil && q.waives(f.Fingerprint) {
			list = append(list, fmt.Sprintf("%s is waived until %s: %s (%s, %s)", f.Requirement, q.Waiver.Expires, q.Waiver.Reason, q.Waiver.Ticket, q.Waiver.Owner))
		}
	}
	return list
}

// openFindings words those that are not waived.
func (r *Report) openFindings(s *Spec, requirements map[string]*Requirement, exchanges map[string]*Exchange) []string {
	var list []string
	for _, f := range s.Findings {
		if q := requirements[f.Requirement]; q != nil && !q.waives(f.Fingerprint) {
			list = append(list, r.findingText(f, q, exchanges[f.Exchange]))
		}
	}
	return list
}

// bindingFindings are those that fail a spec's case: not waived, and of a
// level that counts.
func (r *Report) bindingFindings(s *Spec, statements map[string]*Requirement) []Finding {
	var list []Finding
	for _, f := range s.Findings {
		q := statements[f.Requirement]
		if q != nil && q.Outcome != NotApplicable && r.Gate.Counts(string(q.Level)) && !q.waives(f.Fingerprint) {
			list = append(list, f)
		}
	}
	return list
}

// waives says that the failure with this fingerprint was waived.
func (q *Requirement) waives(fingerprint string) bool {
	return slices.ContainsFunc(q.Findings, func(f SpecFinding) bool { return f.Fingerprint == fingerprint && f.Waived })
}

// onlyLeftOut says that a spec ended well because it did nothing.
func (s *Spec) onlyLeftOut() bool {
	return len(s.Checks) == 0 && slices.ContainsFunc(s.NotExercised, func(u Unexercised) bool { return slices.Contains(s.Requirements, u.Requirement) })
}

func reasonsOf(list []Unexercised) []string {
	reasons := make([]string, len(list))
	for i, u := range list {
		reasons[i] = u.Requirement + ": " + u.Reason
	}
	return reasons
}

// findingText is what a person needs who has only this text.
func (r *Report) findingText(f Finding, q *Requirement, x *Exchange) string {
	var b strings.Builder
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(&b, "  %-13s%s\n", name+":", strings.ReplaceAll(strings.TrimSpace(Printable(text)), "\n", "\n"+strings.Repeat(" ", 15)))
		}
	}
	fmt.Fprintf(&b, "%s (%s) is not kept: %s\n", f.Requirement, q.Level, q.Statement)
	line("source", q.Source.String())
	line("contract", f.Place)
	line("broken", f.Message)
	line("expected", f.Expected)
	line("seen", f.Seen)
	line("blame", string(f.Blame))
	if x != nil {
		line("exchange", x.ID+": "+exchangeText(x, 2<<10))
	}
	line("look at", q.Advice)
	line("repeat", f.Curl)
	line("rerun", f.Rerun)
	line("fingerprint", f.Fingerprint)
	return b.String()
}

// exchangeText shows an exchange in a few lines, bodies cut to a number of bytes.
func exchangeText(x *Exchange, most int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", x.Request.Method, x.Request.URL)
	if len(x.Request.Body) > 0 {
		fmt.Fprintf(&b, "> %s\n", shortText(OneLine(string(x.Request.Body)), most))
	}
	if x.Response == nil {
		fmt.Fprintf(&b, "< no answer: %s", x.Error)
		return b.String()
	}
	fmt.Fprintf(&b, "< %d in %.0f ms\n", x.Response.Status, milliseconds(x.Duration))
	for _, name := range sortedNames(x.Response.Header) {
		fmt.Fprintf(&b, "< %s: %s\n", strings.ToLower(name), strings.Join(x.Response.Header[name], ", "))
	}
	if len(x.Response.Body) > 0 {
		fmt.Fprintf(&b, "< %s", shortText(OneLine(string(x.Response.Body)), most))
	}
	if x.Error != "" {
		fmt.Fprintf(&b, "\n< then: %s", x.Error)
	}
	return b.String()
}

func sortedNames(h map[string][]string) []string {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// junitVerdict is the case that fails unless the verdict is conformant.
func (r *Report) junitVerdict(text string) junitCase {
	v := r.Verdict
	c := junitCase{Name: "the verdict", Classname: "extconf.verdict", Time: seconds(0)}
	result := &junitResult{junitLine(string(v.Word) + ": " + v.Sentence), string(v.Word), junitBody(text)}
	switch v.Status {
	case 0:
	case 3, 4:
		c.Error = result
	default:
		c.Failure = result
	}
	return c
}

func reasonsText(reasons []Reason) string {
	var b strings.Builder
	for _, reason := range reasons {
		fmt.Fprintf(&b, "%s: %s", reason.Kind, OneLine(reason.Text))
		if len(reason.Requirements) > 0 && !strings.Contains(reason.Text, reason.Requirements[0]) {
			fmt.Fprintf(&b, " (%s)", strings.Join(reason.Requirements, ", "))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func junitLine(s string) string { return xmlText(shortText(OneLine(s), 1<<10)) }

func junitBody(s string) string { return xmlText(shortText(Printable(s), mostText)) }

// seconds writes milliseconds as JUnit's readers want them: no exponent.
func seconds(ms float64) string { return fmt.Sprintf("%.3f", ms/float64(time.Second/time.Millisecond)) }

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// byID finds requirements.
func (r *Report) byID() map[string]*Requirement {
	m := make(map[string]*Requirement, len(r.Requirements))
	for i := range r.Requirements {
		m[r.Requirements[i].ID] = &r.Requirements[i]
	}
	return m
}

// exchangesByID finds exchanges.
func (r *Report) exchangesByID() map[string]*Exchange {
	m := make(map[string]*Exchange, len(r.Exchanges))
	for i := range r.Exchanges {
		m[r.Exchanges[i].ID] = &r.Exchanges[i]
	}
	return m
}
