package life

import (
	. "github.com/onsi/ginkgo/v2"

	"github.com/extconf/extconf/fixtures/payloads"
	. "github.com/extconf/extconf/suites/kit"
)

// nearIDs are changes of what is almost the id of an extension, which must not
// reach it.
func nearIDs(api *API) {
	for _, near := range NearIDs {
		It("No change reaches an extension by its id "+near.Name,
			Exercises("update.404", "upload.404", "delete.404", "update.nothing-changed", "upload.nothing-changed", "delete.nothing-deleted"), func(ctx SpecContext) {
				created := api.Created(ctx, payloads.Bundle(api.Name()))
				archive := api.Archive()
				api.Uploaded(ctx, created.Ext.ID, archive)
				before := api.Get(ctx, created.Ext.ID)
				id := api.Near(created.Ext.ID, near.Of)
				for _, change := range []struct {
					operation, unchanged string
					send                 func(Option) *Exchange
				}{
					{"update", "update.nothing-changed", func(as Option) *Exchange {
						return api.Update(ctx, id, payloads.Bundle(api.Name()), as, api.Unknown())
					}},
					{"upload", "upload.nothing-changed", func(as Option) *Exchange { return api.Upload(ctx, id, api.Archive(), as, api.Unknown()) }},
					{"delete", "delete.nothing-deleted", func(as Option) *Exchange { return api.Delete(ctx, id, as, api.Unknown()) }},
				} {
					x := change.send(Provoked(api.Stimulus(change.operation + ".not_found")))
					x.Check(change.operation+".404", api.NotFound())
					api.Unchanged(ctx, change.unchanged, before).Stores(ctx, change.unchanged, archive)
				}
			})
	}
}
