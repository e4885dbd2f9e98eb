package life

import (
	. "github.com/onsi/ginkgo/v2"

	"github.com/extconf/extconf/fixtures/payloads"
	. "github.com/extconf/extconf/suites/kit"
)

// dates are looked at for what they say, as far as one who does not know the
// target's clock can.
func dates(api *API) {
	It("The dates are those of what was done",
		Exercises("life.dates-set", "life.dates-by-the-clock", "life.modified-moves", "life.file-date"), func(ctx SpecContext) {
			ext := payloads.Bundle(api.Name())
			created := api.Created(ctx, ext)
			created.Check("life.dates-set", HaveDatesSet())
			created.AgreesWithItsDate("life.dates-by-the-clock")

			created.Pause(ctx)
			ext.Description = "Later"
			updated := api.Update(ctx, created.Ext.ID, ext)
			updated.Must("update.200", HaveStatus(200))
			updated.Check("life.dates-set", HaveDatesSet())
			updated.ModifiedAfter("life.modified-moves", created)

			updated.Pause(ctx)
			uploaded := api.Uploaded(ctx, created.Ext.ID, api.Archive())
			uploaded.ModifiedAfter("life.modified-moves", updated)
			got := api.Get(ctx, created.Ext.ID)
			got.Must("get.200", HaveStatus(200))
			got.ModifiedAfter("life.modified-moves", updated)
			got.FileNotBefore("life.file-date", created)
		})
}
