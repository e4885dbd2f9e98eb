// Package life follows extensions from creation to deletion, and watches the
// resource headers on the way.
package life

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/fixtures/payloads"
	. "github.com/extconf/extconf/suites/kit"
)

// Specs registers the specs of the life of an extension.
func Specs(api *API) {
	It("The resource headers tell the life of an extension",
		Exercises("life.created-fixed", "life.modified-forward", "life.version-moves", "life.version-stable"), func(ctx SpecContext) {
			ext := payloads.Bundle(api.Name())
			created := api.Created(ctx, ext)
			id := created.Ext.ID
			change := func(description string) func() *Exchange {
				return func() *Exchange {
					ext.Description = description
					return api.Update(ctx, id, ext)
				}
			}
			last, seen := created, map[string]bool{created.Version(): true}
			for _, step := range []func() *Exchange{
				change("first"), change("second"), change("first"), // the content of an older version, yet a new one
				func() *Exchange { return api.Upload(ctx, id, api.Archive()) },
				change("second"),
				func() *Exchange { return api.Upload(ctx, id, api.Archive()) },
			} {
				x := step()
				x.Must("update.200", HaveStatus(200))
				x.CheckThat("life.version-moves", "the version "+x.Version()+" seen before", seen[x.Version()], BeFalse())
				seen[x.Version()] = true
				x.Check("life.created-fixed", HaveSameCreated(created))
				x.Check("life.modified-forward", NotGoBack(last))
				got := api.Get(ctx, id)
				got.Must("get.200", HaveStatus(200))
				got.Check("life.version-stable", HaveSameVersion(x))
				got.Check("life.created-fixed", HaveSameCreated(created))
				got.Check("life.modified-forward", NotGoBack(x))
				last = got
			}
			deleted := api.Delete(ctx, id)
			deleted.Must("delete.200", HaveStatus(200))
			deleted.Check("life.created-fixed", HaveSameCreated(created))
		})
}
