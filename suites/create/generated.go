package create

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	. "github.com/onsi/ginkgo/v2"

	"github.com/extconf/extconf/fixtures/payloads"
	. "github.com/extconf/extconf/suites/kit"
)

// Legal bodies of any values: names over the documented characters,
// descriptions over all of Unicode, both types, present and absent fields.
func generated(api *API) {
	It("creates and echoes any legal body", Exercises("create.generated"), func(ctx SpecContext) {
		Generated(ctx, api, "create.generated", legalBodies(), func(ext payloads.Extension) (*Exchange, string) { return legalBody(ctx, api, ext) })
	})
	It("answers any other body with 201 or a refusal", Exercises("create.any-body"), func(ctx SpecContext) {
		Generated(ctx, api, "create.any-body", edits(), func(e edit) (*Exchange, string) { return anyBody(ctx, api, e) })
	})
}

// text is any string of assigned characters: controls, letters of all scripts,
// symbols, other planes. Not every store can hold a NUL, and no document says
// that it must.
func text() gopter.Gen {
	assigned := func(r rune) rune {
		if r != 0 && (unicode.IsGraphic(r) || unicode.In(r, unicode.Cc, unicode.Cf)) {
			return r
		}
		return -1
	}
	return gen.SliceOf(gen.Frequency(map[int]gopter.Gen{
		4: gen.RuneRange(1, 0x7F), 7: gen.RuneRange(0x80, 0x2FFF), 9: gen.RuneRange(0x3000, 0x2FFFF),
	})).Map(func(runes []rune) string { return strings.Map(assigned, string(runes)) }).WithShrinker(gen.StringShrinker)
}

// legalBodies are bundles and plugins, whose names lack the run's prefix.
func legalBodies() gopter.Gen {
	legal := func(kind string, version gopter.Gen) gopter.Gen {
		return gen.Struct(reflect.TypeFor[payloads.Extension](), map[string]gopter.Gen{
			"Name": gen.RegexMatch(`^[A-Za-z0-9_.-]*$`), "Description": text(), "Type": gen.Const(kind), "Version": version,
		})
	}
	return gen.OneGenOf(
		legal("bundle", gen.OneConstOf("*", "7.*", "8.*")),
		legal("plugin", gen.OneConstOf("6.8.23", "7.10.2", "7.17.0", "8.0.0", "8.13.4")), // a target may know only versions that exist
	)
}

func legalBody(ctx context.Context, api *API, ext payloads.Extension) (*Exchange, string) {
	ext.Name = NamePrefix(api.RunID) + ext.Name // keeps the extension recognisable
	var open []Option
	if strings.ContainsFunc(ext.Description, unicode.IsControl) {
		open = append(open, Malformed("nothing: the documents do not say which characters a description may have"))
	}
	x := api.Create(ctx, ext, open...)
	if x.Refused() && len(open) > 0 {
		return x, "" // but what was accepted must come back as it was
	}
	if !x.OK() {
		return x, fmt.Sprintf("create answered %s with %d %s", ext.JSON(), x.Status(), x.Error)
	}
	for _, field := range []string{"name", "description", "extension_type", "version"} {
		if ok, _ := Echo(field, ext).Match(x); !ok {
			return x, fmt.Sprintf("%s of %s came back changed", field, ext.JSON())
		}
	}
	if gone := api.Delete(ctx, x.Ext.ID); !gone.OK() {
		return gone, fmt.Sprintf("what was created by %s could not be deleted", ext.JSON())
	}
	return x, ""
}

// edit changes a legal body: a field where one is named, else some of its bytes.
type edit struct {
	Field       string
	Value       json.RawMessage
	At, Removed int
	Inserted    []byte
}

func (e edit) of(ext payloads.Extension) []byte {
	if e.Field != "" {
		return ext.With(e.Field, e.Value)
	}
	body := ext.JSON()
	at := e.At % len(body)
	return slices.Concat(body[:at], e.Inserted, body[min(len(body), at+e.Removed):])
}

func edits() gopter.Gen {
	flat := gen.OneGenOf(
		text().Map(encoded[string]), gen.Int64().Map(encoded[int64]), gen.Bool().Map(encoded[bool]),
		gen.OneConstOf("", " ", "\x00", "../..", "plugin", "http://", "null").Map(encoded[string]),
		gen.Const(json.RawMessage("null")),
	)
	list := gen.SliceOf(flat).Map(encoded[[]json.RawMessage])
	object := gen.MapOf(text(), flat).Map(encoded[map[string]json.RawMessage])
	return gen.OneGenOf(
		gen.Struct(reflect.TypeFor[edit](), map[string]gopter.Gen{
			"Field": gen.OneConstOf("name", "extension_type", "version", "description", "download_url", "other"),
			"Value": gen.OneGenOf(flat, list, object),
		}),
		gen.Struct(reflect.TypeFor[edit](), map[string]gopter.Gen{
			"At": gen.IntRange(0, 999), "Removed": gen.IntRange(0, 8), "Inserted": gen.SliceOf(gen.UInt8()),
		}),
	)
}

func encoded[T any](value T) json.RawMessage { return payloads.Encode(value) }

// anyBody posts a legal body that was changed.
func anyBody(ctx context.Context, api *API, e edit) (*Exchange, string) {
	ext := payloads.Bundle(api.Name())
	ext.Description = ext.Name // by which it would be found
	body := e.of(ext)
	x := api.CreateRaw(ctx, body, ext.Name, Malformed("a generated body"), Marked(ext.Name))
	switch {
	case x.Status() == 201:
		if x.Ext.ID != "" {
			api.Delete(ctx, x.Ext.ID)
		}
	case !x.Refused():
		return x, fmt.Sprintf("create answered %q with %d %s", body, x.Status(), x.Error)
	}
	return x, ""
}
