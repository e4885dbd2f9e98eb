package create

import (
	"context"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/fixtures/payloads"
	. "github.com/extconf/extconf/suites/kit"
)

// Pattern A: "Specify a download_url, http or https URL, where the extension
// is currently hosted. This will result in extension being copied to elastic
// repository."
func byURL(api *API) {
	Describe("by download URL", func() {
		It("answers with the extension that was sent, and has downloaded the archive",
			Exercises("create.201", "create.echo.name", "create.echo.description", "create.echo.type", "create.echo.version",
				"create.echo.download-url", "create.url", "create.no-deployments", "create.a.http", "create.a.metadata-true"),
			func(ctx SpecContext) {
				origin := api.Origin(api.Archive())
				ext := payloads.Bundle(api.Name())
				ext.Description, ext.DownloadURL = "By download URL", origin.URL
				x := api.Create(ctx, ext)
				x.Check("create.a.http", HaveStatus(201))
				x.Must("create.201", HaveStatus(201))
				checkEcho(x, ext)
				x.Check("create.echo.download-url", Echo("download_url", ext))
				x.TrueOf("create.a.metadata-true", origin.Size)
			})

		It("accepts a plugin as well",
			Exercises("create.type-enum", "create.echo.type", "create.a.copied", "create.a.metadata-true"), func(ctx SpecContext) {
				archive := pluginArchive()
				origin := api.Origin(archive)
				ext := payloads.Plugin(api.Name())
				ext.DownloadURL = origin.URL
				x := api.Create(ctx, ext)
				x.Must("create.type-enum", HaveStatus(201))
				x.Check("create.echo.type", Echo("extension_type", ext))
				got := api.Get(ctx, x.Ext.ID)
				got.TrueOf("create.a.metadata-true", origin.Size)
				if origin.Served != nil {
					got.Stores(ctx, "create.a.copied", archive)
				}
			})

		It("fetches the archive whole, without our credential",
			Exercises("create.a.fetches", "create.a.credential-kept"), func(ctx SpecContext) {
				served := api.Serve(api.Archive())
				x := api.Created(ctx, withURL(api, served.URL))
				// Behind a 201 stands a copy; that our host has noted the last
				// byte may take a moment longer.
				fetches := served.Settle(ctx)
				x.CheckThat("create.a.fetches", "the downloads of "+served.URL, Downloads(fetches), ContainElement(Whole))
				x.CheckThat("create.a.credential-kept", "the credential in the requests for the archive", api.LeakIn(fetches), BeEmpty())
			})

		It("keeps the copy when the origin is gone",
			Exercises("create.a.copied"), func(ctx SpecContext) {
				archive := api.Archive()
				served := api.Serve(archive)
				x := api.Created(ctx, withURL(api, served.URL))
				served.Withdraw()
				got := api.Get(ctx, x.Ext.ID)
				got.Must("get.200", HaveStatus(200))
				x.Holds(ctx, "create.a.copied", archive.SHA256(), archive.Size())
				got.Holds(ctx, "create.a.copied", archive.SHA256(), archive.Size())
			})

		It("tells GET the same, and the list",
			Exercises("create.get-agrees", "create.list-shows", "list.agrees", "create.a.metadata-true"), func(ctx SpecContext) {
				origin := api.Origin(api.Archive())
				ext := withURL(api, origin.URL)
				base := ext.Name
				ext.Name, ext.Description = "."+base, longDescription+base
				x := api.Created(ctx, ext, Marked(base))
				got := api.Get(ctx, x.Ext.ID)
				got.Check("create.get-agrees", Agree(x))
				got.TrueOf("create.a.metadata-true", origin.Size)
				checkListed(ctx, api, got)
			})
	})
}

// longDescription is longer than a list may have room for, if not as long as any
// limit that there might be, and full of signs that a page would have escaped.
var longDescription = strings.Repeat(`A <b>long</b> "description" & more, für jeden; `, 2)

// checkListed checks that the list shows an extension, once, as GET tells it.
func checkListed(ctx context.Context, api *API, got *Exchange) {
	list := api.Eventually(ctx, func() *Exchange { return api.List(ctx) }, And(ListOnce(got.Ext.ID), ListAsTold(got)))
	if list.Check("create.list-shows", ListOnce(got.Ext.ID)) {
		list.Check("list.agrees", ListAsTold(got))
	}
}

// withURL is an extension of a new name to be downloaded from there.
func withURL(api *API, url string) payloads.Extension {
	ext := payloads.Bundle(api.Name())
	ext.DownloadURL = url
	return ext
}

func checkEcho(x *Exchange, ext payloads.Extension) {
	x.Check("create.echo.name", Echo("name", ext))
	x.Check("create.echo.description", Echo("description", ext))
	x.Check("create.echo.type", Echo("extension_type", ext))
	x.Check("create.echo.version", Echo("version", ext))
	x.CheckThat("create.url", "the url to be used in a plan", x.Ext.URL, Not(BeEmpty()))
	x.Check("create.no-deployments", HaveNoDeployments())
}
