// Package credentials exercises who may ask: nobody, somebody unknown, and
// what becomes of the key.
package credentials

import (
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega/types"

	"github.com/extconf/extconf/fixtures/payloads"
	"github.com/extconf/extconf/fixtures/targets"
	. "github.com/extconf/extconf/suites/kit"
)

// stranger is a caller who must be refused.
type stranger struct {
	text, requirement string
	// refusal matches how.
	refusal types.GomegaMatcher
	// authorization makes the header's value, or says why there is none.
	authorization func() (value, why string)
}

// Specs registers the specs of credentials.
func Specs(api *API) {
	// unknown is in the form of a key, and none was ever issued like it.
	unknown := api.Canary
	value := func(v string) func() (string, string) { return func() (string, string) { return v, "" } }
	missing, malformed, never := "any.credential-required", "any.credential-malformed", "any.credential-unknown"
	strangers := []stranger{
		{"without one", missing, BeUnauthenticated(), value("")},
		// What cannot be read is bad input as well, for which there are other statuses.
		{"with a scheme and no key", malformed, BeRefused(), value("ApiKey")},
		{"with a scheme that is none", malformed, BeRefused(), value("Extconf " + unknown)},
		{"with the caller's own key behind a scheme that is none", malformed, BeRefused(), func() (string, string) {
			own, _ := api.Target.Authorization(targets.User)
			_, key, _ := strings.Cut(own, " ")
			return "Extconf " + key, ""
		}},
		{"with a Basic that is not base64", malformed, BeRefused(), value("Basic %%%")},
		{"with an unknown key", never, BeUnauthenticated(), value("ApiKey " + unknown)},
		// A target that knows keys alone may not be able to read it.
		{"with an unknown user", never, BeRefused(), value("Basic " + unknown)},
	}
	for _, n := range NearMisses() {
		strangers = append(strangers, stranger{"with almost the caller's key, " + string(n), never, BeUnauthenticated(), func() (string, string) {
			return api.Target.Almost(n)
		}})
	}
	Describe("Credentials", func() {
		for _, s := range strangers {
			Describe(s.text, func() { refused(api, s) })
		}
	})
}

func refused(api *API, s stranger) {
	refuse := func(x *Exchange) { x.Check(s.requirement, s.refusal) }
	as := func(spec func(SpecContext, Option)) func(SpecContext) {
		return func(ctx SpecContext) {
			authorization, why := s.authorization()
			if why != "" {
				api.DoesNotBind(why)
				return
			}
			spec(ctx, Authorized(authorization))
		}
	}
	It("create is refused, and nothing is created", Exercises(s.requirement, "any.credential-not-echoed", "any.error-envelope-undocumented"), as(func(ctx SpecContext, them Option) {
		ext := payloads.Bundle(api.Name())
		x := api.Create(ctx, ext, them)
		refuse(x)
		x.NothingCreated(ctx, s.requirement, ext.Name)
	}))
	It("list is refused", Exercises(s.requirement), as(func(ctx SpecContext, them Option) {
		refuse(api.List(ctx, them))
	}))
	It("get, update, upload and delete are refused, and change nothing", Exercises(s.requirement, "any.credential-not-echoed"), as(func(ctx SpecContext, them Option) {
		created := api.Created(ctx, payloads.Bundle(api.Name()))
		api.Uploaded(ctx, created.Ext.ID, api.Archive())
		before := api.Get(ctx, created.Ext.ID)
		before.Must("get.200", HaveStatus(http.StatusOK))
		refuse(api.Get(ctx, created.Ext.ID, them))
		refuse(api.GetQuery(ctx, created.Ext.ID, "include_deployments=true", them)) // as the real clients ask
		refuse(api.Update(ctx, created.Ext.ID, payloads.Bundle(api.Name()), them))
		refuse(api.Upload(ctx, created.Ext.ID, api.Archive(), them))
		refuse(api.Delete(ctx, created.Ext.ID, them))
		api.Unchanged(ctx, s.requirement, before)
	}))
}
