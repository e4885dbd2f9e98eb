// Package credentials exercises who may ask: nobody, somebody unknown, and
// what becomes of the key.
package credentials

import (
	"net/http"

	. "github.com/onsi/ginkgo/v2"

	"github.com/extconf/extconf/fixtures/payloads"
	. "github.com/extconf/extconf/suites/kit"
)

// Specs registers the specs of credentials.
func Specs(api *API) {
	// unknown is in the form of a key, and none was ever issued like it.
	unknown := api.Canary
	Describe("Credentials", func() {
		for _, c := range []struct{ text, requirement, value string }{
			{"without one", "any.credential-required", ""},
			{"with a scheme and no key", "any.credential-malformed", "ApiKey"},
			{"with a scheme that is none", "any.credential-malformed", "Extconf " + unknown},
			{"with a Basic that is not base64", "any.credential-malformed", "Basic %%%"},
			{"with an unknown key", "any.credential-unknown", "ApiKey " + unknown},
			{"with an unknown user", "any.credential-unknown", "Basic " + unknown},
		} {
			Describe(c.text, func() { refused(api, c.requirement, c.value) })
		}
	})
}

func refused(api *API, requirement, value string) {
	refuse := func(x *Exchange) { x.Check(requirement, BeUnauthenticated()) }
	It("create is refused, and nothing is created", Exercises(requirement, "any.credential-not-echoed", "any.error-envelope-undocumented"), func(ctx SpecContext) {
		ext := payloads.Bundle(api.Name())
		x := api.Create(ctx, ext, Authorized(value))
		refuse(x)
		x.NothingCreated(ctx, requirement, ext.Name)
	})
	It("list is refused", Exercises(requirement), func(ctx SpecContext) {
		refuse(api.List(ctx, Authorized(value)))
	})
	It("get, update, upload and delete are refused, and change nothing", Exercises(requirement, "any.credential-not-echoed"), func(ctx SpecContext) {
		created := api.Created(ctx, payloads.Bundle(api.Name()))
		before := api.Get(ctx, created.Ext.ID)
		before.Must("get.200", HaveStatus(http.StatusOK))
		refuse(api.Get(ctx, created.Ext.ID, Authorized(value)))
		refuse(api.Update(ctx, created.Ext.ID, payloads.Bundle(api.Name()), Authorized(value)))
		refuse(api.Upload(ctx, created.Ext.ID, api.Archive(), Authorized(value)))
		refuse(api.Delete(ctx, created.Ext.ID, Authorized(value)))
		api.Unchanged(ctx, requirement, before)
	})
}
