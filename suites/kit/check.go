package kit

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega/format"
	"github.com/onsi/gomega/types"

	"github.com/extconf/extconf/specs"
)

// Check asserts a promise about this exchange and says whether it was kept. A
// broken promise fails the spec at its end, so that one spec tells all.
func (x *Exchange) Check(requirement string, matcher types.GomegaMatcher) bool {
	return x.api.assert(requirement, x, "", x, matcher)
}

// CheckThat asserts a promise about a value that came of this exchange; what
// says in a few words which value it is.
func (x *Exchange) CheckThat(requirement, what string, actual any, matcher types.GomegaMatcher) bool {
	return x.api.assert(requirement, x, what, actual, matcher)
}

// Must is Check for promises without which the spec cannot go on.
func (x *Exchange) Must(requirement string, matcher types.GomegaMatcher) {
	if !x.Check(requirement, matcher) {
		x.api.stop()
	}
}

// stop ends the spec with what was found so far.
func (api *API) stop() {
	s := api.current()
	s.mu.Lock()
	findings, exchanges := s.evidence.Findings, s.evidence.Exchanges
	s.mu.Unlock()
	if len(findings) == 0 { // the profile takes the promise out
		ginkgo.Skip("this needs a promise that the profile says does not apply")
	}
	ginkgo.Fail(api.explain(findings, exchanges), 2)
}

func (api *API) assert(requirement string, x *Exchange, what string, actual any, matcher types.GomegaMatcher) bool {
	rule := requirement + " " + nameOf(matcher)
	ok, err := matcher.Match(actual)
	if err == nil && ok {
		api.current().pass(requirement, rule, x)
		return true
	}
	v := specs.Violation{Rule: rule, Requirement: requirement, Blame: specs.BlameTarget}
	v.Expected, v.Seen = sides(matcher, actual, err)
	if e, ok := actual.(*Exchange); ok && e.Error != "" {
		v.Seen = e.Error
	}
	v.Message = unequal(v.Expected, v.Seen)
	if what != "" {
		v.Message = what + ": " + v.Message
	}
	api.current().find(api, x, v)
	return false
}

// explainer is a matcher that words both sides itself.
type explainer interface {
	Sides(actual any) (expected, seen string)
}

// sides words what was expected and what was seen.
func sides(matcher types.GomegaMatcher, actual any, err error) (expected, seen string) {
	if e, ok := matcher.(explainer); ok {
		return e.Sides(actual)
	}
	seen = show(actual)
	if err != nil {
		return "something that can be compared", seen + " (" + err.Error() + ")"
	}
	_, expected, ok := strings.Cut(matcher.FailureMessage(actual), "\nto ")
	if !ok {
		return strings.Join(strings.Fields(matcher.FailureMessage(actual)), " "), seen
	}
	return "to " + strings.Join(strings.Fields(typeNames.Replace(expected)), " "), seen
}

var typeNames = strings.NewReplacer("<string>: ", "", "<int>: ", "", "<int64>: ", "", "<bool>: ", "")

// show prints a value in one line of bounded length.
func show(v any) string {
	var text string
	switch v := v.(type) {
	case string:
		if len(v) > mostShown { // before it is quoted, which takes its time
			return fmt.Sprintf("%q… (%d bytes)", strings.ToValidUTF8(v[:mostShown], ""), len(v))
		}
		text = fmt.Sprintf("%q", v)
	case error:
		text = v.Error()
	case []string:
		text = fmt.Sprintf("%q", v)
	case bool, int, int64:
		text = fmt.Sprint(v)
	default:
		text = strings.Join(strings.Fields(format.Object(v, 0)), " ")
	}
	return shorten(text, mostShown)
}

// mostShown is how many bytes of a value a finding shows.
const mostShown = 300

func shorten(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + fmt.Sprintf("… (%d bytes)", len(text))
}

// nameOf is what an assertion is called by: one of ours by its own name, one of
// Gomega's by its type.
func nameOf(m types.GomegaMatcher) string {
	if own, ok := m.(matcher); ok {
		return own.name
	}
	name := reflect.Indirect(reflect.ValueOf(m)).Type().Name()
	return strings.TrimSuffix(name, "Matcher")
}

// unequal is the message of a finding that both sides say all of.
func unequal(expected, seen string) string { return "expected " + expected + ", saw " + seen }
