package life

import (
	. "github.com/onsi/ginkgo/v2"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/fixtures/payloads"
	. "github.com/extconf/extconf/suites/kit"
)

// Ids are generated, so that two extensions may have all else in common: their
// name, which is none of the documents' keys, and the bytes of their files.
func others(api *API) {
	It("What is done to one extension leaves another of the same name alone",
		Exercises("life.others-kept", "upload.bytes"), func(ctx SpecContext) {
			ext := payloads.Bundle(api.Name())
			ext.Description = "One of two"
			one, other := api.Created(ctx, ext), api.Created(ctx, ext)
			first, second := archives.OfSize(8<<10, 11), archives.OfSize(8<<10, 12)
			api.Uploaded(ctx, one.Ext.ID, first)
			beforeOne := api.Get(ctx, one.Ext.ID)
			api.Uploaded(ctx, other.Ext.ID, second)
			api.Unchanged(ctx, "life.others-kept", beforeOne).Stores(ctx, "life.others-kept", first)
			before := api.Get(ctx, other.Ext.ID)
			before.Stores(ctx, "upload.bytes", second)
			kept := func() {
				api.Unchanged(ctx, "life.others-kept", before).Stores(ctx, "life.others-kept", second)
			}

			ext.Description = "Updated alone"
			api.Update(ctx, one.Ext.ID, ext).Must("update.200", HaveStatus(200))
			kept()
			// Both have the same file from here on.
			api.Uploaded(ctx, one.Ext.ID, second)
			kept()
			api.Gone(ctx, one.Ext.ID)
			kept()
			list := api.Eventually(ctx, func() *Exchange { return api.List(ctx) }, ListAsTold(before))
			list.Check("life.others-kept", ListAsTold(before))
		})
}
