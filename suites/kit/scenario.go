package kit

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/fixtures/payloads"
	"github.com/extconf/extconf/fixtures/targets"
	"github.com/extconf/extconf/specs"
)

// Exercises labels a spec with the requirements it exercises, their operations
// and levels, and the pattern of use, so that each can be filtered by. It
// panics for an unknown id.
func Exercises(ids ...string) ginkgo.Labels {
	labels := ginkgo.Labels{}
	for _, id := range ids {
		r, ok := specs.Requirements().Get(id)
		if !ok {
			panic(fmt.Sprintf("no requirement has the id %q", id))
		}
		labels = append(labels, id, r.Operation, string(r.Level))
		switch {
		case strings.HasPrefix(id, "create.a."):
			labels = append(labels, "pattern-a")
		case strings.HasPrefix(id, "create.b."):
			labels = append(labels, "pattern-b")
		}
	}
	return labels
}

// Created creates an extension that the spec needs.
func (api *API) Created(ctx context.Context, ext payloads.Extension, options ...Option) *Exchange {
	x := api.Create(ctx, ext, options...)
	x.Must("create.201", HaveStatus(201))
	if x.Ext.ID == "" {
		api.stop() // the judge has found fault with it
	}
	return x
}

// Uploaded uploads an archive that the spec needs.
func (api *API) Uploaded(ctx context.Context, id string, a archives.Archive) *Exchange {
	x := api.Upload(ctx, id, a)
	x.Must("upload.200", HaveStatus(200))
	return x
}

// Gone deletes an extension that the spec needs to be gone.
func (api *API) Gone(ctx context.Context, id string, options ...Option) *Exchange {
	x := api.Delete(ctx, id, options...)
	x.Must("delete.200", HaveStatus(200))
	return x
}

// Forgotten checks that GET no longer knows an extension that was deleted.
func (api *API) Forgotten(ctx context.Context, id string) {
	x := api.Eventually(ctx, func() *Exchange { return api.Get(ctx, id, api.Unknown()) }, api.NotFound())
	x.Check("delete.gone", api.NotFound())
}

// WithDeployments checks that GET with include_deployments tells what it told
// without.
func (api *API) WithDeployments(ctx context.Context, plain *Exchange, value string) {
	x := api.GetQuery(ctx, plain.Ext.ID, "include_deployments="+value)
	x.Must("get.include-deployments", HaveStatus(200))
	x.Check("get.include-deployments", BeUnchanged(plain))
	x.Check("get.include-deployments", HaveNoDeployments())
}

// Echoes checks, under that requirement, fields of an answer against what was sent.
func (x *Exchange) Echoes(requirement string, sent payloads.Extension, fields ...string) {
	for _, field := range fields {
		x.Check(requirement, Echo(field, sent))
	}
}

// KeepsMetadata checks that an upload changed nothing of what was sent before.
func (x *Exchange) KeepsMetadata(sent payloads.Extension) {
	x.Echoes("upload.keeps-metadata", sent, "name", "description", "extension_type", "version", "download_url")
}

// Archive is an archive that this target accepts for a bundle.
func (api *API) Archive() archives.Archive { return archives.Bundle(api.Distinct()) }

// Distinct is a number that no other part of this process got: it seeds an
// archive that is like no other.
func (api *API) Distinct() int64 { return api.names.Add(1) }

// Stimulus returns how an error is provoked here, "<operation>.<code>". Where
// it cannot be, the spec is skipped, with the profile's reason.
func (api *API) Stimulus(key string) targets.Stimulus {
	s := api.Profile().Stimulus(key)
	if s.None != "" {
		ginkgo.Skip(s.None)
	}
	return s
}

// Eventually repeats a request until its answer matches or the profile's
// patience with a lagging target ends, and returns the last answer. Each time
// that a matcher is waited for in vain halves its patience, until it matches:
// what is broken rather than late would make a run wait for hours.
func (api *API) Eventually(ctx context.Context, ask func() *Exchange, matcher types.GomegaMatcher) *Exchange {
	var last *Exchange
	stored, _ := api.vain.LoadOrStore(nameOf(matcher), new(atomic.Int64))
	vain := stored.(*atomic.Int64)
	patience := api.Profile().Patience
	g := gomega.NewGomega(func(string, ...int) {})
	if g.Eventually(ctx, func() *Exchange {
		last = ask()
		return last
	}).WithTimeout(patience.Consistency >> min(vain.Load(), 62)).WithPolling(patience.Poll).Should(matcher) {
		vain.Store(0)
	} else {
		vain.Add(1)
	}
	return last
}

// NothingCreated checks that a refused create left nothing behind that carries
// its mark in the name or the description. What is there all the same is
// taken on by clean-up. Of a create that was accepted it says nothing: that it
// was is found fault with as such, or the documents leave it open.
func (x *Exchange) NothingCreated(ctx context.Context, requirement, mark string) bool {
	if x.OK() {
		x.api.notBinding(requirement, "it is about creates that are refused, and this one was accepted")
	}
	if x.OK() && x.Ext.ID != "" {
		return false // the ledger has it
	}
	list := x.api.List(ctx)
	if !list.OK() || list.Error != "" {
		x.api.NotExercised(requirement, "the list, which would show it, was answered with "+statusOf(list))
		return false
	}
	held := func(l *Exchange) (found []Extension) {
		for _, e := range l.List {
			if strings.Contains(e.Name, mark) || strings.Contains(e.Description, mark) {
				found = append(found, e)
			}
		}
		return found
	}
	for _, e := range held(list) {
		if e.ID != "" { // else the judge has found fault with the list
			x.api.Adopt(e.ID)
		}
	}
	if x.OK() {
		return false
	}
	return list.Check(requirement, matcher{
		"NothingCreated",
		"a list without the extension of the refused request",
		func(l *Exchange) bool { return len(held(l)) == 0 },
		func(l *Exchange) string {
			e := held(l)[0]
			return fmt.Sprintf("an extension %s of the name %s", e.ID, show(e.Name))
		},
	})
}

// TrueOf checks, under that requirement, that file_metadata tells the truth
// about an archive; size in bytes, negative where unknown.
func (x *Exchange) TrueOf(requirement string, size int64) {
	if x.Ext.FileMetadata == nil || x.Ext.FileMetadata.Size == nil || size < 0 {
		return // it binds only where the size is told
	}
	x.Check(requirement, HaveFileSize(size))
}

// Stores checks, under that requirement, that an extension has that archive:
// the size that file_metadata tells, and the bytes behind its URL. It returns
// whether nothing is known against it.
func (x *Exchange) Stores(ctx context.Context, requirement string, a archives.Archive) bool {
	if x.Ext.FileMetadata.size() >= 0 && !x.Check(requirement, named("Stores", HaveFileSize(a.Size()))) {
		return false
	}
	return x.holds(ctx, requirement, "Stores", a.SHA256(), a.Size())
}

// Holds checks that the file behind file_metadata.url is that archive. Where
// there is no URL there is nothing to check.
func (x *Exchange) Holds(ctx context.Context, requirement, sha256 string, size int64) {
	x.holds(ctx, requirement, "Holds", sha256, size)
}

func (x *Exchange) holds(ctx context.Context, requirement, assertion, sha256 string, size int64) bool {
	if x.Ext.FileMetadata == nil || x.Ext.FileMetadata.URL == "" {
		return true
	}
	file := x.api.Download(ctx, x.Ext.FileMetadata.URL, false)
	if (file.Status() == 401 || file.Status() == 403) && x.api.SameHost(x.Ext.FileMetadata.URL) {
		file = x.api.Download(ctx, x.Ext.FileMetadata.URL, true)
	}
	return file.Check(requirement, matcher{
		assertion,
		fmt.Sprintf("200 and the archive of %d bytes, SHA-256 %s", size, sha256),
		func(*Exchange) bool { return file.Error == "" && file.Status() == 200 && file.SHA256 == sha256 },
		func(f *Exchange) string {
			if f.Error != "" || f.Status() != 200 {
				return "for " + x.Ext.FileMetadata.URL + " " + statusOf(f)
			}
			return fmt.Sprintf("%d bytes, SHA-256 %s", file.Size, file.SHA256)
		},
	})
}

// Tick waits until a date that the target makes now would be another than the
// one of this answer: a moment, or a second where its dates have no fractions.
func (x *Exchange) Tick(ctx context.Context) {
	wait := 3 * time.Millisecond
	if !strings.Contains(x.Header("X-Cloud-Resource-Last-Modified"), ".") {
		wait = 1010 * time.Millisecond
	}
	select {
	case <-time.After(wait):
	case <-ctx.Done():
	}
}

// AtOnce calls f with 0 to n-1, all at once, and waits for them.
func AtOnce(n int, f func(i int)) {
	var wait sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wait.Go(func() {
			defer ginkgo.GinkgoRecover()
			<-start
			f(i)
		})
	}
	close(start)
	wait.Wait()
}

// Unchanged checks, under that requirement, that an extension is as it was
// told before, and returns what GET tells now.
func (api *API) Unchanged(ctx context.Context, requirement string, before *Exchange) *Exchange {
	x := api.Get(ctx, before.Ext.ID)
	x.Check(requirement, BeUnchanged(before))
	return x
}

// ChangedNothing checks that a change which was refused left the extension as it
// was told before. Of one that was accepted it says nothing, as NothingCreated.
func (x *Exchange) ChangedNothing(ctx context.Context, requirement string, before *Exchange) {
	if x.OK() {
		x.api.notBinding(requirement, "it is about changes that are refused, and this one was accepted")
		return
	}
	x.api.Unchanged(ctx, requirement, before)
}

// Unknown declares that a request is for an id that nobody has, which a
// profile may say is answered with 403.
func (api *API) Unknown() Option {
	if api.Profile().Behaviour.UnknownID == 403 {
		return func(c *Call) {
			Malformed("the id is unknown, which the profile says is answered with 403")(c)
			// Such an answer is no documented failure, so it need not have a code.
			api.notBinding(strings.TrimSuffix(c.Operation, "-extension")+".error-codes", "the profile says that an unknown id is answered with 403")
		}
	}
	return func(*Call) {}
}

// NotFound matches what an unknown id is answered with.
func (api *API) NotFound() types.GomegaMatcher {
	if api.Profile().Behaviour.UnknownID == 403 {
		api.Note("the profile says that an unknown id is answered with 403")
		return named("NotFound", HaveStatus(403))
	}
	return named("NotFound", FailWith(404, "not_found"))
}

// ListAsTold matches a list whose entry of an extension tells what another
// answer told of it.
func ListAsTold(other *Exchange) types.GomegaMatcher {
	entry := func(list *Exchange) *Exchange {
		for _, e := range list.List {
			if e.ID == other.Ext.ID {
				one := *list
				one.Ext = e
				return &one
			}
		}
		return nil
	}
	agree := Agree(other).(matcher)
	return matcher{
		"ListAsTold",
		agree.expected,
		func(list *Exchange) bool { one := entry(list); return one != nil && agree.match(one) },
		func(list *Exchange) string {
			if one := entry(list); one != nil {
				return agree.seen(one)
			}
			return statusOf(list) + ", without that extension"
		},
	}
}
