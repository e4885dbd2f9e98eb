package reports

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// MergeOptions say how shards are joined.
type MergeOptions struct {
	// Force joins what was judged by different contracts, catalogues, suites,
	// profiles or gates, or on different targets; the joined report notes it.
	Force bool
	// RunID names the joined run; "" takes the first shard's.
	RunID string
}

// Merge joins all shards of one run into the report that the whole run would
// have had: it accounts anew from the shards' specs and exchanges. The error
// says in one line which shard is missing or there twice, or in what the shards
// differ.
func Merge(shards []*Report, o MergeOptions) (*Report, error) {
	list, err := inOrder(shards)
	if err != nil {
		return nil, fmt.Errorf("the shards cannot be joined: %w", err)
	}
	differences := differences(list, seals)
	if len(differences) > 0 && !o.Force {
		return nil, fmt.Errorf("the shards cannot be joined, unless by force: %s", strings.Join(differences, "; "))
	}
	j := joiner{shards: list, report: joinedHead(list, o)}
	j.report.Run.Notes = append(j.report.Run.Notes, differences...)
	if err := j.specs(); err != nil {
		return nil, fmt.Errorf("the shards cannot be joined: %w", err)
	}
	j.report.settle()
	return j.report, nil
}

// Join merges, among several reports, those that are shards of one run, told
// by target, profile and suite, and returns all others as they are.
func Join(reports []*Report, o MergeOptions) ([]*Report, error) {
	type run struct{ target, url, profile, suite, filter string }
	groups := map[run][]*Report{}
	var order []run
	var out []*Report
	for _, r := range reports {
		if r.Run.Shard == nil || r.Run.Shard.Of == 1 {
			out = append(out, r)
			continue
		}
		key := run{r.Target.Name, stableURL(r.Target.URL), r.Profile.Name, r.Suite.Version, r.Run.LabelFilter}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], r)
	}
	for _, key := range order {
		merged, err := Merge(groups[key], o)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", cmp.Or(key.target, key.url), err)
		}
		out = append(out, merged)
	}
	return out, nil
}

// inOrder sorts shards, of which each must be there once.
func inOrder(shards []*Report) ([]*Report, error) {
	if len(shards) == 0 {
		return nil, errors.New("there are none")
	}
	of := 0
	var list []*Report
	for _, r := range shards {
		switch {
		case r.Run.Shard == nil:
			return nil, fmt.Errorf("the run %s is no shard, but a whole run", r.Run.ID)
		case of != 0 && r.Run.Shard.Of != of:
			return nil, fmt.Errorf("one is a shard of %d, another of %d", of, r.Run.Shard.Of)
		case r.Counts.Exchanges != len(r.Exchanges):
			return nil, fmt.Errorf("shard %s: %s is missing or incomplete: it has %d of %d exchanges", r.Run.Shard, HARFile, len(r.Exchanges), r.Counts.Exchanges)
		}
		of = r.Run.Shard.Of
		if list == nil {
			list = make([]*Report, of)
		}
		i := r.Run.Shard.Index - 1
		if i < 0 || i >= of {
			return nil, fmt.Errorf("there is no shard %s", r.Run.Shard)
		}
		if list[i] != nil {
			return nil, fmt.Errorf("shard %s is there twice (runs %s and %s)", r.Run.Shard, list[i].Run.ID, r.Run.ID)
		}
		list[i] = r
	}
	var missing []string
	for i, r := range list {
		if r == nil {
			missing = append(missing, Shard{i + 1, of}.String())
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("shard %s is missing", strings.Join(missing, ", "))
	}
	return list, nil
}

// seal is something by which reports of one run must agree.
type seal struct {
	what string
	of   func(*Report) string
}

// judgedBy are the seals of the judge.
var judgedBy = []seal{
	{"contract", func(r *Report) string { return r.Contract.Digest }},
	{"catalogue", func(r *Report) string { return r.Catalogue.Digest }},
	{"suite", func(r *Report) string { return r.Suite.Version }},
	{"suite build", func(r *Report) string { return r.Suite.Digest }},
}

// seals are all seals of a run.
var seals = append(
	slices.Clone(judgedBy),
	seal{"profile", func(r *Report) string { return r.Profile.Digest }},
	seal{"gate", func(r *Report) string { return r.Gate.Digest }},
	seal{"target", func(r *Report) string { return strings.TrimSpace(r.Target.Name + " " + stableURL(r.Target.URL)) }},
	seal{"label filter", func(r *Report) string { return r.Run.LabelFilter }},
	seal{"read-only mode", func(r *Report) string { return strconv.FormatBool(r.Run.ReadOnly) }},
	seal{"dry run", func(r *Report) string { return strconv.FormatBool(r.Run.DryRun) }},
)

// differences says in what reports do not agree. What a report does not know,
// such as the contract of a run that was refused before it read one, agrees
// with everything.
func differences(reports []*Report, seals []seal) []string {
	var list []string
	for _, s := range seals {
		var values []string
		for _, r := range reports {
			if v := s.of(r); v != "" && !slices.Contains(values, v) {
				values = append(values, v)
			}
		}
		for i, v := range values {
			values[i] = shortDigest(v)
		}
		if len(values) > 1 {
			list = append(list, fmt.Sprintf("the %s differs (%s)", s.what, strings.Join(values, ", ")))
		}
	}
	return list
}

// shortDigest leaves of a digest what tells it from others.
func shortDigest(s string) string {
	if len(s) == 64 && strings.Trim(s, "0123456789abcdef") == "" {
		return s[:12]
	}
	return s
}

// stableURL leaves the port out of loopback URLs: it is another in each run.
func stableURL(raw string) string {
	for _, host := range []string{"http://127.0.0.1:", "http://localhost:", "http://[::1]:", "https://127.0.0.1:", "https://localhost:", "https://[::1]:"} {
		if rest, ok := strings.CutPrefix(raw, host); ok {
			return strings.TrimSuffix(host, ":") + strings.TrimLeft(rest, "0123456789")
		}
	}
	return raw
}

// joinedHead is the joined report without its specs.
func joinedHead(shards []*Report, o MergeOptions) *Report {
	first := shards[slices.IndexFunc(shards, func(r *Report) bool { return r.Run.Unjudged == "" || r == shards[len(shards)-1] })]
	r := &Report{
		Schema: Schema, Run: first.Run, Target: first.Target, Suite: first.Suite, Contract: first.Contract, Catalogue: first.Catalogue,
		Profile: first.Profile, Gate: first.Gate, Leftovers: Leftovers{Verified: true},
	}
	r.Run.ID = cmp.Or(o.RunID, shards[0].Run.ID)
	r.Run.Shard, r.Run.Unjudged, r.Run.Interrupted = nil, "", ""
	known := map[string]bool{}
	var unjudged, interrupted []string
	for _, s := range shards {
		r.Run.Parts = append(r.Run.Parts, Part{s.Run.ID, *s.Run.Shard, s.Run.Started, s.Run.Ended, s.ranSpecs(), s.Verdict.Word})
		r.Run.Started, r.Run.Ended = earlier(r.Run.Started, s.Run.Started), later(r.Run.Ended, s.Run.Ended)
		r.Run.Procs = max(r.Run.Procs, s.Run.Procs)
		if s.Run.Unjudged != "" {
			unjudged = append(unjudged, fmt.Sprintf("shard %s: %s", s.Run.Shard, s.Run.Unjudged))
		}
		if s.Run.Interrupted != "" {
			interrupted = append(interrupted, fmt.Sprintf("shard %s: %s", s.Run.Shard, s.Run.Interrupted))
		}
		for _, q := range s.Requirements {
			if !known[q.ID] {
				known[q.ID] = true
				r.Requirements = append(r.Requirements, Requirement{Requirement: q.Requirement})
			}
		}
		for _, d := range s.Defects {
			if d.Kind == "run" {
				d.Spec, d.Message = "", fmt.Sprintf("shard %s: %s", s.Run.Shard, d.Message)
				r.Defects = append(r.Defects, d)
			}
		}
		for _, leak := range s.Leaks {
			r.Leaks = append(r.Leaks, fmt.Sprintf("shard %s: %s", s.Run.Shard, leak))
		}
		r.Leftovers.Verified = r.Leftovers.Verified && (s.Leftovers.Verified || s.Run.Unjudged != "")
		r.Leftovers.Left = append(r.Leftovers.Left, s.Leftovers.Left...)
		r.Leftovers.Open += s.Leftovers.Open
	}
	if len(unjudged) == len(shards) {
		r.Run.Unjudged = strings.Join(unjudged, "; ")
		r.Leftovers.Verified = false
	}
	// A shard that could judge nothing leaves the run as incomplete as one
	// that was cut short.
	r.Run.Interrupted = strings.Join(append(interrupted, unjudged...), "; ")
	return r
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// joiner joins the specs of shards, and the exchanges with them.
type joiner struct {
	shards []*Report
	report *Report
}

// place is where a spec stands in the suite: shards that know all specs agree
// on it, whether they ran them or not.
type place struct {
	name, location string
	occurrence     int
}

// found is the shard that says the most of a spec.
type found struct {
	shard *Report
	spec  *Spec
}

func (j *joiner) specs() error {
	at := map[place]found{}
	var order []place
	for _, r := range j.shards {
		seen := map[place]int{}
		for i := range r.Specs {
			s := &r.Specs[i]
			p := place{name: s.FullName(), location: s.Location}
			seen[p]++
			p.occurrence = seen[p]
			other, ok := at[p]
			switch {
			case !ok:
				order = append(order, p)
				at[p] = found{r, s}
			case ranIn(r, s) && ranIn(other.shard, other.spec):
				return fmt.Errorf("the spec %q ran in shard %s and in shard %s", s.FullName(), other.shard.Run.Shard, r.Run.Shard)
			case ranIn(r, s) || other.spec.Reason == other.shard.Run.Shard.LeftOut():
				at[p] = found{r, s}
			}
		}
	}
	slices.SortStableFunc(order, func(a, b place) int {
		file, line := splitLocation(a.location)
		otherFile, otherLine := splitLocation(b.location)
		return cmp.Or(strings.Compare(file, otherFile), line-otherLine, strings.Compare(a.name, b.name), a.occurrence-b.occurrence)
	})
	exchanges := map[*Report]map[string][]*Exchange{}
	for _, r := range j.shards {
		bySpec := map[string][]*Exchange{}
		for i := range r.Exchanges {
			x := &r.Exchanges[i]
			bySpec[x.Spec] = append(bySpec[x.Spec], x)
		}
		exchanges[r] = bySpec
	}
	for _, p := range order {
		f := at[p]
		j.add(f.shard, *f.spec, exchanges[f.shard][f.spec.ID])
	}
	return nil
}

// add takes over a spec and its exchanges under ids of the joined run.
func (j *joiner) add(from *Report, s Spec, exchanges []*Exchange) {
	rename := func(id string) string {
		if id == "" {
			return ""
		}
		return fmt.Sprintf("%d.%s", from.Run.Shard.Index, id)
	}
	renamed := func(ids []string) []string {
		list := slices.Clone(ids)
		for i := range list {
			list[i] = rename(list[i])
		}
		return list
	}
	s.ID = fmt.Sprintf("s%d", len(j.report.Specs)+1)
	s.Exchanges = renamed(s.Exchanges)
	s.Checks = slices.Clone(s.Checks)
	for i := range s.Checks {
		s.Checks[i].Exchanges = renamed(s.Checks[i].Exchanges)
	}
	s.Findings = slices.Clone(s.Findings)
	for i := range s.Findings {
		s.Findings[i].Exchange = rename(s.Findings[i].Exchange)
	}
	if s.Reason == from.Run.Shard.LeftOut() {
		j.noShard(&s)
	}
	j.report.Specs = append(j.report.Specs, s)
	for _, x := range exchanges {
		own := *x
		own.ID, own.Spec = rename(x.ID), s.ID
		j.report.Exchanges = append(j.report.Exchanges, own)
	}
}

// ranIn says that a shard ran a spec, rather than leaving it to another.
func ranIn(shard *Report, s *Spec) bool {
	return s.State.ran() && s.Reason != shard.Run.Shard.LeftOut()
}

// noShard accounts for a spec that every shard left to another: to one that
// could judge nothing, or else to nobody, which is a defect.
func (j *joiner) noShard(s *Spec) {
	s.State = SpecNotSelected
	if j.report.Run.Interrupted != "" {
		s.Reason = "the run was cut short (" + j.report.Run.Interrupted + ") before this spec began"
		return
	}
	s.Reason = "no shard ran it"
	j.report.Defects = append(j.report.Defects, Defect{Kind: "run", Message: fmt.Sprintf("no shard ran the spec %q", s.FullName())})
}

func splitLocation(location string) (file string, line int) {
	at := strings.LastIndexByte(location, ':')
	if at < 0 {
		return location, 0
	}
	line, _ = strconv.Atoi(location[at+1:])
	return location[:at], line
}

// Worst is the verdict over several reports: the first, in the order in which
// verdicts outrank each other, that one of them has. No report is not judged.
func Worst(reports []*Report) Word {
	rank := map[Word]int{NonConformant: 5, SuiteDefect: 4, NotJudged: 3, Inconclusive: 2, Conformant: 1}
	worst := NotJudged
	for i, r := range reports {
		if i == 0 || rank[r.Verdict.Word] > rank[worst] {
			worst = r.Verdict.Word
		}
	}
	return worst
}

// Status is the exit status that stands for a verdict.
func (w Word) Status() int {
	return map[Word]int{Conformant: 0, NonConformant: 1, Inconclusive: 2, NotJudged: 3, SuiteDefect: 4}[w]
}
