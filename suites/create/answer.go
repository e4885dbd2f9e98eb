package create

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/fixtures/payloads"
	. "github.com/extconf/extconf/suites/kit"
)

// What holds of every answer is judged with every exchange; these specs make
// sure that there is one to judge.
func answer(api *API) {
	Describe("the answer", func() {
		It("has the documented form",
			Exercises("create.header.version", "create.header.created", "create.header.last-modified",
				"any.http", "any.documented-status", "any.content-type", "any.json", "any.resource-dates-utc", "any.resource-dates-order",
				"extension.id", "extension.name", "extension.url", "extension.type", "extension.version",
				"extension.description", "extension.deployments", "any.credential-not-echoed"),
			func(ctx SpecContext) {
				ext := payloads.Bundle(api.Name())
				ext.Description = "All that needs no archive"
				x := api.Created(ctx, ext)
				api.GetQuery(ctx, x.Ext.ID, "include_deployments=true")
			})

		It("has the documented form with an archive as well",
			Exercises("extension.download-url", "extension.file-metadata", "file-metadata.size", "file-metadata.url", "file-metadata.last-modified"),
			func(ctx SpecContext) {
				ext := withURL(api, api.Origin(api.Archive()).URL)
				ext.Description = "All fields"
				x := api.Created(ctx, ext)
				api.GetQuery(ctx, x.Ext.ID, "include_deployments=true")
			})

		It("has a new id each time, also for the same content",
			Exercises("create.id-fresh", "create.get-agrees"), func(ctx SpecContext) {
				var seen []string
				same := payloads.Bundle(api.Name())
				var created []*Exchange
				for _, ext := range []payloads.Extension{same, same, payloads.Bundle(api.Name()), payloads.Plugin(api.Name()), same} {
					x := api.Created(ctx, ext)
					x.CheckThat("create.id-fresh", "the ids of those created before", seen, Not(ContainElement(x.Ext.ID)))
					seen, created = append(seen, x.Ext.ID), append(created, x)
				}
				for _, x := range created {
					api.Get(ctx, x.Ext.ID).Check("create.get-agrees", Agree(x))
				}
			})

		It("has another id than any that there is, also when some are gone",
			Exercises("create.id-fresh"), func(ctx SpecContext) {
				first := api.Created(ctx, payloads.Bundle(api.Name()))
				second := api.Created(ctx, payloads.Bundle(api.Name()))
				before := api.Get(ctx, second.Ext.ID)
				before.Must("get.200", HaveStatus(200))
				api.Gone(ctx, first.Ext.ID)
				third := api.Created(ctx, payloads.Bundle(api.Name()))
				third.CheckThat("create.id-fresh", "the id of an extension that is there", second.Ext.ID, Not(Equal(third.Ext.ID)))
				api.Unchanged(ctx, "create.id-fresh", before)
			})
	})
}
