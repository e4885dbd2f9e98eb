package reports

import (
	"fmt"
	"strings"
	"time"

	"github.com/extconf/extconf/specs"
)

// Schema names the form of report.json; report.schema.json describes it.
const Schema = "extconf.report/1"

// Report is one run and what came of it: the content of report.json, and what
// every other artefact is rendered from.
type Report struct {
	Schema    string     `json:"schema"`
	Run       Run        `json:"run"`
	Target    Target     `json:"target"`
	Suite     Document   `json:"suite"`
	Contract  Document   `json:"contract"`
	Catalogue Document   `json:"catalogue"`
	Profile   Profile    `json:"profile"`
	Gate      specs.Gate `json:"gate"`

	Verdict      Verdict       `json:"verdict"`
	Counts       Counts        `json:"counts"`
	Requirements []Requirement `json:"requirements"`
	// Responses is the matrix of operations and documented answers.
	Responses []Response `json:"responses"`
	Specs     []Spec     `json:"specs"`
	// Defects are mistakes of the suite: what makes its judgement unsafe.
	Defects []Defect `json:"defects,omitempty"`
	// Leaks name the secrets that were found in an artefact, never their value.
	Leaks     []string  `json:"leaks,omitempty"`
	Leftovers Leftovers `json:"leftovers"`
	// Retries counts, per reason, the exchanges that were repeated.
	Retries    map[string]int `json:"retries,omitempty"`
	Timings    Timings        `json:"timings"`
	Comparison *Comparison    `json:"comparison,omitempty"`

	// Exchanges are all requests and answers, redacted; they travel in
	// exchanges.har, and report.json names them by id.
	Exchanges []Exchange `json:"-"`
	// Dir is where the report was written to or read from.
	Dir string `json:"-"`
}

// Run is what is known of the run itself.
type Run struct {
	ID      string    `json:"id"`
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended"`
	// Procs is the number of parallel processes.
	Procs       int    `json:"procs"`
	Seed        int64  `json:"seed"`
	LabelFilter string `json:"label_filter,omitempty"`
	Shard       *Shard `json:"shard,omitempty"`
	ReadOnly    bool   `json:"read_only,omitempty"`
	DryRun      bool   `json:"dry_run,omitempty"`
	// Interrupted is what cut the run short, "" for a run that ended by itself.
	Interrupted string `json:"interrupted,omitempty"`
	// Unjudged is why nothing could be judged, "" where specs ran.
	Unjudged string `json:"unjudged,omitempty"`
	// Parts are the shards that [Merge] joined into this run.
	Parts []Part `json:"parts,omitempty"`
	// Notes are what a reader should know of the run as a whole.
	Notes []string `json:"notes,omitempty"`
}

// Part is a shard that went into a joined run.
type Part struct {
	ID      string    `json:"id"`
	Shard   Shard     `json:"shard"`
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended"`
	Specs   int       `json:"specs"`
	Verdict Word      `json:"verdict"`
}

// Shard is one of several parts of a run, counted from 1.
type Shard struct {
	Index int `json:"index"`
	Of    int `json:"of"`
}

func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.Index, s.Of) }

// LeftOut is the reason of a spec that another shard runs: [Merge] knows it by
// these words.
func (s Shard) LeftOut() string { return "not in shard " + s.String() }

// Target is what was judged.
type Target struct {
	Name      string `json:"name"`
	URL       string `json:"url,omitempty"`
	Transport string `json:"transport,omitempty"`
}

// Document seals what a report speaks of: name it, and digest its content.
type Document struct {
	Name    string `json:"name,omitempty"`
	Version string `json:"version,omitempty"`
	// Source is the file or address it was read from.
	Source string `json:"source,omitempty"`
	// Digest is a SHA-256 in hex.
	Digest string `json:"digest,omitempty"`
}

// Profile is the target's profile.
type Profile struct {
	Document
	// NotApplicable are requirements that do not hold for this target, each
	// with the reason; the ids may be globs.
	NotApplicable map[string]string `json:"not_applicable,omitempty"`
}

// Outcome is what a requirement ends in: exactly one of five.
type Outcome string

// The five outcomes.
const (
	Passed        Outcome = "passed"
	Failed        Outcome = "failed"
	Waived        Outcome = "waived"
	NotApplicable Outcome = "not applicable"
	NotExercised  Outcome = "not exercised"
)

// Grade says who brought the evidence of a pass about.
type Grade string

// Live: the target by itself. Injected: a stimulus that told it how to answer.
const (
	Live     Grade = "live"
	Injected Grade = "injected"
)

// Requirement is a statement of the catalogue and what came of it.
type Requirement struct {
	specs.Requirement
	Outcome Outcome `json:"outcome"`
	// Evidence is set for what passed.
	Evidence Grade `json:"evidence,omitempty"`
	// Reason says why it was not exercised, or does not apply.
	Reason string `json:"reason,omitempty"`
	// Permitted is why the gate lets it stay unexercised.
	Permitted string `json:"permitted,omitempty"`
	// Checks counts the assertions, Live those of them that passed without
	// a stimulus.
	Checks int `json:"checks"`
	Live   int `json:"live"`
	// Specs are the ids of the specs that exercise it or found it broken.
	Specs []string `json:"specs,omitempty"`
	// Exchanges are the ids of exchanges it was judged by: those of its
	// findings first, a hundred at most.
	Exchanges []string      `json:"exchanges,omitempty"`
	Findings  []SpecFinding `json:"findings,omitempty"`
	Waiver    *specs.Waiver `json:"waiver,omitempty"`
	// WaiverProblem is why a waiver of this requirement fails the run.
	WaiverProblem string `json:"waiver_problem,omitempty"`
}

// SpecFinding is a finding and the spec that made it.
type SpecFinding struct {
	Finding
	Spec string `json:"spec"`
	// Times counts how often the same was found; only one is told, the first
	// whose request can be sent again.
	Times  int  `json:"times"`
	Waived bool `json:"waived,omitempty"`
}

// Says is the finding's message, where it says more than that one thing was
// expected and another seen.
func (f SpecFinding) Says() string {
	if strings.HasSuffix(f.Message, "expected "+f.Expected+", saw "+f.Seen) {
		return strings.TrimSuffix(strings.TrimSuffix(f.Message, "expected "+f.Expected+", saw "+f.Seen), ": ")
	}
	return f.Message
}

// State is how a spec ended.
type State string

// The states of a spec.
const (
	SpecPassed      State = "passed"
	SpecFailed      State = "failed"
	SpecSkipped     State = "skipped"
	SpecNotSelected State = "not selected"
	SpecPending     State = "pending"
	SpecPanicked    State = "panicked"
	SpecTimedOut    State = "timed out"
	SpecInterrupted State = "interrupted"
)

// ran says that the spec began.
func (s State) ran() bool { return s != SpecNotSelected && s != SpecPending }

// broke says that the spec ended before its end.
func (s State) broke() bool {
	return s == SpecFailed || s == SpecPanicked || s == SpecTimedOut || s == SpecInterrupted
}

// Spec is one spec and what it left behind.
type Spec struct {
	ID         string   `json:"id"`
	Containers []string `json:"containers,omitempty"`
	Name       string   `json:"name"`
	// Location is file and line in the suite.
	Location     string   `json:"location,omitempty"`
	Labels       []string `json:"labels,omitempty"`
	Requirements []string `json:"requirements,omitempty"`
	// Operation is that of its first requirement: list, create, … or any.
	Operation string `json:"operation"`
	State     State  `json:"state"`
	// Reason says why it was skipped or not selected.
	Reason     string  `json:"reason,omitempty"`
	DurationMS float64 `json:"duration_ms"`
	Attempts   int     `json:"attempts,omitempty"`
	// Failure is the failure's text, panics and timeouts included.
	Failure      string        `json:"failure,omitempty"`
	Checks       []Check       `json:"checks,omitempty"`
	Findings     []Finding     `json:"findings,omitempty"`
	NotExercised []Unexercised `json:"not_exercised,omitempty"`
	Notes        []string      `json:"notes,omitempty"`
	// Exchanges are ids; exchanges.har holds the content.
	Exchanges []string `json:"exchanges,omitempty"`
	// Output is what the spec printed.
	Output string `json:"output,omitempty"`
}

// FullName is the spec's name with those of its containers: the key by which
// reports of different runs and shards are compared.
func (s *Spec) FullName() string {
	name := ""
	for _, c := range s.Containers {
		if c != "" {
			name += c + " "
		}
	}
	return name + s.Name
}

// Exchange is a request and its answer, with the spec it belongs to.
type Exchange struct {
	specs.Exchange
	// Spec is the id of the spec, Requirements those it exercises.
	Spec         string
	SpecName     string
	Requirements []string
	// Shortened says of an exchange that was read from a file that one of its
	// bodies was cut for the reports: nothing can be said of that body again.
	Shortened bool
}

// Defect is a mistake of the suite.
type Defect struct {
	// Kind is run (something around the specs), spec, or accounting.
	Kind        string `json:"kind"`
	Spec        string `json:"spec,omitempty"`
	Requirement string `json:"requirement,omitempty"`
	Message     string `json:"message"`
}

// Leftovers is what the run could not delete.
type Leftovers struct {
	// Verified says that the target's own list was asked.
	Verified bool       `json:"verified"`
	Left     []Leftover `json:"left,omitempty"`
	// Open is how many creates may have left one more, where that could not
	// be verified; Sweep is the command that tries again.
	Open  int    `json:"open,omitempty"`
	Sweep string `json:"sweep,omitempty"`
}

// Leftover is an extension that is still there.
type Leftover struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	// Command deletes it.
	Command string `json:"command,omitempty"`
}

// Counts are the numbers of a run.
type Counts struct {
	Requirements OutcomeCounts                 `json:"requirements"`
	Levels       map[specs.Level]OutcomeCounts `json:"levels"`
	// Live and Injected count passed requirements by their evidence.
	Live      int           `json:"live"`
	Injected  int           `json:"injected"`
	Specs     map[State]int `json:"specs"`
	Checks    int           `json:"checks"`
	Findings  int           `json:"findings"`
	Exchanges int           `json:"exchanges"`
	Retries   int           `json:"retries"`
}

// OutcomeCounts counts requirements by outcome.
type OutcomeCounts struct {
	Total         int `json:"total"`
	Passed        int `json:"passed"`
	Failed        int `json:"failed"`
	Waived        int `json:"waived"`
	NotApplicable int `json:"not_applicable"`
	NotExercised  int `json:"not_exercised"`
}

func (c *OutcomeCounts) add(o Outcome) {
	c.Total++
	switch o {
	case Passed:
		c.Passed++
	case Failed:
		c.Failed++
	case Waived:
		c.Waived++
	case NotApplicable:
		c.NotApplicable++
	case NotExercised:
		c.NotExercised++
	}
}

// Response is one documented answer of one operation, or one that was seen
// though it is not documented.
type Response struct {
	// Operation is the operationId.
	Operation string `json:"operation"`
	Status    int    `json:"status"`
	// Documented says that the catalogue knows it.
	Documented bool    `json:"documented"`
	Outcome    Outcome `json:"outcome"`
	// Requirements are those that are about this answer.
	Requirements []string `json:"requirements,omitempty"`
	// Seen counts the answers; Failed the requirements that failed on it.
	Seen   int `json:"seen"`
	Failed int `json:"failed,omitempty"`
}

// Timings are durations in milliseconds.
type Timings struct {
	TotalMS    float64           `json:"total_ms"`
	Operations []OperationTiming `json:"operations,omitempty"`
	// Slowest are the slowest calls, the slowest first, twenty at most.
	Slowest []CallTiming `json:"slowest,omitempty"`
}

// OperationTiming sums up the calls of one operation.
type OperationTiming struct {
	Operation string  `json:"operation"`
	Calls     int     `json:"calls"`
	MedianMS  float64 `json:"median_ms"`
	P95MS     float64 `json:"p95_ms"`
	MaxMS     float64 `json:"max_ms"`
}

// CallTiming is the duration of one call.
type CallTiming struct {
	Exchange  string  `json:"exchange"`
	Spec      string  `json:"spec"`
	Operation string  `json:"operation"`
	Status    int     `json:"status"`
	MS        float64 `json:"ms"`
}

func milliseconds(d time.Duration) float64 {
	return float64(d.Round(time.Microsecond)) / float64(time.Millisecond)
}
