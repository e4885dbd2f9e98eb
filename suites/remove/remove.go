// Package remove exercises DELETE /deployments/extensions/{id}.
package remove

import (
	. "github.com/onsi/ginkgo/v2"

	"github.com/extconf/extconf/fixtures/payloads"
	. "github.com/extconf/extconf/suites/kit"
)

// Specs registers the specs of delete.
func Specs(api *API) {
	Describe("Delete", func() {
		It("deletes, and GET no longer knows it",
			Exercises("delete.200", "delete.body", "delete.header.version", "delete.header.created", "delete.header.last-modified", "delete.gone"),
			func(ctx SpecContext) {
				created := api.Created(ctx, payloads.Bundle(api.Name()))
				api.Gone(ctx, created.Ext.ID)
				api.Forgotten(ctx, created.Ext.ID)
			})

		It("deletes an extension with a file",
			Exercises("delete.200", "delete.gone"), func(ctx SpecContext) {
				created := api.Created(ctx, payloads.Bundle(api.Name()))
				api.Uploaded(ctx, created.Ext.ID, api.Archive())
				api.Gone(ctx, created.Ext.ID)
				api.Forgotten(ctx, created.Ext.ID)
			})

		It("deletes only what it was asked to", Exercises("delete.nothing-deleted"), func(ctx SpecContext) {
			kept := api.Created(ctx, payloads.Bundle(api.Name()))
			gone := api.Created(ctx, payloads.Bundle(api.Name()))
			before := api.Get(ctx, kept.Ext.ID)
			api.Gone(ctx, gone.Ext.ID)
			api.Unchanged(ctx, "delete.nothing-deleted", before)
		})

		It("404 where there is no such extension", Exercises("delete.404", "delete.error-codes"), func(ctx SpecContext) {
			stimulus := api.Stimulus("delete.not_found")
			created := api.Created(ctx, payloads.Bundle(api.Name()))
			never := api.Delete(ctx, NeverUsedID(created.Ext.ID), Provoked(stimulus), api.Unknown())
			never.Check("delete.404", api.NotFound())
			api.Gone(ctx, created.Ext.ID)
			second := api.Eventually(ctx, func() *Exchange {
				return api.Delete(ctx, created.Ext.ID, Provoked(stimulus), api.Unknown())
			}, api.NotFound())
			second.Check("delete.404", api.NotFound())
		})

		refuse := func(ctx SpecContext, stimulusKey, requirement string, status int, code string) {
			stimulus := api.Stimulus(stimulusKey)
			created := api.Created(ctx, payloads.Bundle(api.Name()))
			archive := api.Archive()
			api.Uploaded(ctx, created.Ext.ID, archive)
			before := api.Get(ctx, created.Ext.ID)
			x := api.Delete(ctx, created.Ext.ID, Provoked(stimulus))
			x.Check(requirement, FailWith(status, code))
			api.Unchanged(ctx, "delete.nothing-deleted", before).Stores(ctx, "delete.nothing-deleted", archive)
			list := api.Eventually(ctx, func() *Exchange { return api.List(ctx) }, ListOnce(created.Ext.ID))
			list.Check("delete.nothing-deleted", ListOnce(created.Ext.ID))
		}
		It("401 where the extension is another user's",
			Exercises("delete.401-unauthorised", "delete.error-codes", "delete.nothing-deleted"), func(ctx SpecContext) {
				refuse(ctx, "delete.unauthorised", "delete.401-unauthorised", 401, "unauthorised")
			})
		It("401 where the session has no user id",
			Exercises("delete.401-no-user-id", "delete.error-codes", "delete.nothing-deleted"), func(ctx SpecContext) {
				refuse(ctx, "delete.no_user_id", "delete.401-no-user-id", 401, "no_user_id")
			})
		It("409 where the version is another one",
			Exercises("delete.409", "delete.error-codes", "delete.nothing-deleted"), func(ctx SpecContext) {
				refuse(ctx, "delete.version_conflict", "delete.409", 409, "version_conflict")
			})
	})
}
