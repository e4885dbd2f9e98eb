package create

import (
	"context"
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	"pgregory.net/rapid"

	"github.com/extconf/extconf/fixtures/payloads"
	. "github.com/extconf/extconf/suites/kit"
)

// Legal bodies of any values: names over the documented characters,
// descriptions over all of Unicode, both types, present and absent fields.
func generated(api *API) {
	It("creates and echoes any legal body", Exercises("create.generated"), func(ctx SpecContext) {
		api.Generated(ctx, func(t *rapid.T) { legalBody(ctx, api, t) })
	})
}

func legalBody(ctx context.Context, api *API, t *rapid.T) {
	ext := payloads.Extension{
		// The run's own prefix keeps the extension recognisable.
		Name:        NamePrefix(api.RunID) + rapid.StringMatching(`[A-Za-z0-9_.-]{0,20}`).Draw(t, "name"),
		Description: rapid.String().Draw(t, "description"),
		Type:        "bundle",
		Version:     rapid.SampledFrom([]string{"*", "7.*", "8.*"}).Draw(t, "version"),
	}
	if rapid.Bool().Draw(t, "plugin") {
		ext.Type = "plugin"
		ext.Version = fmt.Sprintf("%d.%d.%d", rapid.IntRange(5, 9).Draw(t, "major"), rapid.IntRange(0, 17).Draw(t, "minor"), rapid.IntRange(0, 20).Draw(t, "patch"))
	}
	x := api.Create(ctx, ext)
	if !x.OK() {
		t.Fatalf("create answered %d", x.Status())
	}
	for _, field := range []string{"name", "description", "extension_type", "version"} {
		if ok, _ := Echo(field, ext).Match(x); !ok {
			t.Fatalf("%s came back changed", field)
		}
	}
	if !api.Delete(ctx, x.Ext.ID).OK() {
		t.Fatalf("delete failed")
	}
}
