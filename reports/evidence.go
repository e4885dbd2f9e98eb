// Package reports turns what the specs left behind into one verdict and the
// files that show it.
package reports

import "github.com/extconf/extconf/specs"

// EvidenceEntry is the name of the Ginkgo report entry that carries a spec's
// [Evidence]; each spec adds exactly one, already redacted.
const EvidenceEntry = "extconf evidence"

// Evidence is what one spec leaves behind for the reports.
type Evidence struct {
	// Requirements are the ids that the spec exercises.
	Requirements []string `json:"requirements"`
	// Checks tallies, per requirement, what was asserted in this spec.
	Checks []Check `json:"checks,omitempty"`
	// Findings are the promises that were not kept.
	Findings []Finding `json:"findings,omitempty"`
	// NotExercised says which requirements the spec could not exercise, and why.
	NotExercised []Unexercised `json:"not_exercised,omitempty"`
	// Exchanges are all requests and answers of the spec, in order, redacted.
	Exchanges []specs.Exchange `json:"exchanges,omitempty"`
	// Notes say what a reader should know of a pass, such as which of two
	// documented behaviours the target has.
	Notes []string `json:"notes,omitempty"`
}

// Check counts the assertions of one requirement in one spec.
type Check struct {
	Requirement string `json:"requirement"`
	Passed      int    `json:"passed"`
	Failed      int    `json:"failed"`
	// Live counts those of Passed that the target brought about by itself;
	// the others were injected by a stimulus.
	Live int `json:"live"`
	// Rules names the assertions that were made, so that the proof can tell
	// which assertion caught a fault.
	Rules []string `json:"rules,omitempty"`
	// Exchanges are the ids of the exchanges they were made about.
	Exchanges []string `json:"exchanges,omitempty"`
}

// Finding is one broken promise.
type Finding struct {
	Requirement string      `json:"requirement"`
	Level       specs.Level `json:"level"`
	// Rule is the stable name of the assertion that failed.
	Rule string `json:"rule"`
	// Place is where the contract says so, where it is the contract's.
	Place    string      `json:"place,omitempty"`
	Message  string      `json:"message"`
	Expected string      `json:"expected,omitempty"`
	Seen     string      `json:"seen,omitempty"`
	Exchange string      `json:"exchange,omitempty"`
	Blame    specs.Blame `json:"blame"`
	// Curl reproduces the exchange; Rerun runs the spec that found this, and
	// few others.
	Curl  string `json:"curl,omitempty"`
	Rerun string `json:"rerun,omitempty"`
	// Hosted says that the request names an archive that was hosted only for
	// the run: to send it again, another must take its place.
	Hosted bool `json:"hosted,omitempty"`
	// Fingerprint identifies this failure from run to run: made of
	// requirement, rule, element and what was seen, less all that is random
	// (ids, dates, hosts, names of the run).
	Fingerprint string `json:"fingerprint"`
}

// Unexercised is a requirement that could not be exercised.
type Unexercised struct {
	Requirement string `json:"requirement"`
	Reason      string `json:"reason"`
	// NotApplicable: the profile says that the requirement does not hold
	// for this target, rather than that it cannot be provoked.
	NotApplicable bool `json:"not_applicable,omitempty"`
}
