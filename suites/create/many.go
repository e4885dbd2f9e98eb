package create

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/fixtures/payloads"
	. "github.com/extconf/extconf/suites/kit"
)

func manyAtOnce(api *API) {
	It("many at once, each with an id of its own", Exercises("concurrent.creates", "concurrent.ids"), func(ctx SpecContext) {
		const many = 16
		exchanges := make([]*Exchange, many)
		AtOnce(many, func(i int) { exchanges[i] = api.Create(ctx, payloads.Bundle(api.Name())) })
		seen := map[string]bool{}
		for _, x := range exchanges {
			x.Check("concurrent.creates", HaveStatus(201))
			if x.OK() {
				x.CheckThat("concurrent.ids", "the id "+x.Ext.ID+" of an extension created before", seen[x.Ext.ID], BeFalse())
				seen[x.Ext.ID] = true
			}
		}
	})
}
