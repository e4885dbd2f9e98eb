package prove

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/fixtures/faults"
	"github.com/extconf/extconf/fixtures/mock"
	"github.com/extconf/extconf/fixtures/targets"
	"github.com/extconf/extconf/fixtures/variants"
	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/specs"
	"github.com/extconf/extconf/suites"
)

// job is one run of the suite. It tells names alone, so that it can travel to
// another process.
type job struct {
	Kind reports.ProofKind `json:"kind"`
	Name string            `json:"name"`
	// Only are the names of the specs to run; nil runs all.
	Only []string `json:"only,omitempty"`
	Seed int64    `json:"seed"`
	// Randomize runs the specs in the seed's order.
	Randomize bool   `json:"randomize,omitempty"`
	Contract  string `json:"contract,omitempty"`
	// Limit is how long the run may take.
	Limit time.Duration `json:"limit"`
}

// outcome is what came of a job: of a report, what the proof needs.
type outcome struct {
	Verdict  reports.Word `json:"verdict"`
	Sentence string       `json:"sentence"`
	Defects  []string     `json:"defects,omitempty"`
	// Interrupted is why the run ended early.
	Interrupted string    `json:"interrupted,omitempty"`
	Failures    []failure `json:"failures,omitempty"`
	// Asserted is what was checked at all.
	Asserted []assertion `json:"asserted"`
	// Seen tells of each spec what it saw; only of the mock itself.
	Seen      []sight `json:"seen,omitempty"`
	Specs     int     `json:"specs"`
	Exchanges int     `json:"exchanges"`
	MS        float64 `json:"ms"`
	// Error is why there is no report at all.
	Error string `json:"error,omitempty"`
}

// assertion is a requirement and a rule that checks it.
type assertion struct {
	Requirement string `json:"requirement"`
	Rule        string `json:"rule"`
}

// failure is an assertion that failed.
type failure struct {
	assertion
	// General is the judge's own rule that failed, where it was the judge's.
	General string      `json:"general,omitempty"`
	Level   specs.Level `json:"level"`
	Blame   specs.Blame `json:"blame"`
	// Exchanges counts the exchanges in which it did.
	Exchanges int    `json:"exchanges"`
	Spec      string `json:"spec"`
	Message   string `json:"message"`
}

// byContract is the rule of all that the judge of single exchanges finds: which
// of its own rules looked at an answer in vain, nobody knows.
const byContract = "contract"

// do runs the suite in this process.
func (j job) do(ctx context.Context) (o outcome) {
	began := time.Now()
	defer func() { o.MS = float64(time.Since(began).Microseconds()) / 1000 }()
	dir, err := os.MkdirTemp("", "extconf-prove-")
	if err != nil {
		return outcome{Error: err.Error()}
	}
	defer os.RemoveAll(dir)
	c := suites.Defaults()
	c.Out, c.Reports, c.NoArtefacts, c.Alone = io.Discard, dir, true, true
	c.Seed, c.RandomizeAll, c.Only, c.Contract, c.Timeout = j.Seed, j.Randomize, j.Only, j.Contract, j.Limit
	stop, err := j.start(&c)
	if err != nil {
		return outcome{Error: err.Error()}
	}
	report, err := suites.Run(ctx, c)
	if closed := stop(); err == nil {
		err = closed
	}
	if report == nil || report.Run.Unjudged != "" {
		return outcome{Error: cmp.Or(fmt.Sprint(err), "the run ended without a report")}
	}
	o = summed(report)
	if err != nil {
		o.Error = err.Error()
	}
	if j.Kind == reports.MockKind {
		o.Seen = sights(report)
	}
	return o
}

// start lets what is judged answer, and tells the run how to reach it.
func (j job) start(c *suites.Config) (stop func() error, err error) {
	if j.Kind == reports.VariantKind {
		v, ok := variants.Get(j.Name)
		if !ok {
			return nil, fmt.Errorf("no variant is called %q", j.Name)
		}
		running, err := v.Start()
		if err != nil {
			return nil, err
		}
		c.Handler, c.Target, c.TargetProfile = running.Handler, running.URL, running.Profile
		return running.Close, nil
	}
	if c.TargetProfile, err = profile(); err != nil {
		return nil, err
	}
	m := mock.New(mock.Options{Dial: mock.LoopbackOnly, DownloadCAs: archives.BuiltInPool()})
	if j.Kind == reports.MockKind {
		c.Handler = m
		return m.Close, nil
	}
	f, err := j.fault()
	if err != nil {
		return nil, errors.Join(err, m.Close())
	}
	h := f.Wrap(m)
	if !f.Wire {
		c.Handler = h
		return m.Close, nil
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(err, m.Close())
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(l) }()
	c.Target = "http://" + l.Addr().String() + mock.DefaultPrefix
	return func() error { return errors.Join(server.Close(), m.Close()) }, nil
}

// fault finds the fault or mutant by its name.
func (j job) fault() (faults.Fault, error) {
	if j.Kind == reports.MutantKind {
		contract, err := specs.LoadContract(j.Contract)
		if err != nil {
			return faults.Fault{}, err
		}
		for _, f := range faults.Mutants(contract) {
			if f.Name == j.Name {
				return f, nil
			}
		}
	}
	f, ok := faults.Get(j.Name)
	if !ok {
		return f, fmt.Errorf("no %s is called %q", j.Kind, j.Name)
	}
	return f, nil
}

// profile is the mock's, less patient: what is wrong here will not come right.
func profile() (*targets.Profile, error) {
	p, err := targets.Load("mock")
	if err != nil {
		return nil, err
	}
	// Whatever key the environment holds, it is not for a fault.
	for role, c := range p.Credentials {
		p.Credentials[role] = targets.Credential{Value: c.Value}
	}
	p.Patience.Consistency, p.Patience.Poll = 300*time.Millisecond, 20*time.Millisecond
	p.Patience.Request, p.Patience.Spec, p.Patience.Weather = 5*time.Second, 20*time.Second, time.Second
	return p, nil
}

// summed takes out of a report what the proof needs.
func summed(r *reports.Report) outcome {
	o := outcome{Verdict: r.Verdict.Word, Sentence: r.Verdict.Sentence, Interrupted: r.Run.Interrupted, Exchanges: r.Counts.Exchanges}
	for _, d := range r.Defects {
		o.Defects = append(o.Defects, d.Message)
	}
	counted := map[assertion]map[string]bool{}
	index := map[failure]int{}
	for i := range r.Specs {
		s := &r.Specs[i]
		if len(s.Exchanges)+len(s.Checks) > 0 {
			o.Specs++
		}
		for _, c := range s.Checks {
			for _, rule := range c.Rules {
				if a, _ := named(c.Requirement, rule); !slices.Contains(o.Asserted, a) {
					o.Asserted = append(o.Asserted, a)
				}
			}
		}
		for _, f := range s.Findings {
			a, general := named(f.Requirement, f.Rule)
			key := failure{assertion: a, General: general, Blame: f.Blame, Level: f.Level}
			at, ok := index[key]
			if !ok {
				at = len(o.Failures)
				index[key] = at
				key.Spec, key.Message = s.FullName(), f.Message
				o.Failures = append(o.Failures, key)
			}
			if counted[a] == nil {
				counted[a] = map[string]bool{}
			}
			if !counted[a][f.Exchange] {
				counted[a][f.Exchange] = true
				o.Failures[at].Exchanges++
			}
		}
	}
	return o
}

// named is what a rule of the evidence is called by in the proof, and which of
// the judge's rules it is, where it is one.
func named(requirement, rule string) (a assertion, general string) {
	own, ok := strings.CutPrefix(rule, requirement+" ")
	switch {
	case ok:
		return assertion{requirement, own}, ""
	case slices.Contains(specs.Rules(), rule):
		return assertion{requirement, byContract}, rule
	}
	return assertion{requirement, rule}, ""
}
