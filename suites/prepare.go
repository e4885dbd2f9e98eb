package suites

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/fixtures/mock"
	"github.com/extconf/extconf/fixtures/targets"
	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/specs"
	"github.com/extconf/extconf/suites/kit"
)

// run is a run that is ready to begin: everything that can be refused has been
// looked at.
type run struct {
	Config
	profile  *targets.Profile
	contract *specs.Contract
	gate     *specs.Gate
	redactor *reports.Redactor
	shard    Shard
	timings  map[string]float64
	baseline *reports.Report
	target   *kit.Target
	api      *kit.API
	// contact is what came of the first contact, nil where none was made.
	contact func() error
	// left is what a run that ended without a report has left behind.
	left  reports.Leftovers
	close []func() error
}

// prepare looks at everything that can be wrong before the first request.
func prepare(c Config) (*run, error) {
	r, err := aim(c)
	if err == nil {
		err = r.readRules()
	}
	return r, err
}

// aim prepares all but the rules to judge by.
func aim(c Config) (*run, error) {
	if c.Out == nil {
		c.Out = os.Stdout
	}
	if c.RunID == "" {
		c.RunID = newRunID(time.Now())
	}
	if c.Seed == 0 {
		c.Seed = time.Now().Unix()
	}
	r := &run{Config: c, redactor: reports.NewRedactor()}
	var err error
	if r.shard, err = ParseShard(c.Shard); err != nil {
		return r, Usage{err}
	}
	if err := c.check(); err != nil {
		return r, err
	}
	if c.Baseline != "" {
		if r.baseline, err = reports.Load(c.Baseline); err != nil {
			return r, usagef("baseline %q cannot be read: %s", c.Baseline, err)
		}
	}
	if r.timings, err = c.readTimings(); err != nil {
		return r, err
	}
	if r.profile, err = c.profile(); err != nil {
		return r, err
	}
	if err := r.checkPaths(); err != nil {
		return r, err
	}
	if err := r.profile.CheckKeys(); err != nil {
		return r, Usage{err}
	}
	base, handler := r.profile.Target, c.Handler
	if base == "" {
		base = kit.EmbeddedURL
		if handler == nil {
			m := mock.New(mock.Options{Dial: mock.LoopbackOnly, DownloadCAs: archives.BuiltInPool()})
			r.close = append(r.close, m.Close)
			handler = m
		}
	}
	if r.target, err = kit.NewTarget(r.profile, base, c.CA, handler, c.Procs); err != nil {
		return r, Usage{err}
	}
	if _, ok := r.target.Authorization(targets.User); !ok {
		return r, usagef("the target's key is not set: put it into %s", r.profile.Credentials[targets.User].Env)
	}
	return r, nil
}

// readRules makes ready what comes after the first contact: what must not get
// into the reports, and what the target is judged by: contract, gate, and what
// the profile takes out of the catalogue.
func (r *run) readRules() (err error) {
	r.redactor = reports.NewRedactor(slices.Concat(r.target.Secrets(), []string{canary(r.RunID)}, r.target.AlmostSecrets())...)
	if r.contract, err = specs.LoadContract(r.Contract); err != nil {
		return Usage{err}
	}
	if r.gate, err = specs.LoadGate(r.Gate); err != nil {
		return Usage{err}
	}
	r.gate = r.gate.For(r.profile.Name)
	for pattern := range r.profile.NotApplicable {
		if !r.knows(pattern) {
			return usagef("profile %s: not-applicable: no requirement is called %q; see extconf requirements", r.profile.Name, pattern)
		}
	}
	return nil
}

// approach makes first contact while the rules are read, which takes longer
// than the start of the process. It waits where they are not the shipped ones,
// and may be wrong.
func (r *run) approach(ctx context.Context) {
	if r.DryRun || r.Contract != "" || r.Gate != "" || len(r.profile.NotApplicable) > 0 {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	contact := make(chan error, 1)
	go func() { contact <- r.target.FirstContact(ctx) }()
	r.contact = sync.OnceValue(func() error { return <-contact })
	r.close = append(r.close, func() error {
		cancel()
		_ = r.contact() // what came of it was told before, or matters no longer
		return nil
	})
}

func (r *run) knows(pattern string) bool {
	for _, q := range specs.Requirements().Requirements {
		if ok, err := matchID(pattern, q.ID); err == nil && ok {
			return true
		}
	}
	return false
}

// checkPaths makes sure that the folder of the reports can be written.
func (r *run) checkPaths() error {
	if err := os.MkdirAll(r.Reports, 0o755); err != nil {
		return usagef("reports %q cannot be made: %s", r.Reports, err)
	}
	return nil
}

// open starts what specs need: the ledger, the archive hosts, the client. The
// process that only starts others, 0, sees to it that theirs can start.
func (r *run) open(proc int) error {
	ledger, err := kit.OpenLedger(r.Reports)
	if err != nil {
		return err
	}
	r.close = append(r.close, ledger.Close)
	r.api = &kit.API{
		Target: r.target, Contract: r.contract, Catalogue: specs.Requirements(), Gate: r.gate, Redactor: r.redactor,
		Ledger: ledger, RunID: r.RunID, Canary: canary(r.RunID), Proc: proc, ReadOnly: r.ReadOnly, Seed: r.Seed, RerunArgs: r.rerunFlags(),
	}
	if proc > 0 && r.Procs > 1 {
		former, err := kit.ReadLedger(r.Reports)
		if err != nil {
			return err
		}
		r.api.TakeOthers(former.Others)
	}
	if proc == 0 {
		return r.checkArchives()
	}
	return r.openArchives(proc)
}

// shut ends what open and prepare started, the last first.
func (r *run) shut() {
	for i := len(r.close) - 1; i >= 0; i-- {
		_ = r.close[i]()
	}
	r.close = nil
	if t, ok := r.transport().(*http.Transport); ok {
		t.CloseIdleConnections()
	}
}

func (r *run) transport() http.RoundTripper {
	if r.target == nil {
		return nil
	}
	return r.target.Transport
}

// meta is what the reports know beside the specs.
func (r *run) meta() reports.Meta {
	m := reports.Meta{
		Run: reports.Run{
			ID: r.RunID, Procs: r.Procs, Seed: r.Seed, LabelFilter: r.LabelFilter, ReadOnly: r.ReadOnly, DryRun: r.DryRun,
		},
		Suite:    reports.Document{Name: "extconf", Version: kit.Version(), Digest: buildDigest()},
		Gate:     r.gate,
		Redactor: r.redactor, Leftovers: r.left,
	}
	if r.shard.Of > 0 {
		m.Run.Shard = &reports.Shard{Index: r.shard.Index, Of: r.shard.Of}
	}
	if r.profile != nil {
		m.Profile = reports.Profile{Document: reports.Document{Name: r.profile.Name, Digest: r.profile.Digest}, NotApplicable: r.profile.NotApplicable}
		m.Target.Name = r.profile.Name
	}
	if r.contract != nil {
		m.Contract = reports.Document{Version: r.contract.Version(), Source: r.contract.Source(), Digest: r.contract.Digest()}
	}
	m.Target.URL, m.Target.Transport = r.Target, "network"
	if r.target != nil {
		m.Target.URL = r.target.Base
		if r.target.InProcess {
			m.Target.Transport = "in process"
		}
	}
	return m
}

// canary is a secret that is one to the reports alone, the same in all
// processes of a run: in the form of an ApiKey and of a Basic credential.
func canary(runID string) string {
	sum := sha256.Sum256([]byte("canary " + runID))
	return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "extconf-canary:%x", sum[:12]))
}

// newRunID is short, sorts by time, and fits into names of extensions.
func newRunID(now time.Time) string {
	return now.UTC().Format("20060102t150405") + strconv.FormatInt(36*36*36+rand.Int64N(35*36*36*36), 36)
}

// announce says what is about to be judged.
func (r *run) announce(w io.Writer) {
	where := r.target.Base
	if r.target.InProcess {
		where = "in process"
	}
	fmt.Fprintf(w, "extconf %s judges %s (%s) by %s %s, run %s\n",
		kit.Version(), where, r.profile.Name, r.contract.Source(), r.contract.Version(), r.RunID)
}

// preflight is what must hold before the first spec.
func (r *run) preflight(ctx context.Context) error {
	contact := r.contact
	if contact == nil {
		contact = func() error { return r.target.FirstContact(ctx) }
	}
	if err := contact(); err != nil {
		return Usage{err}
	}
	if err := r.api.MayDelete(ctx); err != nil {
		return Usage{err}
	}
	return nil
}
