package reports

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/extconf/extconf/specs"
)

// count adds up the numbers of a run.
func (r *Report) count() Counts {
	c := Counts{Levels: map[specs.Level]OutcomeCounts{}, Specs: map[State]int{}, Exchanges: len(r.Exchanges)}
	for _, q := range r.Requirements {
		c.Requirements.add(q.Outcome)
		level := c.Levels[q.Level]
		level.add(q.Outcome)
		c.Levels[q.Level] = level
		switch q.Evidence {
		case Live:
			c.Live++
		case Injected:
			c.Injected++
		}
		c.Checks += q.Checks
		c.Findings += len(q.Findings)
	}
	for _, s := range r.Specs {
		c.Specs[s.State]++
	}
	r.Retries = map[string]int{}
	for _, x := range r.Exchanges {
		if x.Retried != "" {
			r.Retries[x.Retried]++
			c.Retries++
		}
	}
	return c
}

const mostSlowest = 20

// timings sums up how long the target's calls took.
func (r *Report) timings() Timings {
	t := Timings{TotalMS: milliseconds(r.Run.Ended.Sub(r.Run.Started))}
	byOperation := map[string][]float64{}
	var order []string
	for i := range r.Exchanges {
		x := &r.Exchanges[i]
		ms := milliseconds(x.Duration)
		name := cmp.Or(x.Operation, "other")
		if byOperation[name] == nil {
			order = append(order, name)
		}
		byOperation[name] = append(byOperation[name], ms)
		if len(t.Slowest) == mostSlowest && ms <= t.Slowest[mostSlowest-1].MS {
			continue
		}
		call := CallTiming{Exchange: x.ID, Spec: x.Spec, Operation: name, MS: ms}
		if x.Response != nil {
			call.Status = x.Response.Status
		}
		at, _ := slices.BinarySearchFunc(t.Slowest, ms, func(c CallTiming, ms float64) int { return cmp.Compare(ms, c.MS) })
		t.Slowest = slices.Insert(t.Slowest, at, call)
		t.Slowest = t.Slowest[:min(len(t.Slowest), mostSlowest)]
	}
	slices.SortFunc(order, func(a, b string) int {
		return cmp.Or(cmp.Compare(operationRank(a), operationRank(b)), strings.Compare(a, b))
	})
	for _, name := range order {
		ms := byOperation[name]
		slices.Sort(ms)
		t.Operations = append(t.Operations, OperationTiming{
			Operation: name, Calls: len(ms), MedianMS: ms[len(ms)/2], P95MS: ms[(len(ms)-1)*95/100], MaxMS: ms[len(ms)-1],
		})
	}
	return t
}

// operations are the six of the API in the order of an extension's life; any
// stands for what holds for all of them.
var operations = []string{"any", "list", "create", "get", "update", "upload", "delete"}

// operationRank orders operations by name or operationId, unknown ones last.
func operationRank(name string) int {
	for i, op := range operations {
		if name == op || strings.HasPrefix(name, op+"-") {
			return i
		}
	}
	return len(operations)
}

var documented = regexp.MustCompile(`^([a-z]+-extensions?)/([0-9]{3})$`)

// matrix is what came of each documented answer of each operation, as the
// catalogue's elements tell which requirements are about it; answers that are
// not documented stand beside them.
func (r *Report) matrix() []Response {
	var cells []Response
	at := map[[2]string]int{}
	cell := func(operation, status string, documented bool) *Response {
		key := [2]string{operation, status}
		i, ok := at[key]
		if !ok {
			i = len(cells)
			at[key] = i
			code, _ := strconv.Atoi(status)
			cells = append(cells, Response{Operation: operation, Status: code, Documented: documented})
		}
		return &cells[i]
	}
	for _, q := range r.Requirements {
		for _, element := range q.Covers {
			if m := documented.FindStringSubmatch(element); m != nil {
				cell(m[1], m[2], true)
			}
		}
	}
	documentedCells := len(cells)
	where := map[string]int{}
	for i := range r.Exchanges {
		if x := &r.Exchanges[i]; x.Operation != "" && x.Response != nil {
			status := strconv.Itoa(x.Response.Status)
			cell(x.Operation, status, false).Seen++
			where[x.ID] = at[[2]string{x.Operation, status}]
		}
	}
	for i := range r.Requirements {
		q := &r.Requirements[i]
		broken := map[int]bool{}
		for _, f := range q.Findings {
			if c, ok := where[f.Exchange]; ok {
				broken[c] = true
			}
		}
		for c := range cells {
			cells[c].weigh(q, c < documentedCells, broken[c], r.Gate.Counts(string(q.Level)))
		}
	}
	for i := range cells {
		if cells[i].Outcome == "" {
			cells[i].Outcome = NotApplicable
			if cells[i].Seen > 0 {
				cells[i].Outcome = Passed
			}
		}
	}
	slices.SortStableFunc(cells, func(a, b Response) int {
		return cmp.Or(cmp.Compare(operationRank(a.Operation), operationRank(b.Operation)), strings.Compare(a.Operation, b.Operation), a.Status-b.Status)
	})
	return cells
}

// weigh lets a requirement colour a cell: those about the answer as such by
// their outcome, all others by what they found broken in such answers.
func (c *Response) weigh(q *Requirement, documented, broken, counts bool) {
	about, itself := false, false
	for _, element := range q.Covers {
		if documented && c.covers(element) {
			about = true
			itself = itself || strings.Count(element, "/") == 1 || strings.Contains(element, "/code/")
		}
	}
	if !about && !broken {
		return
	}
	c.Requirements = append(c.Requirements, q.ID)
	outcome := q.Outcome
	if !itself && !broken || outcome == Failed && !counts {
		outcome = NotApplicable // says nothing of this cell
	}
	if outcome == Failed {
		c.Failed++
	}
	if outcome != NotApplicable && weight[outcome] > weight[c.Outcome] {
		c.Outcome = outcome
	}
}

var weight = map[Outcome]int{Failed: 4, Waived: 3, NotExercised: 2, Passed: 1}

// covers says whether a contract element is a part of this answer.
func (c *Response) covers(element string) bool {
	parts := strings.SplitN(element, "/", 3)
	if len(parts) < 2 || parts[0] != c.Operation {
		return false
	}
	ok, _ := path.Match(parts[1], strconv.Itoa(c.Status))
	return ok
}
