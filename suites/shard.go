package suites

import (
	"cmp"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/extconf/extconf/reports"
)

// IndexVariable holds the part of an Indexed Job of Kubernetes, counted from 0.
const IndexVariable = "JOB_COMPLETION_INDEX"

// Shard is one part of several, counted from 1; the zero value is the whole.
type Shard struct{ Index, Of int }

// ParseShard reads "2/5", and "/5" as the part of five that [IndexVariable]
// names. An empty text is the whole run.
func ParseShard(text string) (Shard, error) {
	if text == "" {
		return Shard{}, nil
	}
	index, of, ok := strings.Cut(text, "/")
	if ok && index == "" {
		i, err := strconv.Atoi(os.Getenv(IndexVariable))
		if err != nil {
			return Shard{}, fmt.Errorf("shard %q takes its part from %s, which is %q; set it to a number, counted from 0", text, IndexVariable, os.Getenv(IndexVariable))
		}
		index = strconv.Itoa(i + 1)
	}
	i, err := strconv.Atoi(index)
	n, worse := strconv.Atoi(of)
	if !ok || err != nil || worse != nil || n < 1 || i < 1 || i > n {
		return Shard{}, fmt.Errorf("shard %q must be like 2/5: the part and how many there are, counted from 1", text)
	}
	return Shard{i, n}, nil
}

// keepShard narrows what Ginkgo selects down to this run's shard.
func (r *run) keepShard(suite *types.SuiteConfig, reporter *types.ReporterConfig) error {
	if r.shard.Of <= 1 {
		return nil
	}
	shards := split(r.previewOf(suite, reporter).SpecReports, r.timings, r.shard.Of)
	for _, names := range shards {
		if len(names) == 0 && len(shards[0]) > 0 {
			return usagef("shard %q: there are too few specs to run for %d shards", r.Shard, r.shard.Of)
		}
	}
	if own := shards[r.shard.Index-1]; len(own) > 0 {
		suite.FocusStrings = only(own)
	}
	return nil
}

// split deals the names of all specs that would run out to that many shards,
// the longest first, each to the shard that has the least to do: the same for
// the same specs and timings. Serial specs are the first shard's, so that no two
// of them ever run at once. A spec without a timing counts as the average one.
func split(specs []types.SpecReport, milliseconds map[string]float64, of int) [][]string {
	type part struct {
		name   string
		weight float64
		serial bool
	}
	var known, sum float64
	for _, s := range specs {
		if ms, ok := milliseconds[s.FullText()]; ok {
			known, sum = known+1, sum+ms
		}
	}
	average := 1.0
	if sum > 0 {
		average = sum / known
	}
	var parts []part
	seen := map[string]bool{}
	for _, s := range specs {
		name := s.FullText()
		if !s.LeafNodeType.Is(types.NodeTypeIt) || !s.State.Is(types.SpecStatePassed) || seen[name] {
			continue // a preview passes what would run
		}
		seen[name] = true
		weight, ok := milliseconds[name]
		if !ok {
			weight = average
		}
		parts = append(parts, part{name, weight, s.IsSerial})
	}
	first := map[bool]int{true: -1}
	slices.SortFunc(parts, func(a, b part) int {
		return cmp.Or(first[a.serial]-first[b.serial], cmp.Compare(b.weight, a.weight), cmp.Compare(a.name, b.name))
	})
	shards, load := make([][]string, of), make([]float64, of)
	for _, p := range parts {
		least := 0
		for i := range shards {
			if !p.serial && (load[i] < load[least] || load[i] == load[least] && len(shards[i]) < len(shards[least])) {
				least = i
			}
		}
		shards[least] = append(shards[least], p.name)
		load[least] += p.weight
	}
	return shards
}

// readTimings reads how long each spec took in a former run, in milliseconds by
// its full name: the one that is named for it, else the baseline, else none.
func (c *Config) readTimings() (map[string]float64, error) {
	dir := cmp.Or(c.Timings, c.Baseline)
	if dir == "" || c.Shard == "" && c.Timings == "" {
		return nil, nil
	}
	former, err := reports.Load(dir)
	if err != nil {
		return nil, usagef("timings %q cannot be read: %s", dir, err)
	}
	milliseconds := map[string]float64{}
	for i := range former.Specs {
		if s := &former.Specs[i]; s.DurationMS > 0 {
			milliseconds[s.FullName()] += s.DurationMS
		}
	}
	return milliseconds, nil
}

// Status is the exit status of a run: that of its verdict. A shard in which
// nothing failed ends with 0, for what it leaves to other shards is judged
// when all of them are merged.
func Status(r *reports.Report) int {
	if r.Run.Shard != nil && r.Run.Shard.Of > 1 && r.Verdict.Word == reports.Inconclusive {
		return 0
	}
	return r.Verdict.Status
}

// only is what makes Ginkgo select the specs of those names.
func only(names []string) []string {
	// Each name as a whole: Ginkgo puts that of the suite before it.
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = regexp.QuoteMeta(suiteName + " " + name)
	}
	return []string{`\A(?:` + strings.Join(quoted, "|") + `)\z`}
}
