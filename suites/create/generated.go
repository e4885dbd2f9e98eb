package create

import (
	"context"
	"fmt"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	"pgregory.net/rapid"

	"github.com/extconf/extconf/fixtures/payloads"
	. "github.com/extconf/extconf/suites/kit"
)

// Legal bodies of any values: names over the documented characters,
// descriptions over all of Unicode, both types, present and absent fields.
func generated(api *API) {
	It("creates and echoes any legal body", Exercises("create.generated"), func(ctx SpecContext) {
		api.Generated(ctx, "create.generated", func(t *rapid.T) { legalBody(ctx, api, t) })
	})
	It("answers any other body with 201 or a refusal", Exercises("create.any-body"), func(ctx SpecContext) {
		api.Generated(ctx, "create.any-body", func(t *rapid.T) { anyBody(ctx, api, t) })
	})
}

// anyBody posts a legal body with some of its fields replaced by any JSON, or
// some of its bytes by any bytes.
func anyBody(ctx context.Context, api *API, t *rapid.T) {
	ext := payloads.Bundle(api.Name())
	ext.Description = ext.Name // by which it would be found
	body := ext.JSON()
	if rapid.Bool().Draw(t, "bytes") {
		at := rapid.IntRange(0, len(body)-1).Draw(t, "at")
		body = slices.Concat(body[:at], rapid.SliceOfN(rapid.Byte(), 0, 8).Draw(t, "inserted"), body[min(len(body), at+rapid.IntRange(0, 8).Draw(t, "removed")):])
	} else {
		field := rapid.SampledFrom([]string{"name", "extension_type", "version", "description", "download_url", "other"}).Draw(t, "field")
		body = ext.With(field, anyJSON.Draw(t, "value"))
	}
	x := api.CreateRaw(ctx, body, ext.Name, Malformed("a generated body"), Marked(ext.Name))
	switch {
	case x.Status() == 201:
		if x.Ext.ID != "" {
			api.Delete(ctx, x.Ext.ID)
		}
	case !x.Refused():
		t.Fatalf("create answered %q with %d %s", body, x.Status(), x.Error)
	}
}

// anyJSON is any JSON value, up to two levels deep.
var anyJSON = func() *rapid.Generator[any] {
	flat := rapid.OneOf(
		rapid.String().AsAny(), rapid.Int64().AsAny(), rapid.Bool().AsAny(), rapid.Just(any(nil)),
		rapid.SampledFrom([]string{"", " ", "\x00", "../..", "plugin", "http://", "null"}).AsAny(),
	)
	return rapid.OneOf(flat, rapid.SliceOfN(flat, 0, 3).AsAny(), rapid.MapOfN(rapid.String(), flat, 0, 3).AsAny())
}()

func legalBody(ctx context.Context, api *API, t *rapid.T) {
	ext := payloads.Extension{
		// The run's own prefix keeps the extension recognisable.
		Name: NamePrefix(api.RunID) + rapid.StringMatching(`[A-Za-z0-9_.-]{0,20}`).Draw(t, "name"),
		// Not every store can hold a NUL, and no document says that it must.
		Description: strings.ReplaceAll(rapid.String().Draw(t, "description"), "\x00", ""),
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
