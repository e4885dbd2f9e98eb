package create

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/prop"

	"github.com/extconf/extconf/fixtures/payloads"
)

// drawn checks 500 values.
func drawn(t *testing.T, check any, values gopter.Gen) {
	t.Helper()
	parameters := gopter.DefaultTestParametersWithSeed(1)
	parameters.MinSuccessfulTests, parameters.MaxSize = 500, 24
	if result := prop.ForAll(check, values).Check(parameters); !result.Passed() || result.Discarded > 0 {
		t.Fatalf("%s, %d values were no use: %v %v", result.Status, result.Discarded, result.Labels, result.Error)
	}
}

func TestLegalBodiesAreLegalAndOfAllKinds(t *testing.T) {
	name, version := regexp.MustCompile(`^[A-Za-z0-9_.-]*$`), map[string]*regexp.Regexp{
		"bundle": regexp.MustCompile(`^(\*|[78]\.\*)$`), "plugin": regexp.MustCompile(`^\d\.\d+\.\d+$`),
	}
	kinds := map[string]int{"bundle": 0, "plugin": 0, "no description": 0, "a control character": 0, "another plane": 0, "a long name": 0}
	drawn(t, func(ext payloads.Extension) string {
		kinds[ext.Type]++
		for kind, is := range map[string]bool{
			"no description":      ext.Description == "",
			"a control character": strings.ContainsFunc(ext.Description, unicode.IsControl),
			"another plane":       strings.ContainsFunc(ext.Description, func(r rune) bool { return r > 0xFFFF }),
			"a long name":         len(ext.Name) > 15,
		} {
			if is {
				kinds[kind]++
			}
		}
		switch {
		case !name.MatchString(ext.Name):
			return "name " + ext.Name
		case version[ext.Type] == nil || !version[ext.Type].MatchString(ext.Version):
			return "version " + ext.Version + " of a " + ext.Type
		case !utf8.ValidString(ext.Description) || strings.ContainsFunc(ext.Description, func(r rune) bool { return r == 0 || unicode.Is(unicode.Cs, r) }):
			return "description " + ext.Description
		}
		return ""
	}, legalBodies())
	for kind, n := range kinds {
		if n == 0 {
			t.Errorf("of 500 bodies none is or has %s", kind)
		}
	}
}

func TestEditsAreOfAllKinds(t *testing.T) {
	kinds := map[byte]int{}
	broken := 0
	drawn(t, func(e edit) string {
		body := e.of(payloads.Bundle("name"))
		if e.Field == "" {
			if !json.Valid(body) {
				broken++
			}
			return ""
		}
		if !json.Valid(body) {
			return string(body)
		}
		kinds[e.Value[0]]++
		return ""
	}, edits())
	if broken < 50 {
		t.Errorf("%d bodies of 500 are no JSON", broken)
	}
	for _, first := range []byte(`"[{ntf-1`) {
		if kinds[first] == 0 {
			t.Errorf("no value begins with %c: %q", first, slices.Sorted(maps.Keys(kinds)))
		}
	}
}
