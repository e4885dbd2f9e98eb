// Package life follows extensions from creation to deletion, and watches the
// resource headers on the way.
package life

import (
	. "github.com/onsi/ginkgo/v2"

	"github.com/extconf/extconf/fixtures/payloads"
	. "github.com/extconf/extconf/suites/kit"
)

// Specs registers the specs of the life of an extension.
func Specs(api *API) {
	journeys(api)
	headers(api)
	dates(api)
	others(api)
	nearIDs(api)
}

func headers(api *API) {
	It("The resource headers tell the life of an extension",
		Exercises("life.created-fixed", "life.modified-forward", "life.version-moves", "life.version-stable"), func(ctx SpecContext) {
			ext := payloads.Bundle(api.Name())
			created := api.Created(ctx, ext)
			id, file := created.Ext.ID, 0
			change := func(description string) func() *Exchange {
				return func() *Exchange {
					ext.Description = description
					x := api.Update(ctx, id, ext)
					x.Must("update.200", HaveStatus(200))
					return x
				}
			}
			upload := func() *Exchange {
				file++
				return api.Uploaded(ctx, id, api.Archive())
			}
			seen := NewVersions()
			content := func() string { return string(ext.JSON()) + " with file " + string(rune('0'+file)) }
			seen.Note(created, content())
			last, changed := created, created
			for _, step := range []func() *Exchange{
				change("first"), change("second"), change("first"), // the content of an older version
				upload, change("second"), upload,
			} {
				x := step()
				x.Check("life.version-moves", HaveNewVersion(changed))
				x.Check("life.version-moves", seen.NotOfOther(content()))
				seen.Note(x, content())
				x.Check("life.created-fixed", HaveSameCreated(created))
				x.Check("life.modified-forward", NotGoBack(last))
				got := api.Get(ctx, id)
				got.Must("get.200", HaveStatus(200))
				got.Check("life.version-stable", HaveSameVersion(x))
				got.Check("life.created-fixed", HaveSameCreated(created))
				got.Check("life.modified-forward", NotGoBack(x))
				last, changed = got, x
			}
			deleted := api.Delete(ctx, id)
			deleted.Must("delete.200", HaveStatus(200))
			deleted.Check("life.created-fixed", HaveSameCreated(created))
		})
}
