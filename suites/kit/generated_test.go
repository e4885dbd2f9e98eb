package kit

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/leanovate/gopter/gen"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/extconf/extconf/fixtures/targets"
	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/specs"
)

func generating(t *testing.T) *API {
	t.Helper()
	profile, err := targets.Load("mock")
	if err != nil {
		t.Fatal(err)
	}
	return &API{
		Target: &Target{Profile: profile}, Catalogue: specs.Requirements(), Gate: specs.DefaultGate(),
		Redactor: reports.NewRedactor(), Seed: 7,
	}
}

func TestWhatFailsIsMadeSmall(t *testing.T) {
	api := generating(t)
	tried := 0
	Generated(context.Background(), api, "create.generated", gen.AlphaString(), func(s string) (*Exchange, string) {
		tried++
		if len(s) > 3 {
			return nil, "too long: " + s
		}
		return nil, ""
	})
	findings := api.current().evidence.Findings
	if len(findings) != 1 || findings[0].Requirement != "create.generated" {
		t.Fatalf("%+v", findings)
	}
	if !strings.HasSuffix(findings[0].Rerun, " --seed=7") {
		t.Errorf("%q makes up other values", findings[0].Rerun)
	}
	_, s, ok := strings.Cut(findings[0].Seen, "too long: ")
	if !ok || len(s) != 4 {
		t.Errorf("after %d attempts %q was reported, not one of four letters", tried, findings[0].Seen)
	}
}

func TestWhatHoldsIsTriedOftenAndPasses(t *testing.T) {
	api := generating(t)
	var first, again []string
	for _, list := range []*[]string{&first, &again} {
		Generated(context.Background(), api, "create.generated", gen.AlphaString(), func(s string) (*Exchange, string) {
			*list = append(*list, s)
			return nil, ""
		})
	}
	if len(first) != generatedChecks || strings.Join(first, " ") != strings.Join(again, " ") {
		t.Errorf("one seed made %q and then %q", first, again)
	}
	if c := api.current().checks["create.generated"]; c.Passed != 2 || c.Failed != 0 {
		t.Errorf("%+v", c)
	}
}

func TestShrinkingEnds(t *testing.T) {
	api := generating(t)
	began := time.Now()
	Generated(context.Background(), api, "create.generated", gen.Int64(), func(n int64) (*Exchange, string) {
		time.Sleep(shrinkTime / 4)
		return nil, "never right"
	})
	if took := time.Since(began); took > 3*shrinkTime {
		t.Errorf("shrinking took %s", took)
	}
	if len(api.current().evidence.Findings) != 1 {
		t.Error("nothing was found")
	}
}

// A skip within the property is a skip, and a panic is one: neither is a
// failure of the target.
func TestWhatEndsAPropertyEndsTheSpec(t *testing.T) {
	for _, why := range []any{types.GinkgoError{Heading: "skipped"}, "a defect"} {
		api, tried := generating(t), 0
		ended := func() (ended any) {
			defer func() { ended = recover() }()
			Generated(context.Background(), api, "create.generated", gen.Int64(), func(int64) (*Exchange, string) {
				tried++
				panic(why)
			})
			return nil
		}()
		text, _ := ended.(string)
		if ended != why && !strings.HasPrefix(text, "a defect\n") {
			t.Errorf("%v ended in %v", why, ended)
		}
		if tried != 1 || len(api.current().evidence.Findings) > 0 {
			t.Errorf("after %v: %d attempts, findings %v", why, tried, api.current().evidence.Findings)
		}
	}
}
