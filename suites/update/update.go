// Package update exercises POST /deployments/extensions/{id}.
package update

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/fixtures/payloads"
	. "github.com/extconf/extconf/suites/kit"
)

// Specs registers the specs of update.
func Specs(api *API) {
	Describe("Update", func() {
		replacement(api)
		otherKind(api)
		downloads(api)
		refusals(api)
		failures(api)
		atOnce(api)
	})
}

// described is a legal extension with a description.
func described(api *API, description string) payloads.Extension {
	ext := payloads.Bundle(api.Name())
	ext.Description = description
	return ext
}

func replacement(api *API) {
	It("replaces the metadata and keeps the id",
		Exercises("update.200", "update.header.version", "update.header.created", "update.header.last-modified",
			"update.replaces", "update.keeps-id", "update.persists", "update.version-moves", "update.created-kept", "update.modified-forward"),
		func(ctx SpecContext) {
			created := api.Created(ctx, described(api, "before"))
			next := payloads.Plugin(api.Name())
			next.Description = "after"
			if api.Profile().Behaviour.TypeOnUpdate == "kept" {
				next.Type = "bundle"
				api.Note("the profile says that an update keeps the extension_type")
			}
			x := api.Update(ctx, created.Ext.ID, next)
			x.Must("update.200", HaveStatus(200))
			x.Echoes("update.replaces", next, "name", "description", "extension_type", "version")
			x.CheckThat("update.keeps-id", "the url", x.Ext.URL, Equal(created.Ext.URL))
			x.Check("update.version-moves", HaveNewVersion(created))
			x.Check("update.created-kept", HaveSameCreated(created))
			x.Check("update.modified-forward", NotGoBack(created))
			got := api.Get(ctx, created.Ext.ID)
			got.Check("update.persists", Agree(x))
			list := api.Eventually(ctx, func() *Exchange { return api.List(ctx) }, ListAsTold(got))
			list.Check("list.agrees", ListAsTold(got))
		})

	DescribeTable(
		"keeps what it sends exactly", Exercises("update.replaces", "update.persists"), func(ctx SpecContext, description string) {
			created := api.Created(ctx, described(api, "before"))
			next := described(api, description)
			next.Name += "_Mixed.CASE"
			x := api.Update(ctx, created.Ext.ID, next)
			x.Must("update.200", HaveStatus(200))
			got := api.Get(ctx, created.Ext.ID)
			got.Check("update.persists", Agree(x))
			for _, x := range []*Exchange{x, got} {
				x.Check("update.replaces", Echo("name", next))
				x.Check("update.replaces", Echo("description", next))
			}
		},
		Entry("accents, decomposed", "Erweiterung fu\u0308r Gro\u0308\u00dfe"),
		Entry("beyond the basic plane", "𝒜😀"),
		Entry("markup", `<b>bold</b> & "quoted" \\back\slash &amp;`),
		Entry("spaces around", "  two before, three behind   "),
		Entry("lines", "first\nsecond\r\n\tthird"),
		Entry("a number", "007"),
	)

	It("keeps a large description whole or refuses it", Exercises("update.description-large", "update.replaces"), func(ctx SpecContext) {
		created := api.Created(ctx, described(api, "before"))
		next := described(api, strings.Repeat("0123456789abcdef", 1<<13/16))
		x := api.Update(ctx, created.Ext.ID, next, Malformed("nothing: the documents set no limit, a target may"))
		got := api.Get(ctx, created.Ext.ID)
		if !x.OK() {
			x.Check("update.description-large", BeRefused())
			got.Check("update.replaces", Echo("description", described(api, "before")))
			return
		}
		x.Check("update.description-large", HaveStatus(200))
		for _, x := range []*Exchange{x, got} {
			x.Check("update.replaces", Echo("description", next))
		}
	})

	It("clears a description that it leaves out", Exercises("update.clears-description"), func(ctx SpecContext) {
		created := api.Created(ctx, described(api, "to be cleared"))
		next := payloads.Bundle(created.Ext.Name)
		x := api.Update(ctx, created.Ext.ID, next)
		x.Must("update.200", HaveStatus(200))
		x.Check("update.clears-description", Echo("description", next))
		api.Get(ctx, created.Ext.ID).Check("update.clears-description", Echo("description", next))
	})

	It("keeps the file that was uploaded", Exercises("update.keeps-file", "update.replaces"), func(ctx SpecContext) {
		created := api.Created(ctx, payloads.Bundle(api.Name()))
		archive := api.Archive()
		api.Uploaded(ctx, created.Ext.ID, archive)
		before := api.Get(ctx, created.Ext.ID)
		next := described(api, "only the metadata")
		x := api.Update(ctx, created.Ext.ID, next)
		x.Must("update.200", HaveStatus(200))
		x.Check("update.replaces", Echo("description", next))
		got := api.Get(ctx, created.Ext.ID)
		got.Check("update.keeps-file", TellFile(before))
		got.Stores(ctx, "update.keeps-file", archive)
	})
}

// otherKind is of an archive that is good for a bundle as well as for a plugin.
func otherKind(api *API) {
	It("keeps the file when the type and the version are others", Exercises("update.keeps-file"), func(ctx SpecContext) {
		next := payloads.Plugin(api.Name())
		archive := archives.Plugin(3, next.Version)
		created := api.Created(ctx, payloads.Bundle(next.Name))
		api.Uploaded(ctx, created.Ext.ID, archive)
		before := api.Get(ctx, created.Ext.ID)
		if api.Profile().Behaviour.TypeOnUpdate == "kept" {
			next.Type = "bundle"
			api.Note("the profile says that an update keeps the extension_type")
		}
		api.Update(ctx, created.Ext.ID, next).Must("update.200", HaveStatus(200))
		got := api.Get(ctx, created.Ext.ID)
		got.Check("update.keeps-file", TellFile(before))
		got.Stores(ctx, "update.keeps-file", archive)
	})
}

func downloads(api *API) {
	It("copies the archive from a new download_url", Exercises("update.new-download", "update.version-moves"), func(ctx SpecContext) {
		first, second := api.Archive(), api.Archive()
		ext := payloads.Bundle(api.Name())
		ext.DownloadURL = api.Serve(first).URL
		created := api.Created(ctx, ext)
		query := "signature=a%2Fb%3D&version=2"
		served := api.Serve(second, archives.Query(query))
		ext.DownloadURL = served.URL
		x := api.Update(ctx, created.Ext.ID, ext)
		x.Must("update.200", HaveStatus(200))
		x.Check("update.new-download", Echo("download_url", ext))
		fetches := served.Settle(ctx)
		x.CheckThat("update.new-download", "the downloads of "+served.URL, Downloads(fetches), ContainElement(Whole))
		var queries []string
		for _, f := range fetches {
			_, asked, _ := strings.Cut(f.RequestURI, "?")
			queries = append(queries, asked)
		}
		if len(queries) > 0 {
			x.CheckThat("update.new-download", "the queries of the downloads", queries, HaveEach(query))
		}
		x.CheckThat("create.a.credential-kept", "the credential in the requests for the archive", api.LeakIn(fetches), BeEmpty())
		x.Check("update.version-moves", HaveNewVersion(created))
		served.Withdraw()
		got := api.Get(ctx, created.Ext.ID)
		got.Check("update.new-download", Echo("download_url", ext))
		got.Stores(ctx, "update.new-download", second)
	})

	It("copies the archive from an https URL", Exercises("update.new-download"), func(ctx SpecContext) {
		archive := api.Archive()
		ext := payloads.Bundle(api.Name())
		created := api.Created(ctx, ext)
		served := api.ServeTLS(archive)
		ext.DownloadURL = served.URL
		x := api.Update(ctx, created.Ext.ID, ext)
		x.Must("update.new-download", HaveStatus(200))
		x.CheckThat("update.new-download", "the downloads of "+served.URL, Downloads(served.Settle(ctx)), ContainElement(Whole))
		x.Check("update.new-download", Echo("download_url", ext))
		api.Get(ctx, created.Ext.ID).Stores(ctx, "update.new-download", archive)
	})

	It("takes an unchanged download_url", Exercises("update.same-download"), func(ctx SpecContext) {
		archive := api.Archive()
		ext := payloads.Bundle(api.Name())
		ext.DownloadURL = api.Serve(archive).URL
		created := api.Created(ctx, ext)
		before := api.Get(ctx, created.Ext.ID)
		ext.Description = "the same archive"
		x := api.Update(ctx, created.Ext.ID, ext)
		x.Must("update.same-download", HaveStatus(200))
		x.Check("update.same-download", Echo("download_url", ext))
		got := api.Get(ctx, created.Ext.ID)
		got.Check("update.same-download", Echo("download_url", ext))
		got.Check("update.same-download", TellFile(before))
		got.Stores(ctx, "update.same-download", archive)
	})

	It("clears a download_url that it leaves out, and keeps the file", Exercises("update.clears-download-url", "update.keeps-file"), func(ctx SpecContext) {
		archive := api.Archive()
		ext := payloads.Bundle(api.Name())
		ext.DownloadURL = api.Serve(archive).URL
		created := api.Created(ctx, ext)
		before := api.Get(ctx, created.Ext.ID)
		ext.DownloadURL = ""
		x := api.Update(ctx, created.Ext.ID, ext)
		x.Must("update.200", HaveStatus(200))
		x.Check("update.clears-download-url", Echo("download_url", ext))
		got := api.Get(ctx, created.Ext.ID)
		got.Check("update.clears-download-url", Echo("download_url", ext))
		got.Check("update.keeps-file", TellFile(before))
		got.Stores(ctx, "update.keeps-file", archive)
	})
}

// refusals are of updates that the documents rule out.
func refusals(api *API) {
	refuse := func(ctx SpecContext, requirement, rule string, body func(payloads.Extension) []byte, options ...Option) {
		created := api.Created(ctx, described(api, "to be kept"))
		before := api.Get(ctx, created.Ext.ID)
		x := api.UpdateRaw(ctx, created.Ext.ID, body(described(api, "refused")), append(options, Malformed(rule))...)
		x.Check(requirement, BeRefused())
		x.ChangedNothing(ctx, "update.nothing-changed", before)
	}
	for field, requirement := range map[string]string{"name": "update.required.name", "extension_type": "update.required.type", "version": "update.required.version"} {
		DescribeTable(
			field+" is required", Exercises(requirement, "update.nothing-changed"),
			func(ctx SpecContext, body func(payloads.Extension) []byte) {
				refuse(ctx, requirement, field+" is required", body)
			},
			Entry("missing", func(e payloads.Extension) []byte { return e.Without(field) }),
			Entry("null", func(e payloads.Extension) []byte { return e.With(field, nil) }),
		)
	}
	DescribeTable("knows no other type", Exercises("update.type-enum", "update.nothing-changed"), func(ctx SpecContext, kind string) {
		refuse(ctx, "update.type-enum", "extension_type is plugin or bundle",
			func(e payloads.Extension) []byte { return e.With("extension_type", kind) })
	}, Entry("unknown", "module"), Entry("upper case", "PLUGIN"), Entry("capitalised", "Bundle"), Entry("plural", "bundles"), Entry("empty", ""))

	DescribeTable(
		"refuses bodies that are no update", Exercises("update.body", "update.nothing-changed"),
		func(ctx SpecContext, body func(payloads.Extension) []byte) {
			refuse(ctx, "update.body", "the body is one JSON object with strings", body)
		},
		Entry("empty", func(payloads.Extension) []byte { return []byte{} }),
		Entry("words", func(payloads.Extension) []byte { return []byte("not json") }),
		Entry("truncated", func(e payloads.Extension) []byte { return e.JSON()[:20] }),
		Entry("a list", func(e payloads.Extension) []byte { return payloads.Encode([]payloads.Extension{e}) }),
		Entry("null", func(payloads.Extension) []byte { return []byte("null") }),
		Entry("two documents", func(e payloads.Extension) []byte { return []byte(strings.Repeat(string(e.JSON()), 2)) }),
		Entry("a comma too many", func(e payloads.Extension) []byte { return []byte(strings.Replace(string(e.JSON()), "}", ",}", 1)) }),
		Entry("a number for the description", func(e payloads.Extension) []byte { return e.With("description", 7) }),
		Entry("a number for the name", func(e payloads.Extension) []byte { return e.With("name", 7) }),
		Entry("a list for the description", func(e payloads.Extension) []byte { return e.With("description", []string{"x"}) }),
		Entry("a boolean for the version", func(e payloads.Extension) []byte { return e.With("version", true) }),
		Entry("an object for the download_url", func(e payloads.Extension) []byte { return e.With("download_url", map[string]string{}) }),
	)

	DescribeTable(
		"refuses download URLs that are neither http nor https", Exercises("update.scheme-refused", "update.nothing-changed"),
		func(ctx SpecContext, url string) {
			refuse(ctx, "update.scheme-refused", "download_url is an http or https URL",
				func(e payloads.Extension) []byte { return e.With("download_url", url) })
		},
		Entry("ftp", "ftp://127.0.0.1/extension.zip"),
		Entry("file", "file:///etc/hostname"),
		Entry("gopher", "gopher://127.0.0.1/extension.zip"),
		Entry("a scheme that begins like http", "httpx://127.0.0.1/extension.zip"),
		Entry("a path", "/extension.zip"),
	)
}

// failures are the documented ones.
func failures(api *API) {
	DescribeTable(
		"400 where the new archive cannot be downloaded",
		Exercises("update.400", "update.error-codes", "update.nothing-changed"), func(ctx SpecContext, origin func() string) {
			stimulus := api.Stimulus("update.request_execution_failed")
			url := archives.UnresolvableURL()
			if stimulus.Natural {
				url = origin()
			}
			created := api.Created(ctx, described(api, "to be kept"))
			archive := api.Archive()
			api.Uploaded(ctx, created.Ext.ID, archive)
			before := api.Get(ctx, created.Ext.ID)
			next := described(api, "refused")
			next.DownloadURL = url
			x := api.Update(ctx, created.Ext.ID, next, Provoked(stimulus))
			x.Check("update.400", FailWith(400, "request_execution_failed"))
			after := api.Unchanged(ctx, "update.nothing-changed", before)
			after.Stores(ctx, "update.nothing-changed", archive)
		},
		Entry("a host that cannot be resolved", archives.UnresolvableURL),
		Entry("404", func() string { return api.Serve(api.Archive(), archives.Status(404)).URL }),
		Entry("500", func() string { return api.Serve(api.Archive(), archives.Status(500)).URL }),
		Entry("403", func() string { return api.Serve(api.Archive(), archives.Status(403)).URL }),
		Entry("410", func() string { return api.Serve(api.Archive(), archives.Status(410)).URL }),
		Entry("a loop of redirects", func() string { return api.Serve(api.Archive(), archives.RedirectLoop()).URL }),
		Entry("a host that speaks no TLS", func() string { return strings.Replace(api.Serve(api.Archive()).URL, "http://", "https://", 1) }),
		Entry("a port that refuses", func() string {
			if api.Archives == nil {
				Skip(api.Unreachable)
			}
			return api.Archives.RefusedURL()
		}),
		Entry("a transfer that breaks off", func() string { return api.Serve(api.Archive(), archives.Truncated()).URL }),
	)

	It("401 where the extension is another user's", Exercises("update.401-unauthorised", "update.error-codes", "update.nothing-changed"), func(ctx SpecContext) {
		stimulus := api.Stimulus("update.unauthorised")
		created := api.Created(ctx, described(api, "mine"))
		before := api.Get(ctx, created.Ext.ID)
		x := api.Update(ctx, created.Ext.ID, described(api, "not mine"), Provoked(stimulus))
		x.Check("update.401-unauthorised", FailWith(401, "unauthorised"))
		api.Unchanged(ctx, "update.nothing-changed", before)
	})

	It("401 where the session has no user id", Exercises("update.401-no-user-id", "update.error-codes", "update.nothing-changed"), func(ctx SpecContext) {
		stimulus := api.Stimulus("update.no_user_id")
		created := api.Created(ctx, described(api, "mine"))
		before := api.Get(ctx, created.Ext.ID)
		x := api.Update(ctx, created.Ext.ID, described(api, "nobody's"), Provoked(stimulus))
		x.Check("update.401-no-user-id", FailWith(401, "no_user_id"))
		api.Unchanged(ctx, "update.nothing-changed", before)
	})

	It("404 where there is no such extension", Exercises("update.404", "update.error-codes"), func(ctx SpecContext) {
		stimulus := api.Stimulus("update.not_found")
		created := api.Created(ctx, payloads.Bundle(api.Name()))
		never := api.Update(ctx, NeverUsedID(created.Ext.ID), described(api, "never"), Provoked(stimulus), api.Unknown())
		never.Check("update.404", api.NotFound())
		api.Gone(ctx, created.Ext.ID)
		gone := api.Eventually(ctx, func() *Exchange {
			return api.Update(ctx, created.Ext.ID, described(api, "gone"), Provoked(stimulus), api.Unknown())
		}, api.NotFound())
		gone.Check("update.404", api.NotFound())
	})

	It("409 where the version is another one", Exercises("update.409", "update.error-codes", "update.nothing-changed"), func(ctx SpecContext) {
		stimulus := api.Stimulus("update.version_conflict")
		created := api.Created(ctx, described(api, "to be kept"))
		before := api.Get(ctx, created.Ext.ID)
		x := api.Update(ctx, created.Ext.ID, described(api, "in conflict"), Provoked(stimulus))
		x.Check("update.409", FailWith(409, "version_conflict"))
		api.Unchanged(ctx, "update.nothing-changed", before)
	})
}

func atOnce(api *API) {
	It("many at once leave one of them whole, each with a version of its own",
		Exercises("concurrent.updates", "concurrent.versions"), func(ctx SpecContext) {
			ext := payloads.Bundle(api.Name())
			ext.Description = "of " + ext.Name
			created := api.Created(ctx, ext)
			versions := NewVersions()
			versions.Note(created, string(ext.JSON()))
			for range rounds {
				round(ctx, api, created.Ext.ID, versions)
			}
		})
}

// rounds is how often many updates are sent at once: what goes wrong between
// two of them need not do so the first time.
const rounds = 3

// round sends many updates at once; versions are those that were given before.
func round(ctx SpecContext, api *API, id string, versions *Versions) {
	const many = 8
	sent := make([]payloads.Extension, many)
	for i := range sent {
		sent[i] = described(api, "")
		sent[i].Description = "of " + sent[i].Name // both fields tell which update it was
	}
	before := api.Get(ctx, id)
	before.Must("get.200", HaveStatus(200))
	answers := make([]*Exchange, many)
	AtOnce(many, func(i int) { answers[i] = api.Update(ctx, id, sent[i]) })
	var names []string
	for i, x := range answers {
		if x.Status() == 409 { // documented, where two updates meet
			continue
		}
		if !x.Check("concurrent.updates", HaveStatus(200)) {
			continue
		}
		names = append(names, sent[i].Name)
		x.Check("concurrent.versions", versions.NotOfOther(string(sent[i].JSON())))
		versions.Note(x, string(sent[i].JSON()))
	}
	got := api.Get(ctx, id)
	got.Must("get.200", HaveStatus(200))
	if len(names) == 0 { // each met another, and none was done
		names = []string{before.Ext.Name}
	}
	got.CheckThat("concurrent.updates", "the name, which is that of an update that was done", got.Ext.Name, BeElementOf(names))
	got.CheckThat("concurrent.updates", "the description that belongs to the name", got.Ext.Description, Equal("of "+got.Ext.Name))
	got.Check("concurrent.versions", versions.Given())
}
