package create

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/extconf/extconf/fixtures/payloads"
	. "github.com/extconf/extconf/suites/kit"
)

func manyAtOnce(api *API) {
	It("many at once, each with an id of its own and what was sent for it",
		Exercises("concurrent.creates", "concurrent.ids"), func(ctx SpecContext) {
			const many = 16
			sent := make([]payloads.Extension, many)
			for i := range sent {
				sent[i] = payloads.Bundle(api.Name())
			}
			exchanges := make([]*Exchange, many)
			AtOnce(many, func(i int) { exchanges[i] = api.Create(ctx, sent[i]) })
			var ids []string
			var created []*Exchange
			for i, x := range exchanges {
				if !x.Check("concurrent.creates", HaveStatus(201)) || x.Ext.ID == "" {
					continue
				}
				x.Check("concurrent.creates", Echo("name", sent[i]))
				x.CheckThat("concurrent.ids", "the ids of others that were created at the same time", ids, Not(ContainElement(x.Ext.ID)))
				ids, created = append(ids, x.Ext.ID), append(created, x)
			}
			var listed []types.GomegaMatcher
			for i, x := range exchanges {
				if x.OK() && x.Ext.ID != "" {
					api.Get(ctx, x.Ext.ID).Check("concurrent.creates", Echo("name", sent[i]))
					listed = append(listed, ListOnce(x.Ext.ID))
				}
			}
			list := api.Eventually(ctx, func() *Exchange { return api.List(ctx) }, And(listed...))
			for _, x := range created {
				list.Check("create.list-shows", ListOnce(x.Ext.ID))
			}
		})
}
