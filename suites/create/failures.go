package create

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/fixtures/payloads"
	. "github.com/extconf/extconf/suites/kit"
)

// The three documented failures of create.
func failures(api *API) {
	Describe("400 request_execution_failed", func() {
		DescribeTable(
			"where the archive cannot be downloaded",
			Exercises("create.400", "create.error-codes", "create.400.nothing-created"),
			func(ctx SpecContext, origin func() string) {
				stimulus := api.Stimulus("create.request_execution_failed")
				url := "http://" + api.RunID + ".invalid/extension.zip"
				if stimulus.Natural {
					url = origin()
				}
				ext := withURL(api, url)
				x := api.Create(ctx, ext, Provoked(stimulus))
				x.Check("create.400", FailWith(400, "request_execution_failed"))
				x.NothingCreated(ctx, "create.400.nothing-created", ext.Name)
			},
			Entry("a host that cannot be resolved", // which needs no archive of the suite's
				Exercises("any.error-envelope", "any.error-code-agrees", "any.error-message", "any.error-fields"), archives.UnresolvableURL),
			Entry("a port that refuses", func() string { return host(api).RefusedURL() }),
			Entry("404", func() string { return api.Serve(api.Archive(), archives.Status(404)).URL }),
			Entry("500", func() string { return api.Serve(api.Archive(), archives.Status(500)).URL }),
			Entry("401", func() string { return api.Serve(api.Archive(), archives.Status(401)).URL }),
			Entry("403", func() string { return api.Serve(api.Archive(), archives.Status(403)).URL }),
			Entry("410", func() string { return api.Serve(api.Archive(), archives.Status(410)).URL }),
			Entry("a host that speaks no TLS", func() string { return strings.Replace(api.Serve(api.Archive()).URL, "http://", "https://", 1) }),
			Entry("a transfer that breaks off", func() string { return api.Serve(api.Archive(), archives.Truncated()).URL }),
			Entry("a loop of redirects", func() string { return api.Serve(api.Archive(), archives.RedirectLoop()).URL }),
		)
	})

	It("takes the name of a create that failed", Exercises("create.name.allowed"), func(ctx SpecContext) {
		stimulus := api.Stimulus("create.request_execution_failed")
		ext := withURL(api, archives.UnresolvableURL())
		if x := api.Create(ctx, ext, Provoked(stimulus)); x.OK() {
			Skip("the create that had to fail did not")
		}
		ext.DownloadURL = ""
		x := api.Create(ctx, ext)
		x.Check("create.name.allowed", HaveStatus(201))
		x.Check("create.name.allowed", Echo("name", ext))
	})

	Describe("404 no_user_id", func() {
		It("where the session has no user id",
			Exercises("create.404", "create.error-codes", "create.404.nothing-created"), func(ctx SpecContext) {
				stimulus := api.Stimulus("create.no_user_id")
				ext := payloads.Bundle(api.Name())
				x := api.Create(ctx, ext, Provoked(stimulus))
				x.Check("create.404", FailWith(404, "no_user_id"))
				x.NothingCreated(ctx, "create.404.nothing-created", ext.Name)
			})

		It("where the session has no user id, with a download URL",
			Exercises("create.404", "create.404.nothing-created"), func(ctx SpecContext) {
				stimulus := api.Stimulus("create.no_user_id")
				ext := withURL(api, api.Origin(api.Archive()).URL)
				x := api.Create(ctx, ext, Provoked(stimulus))
				x.Check("create.404", FailWith(404, "no_user_id"))
				x.NothingCreated(ctx, "create.404.nothing-created", ext.Name)
			})
	})

	Describe("409 id_already_exists", func() {
		It("where the generated id is taken, and succeeds when tried again",
			Exercises("create.409", "create.error-codes", "create.409.nothing-created", "create.409.try-again"), func(ctx SpecContext) {
				stimulus := api.Stimulus("create.id_already_exists")
				ext := payloads.Bundle(api.Name())
				x := api.Create(ctx, ext, Provoked(stimulus))
				x.Check("create.409", FailWith(409, "id_already_exists"))
				x.NothingCreated(ctx, "create.409.nothing-created", ext.Name)
				again := api.Create(ctx, ext)
				again.Check("create.409.try-again", HaveStatus(201))
			})
	})
}

// host is the suite's archive host, or a skip that says why there is none.
func host(api *API) *archives.Host {
	if api.Archives == nil {
		Skip(api.Unreachable)
	}
	return api.Archives
}

func pluginArchive() archives.Archive { return archives.Plugin(1, "8.13.4") }
