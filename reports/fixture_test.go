package reports

import (
	"fmt"
	"net/http"
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
