package prove

import (
	"cmp"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/extconf/extconf/reports"
)

// sight is what a spec looks at when the mock answers.
type sight struct {
	Spec string  `json:"spec"`
	MS   float64 `json:"ms"`
	// Labels are the requirements that the spec is about.
	Labels []string `json:"labels"`
	// At are, by requirement, the answers that it was checked by, such as
	// "create-extension 201".
	At map[string][]string `json:"at"`
}

// sights are those of a whole run.
func sights(r *reports.Report) []sight {
	answers := map[string]string{}
	for _, x := range r.Exchanges {
		if x.Response != nil {
			answers[x.ID] = x.Operation + " " + strconv.Itoa(x.Response.Status)
		}
	}
	var all []sight
	for i := range r.Specs {
		s := &r.Specs[i]
		one := sight{Spec: s.FullName(), MS: s.DurationMS, Labels: s.Requirements, At: map[string][]string{}}
		for _, c := range s.Checks {
			one.At[c.Requirement] = []string{}
			for _, id := range c.Exchanges {
				if at, ok := answers[id]; ok && !slices.Contains(one.At[c.Requirement], at) {
					one.At[c.Requirement] = append(one.At[c.Requirement], at)
				}
			}
		}
		all = append(all, one)
	}
	return all
}

const (
	// mostShare is how much of a plain run's time the specs that are about a
	// requirement may take.
	mostShare = 0.25
	// sampled is how many other specs run beside them.
	sampled = 4
	// looks is how many specs look at each answer.
	looks = 2
)

// choose picks the specs that can see a fault: those that are about what it
// violates, the shortest first, and for each answer that this is checked by a
// few more, with a sample of the others. A mutant breaks one answer only, whose
// name is answer; else answer is "".
func choose(seen []sight, name string, violates []string, answer string) []string {
	byTime := slices.Clone(seen)
	slices.SortStableFunc(byTime, func(a, b sight) int { return cmp.Compare(a.MS, b.MS) })
	total := 0.0
	for _, s := range seen {
		total += s.MS
	}
	var chosen []string
	take := func(s sight) {
		if !slices.Contains(chosen, s.Spec) {
			chosen = append(chosen, s.Spec)
		}
	}
	looked := map[string]int{}
	for _, s := range byTime {
		for _, id := range violates {
			for _, at := range s.At[id] {
				if looked[id+at] < looks && (answer == "" || answer == at) {
					looked[id+at]++
					take(s)
				}
			}
		}
	}
	spent := 0.0
	for _, s := range byTime {
		about := slices.ContainsFunc(violates, func(id string) bool { return slices.Contains(s.Labels, id) })
		if about && (answer == "" || s.sees(answer)) && spent+s.MS < mostShare*total {
			spent += s.MS
			take(s)
		}
	}
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(name))
	random := rand.New(rand.NewPCG(sum.Sum64(), 0))
	for range sampled {
		take(byTime[random.IntN(len(byTime)*3/4)]) // none of the longest
	}
	return chosen
}

func (s sight) sees(answer string) bool {
	for _, at := range s.At {
		if slices.Contains(at, answer) {
			return true
		}
	}
	return false
}
