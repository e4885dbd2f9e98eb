// Package upload exercises PUT /deployments/extensions/{id}.
package upload

import (
	"io"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/fixtures/payloads"
	. "github.com/extconf/extconf/suites/kit"
)

// Specs registers the specs of upload.
func Specs(api *API) {
	Describe("Upload", func() {
		archive(api)
		forms(api)
		refusals(api)
		failures(api)
		atOnce(api)
	})
}

func described(api *API) payloads.Extension {
	ext := payloads.Bundle(api.Name())
	ext.Description = "The file comes later"
	return ext
}

func archive(api *API) {
	It("stores the archive and tells the truth about it",
		Exercises("upload.200", "upload.id", "upload.header.version", "upload.header.created", "upload.header.last-modified",
			"upload.metadata-true", "upload.bytes", "upload.url-open", "upload.keeps-metadata",
			"upload.version-moves", "upload.created-kept", "upload.modified-forward"),
		func(ctx SpecContext) {
			ext := described(api)
			created := api.Created(ctx, ext)
			a := api.Archive()
			x := api.Uploaded(ctx, created.Ext.ID, a)
			x.CheckThat("upload.id", "the url", x.Ext.URL, Equal(created.Ext.URL))
			x.TrueOf("upload.metadata-true", a.Size())
			x.Holds(ctx, "upload.bytes", a.SHA256(), a.Size())
			x.KeepsMetadata(ext)
			x.Check("upload.version-moves", HaveNewVersion(created))
			x.Check("upload.created-kept", HaveSameCreated(created))
			x.Check("upload.modified-forward", NotGoBack(created))
			got := api.Get(ctx, created.Ext.ID)
			got.Must("get.200", HaveStatus(200))
			got.KeepsMetadata(ext)
			got.TrueOf("upload.metadata-true", a.Size())
			got.Holds(ctx, "upload.bytes", a.SHA256(), a.Size())
			again := api.Get(ctx, created.Ext.ID) // the URL is temporary: the one before may have been good for once
			if again.Ext.FileMetadata != nil && again.Ext.FileMetadata.URL != "" {
				file := api.Download(ctx, again.Ext.FileMetadata.URL, false)
				file.Check("upload.url-open", HaveStatus(200))
			}
			list := api.Eventually(ctx, func() *Exchange { return api.List(ctx) }, ListAsTold(got))
			list.Check("list.agrees", ListAsTold(got))
		})

	It("takes a plugin", Exercises("upload.200", "upload.keeps-metadata", "upload.bytes", "upload.metadata-true"), func(ctx SpecContext) {
		ext := payloads.Plugin(api.Name())
		created := api.Created(ctx, ext)
		a := archives.Plugin(2, ext.Version)
		x := api.Uploaded(ctx, created.Ext.ID, a)
		x.KeepsMetadata(ext)
		x.TrueOf("upload.metadata-true", a.Size())
		api.Get(ctx, created.Ext.ID).Stores(ctx, "upload.bytes", a)
	})

	It("replaces the file of a former upload", Exercises("upload.replaces", "upload.version-moves", "upload.keeps-metadata"), func(ctx SpecContext) {
		ext := described(api)
		created := api.Created(ctx, ext)
		// The second is the smaller, so that a rest of the first would show.
		first, second := archives.Large(64<<10, 1), api.Archive()
		before := api.Uploaded(ctx, created.Ext.ID, first)
		api.Get(ctx, created.Ext.ID).Stores(ctx, "upload.bytes", first)
		x := api.Uploaded(ctx, created.Ext.ID, second)
		x.Check("upload.version-moves", HaveNewVersion(before))
		x.Check("upload.version-moves", HaveNewVersion(created))
		x.KeepsMetadata(ext)
		x.TrueOf("upload.metadata-true", second.Size())
		got := api.Get(ctx, created.Ext.ID)
		got.Must("get.200", HaveStatus(200))
		got.Stores(ctx, "upload.replaces", second)
	})

	It("replaces a file by another of the same size", Exercises("upload.replaces"), func(ctx SpecContext) {
		created := api.Created(ctx, described(api))
		first, second := archives.OfSize(8<<10, 21), archives.OfSize(8<<10, 22)
		api.Uploaded(ctx, created.Ext.ID, first)
		api.Uploaded(ctx, created.Ext.ID, second)
		api.Get(ctx, created.Ext.ID).Stores(ctx, "upload.replaces", second)
	})

	It("replaces the file of a download, and keeps its download_url", Exercises("upload.replaces", "upload.keeps-metadata"), func(ctx SpecContext) {
		ext := described(api)
		ext.DownloadURL = api.Origin(api.Archive()).URL
		created := api.Created(ctx, ext)
		a := api.Archive()
		x := api.Uploaded(ctx, created.Ext.ID, a)
		x.KeepsMetadata(ext)
		got := api.Get(ctx, created.Ext.ID)
		got.Check("upload.keeps-metadata", Echo("download_url", ext))
		got.Stores(ctx, "upload.replaces", a)
	})

	It("keeps the metadata of an update", Exercises("upload.keeps-metadata"), func(ctx SpecContext) {
		created := api.Created(ctx, described(api))
		next := payloads.Bundle(api.Name())
		next.Description = "Updated before the upload"
		api.Update(ctx, created.Ext.ID, next).Must("update.200", HaveStatus(200))
		api.Uploaded(ctx, created.Ext.ID, api.Archive()).KeepsMetadata(next)
		api.Get(ctx, created.Ext.ID).KeepsMetadata(next)
	})

	It("takes a large archive whole", Exercises("upload.large"), func(ctx SpecContext) {
		a := archives.Large(api.Profile().Limits.Archive, 3)
		created := api.Created(ctx, described(api))
		x := api.Upload(ctx, created.Ext.ID, a)
		x.Must("upload.large", HaveStatus(200))
		got := api.Get(ctx, created.Ext.ID)
		got.Stores(ctx, "upload.large", a)
	})

	DescribeTable(
		"takes archives of the sizes at which buffers end", Exercises("upload.bytes", "upload.metadata-true"),
		func(ctx SpecContext, size int) {
			a := archives.OfSize(int64(size), 5)
			created := api.Created(ctx, described(api))
			x := api.Uploaded(ctx, created.Ext.ID, a)
			got := api.Get(ctx, created.Ext.ID)
			x.TrueOf("upload.metadata-true", a.Size())
			got.Holds(ctx, "upload.bytes", a.SHA256(), a.Size())
		},
		Entry("4 KiB", 4<<10), Entry("32 KiB and one", 32<<10+1), Entry("64 KiB", 64<<10), Entry("1 MiB and one", 1<<20+1),
	)
}

// refusals are of uploads that the documents rule out.
func refusals(api *API) {
	// refuse has a first upload stand, so that what must not change is a file.
	refuse := func(ctx SpecContext, requirement, rule string, send func(id string, options ...Option) *Exchange) {
		created := api.Created(ctx, described(api))
		a := api.Archive()
		api.Uploaded(ctx, created.Ext.ID, a)
		before := api.Get(ctx, created.Ext.ID)
		x := send(created.Ext.ID, Malformed(rule))
		x.Check(requirement, BeRefused())
		after := api.Unchanged(ctx, "upload.nothing-changed", before)
		after.Stores(ctx, "upload.nothing-changed", a)
	}
	It("refuses a form without any part", Exercises("upload.part-missing", "upload.nothing-changed"), func(ctx SpecContext) {
		refuse(ctx, "upload.part-missing", "the part file is required", func(id string, options ...Option) *Exchange {
			return api.UploadRaw(ctx, id, "multipart/form-data; boundary=extconf", text("--extconf--\r\n"), options...)
		})
	})
	It("refuses a form without any body", Exercises("upload.part-missing", "upload.nothing-changed"), func(ctx SpecContext) {
		refuse(ctx, "upload.part-missing", "the part file is required", func(id string, options ...Option) *Exchange {
			return api.UploadRaw(ctx, id, "multipart/form-data; boundary=extconf", text(""), options...)
		})
	})
	DescribeTable("refuses a part of another name", Exercises("upload.wrong-part", "upload.nothing-changed"), func(ctx SpecContext, part string) {
		refuse(ctx, "upload.wrong-part", "the part is called file", func(id string, options ...Option) *Exchange {
			return api.UploadForm(ctx, id, part, api.Archive().Open, options...)
		})
	}, Entry("other", "archive"), Entry("upper case", "FILE"), Entry("plural", "files"))

	DescribeTable(
		"refuses bodies that are no archive", Exercises("upload.not-multipart", "upload.nothing-changed"),
		func(ctx SpecContext, contentType, body string) {
			refuse(ctx, "upload.not-multipart", "upload consumes multipart/form-data", func(id string, options ...Option) *Exchange {
				return api.UploadRaw(ctx, id, contentType, text(body), options...)
			})
		},
		Entry("JSON", "application/json", `{"file":"UEsFBg=="}`),
		Entry("a form in the URL's style", "application/x-www-form-urlencoded", "file=UEsFBg"),
		Entry("a form without a boundary", "multipart/form-data", "--extconf\r\n\r\n"),
	)

	DescribeTable(
		"keeps or refuses a file that is no archive", Exercises("upload.any-file", "upload.nothing-changed", "upload.metadata-true"),
		func(ctx SpecContext, file archives.Archive) {
			created := api.Created(ctx, described(api))
			a := api.Archive()
			api.Uploaded(ctx, created.Ext.ID, a)
			before := api.Get(ctx, created.Ext.ID)
			x := api.Upload(ctx, created.Ext.ID, file, Malformed("nothing: the documents do not say what becomes of a file that is no archive"))
			if x.OK() {
				x.Check("upload.any-file", HaveStatus(200))
				x.TrueOf("upload.metadata-true", file.Size())
			} else {
				x.Check("upload.any-file", BeRefused())
			}
			x.ChangedNothing(ctx, "upload.nothing-changed", before)
		},
		Entry("words", archives.Bytes("words.zip", []byte("these words are no archive"))),
		Entry("one byte", archives.OneByte()),
		Entry("an archive without its end", archives.Bytes("cut.zip", []byte("PK\x03\x04 and no more"))),
	)

	It("keeps or refuses an empty file", Exercises("upload.empty"), func(ctx SpecContext) {
		created := api.Created(ctx, described(api))
		x := api.Upload(ctx, created.Ext.ID, archives.Empty(), Malformed("nothing: the documents do not speak of an empty file"))
		got := api.Get(ctx, created.Ext.ID)
		if x.OK() {
			x.Check("upload.empty", HaveStatus(200))
			got.Check("upload.empty", HaveFileSize(0))
			return
		}
		x.Check("upload.empty", BeRefused())
		got.Check("upload.empty", ClaimNoFile())
	})
}

func text(s string) func() io.ReadCloser {
	return func() io.ReadCloser { return io.NopCloser(strings.NewReader(s)) }
}

// failures are the documented ones.
func failures(api *API) {
	It("400 where the file cannot be accepted",
		Exercises("upload.400", "upload.error-codes", "upload.nothing-changed"), func(ctx SpecContext) {
			stimulus := api.Stimulus("upload.request_execution_failed")
			created := api.Created(ctx, described(api))
			a := api.Archive()
			api.Uploaded(ctx, created.Ext.ID, a)
			before := api.Get(ctx, created.Ext.ID)
			cut := "--extconf\r\nContent-Disposition: form-data; name=\"file\"; filename=\"extension.zip\"\r\n\r\nPK"
			x := api.UploadRaw(ctx, created.Ext.ID, "multipart/form-data; boundary=extconf", text(cut), Provoked(stimulus),
				Malformed("the form is cut short"))
			x.Check("upload.400", FailWith(400, "request_execution_failed"))
			x.Check("upload.error-codes", CarryCode("request_execution_failed"))
			api.Unchanged(ctx, "upload.nothing-changed", before).Stores(ctx, "upload.nothing-changed", a)
		})

	It("401 where the extension is another user's", Exercises("upload.401-unauthorised", "upload.error-codes", "upload.nothing-changed"), func(ctx SpecContext) {
		stimulus := api.Stimulus("upload.unauthorised")
		created := api.Created(ctx, described(api))
		a := api.Archive()
		api.Uploaded(ctx, created.Ext.ID, a)
		before := api.Get(ctx, created.Ext.ID)
		x := api.Upload(ctx, created.Ext.ID, api.Archive(), Provoked(stimulus))
		x.Check("upload.401-unauthorised", FailWith(401, "unauthorised"))
		api.Unchanged(ctx, "upload.nothing-changed", before).Stores(ctx, "upload.nothing-changed", a)
	})

	It("401 where the session has no user id", Exercises("upload.401-no-user-id", "upload.error-codes", "upload.nothing-changed"), func(ctx SpecContext) {
		stimulus := api.Stimulus("upload.no_user_id")
		created := api.Created(ctx, described(api))
		before := api.Get(ctx, created.Ext.ID)
		x := api.Upload(ctx, created.Ext.ID, api.Archive(), Provoked(stimulus))
		x.Check("upload.401-no-user-id", FailWith(401, "no_user_id"))
		api.Unchanged(ctx, "upload.nothing-changed", before)
	})

	It("404 where there is no such extension", Exercises("upload.404", "upload.error-codes"), func(ctx SpecContext) {
		stimulus := api.Stimulus("upload.not_found")
		created := api.Created(ctx, described(api))
		never := api.Upload(ctx, NeverUsedID(created.Ext.ID), api.Archive(), Provoked(stimulus), api.Unknown())
		never.Check("upload.404", api.NotFound())
		api.Gone(ctx, created.Ext.ID)
		gone := api.Eventually(ctx, func() *Exchange {
			return api.Upload(ctx, created.Ext.ID, api.Archive(), Provoked(stimulus), api.Unknown())
		}, api.NotFound())
		gone.Check("upload.404", api.NotFound())
	})
}

func atOnce(api *API) {
	It("many at once to as many extensions store each its own file", Exercises("concurrent.files"), func(ctx SpecContext) {
		const many = 8
		sent, created := make([]archives.Archive, many), make([]*Exchange, many)
		for i := range many {
			// Of one size, so that the bytes alone tell them apart.
			sent[i], created[i] = archives.OfSize(8<<10, int64(30+i)), api.Created(ctx, described(api))
		}
		answers := make([]*Exchange, many)
		AtOnce(many, func(i int) { answers[i] = api.Upload(ctx, created[i].Ext.ID, sent[i]) })
		for i, x := range answers {
			if x.Refused() { // a target may turn some away that come at once
				continue
			}
			x.Check("concurrent.files", HaveStatus(200))
			if x.OK() {
				api.Get(ctx, created[i].Ext.ID).Stores(ctx, "concurrent.files", sent[i])
			}
		}
	})

	It("many at once leave one file, whole, and the truth about it", Exercises("concurrent.uploads"), func(ctx SpecContext) {
		created := api.Created(ctx, described(api))
		for range rounds {
			round(ctx, api, created.Ext.ID)
		}
	})
}

// rounds is how often many uploads are sent at once: what goes wrong between
// two of them need not do so the first time.
const rounds = 3

func round(ctx SpecContext, api *API, id string) {
	const many = 6
	sent := make([]archives.Archive, many)
	for i := range sent {
		sent[i] = archives.Large(int64(8<<10+i*1000), int64(i))
	}
	answers := make([]*Exchange, many)
	AtOnce(many, func(i int) { answers[i] = api.Upload(ctx, id, sent[i]) })
	for _, x := range answers {
		if !x.Refused() { // a target may turn one away that meets another
			x.Check("concurrent.uploads", HaveStatus(200))
		}
	}
	got := api.Get(ctx, id)
	got.Must("get.200", HaveStatus(200))
	if got.Ext.FileMetadata == nil || got.Ext.FileMetadata.Size == nil {
		return
	}
	done := 0
	for i, a := range sent {
		if answers[i].OK() {
			done++
		}
		if answers[i].OK() && a.Size() == *got.Ext.FileMetadata.Size {
			got.Stores(ctx, "concurrent.uploads", a)
			return
		}
	}
	if done == 0 { // each met another
		return
	}
	got.CheckThat("concurrent.uploads", "the size of one of the files that were stored", *got.Ext.FileMetadata.Size, BeNumerically("<", 0))
}
