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
	// authorization makes the header's value, or skips the spec.
	authorization func() string
}

// Specs registers the specs of credentials.
func Specs(api *API) {
	// unknown is in the form of a key, and none was ever issued like it.
	unknown := api.Canary
	value := func(v string) func() string { return func() string { return v } }
	missing, malformed, never := "any.credential-required", "any.credential-malformed", "any.credential-unknown"
	strangers := []stranger{
		{"without one", missing, BeUnauthenticated(), value("")},
		// What cannot be read is bad input as well, for which there are other statuses.
		{"with a scheme and no key", malformed, BeRefused(), value("ApiKey")},
		{"with a scheme that is none", malformed, BeRefused(), value("Extconf " + unknown)},
		{"with the caller's own key behind a scheme that is none", malformed, BeRefused(), func() string { return ownBehind(api, "Extconf") }},
		{"with a Basic that is not base64", malformed, BeRefused(), value("Basic %%%")},
		{"with an unknown key", never, BeUnauthenticated(), value("ApiKey " + unknown)},
		// A target that knows keys alone may not be able to read it.
		{"with an unknown user", never, BeRefused(), value("Basic " + unknown)},
	}
	for _, n := range NearMisses() {
		strangers = append(strangers, stranger{"with almost the caller's key, " + string(n), never, BeUnauthenticated(), func() string {
			authorization, why := api.Target.Almost(n)
			if why != "" {
				Skip(why)
			}
			return authorization
		}})
	}
	Describe("Credentials", func() {
		for _, s := range strangers {
			Describe(s.text, func() { refused(api, s) })
		}
	})
}

// ownBehind is the user's credential behind another scheme.
func ownBehind(api *API, scheme string) string {
	own, ok := api.Target.Authorization(targets.User)
	if !ok {
		Skip("there is no key to send")
	}
	_, key, _ := strings.Cut(own, " ")
	return scheme + " " + key
}

func refused(api *API, s stranger) {
	refuse := func(x *Exchange) { x.Check(s.requirement, s.refusal) }
	It("create is refused, and nothing is created", Exercises(s.requirement, "any.credential-not-echoed", "any.error-envelope-undocumented"), func(ctx SpecContext) {
		ext := payloads.Bundle(api.Name())
		x := api.Create(ctx, ext, Authorized(s.authorization()))
		refuse(x)
		x.NothingCreated(ctx, s.requirement, ext.Name)
	})
	It("list is refused", Exercises(s.requirement), func(ctx SpecContext) {
		refuse(api.List(ctx, Authorized(s.authorization())))
	})
	It("get, update, upload and delete are refused, and change nothing", Exercises(s.requirement, "any.credential-not-echoed"), func(ctx SpecContext) {
		by := Authorized(s.authorization())
		created := api.Created(ctx, payloads.Bundle(api.Name()))
		before := api.Get(ctx, created.Ext.ID)
		before.Must("get.200", HaveStatus(http.StatusOK))
		refuse(api.Get(ctx, created.Ext.ID, by))
		refuse(api.Update(ctx, created.Ext.ID, payloads.Bundle(api.Name()), by))
		refuse(api.Upload(ctx, created.Ext.ID, api.Archive(), by))
		refuse(api.Delete(ctx, created.Ext.ID, by))
		api.Unchanged(ctx, s.requirement, before)
	})
}
