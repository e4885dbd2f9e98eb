package kit

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strconv"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	"pgregory.net/rapid"

	"github.com/extconf/extconf/specs"
)

// Generated checks, under a requirement, a property for values that rapid makes
// up, shrinks the first that fails, and reports that one with the seed. The exchanges of the
// attempts before are recorded like all others.
func (api *API) Generated(ctx context.Context, requirement string, property func(*rapid.T)) {
	for name, value := range map[string]string{
		"rapid.seed":       strconv.FormatInt(max(api.Seed, 1), 10),
		"rapid.checks":     strconv.Itoa(generatedChecks),
		"rapid.nofailfile": "true",
		"rapid.shrinktime": "2s",
	} {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	api.Note(fmt.Sprintf("generated with seed %d", max(api.Seed, 1)))
	t := &collector{ctx: ctx}
	var ended any // by Skip or Fail, which rapid would take for a failed property
	t.run(func() {
		rapid.Check(t, func(t *rapid.T) {
			defer func() {
				r := recover()
				if _, ours := r.(types.GinkgoError); ours {
					ended = r
				} else if r != nil {
					panic(r)
				}
			}()
			if ended == nil {
				property(t)
			}
		})
	})
	if ended != nil {
		panic(ended)
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		ginkgo.Skip("cut short before the answer came")
	}
	if t.failed {
		api.current().find(api, nil, specs.Violation{
			Rule: "generated", Requirement: requirement, Blame: specs.BlameTarget,
			Message:  "the smallest generated body that fails: " + t.text(),
			Expected: "what the requirement says, for any body",
			Seen:     t.text(),
		})
		return
	}
	api.current().pass(requirement, "generated", nil)
}

// generatedChecks is how many bodies are made up in a run.
const generatedChecks = 20

// collector is the testing.TB that rapid reports to.
type collector struct {
	rapid.TB
	ctx    context.Context
	lines  []string
	failed bool
}

// stopped is what FailNow ends the check with.
type stopped struct{}

func (c *collector) run(check func()) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(stopped); !ok {
				panic(r)
			}
		}
	}()
	check()
}

func (c *collector) text() string              { return shorten(strings.Join(c.lines, "; "), 1000) }
func (c *collector) Helper()                   {}
func (c *collector) Name() string              { return ginkgo.CurrentSpecReport().LeafNodeText }
func (c *collector) Logf(f string, a ...any)   { c.lines = append(c.lines, fmt.Sprintf(f, a...)) }
func (c *collector) Log(a ...any)              { c.lines = append(c.lines, fmt.Sprint(a...)) }
func (c *collector) Errorf(f string, a ...any) { c.Logf(f, a...); c.failed = true }
func (c *collector) Error(a ...any)            { c.Log(a...); c.failed = true }
func (c *collector) Fail()                     { c.failed = true }
func (c *collector) FailNow()                  { c.failed = true; panic(stopped{}) }
func (c *collector) Failed() bool              { return c.failed }
func (c *collector) Fatalf(f string, a ...any) { c.Errorf(f, a...); panic(stopped{}) }
func (c *collector) Fatal(a ...any)            { c.Error(a...); panic(stopped{}) }
func (c *collector) Context() context.Context  { return c.ctx }
