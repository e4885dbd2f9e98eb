package life

import (
	"context"
	"strings"

	. "github.com/onsi/ginkgo/v2"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/fixtures/payloads"
	. "github.com/extconf/extconf/suites/kit"
)

// journeys follow extensions through all kinds of changes and look at every
// promise after each: what holds of a new bundle has to hold of a plugin that
// was changed, refused and uploaded to before.
func journeys(api *API) {
	both := []string{
		"update.200", "update.replaces", "update.persists", "update.version-moves", "update.clears-description", "update.clears-download-url",
		"update.keeps-file", "update.400", "update.required.name", "update.nothing-changed", "delete.200", "delete.gone",
		"life.created-fixed", "life.modified-forward", "life.version-stable", "list.agrees", "list.omits-deleted", "get.include-deployments",
	}
	uploaded := Exercises(append([]string{"upload.200", "upload.keeps-metadata", "upload.version-moves", "upload.replaces"}, both...)...)
	downloaded := Exercises(append([]string{"create.a.copied", "update.same-download", "update.new-download"}, both...)...)
	refusals := []string{
		"update.401-unauthorised", "update.401-no-user-id", "upload.401-unauthorised", "upload.401-no-user-id",
		"delete.401-unauthorised", "delete.401-no-user-id", "update.nothing-changed",
	}
	guarded := Exercises(refusals...)
	kinds := map[string]func(name string) payloads.Extension{"bundle": payloads.Bundle, "plugin": payloads.Plugin}
	for _, kind := range []string{"bundle", "plugin"} {
		It("Every promise holds all the way of a "+kind+" that is uploaded", uploaded, func(ctx SpecContext) {
			j := depart(ctx, api, kinds[kind](api.Name()), nil)
			j.upload()
			j.upload()
			j.updates()
			j.upload()
			j.failures()
			j.upload()
			j.arrive(With("Content-Type", "application/json")) // as one of the real clients
		})
		It("Every promise holds all the way of a "+kind+" that is downloaded", downloaded, func(ctx SpecContext) {
			api.NeedsArchives(false, both...)
			ext := kinds[kind](api.Name())
			a := fitting(api, ext)
			ext.DownloadURL = api.Serve(a).URL
			j := depart(ctx, api, ext, &a)
			j.updates()
			j.failures()
			j.download()
			j.update("update.keeps-file", func(e *payloads.Extension) { e.DownloadURL = "" })
			j.update("update.keeps-file", func(e *payloads.Extension) { e.Description = "It came by download once" })
			j.download()
			j.arrive()
		})
		It("No stranger reaches a "+kind+", whatever was done to it", guarded, func(ctx SpecContext) {
			j := depart(ctx, api, kinds[kind](api.Name()), nil)
			j.strangers()
			j.upload()
			j.update("update.keeps-file", func(e *payloads.Extension) { e.Description = "Changed by its owner" })
			j.strangers()
		})
		It("No stranger reaches a "+kind+" that is downloaded", guarded, func(ctx SpecContext) {
			api.NeedsArchives(true, refusals...)
			ext := kinds[kind](api.Name())
			ext.DownloadURL = api.Origin(fitting(api, ext)).URL
			depart(ctx, api, ext, nil).strangers()
		})
	}
}

// journey is an extension on its way.
type journey struct {
	ctx context.Context
	api *API
	// ext is what was sent last, archive what has to be stored.
	ext     payloads.Extension
	archive *archives.Archive
	id      string
	// created is the answer to create, last that of the latest GET.
	created, last *Exchange
}

// fitting is an archive that a target takes for this type of extension.
func fitting(api *API, ext payloads.Extension) archives.Archive {
	if ext.Type == "plugin" {
		return archives.Plugin(api.Distinct(), ext.Version)
	}
	return api.Archive()
}

// depart creates an extension, whose archive comes by download if it has one.
func depart(ctx context.Context, api *API, ext payloads.Extension, archive *archives.Archive) *journey {
	ext.Description = "On its way"
	created := api.Created(ctx, ext)
	j := &journey{ctx: ctx, api: api, ext: ext, archive: archive, id: created.Ext.ID, created: created, last: created}
	j.look(created, "create.a.copied")
	return j
}

// look sees to all that holds after any change, of the answer, of GET and of
// the list; requirement is that of the file.
func (j *journey) look(x *Exchange, requirement string) {
	x.Check("life.created-fixed", HaveSameCreated(j.created))
	x.Check("life.modified-forward", NotGoBack(j.last))
	got := j.api.Get(j.ctx, j.id)
	got.Must("get.200", HaveStatus(200))
	got.Check("update.persists", Agree(x))
	got.Check("life.version-stable", HaveSameVersion(x))
	got.Check("life.created-fixed", HaveSameCreated(j.created))
	if j.archive != nil {
		x.Stores(j.ctx, requirement, *j.archive)
		if !got.Stores(j.ctx, requirement, *j.archive) {
			j.archive = nil // told once: what comes after is not to blame
		}
	}
	list := j.api.Eventually(j.ctx, func() *Exchange { return j.api.List(j.ctx) }, ListAsTold(got))
	list.Check("list.agrees", ListAsTold(got))
	j.last = got
}

func (j *journey) upload() {
	a := fitting(j.api, j.ext)
	x := j.api.Uploaded(j.ctx, j.id, a)
	x.KeepsMetadata(j.ext)
	x.Check("upload.version-moves", HaveNewVersion(j.last))
	j.archive = &a
	j.look(x, "upload.replaces")
}

// download changes the download_url to that of another archive.
func (j *journey) download() {
	a := fitting(j.api, j.ext)
	j.archive = &a
	j.update("update.new-download", func(e *payloads.Extension) { e.DownloadURL = j.api.Serve(a).URL })
}

// update changes what was sent last; requirement is that of the file.
func (j *journey) update(requirement string, change func(*payloads.Extension)) {
	before := j.ext
	change(&j.ext)
	x := j.api.Update(j.ctx, j.id, j.ext)
	x.Must("update.200", HaveStatus(200))
	x.Echoes("update.replaces", j.ext, "name", "extension_type", "version")
	description, url := "update.replaces", "update.same-download"
	if j.ext.Description == "" {
		description = "update.clears-description"
	}
	switch {
	case j.ext.DownloadURL == "":
		url = "update.clears-download-url"
	case j.ext.DownloadURL != before.DownloadURL:
		url = "update.new-download"
	}
	x.Check(description, Echo("description", j.ext))
	x.Check(url, Echo("download_url", j.ext))
	if j.ext != before {
		x.Check("update.version-moves", HaveNewVersion(j.last))
	}
	j.look(x, requirement)
}

// updates change one thing each, and then nothing.
func (j *journey) updates() {
	for _, change := range []func(*payloads.Extension){
		func(e *payloads.Extension) { e.Description = "Only the description" },
		func(e *payloads.Extension) { e.Name += "-renamed" },
		func(e *payloads.Extension) {
			e.Version = map[string]string{"plugin": "7.17.0", "bundle": "7.*"}[e.Type]
		},
		func(e *payloads.Extension) { e.Description = "" },
		func(e *payloads.Extension) { e.Description = "Told anew" },
		func(*payloads.Extension) {},
	} {
		j.update("update.keeps-file", change)
	}
}

// failures are updates that must not leave a trace.
func (j *journey) failures() {
	next := j.ext
	next.Name, next.Description = next.Name+"-refused", "refused"
	x := j.api.UpdateRaw(j.ctx, j.id, next.Without("name"), Malformed("name is required"))
	x.Check("update.required.name", BeRefused())
	j.unchanged()
	j.provoke("update.request_execution_failed", "update.400", 400, func(as Option) *Exchange {
		next.DownloadURL = archives.UnresolvableURL()
		return j.api.Update(j.ctx, j.id, next, as)
	})
}

// provoke brings about a documented failure, where the profile says how.
func (j *journey) provoke(key, requirement string, status int, send func(Option) *Exchange) {
	s := j.api.Profile().Stimulus(key)
	if s.None != "" {
		j.api.NotExercised(requirement, s.None)
		j.api.NotExercised("update.nothing-changed", s.None)
		return
	}
	_, code, _ := strings.Cut(key, ".")
	send(Provoked(s)).Check(requirement, FailWith(status, code))
	j.unchanged()
}

// strangers try all that only the owner may, as far as the profile has any.
func (j *journey) strangers() {
	next := j.ext
	next.Description = "not mine"
	for _, code := range []string{"unauthorised", "no_user_id"} {
		requirement := ".401-" + strings.ReplaceAll(code, "_", "-")
		j.provoke("update."+code, "update"+requirement, 401, func(as Option) *Exchange { return j.api.Update(j.ctx, j.id, next, as) })
		j.provoke("upload."+code, "upload"+requirement, 401, func(as Option) *Exchange {
			return j.api.Upload(j.ctx, j.id, fitting(j.api, j.ext), as)
		})
		j.provoke("delete."+code, "delete"+requirement, 401, func(as Option) *Exchange { return j.api.Delete(j.ctx, j.id, as) })
	}
}

func (j *journey) unchanged() {
	got := j.api.Unchanged(j.ctx, "update.nothing-changed", j.last)
	if j.archive != nil {
		got.Stores(j.ctx, "update.nothing-changed", *j.archive)
	}
}

// arrive asks for the extension as real clients do, and deletes it.
func (j *journey) arrive(options ...Option) {
	for _, value := range []string{"true", "false"} {
		j.api.WithDeployments(j.ctx, j.last, value)
	}
	j.api.Gone(j.ctx, j.id, options...)
	j.api.Forgotten(j.ctx, j.id)
	list := j.api.Eventually(j.ctx, func() *Exchange { return j.api.List(j.ctx) }, NotList(j.id))
	list.Check("list.omits-deleted", NotList(j.id))
}
