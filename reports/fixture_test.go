package reports

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/specs"
)

// start is when all runs of these tests begin.
var start = time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)

// small is a catalogue of a few requirements.
func small() *specs.Catalogue {
	q := func(id, operation string, level specs.Level, when, statement string, covers ...string) specs.Requirement {
		return specs.Requirement{
			ID: id, Operation: operation, Level: level, When: when, Statement: statement, Covers: covers,
			Advice: "Look at the handler of " + operation + ".", Source: specs.Source{Document: "swagger", Section: "paths." + operation},
		}
	}
	return &specs.Catalogue{Digest: "c0ffee", Requirements: []specs.Requirement{
		q("any.json", "any", specs.MUST, "", "A body is exactly one JSON document."),
		q("any.duration", "any", specs.SHOULD, "", "An answer comes in good time."),
		q("create.201", "create", specs.MUST, "", "A legal request creates an extension.", "create-extension", "create-extension/201"),
		q("create.header.version", "create", specs.MUST, "", "The answer carries x-cloud-resource-version.", "create-extension/201/header/x-cloud-resource-version"),
		q("create.409", "create", specs.MUST, "", "An id that exists already is a conflict.", "create-extension/409"),
		q("get.deployments", "get", specs.MUST, "an answer carries deployments", "Deployments are a list.", "schema/Extension/deployments"),
		q("get.404", "get", specs.MUST, "", "An unknown id is not found.", "get-extension/404"),
	}}
}

// meta describes a run against a mock, judged by a plain gate.
func meta() Meta {
	gate, err := specs.ParseGate("gate.yaml", []byte("must-pass: [MUST]\n"), small())
	if err != nil {
		panic(err)
	}
	return Meta{
		Run: Run{ID: "20310506-070809-ab12", Procs: 1, Seed: 7}, Target: Target{Name: "mock", URL: "http://127.0.0.1:8080/api/v1", Transport: "http"},
		Suite: Document{Version: "1.2.3", Digest: "5u17e"}, Contract: Document{Name: "extensions.openapi.yaml", Version: "1.0", Digest: "c0de"},
		Profile: Profile{Document: Document{Name: "mock", Digest: "f11e"}}, Gate: gate, Catalogue: small(),
	}
}

// gated is meta with another gate.
func gated(t testing.TB, yaml string) Meta {
	t.Helper()
	m := meta()
	gate, err := specs.ParseGate("gate.yaml", []byte(yaml), m.Catalogue)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	m.Gate = gate
	return m
}

// ran makes Ginkgo's report of one spec.
func ran(name string, state types.SpecState, evidence *Evidence, labels ...string) types.SpecReport {
	s := types.SpecReport{
		ContainerHierarchyTexts: []string{"creating"}, LeafNodeType: types.NodeTypeIt, LeafNodeText: name, LeafNodeLabels: labels,
		LeafNodeLocation: types.CodeLocation{FileName: "/somewhere/suites/create/create_test.go", LineNumber: 10},
		State:            state, StartTime: start, RunTime: 20 * time.Millisecond, NumAttempts: 1,
	}
	if state.Is(types.SpecStateFailureStates) {
		s.Failure.Message = "it went wrong"
	}
	if evidence != nil {
		s.ReportEntries = append(s.ReportEntries, types.ReportEntry{Name: EvidenceEntry, Value: types.WrapEntryValue(*evidence)})
	}
	return s
}

// unselected is a spec that a filter left out.
func unselectedSpec(name string, labels ...string) types.SpecReport {
	s := ran(name, types.SpecStateSkipped, nil, labels...)
	s.NumAttempts, s.RunTime = 0, 0
	return s
}

func suiteOf(specReports ...types.SpecReport) types.Report {
	return types.Report{StartTime: start, EndTime: start.Add(time.Second), RunTime: time.Second, SpecReports: specReports, SuiteConfig: types.SuiteConfig{RandomSeed: 7}}
}

// kept is evidence of live passes.
func kept(ids ...string) *Evidence {
	e := &Evidence{Requirements: ids}
	for _, id := range ids {
		e.Checks = append(e.Checks, Check{Requirement: id, Passed: 2, Live: 2})
	}
	return e
}

// broken is evidence of one broken promise, with the exchange that shows it.
func broken(id string) *Evidence {
	x := exchange("p1-1", "create-extension", 201)
	return &Evidence{
		Requirements: []string{id}, Exchanges: []specs.Exchange{x},
		Checks: []Check{{Requirement: id, Failed: 1, Exchanges: []string{x.ID}}},
		Findings: []Finding{{
			Requirement: id, Level: specs.MUST, Rule: "contract.response.header", Place: "extensions.openapi.yaml:42", Message: "the header is missing",
			Expected: "x-cloud-resource-version", Seen: "nothing", Exchange: x.ID, Blame: specs.BlameTarget, Fingerprint: "f00d",
			Curl: "curl -isS 'http://127.0.0.1:8080/api/v1/deployments/extensions'", Rerun: "extconf run --label-filter=" + id,
		}},
	}
}

func exchange(id, operation string, status int) specs.Exchange {
	body := fmt.Sprintf(`{"id":"4237175152","name":"extconf-%s"}`, id)
	return specs.Exchange{
		ID: id, Operation: operation, Started: start, Duration: 12 * time.Millisecond, Role: "user",
		Request: specs.Request{
			Method: http.MethodPost, URL: "http://127.0.0.1:8080/api/v1/deployments/extensions", Size: 14,
			Header: http.Header{"Authorization": {"ApiKey sekret-key-0001"}, "Content-Type": {"application/json"}}, Body: []byte(`{"name":"a b"}`),
		},
		Response: &specs.Response{
			Status: status, Proto: "HTTP/1.1", Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(body), Size: int64(len(body)),
		},
	}
}

// all passes every requirement of the small catalogue.
func all(besides ...types.SpecReport) types.Report {
	return suiteOf(append(besides,
		ran("any", types.SpecStatePassed, kept("any.json", "any.duration"), "any.json", "any.duration"),
		ran("creates", types.SpecStatePassed, kept("create.201", "create.header.version"), "create.201", "create.header.version"),
		ran("conflicts", types.SpecStatePassed, kept("create.409"), "create.409"),
		ran("gets", types.SpecStatePassed, kept("get.deployments", "get.404"), "get.deployments", "get.404"))...)
}

// but is all, less the passes of these requirements.
func but(g types.Report, ids ...string) types.Report {
	for i := range g.SpecReports {
		for j, entry := range g.SpecReports[i].ReportEntries {
			e := entry.Value.GetRawValue().(Evidence)
			var checks []Check
			for _, c := range e.Checks {
				dropped := false
				for _, id := range ids {
					dropped = dropped || c.Requirement == id && c.Failed == 0
				}
				if !dropped {
					checks = append(checks, c)
				}
			}
			e.Checks = checks
			g.SpecReports[i].ReportEntries[j].Value = types.WrapEntryValue(e)
		}
	}
	return g
}

func outcomeOf(r *Report, id string) Outcome { return r.byID()[id].Outcome }

// mixed is a run in which every outcome occurs.
func mixed(t testing.TB) *Report {
	t.Helper()
	m := gated(t, "must-pass: [MUST]\nwaivers:\n- {requirement: get.404, fingerprint: f00d, reason: known, ticket: EXT-1, owner: us, expires: 2031-05-06}\n")
	m.Leftovers = Leftovers{Verified: true, Left: []Leftover{{ID: "4237175152", Name: "extconf-ab12-1", Command: "curl -X DELETE 'http://127.0.0.1:8080/api/v1/deployments/extensions/4237175152'"}}}
	fails := brokenBy("create.header.version", exchange("p1-1", "create-extension", 201))
	waived := brokenBy("get.404", exchange("p1-2", "get-extension", 403))
	advises := brokenBy("any.duration", exchange("p1-3", "list-extensions", 200))
	conflicts := kept("create.409")
	conflicts.Checks[0].Live = 0
	conflicts.Checks[0].Exchanges = []string{"p1-4", "p1-5"}
	repeated := exchange("p1-4", "create-extension", 429)
	repeated.Retried = "429"
	injected := exchange("p1-5", "create-extension", 409)
	injected.Injected = true
	injected.Request.Header.Set("Prefer", "code=409")
	conflicts.Exchanges = []specs.Exchange{repeated, injected}
	passes := kept("any.json")
	passes.Notes = []string{"the target takes both forms"}
	dead := exchange("p1-6", "create-extension", 0)
	dead.Response, dead.Error = nil, "no whole answer within 10s"
	passes.Exchanges = []specs.Exchange{dead}
	passes.Checks[0].Exchanges = []string{"p1-6"}
	skipped := ran("is skipped", types.SpecStateSkipped, nil, "create.201")
	skipped.Failure.Message = "no second credential"
	return Collect(suiteOf(
		ran("passes", types.SpecStatePassed, passes, "any.json"),
		ran("notes", types.SpecStatePassed, &Evidence{Requirements: []string{"create.409"}, Checks: []Check{{Requirement: "create.409", Passed: 1}}, Notes: []string{"the target takes both forms"}}, "create.409"),
		ran("fails", types.SpecStateFailed, fails, "create.header.version"),
		ran("is waived", types.SpecStatePassed, waived, "get.404"),
		ran("advises", types.SpecStatePassed, advises, "any.duration"),
		ran("conflicts", types.SpecStatePassed, conflicts, "create.409"),
		ran("panics", types.SpecStatePanicked, nil, "get.404"),
		ran("gets", types.SpecStatePassed, &Evidence{Requirements: []string{"get.deployments"}}, "get.deployments"),
		skipped,
	), m)
}

// brokenBy is evidence of one broken promise, shown by this exchange.
func brokenBy(id string, x specs.Exchange) *Evidence {
	e := broken(id)
	e.Exchanges = []specs.Exchange{x}
	e.Checks[0].Exchanges = []string{x.ID}
	e.Findings[0].Exchange = x.ID
	return e
}

// nasty is what a target may answer to hurt whoever reads the reports.
const nasty = "<script>window.pwned=1</script><img src=x onerror=\"window.pwned=2\">]]><!-- \x00\x01\x1b[2J\x7f\u202e\ufeff\ufffe\xff\xfe " +
	"'; alert(1) // ${window.pwned=3} {{.}} `x` [l](http://evil.example) | a | @everyone www.evil.example \r\n# h\n</textarea></script></style></title>"

// hostile is a run against a target whose every word is nasty.
func hostile(t testing.TB) *Report {
	t.Helper()
	m := meta()
	m.Leftovers = Leftovers{Verified: true, Left: []Leftover{{ID: nasty, Name: nasty, Command: nasty}}}
	m.Target.Name = nasty
	x := exchange("p1-1", "create-extension", 201)
	x.Request.URL += "/" + nasty
	x.Response.Header = http.Header{"Content-Type": {nasty}, "Location": {nasty}, "Server": {nasty}, nasty: {nasty}}
	x.Response.Body = []byte(nasty + strings.Repeat("<script>window.pwned=4</script>\xff\x00", 8<<20/33))
	x.Response.Size = int64(len(x.Response.Body))
	x.Response.Proto, x.Error, x.Retried = nasty, nasty, nasty
	deep := exchange("p1-2", "create-extension", 200)
	deep.Response.Body = []byte(strings.Repeat("[", 4000) + strings.Repeat("]", 4000))
	e := brokenBy("create.header.version", x)
	e.Exchanges = append(e.Exchanges, deep)
	e.Checks[0].Exchanges = append(e.Checks[0].Exchanges, "p1-2")
	f := &e.Findings[0]
	f.Message, f.Expected, f.Seen, f.Curl, f.Rerun, f.Place = nasty, nasty, nasty, nasty, nasty, nasty
	e.Notes = []string{nasty}
	e.NotExercised = []Unexercised{{Requirement: "create.409", Reason: nasty}}
	s := ran("fails", types.SpecStateFailed, e, "create.header.version")
	s.Failure.Message, s.CapturedGinkgoWriterOutput = nasty, nasty
	return Collect(all(s), m)
}

// dryRun sends nothing.
func dryRun() *Report {
	g := suiteOf(unselectedSpec("creates", "create.201"))
	g.SuiteConfig.DryRun = true
	return Collect(g, meta())
}

// interrupted is a run that was cut short.
func interrupted() *Report {
	g := all(ran("stops", types.SpecStateInterrupted, nil, "create.409"), unselectedSpec("never began", "get.404"))
	g.SpecialSuiteFailureReasons = []string{"Interrupted by User"}
	return Collect(g, meta())
}

// everyKind lists reports of every kind by name.
func everyKind(t testing.TB) map[string]*Report {
	t.Helper()
	compared := mixed(t)
	compared.Comparison = Compare(Collect(all(), meta()), compared, CompareOptions{})
	return map[string]*Report{
		"all passed": Collect(all(), meta()), "mixed": mixed(t), "compared": compared, "hostile": hostile(t),
		"unjudged": Unjudged(meta(), "the target http://127.0.0.1:1 cannot be reached"), "dry run": dryRun(), "interrupted": interrupted(),
		"nothing known": Unjudged(Meta{}, ""),
	}
}
