package create

import (
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/fixtures/payloads"
	. "github.com/extconf/extconf/suites/kit"
)

// The body is "the data that creates the extension": one JSON object with
// three required strings and two optional ones.
func bodies(api *API) {
	// refuse posts a body made of a legal one and wants it refused.
	refuse := func(ctx SpecContext, requirement, rule string, body func(payloads.Extension) []byte, options ...Option) {
		base := api.Name()
		ext := payloads.Bundle(base)
		ext.Description = base
		x := api.CreateRaw(ctx, body(ext), base, append(options, Malformed(rule), Marked(base))...)
		x.Check(requirement, BeRefused())
		x.NothingCreated(ctx, "create.nothing-created", base)
	}

	Describe("required fields", func() {
		for field, requirement := range map[string]string{"name": "create.required.name", "extension_type": "create.required.type", "version": "create.required.version"} {
			DescribeTable(
				field, Exercises(requirement, "create.nothing-created"),
				func(ctx SpecContext, body func(payloads.Extension) []byte) {
					refuse(ctx, requirement, field+" is required", body)
				},
				Entry("missing", func(e payloads.Extension) []byte { return e.Without(field) }),
				Entry("null", func(e payloads.Extension) []byte { return e.With(field, nil) }),
			)
		}
	})

	DescribeTable(
		"extension types other than plugin and bundle", Exercises("create.type-enum", "create.nothing-created"),
		func(ctx SpecContext, kind string) {
			refuse(ctx, "create.type-enum", "extension_type is plugin or bundle",
				func(e payloads.Extension) []byte { return e.With("extension_type", kind) })
		},
		Entry("unknown", "module"), Entry("upper case", "PLUGIN"), Entry("capitalised", "Bundle"), Entry("plural", "plugins"),
		Entry("empty", ""), Entry("with a space", "bundle "), Entry("a prefix", "plug"),
	)

	Describe("fields of another type", func() {
		for _, field := range []string{"name", "extension_type", "version", "description", "download_url"} {
			for what, value := range map[string]any{"number": 7, "boolean": true, "list": []string{"x"}, "object": map[string]string{"x": "y"}} {
				It(field+" as a "+what, Exercises("create.body-types", "create.nothing-created"), func(ctx SpecContext) {
					refuse(ctx, "create.body-types", field+" is a string",
						func(e payloads.Extension) []byte {
							if field == "description" { // then the name alone marks it
								e.Description = ""
							}
							return e.With(field, value)
						})
				})
			}
		}
	})

	DescribeTable(
		"bodies that are not one JSON document", Exercises("create.body-json", "create.nothing-created"),
		func(ctx SpecContext, body func(string) string) {
			refuse(ctx, "create.body-json", "the body is one JSON document",
				func(e payloads.Extension) []byte { return []byte(body(string(e.JSON()))) })
		},
		Entry("empty", func(string) string { return "" }),
		Entry("blank", func(string) string { return " \n" }),
		Entry("words", func(string) string { return "not json" }),
		Entry("truncated", func(s string) string { return s[:len(s)-1] }),
		Entry("truncated within a string", func(s string) string { return s[:len(s)/2] }),
		Entry("two documents", func(s string) string { return s + s }),
		Entry("with a comma too many", func(s string) string { return strings.Replace(s, "}", ",}", 1) }),
		Entry("in single quotes", func(s string) string { return strings.ReplaceAll(s, `"`, "'") }),
		Entry("a form", func(string) string { return "name=x&extension_type=bundle&version=*" }),
	)

	DescribeTable(
		"bodies that are not an object", Exercises("create.body-object", "create.nothing-created"),
		func(ctx SpecContext, body func(string) string) {
			refuse(ctx, "create.body-object", "the body is an object",
				func(e payloads.Extension) []byte { return []byte(body(string(e.JSON()))) })
		},
		Entry("a list of one", func(s string) string { return "[" + s + "]" }),
		Entry("an empty list", func(string) string { return "[]" }),
		Entry("a string", func(string) string { return `"bundle"` }),
		Entry("a number", func(string) string { return "7" }),
		Entry("null", func(string) string { return "null" }),
		Entry("an empty object", func(string) string { return "{}" }),
		Entry("a thousand lists deep", func(string) string { return strings.Repeat("[", 1000) + strings.Repeat("]", 1000) }),
	)

	DescribeTable(
		"JSON however it is spelled", Exercises("create.generated", "update.replaces"),
		func(ctx SpecContext, spelled func(string) string) {
			ext := payloads.Bundle(api.Name())
			ext.Description = "a/b 😀"
			x := api.CreateRaw(ctx, []byte(spelled(string(ext.JSON()))), ext.Name)
			x.Must("create.201", HaveStatus(201))
			x.Check("create.generated", Echo("description", ext))
			ext.Description = "c/d 😀"
			x = api.UpdateRaw(ctx, x.Ext.ID, []byte(spelled(string(ext.JSON()))))
			x.Must("update.200", HaveStatus(200))
			x.Check("update.replaces", Echo("description", ext))
			api.Get(ctx, x.Ext.ID).Check("update.replaces", Echo("description", ext))
		},
		Entry("with escapes", strings.NewReplacer("/", `\/`, "😀", `\ud83d\ude00`).Replace),
		Entry("with blanks all over", strings.NewReplacer("{", "\r\n {\n\t", `":"`, `" :  "`, `,"`, ",\n\t\"", "}", "\n}\n\n").Replace),
		Entry("with its keys in another order", func(s string) string {
			fields := strings.SplitN(strings.Trim(s, "{}"), ",", 2)
			return "{" + fields[1] + "," + fields[0] + "}"
		}),
	)

	Describe("bodies that the documents leave open", func() {
		// either is for what a target may accept or refuse, but not break on.
		either := func(ctx SpecContext, requirement string, ext payloads.Extension, body []byte, options ...Option) *Exchange {
			x := api.CreateRaw(ctx, body, ext.Name, append(options, Malformed("the documents leave this open"))...)
			if x.OK() {
				x.Check(requirement, HaveStatus(201))
				x.Check(requirement, Echo("name", ext))
				return x
			}
			x.Check(requirement, BeRefused())
			x.NothingCreated(ctx, "create.nothing-created", ext.Name)
			return x
		}
		It("an unknown field", Exercises("create.unknown-field"), func(ctx SpecContext) {
			ext := payloads.Bundle(api.Name())
			either(ctx, "create.unknown-field", ext, ext.With("colour", "blue"))
		})
		It("an unknown field, deeply nested", Exercises("create.unknown-field"), func(ctx SpecContext) {
			ext := payloads.Bundle(api.Name())
			deep := strings.Repeat(`{"x":`, 200) + "1" + strings.Repeat("}", 200)
			either(ctx, "create.unknown-field", ext, []byte(strings.Replace(string(ext.JSON()), "{", `{"deep":`+deep+`,`, 1)))
		})
		It("a key that stands twice", Exercises("create.unknown-field"), func(ctx SpecContext) {
			ext := payloads.Bundle(api.Name())
			twice := strings.Replace(string(ext.JSON()), "{", fmt.Sprintf(`{"name":%q,`, ext.Name), 1)
			either(ctx, "create.unknown-field", ext, []byte(twice))
		})
		It("fields that the service fills in", Exercises("create.unknown-field"), func(ctx SpecContext) {
			other := api.Created(ctx, payloads.Bundle(api.Name()))
			id, url := NeverUsedID(other.Ext.ID), "repo://"+api.Name()
			ext := payloads.Bundle(api.Name())
			body := payloads.Encode(map[string]any{
				"name": ext.Name, "extension_type": ext.Type, "version": ext.Version,
				"id": id, "url": url, "deployments": []string{"0a592ab2c5baf0fa95c77ac62135782e"},
				"file_metadata": map[string]any{"size": 4096, "url": "http://127.0.0.1/extension.zip", "last_modified_date": "2024-02-29T12:00:00.000Z"},
			})
			x := either(ctx, "create.unknown-field", ext, body)
			if !x.OK() {
				return
			}
			for _, x := range []*Exchange{x, api.Get(ctx, x.Ext.ID)} {
				x.CheckThat("create.id-fresh", "the id, which is generated", x.Ext.ID, Not(Equal(id)))
				x.CheckThat("create.url", "the url, which is the service's to give", x.Ext.URL, Not(Equal(url)))
				x.Check("create.no-deployments", HaveNoDeployments())
				x.Check("create.b.no-file-yet", ClaimNoFile())
			}
		})
		It("no content type", Exercises("create.content-type"), func(ctx SpecContext) {
			ext := payloads.Bundle(api.Name())
			either(ctx, "create.content-type", ext, ext.JSON(), With("Content-Type", ""))
		})
		It("a charset", Exercises("create.content-type"), func(ctx SpecContext) {
			ext := payloads.Bundle(api.Name())
			either(ctx, "create.content-type", ext, ext.JSON(), With("Content-Type", "application/json; charset=utf-8"))
		})
	})

	DescribeTable(
		"bodies declared as something else", Exercises("create.content-type", "create.nothing-created"),
		func(ctx SpecContext, contentType string) {
			refuse(ctx, "create.content-type", "create consumes application/json", payloads.Extension.JSON, With("Content-Type", contentType))
		},
		Entry("text", "text/plain"), Entry("XML", "application/xml"), Entry("a form", "application/x-www-form-urlencoded"),
	)
}
