package kit

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/prop"
	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/extconf/extconf/specs"
)

const (
	// generatedRule is the rule of what [Generated] finds.
	generatedRule = "generated"
	// generatedChecks is how many values are made up in a run.
	generatedChecks = 20
	// generatedSize limits the length of what is made up: lists, strings.
	generatedSize = 24
	// shrinkTime is how long a value that fails is made smaller.
	shrinkTime = 2 * time.Second
)

// Generated checks, under a requirement, a property of values that gopter makes
// up by the run's seed. The property says "" or what is wrong, and in which
// exchange. The first value that fails is made as small as it can be while it
// fails, and reported. The exchanges of all attempts are recorded.
func Generated[T any](ctx context.Context, api *API, requirement string, values gopter.Gen, property func(T) (*Exchange, string)) {
	parameters := gopter.DefaultTestParametersWithSeed(max(api.Seed, 1))
	parameters.MinSuccessfulTests, parameters.MaxSize = generatedChecks, generatedSize
	api.Note(fmt.Sprintf("generated with seed %d", parameters.Seed()))
	var ended any // by Skip or Fail, which gopter would take for a failed property
	var failed time.Time
	var shows *Exchange // the smallest failure, which is the last
	result := prop.ForAll(func(value T) string {
		if ended != nil || !failed.IsZero() && time.Since(failed) > shrinkTime {
			return ""
		}
		defer func() {
			if ended = recover(); ended != nil {
				if _, ginkgos := ended.(types.GinkgoError); !ginkgos {
					ended = fmt.Sprintf("%v\n%s", ended, debug.Stack())
				}
			}
		}()
		x, wrong := property(value)
		if wrong != "" {
			shows = x
			if failed.IsZero() {
				failed = time.Now()
			}
		}
		return wrong
	}, values).Check(parameters)
	if ended != nil {
		panic(ended)
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		ginkgo.Skip("cut short before the answer came")
	}
	if result.Passed() {
		api.current().pass(requirement, generatedRule, nil)
		return
	}
	if result.Status != gopter.TestFailed {
		panic(fmt.Sprintf("no values could be made up: %s %v", result.Status, result.Error))
	}
	seen := shorten(strings.Join(result.Labels, "; "), 1000)
	api.current().find(api, shows, specs.Violation{
		Rule: generatedRule, Requirement: requirement, Blame: specs.BlameTarget,
		Message:  "a generated body fails; the smallest that does is shown",
		Expected: "what the requirement says, for any body",
		Seen:     seen,
	})
}
