// Package read exercises GET: one extension, and the list of all.
package read

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/extconf/extconf/fixtures/payloads"
	. "github.com/extconf/extconf/suites/kit"
)

// Specs registers the specs of get and list.
func Specs(api *API) {
	Describe("Get", func() { get(api) })
	Describe("List", func() { list(api) })
}

func get(api *API) {
	It("answers with the extension that was asked for",
		Exercises("get.200", "get.id", "get.header.version", "get.header.created", "get.header.last-modified"), func(ctx SpecContext) {
			first := api.Created(ctx, payloads.Bundle(api.Name()))
			second := api.Created(ctx, payloads.Plugin(api.Name()))
			for _, created := range []*Exchange{first, second, first} {
				x := api.Get(ctx, created.Ext.ID)
				x.Must("get.200", HaveStatus(200))
				x.CheckThat("get.id", "the name", x.Ext.Name, Equal(created.Ext.Name))
			}
		})

	// includes asks for an extension with and without its deployments.
	includes := func(ctx SpecContext, value string, ext payloads.Extension) {
		ext.Description = "With all that there is to tell"
		created := api.Created(ctx, ext)
		api.Uploaded(ctx, created.Ext.ID, api.Archive())
		plain := api.Get(ctx, created.Ext.ID)
		plain.Must("get.200", HaveStatus(200))
		api.WithDeployments(ctx, plain, value)
	}
	DescribeTable("takes include_deployments, and tells all else as without", Exercises("get.include-deployments"), func(ctx SpecContext, value string) {
		includes(ctx, value, payloads.Bundle(api.Name()))
	}, Entry("true", "true"), Entry("false", "false"))

	DescribeTable("takes include_deployments where there is a download_url", Exercises("get.include-deployments"), func(ctx SpecContext, value string) {
		ext := payloads.Bundle(api.Name())
		ext.DownloadURL = api.Origin(api.Archive()).URL
		includes(ctx, value, ext)
	}, Entry("true", "true"), Entry("false", "false"))

	It("changes nothing", Exercises("get.no-change", "life.version-stable"), func(ctx SpecContext) {
		created := api.Created(ctx, payloads.Bundle(api.Name()))
		first := api.Get(ctx, created.Ext.ID)
		first.Must("get.200", HaveStatus(200))
		first.Check("life.version-stable", HaveSameVersion(created))
		api.List(ctx)
		first.Tick(ctx)
		for range 3 {
			x := api.Get(ctx, created.Ext.ID)
			x.Must("get.200", HaveStatus(200))
			x.Check("get.no-change", Agree(first))
			x.Check("life.version-stable", HaveSameVersion(first))
			x.Check("get.no-change", HaveSameModified(first))
			x.Check("get.no-change", HaveSameCreated(first))
		}
	})

	It("does not know an id that was never used",
		Exercises("get.404", "get.error-codes"), func(ctx SpecContext) {
			stimulus := api.Stimulus("get.not_found")
			created := api.Created(ctx, payloads.Bundle(api.Name()))
			x := api.Get(ctx, NeverUsedID(created.Ext.ID), Provoked(stimulus), api.Unknown())
			x.Check("get.404", api.NotFound())
		})

	for _, near := range NearIDs {
		It("does not know an id that is almost one, "+near.Name, Exercises("get.404"), func(ctx SpecContext) {
			stimulus := api.Stimulus("get.not_found")
			created := api.Created(ctx, payloads.Bundle(api.Name()))
			id := api.Near(created.Ext.ID, near.Of)
			api.Get(ctx, id, Provoked(stimulus), api.Unknown()).Check("get.404", api.NotFound())
			// As the real clients ask.
			api.GetQuery(ctx, id, "include_deployments=true", Provoked(stimulus), api.Unknown()).Check("get.404", api.NotFound())
		})
	}

	It("does not know an id that was deleted",
		Exercises("get.404"), func(ctx SpecContext) {
			stimulus := api.Stimulus("get.not_found")
			created := api.Created(ctx, payloads.Bundle(api.Name()))
			api.Gone(ctx, created.Ext.ID)
			x := api.Eventually(ctx, func() *Exchange {
				return api.Get(ctx, created.Ext.ID, Provoked(stimulus), api.Unknown())
			}, api.NotFound())
			x.Check("get.404", api.NotFound())
		})
}

// manyListed is one more than where lists are often cut into pages.
const manyListed = 26

func list(api *API) {
	It("answers with an object that holds the extensions",
		Exercises("list.200", "list.extensions"), func(ctx SpecContext) {
			x := api.List(ctx)
			x.Check("list.200", HaveStatus(200))
		})

	It("holds as many as there are", Exercises("list.contains"), func(ctx SpecContext) {
		each := make([]types.GomegaMatcher, manyListed)
		for i := range each {
			ext := payloads.Bundle(api.Name())
			ext.Description = strings.Repeat("One of many. ", 15)
			each[i] = ListOnce(api.Created(ctx, ext).Ext.ID)
		}
		x := api.Eventually(ctx, func() *Exchange { return api.List(ctx) }, And(each...))
		for _, listed := range each {
			x.Check("list.contains", listed)
		}
	})

	It("holds every extension once, and tells what GET tells",
		Exercises("list.contains", "list.agrees"), func(ctx SpecContext) {
			created := []*Exchange{api.Created(ctx, payloads.Bundle(api.Name()))}
			described := payloads.Plugin(api.Name())
			described.Description = strings.Repeat("One of <b>several</b> & \"quoted\"; ", 6)
			created = append(created, api.Created(ctx, described), api.Created(ctx, payloads.Bundle(api.Name())))
			api.Uploaded(ctx, created[2].Ext.ID, api.Archive()) // one with a file
			for _, c := range created {
				x := api.Eventually(ctx, func() *Exchange { return api.List(ctx) }, ListOnce(c.Ext.ID))
				x.Check("list.contains", ListOnce(c.Ext.ID))
				got := api.Get(ctx, c.Ext.ID)
				got.Must("get.200", HaveStatus(200))
				for _, entry := range x.List {
					if entry.ID == c.Ext.ID {
						x.Check("list.agrees", ListAsTold(got))
					}
				}
			}
		})

	It("no longer holds what was deleted", Exercises("list.omits-deleted"), func(ctx SpecContext) {
		kept := api.Created(ctx, payloads.Bundle(api.Name()))
		gone := api.Created(ctx, payloads.Bundle(api.Name()))
		api.Eventually(ctx, func() *Exchange { return api.List(ctx) }, ListOnce(gone.Ext.ID))
		api.Gone(ctx, gone.Ext.ID)
		x := api.Eventually(ctx, func() *Exchange { return api.List(ctx) }, And(NotList(gone.Ext.ID), ListOnce(kept.Ext.ID)))
		x.Check("list.omits-deleted", NotList(gone.Ext.ID))
		x.Check("list.contains", ListOnce(kept.Ext.ID))
	})
}
