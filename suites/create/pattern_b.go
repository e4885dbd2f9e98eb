package create

import (
	. "github.com/onsi/ginkgo/v2"

	"github.com/extconf/extconf/fixtures/payloads"
	. "github.com/extconf/extconf/suites/kit"
)

// Pattern B: "Create only the extension metadata using the POST endpoint and
// then use PUT to upload the extension file. Leave the download_url
// unspecified in this case."
func metadataOnly(api *API) {
	Describe("metadata only", func() {
		It("answers with the extension that was sent, without a download_url and without a file",
			Exercises("create.201", "create.echo.name", "create.echo.description", "create.echo.type", "create.echo.version",
				"create.url", "create.no-deployments", "create.b.no-download-url", "create.b.no-file-yet"),
			func(ctx SpecContext) {
				ext := payloads.Plugin(api.Name())
				ext.Description = "Metadata first, the file later"
				x := api.Created(ctx, ext)
				checkEcho(x, ext)
				x.Check("create.b.no-download-url", Echo("download_url", ext))
				x.Check("create.b.no-file-yet", ClaimNoFile())
			})

		It("needs no description", Exercises("create.echo.description"), func(ctx SpecContext) {
			ext := payloads.Bundle(api.Name())
			x := api.Created(ctx, ext)
			x.Check("create.echo.description", Echo("description", ext))
		})

		DescribeTable(
			"keeps the version as it was written", Exercises("create.echo.version"),
			func(ctx SpecContext, kind, version string) {
				ext := payloads.Bundle(api.Name())
				ext.Type, ext.Version = kind, version
				x := api.Created(ctx, ext)
				x.Check("create.echo.version", Echo("version", ext))
			},
			Entry("any", "bundle", "*"),
			Entry("any of a major", "bundle", "7.*"),
			Entry("full", "plugin", "8.13.4"),
		)

		DescribeTable(
			"keeps or refuses a version of another form", Exercises("create.any-body", "create.nothing-created"),
			func(ctx SpecContext, version string) {
				ext := payloads.Bundle(api.Name())
				ext.Version = version
				x := api.Create(ctx, ext, Malformed("nothing: the documents do not say which versions there are"))
				x.NothingCreated(ctx, "create.nothing-created", ext.Name)
				if !x.OK() {
					x.Check("create.any-body", BeRefused())
					return
				}
				x.Check("create.any-body", HaveStatus(201))
				x.Check("create.echo.version", Echo("version", ext))
				api.Get(ctx, x.Ext.ID).Check("create.echo.version", Echo("version", ext))
			},
			Entry("like a number", "7.0"),
			Entry("like a number with a zero at its end", "8.10"),
			Entry("of a snapshot", "8.0.0-SNAPSHOT"),
			Entry("of a candidate", "8.0.0-rc1"),
			Entry("in capitals", "8.0.0-RC2"),
			Entry("with a build", "8.0.0+Build.7"),
		)

		It("tells GET the same, and the list, and still has no file",
			Exercises("create.get-agrees", "create.list-shows", "list.agrees", "create.b.no-download-url", "create.b.no-file-yet"),
			func(ctx SpecContext) {
				ext := payloads.Bundle(api.Name())
				ext.Description = "Metadata only"
				x := api.Created(ctx, ext)
				got := api.Get(ctx, x.Ext.ID)
				got.Must("get.200", HaveStatus(200))
				got.Check("create.get-agrees", Agree(x))
				got.Check("create.b.no-download-url", Echo("download_url", ext))
				got.Check("create.b.no-file-yet", ClaimNoFile())
				checkListed(ctx, api, got)
			})
	})
}
