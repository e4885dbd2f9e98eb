// Package kit is what the specs are written with: a client for the API whose
// every exchange is recorded and judged, checks that name the promise they are
// about, stimuli, and a clean-up that nothing escapes.
package kit

import (
	"fmt"
	"path"
	"sync"
	"sync/atomic"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/fixtures/targets"
	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/specs"
)

// API is the client that specs share. It belongs to one process; specs of a
// process run one after the other, and a spec may use it from several
// goroutines.
type API struct {
	Target    *Target
	Contract  *specs.Contract
	Catalogue *specs.Catalogue
	Gate      *specs.Gate
	Redactor  *reports.Redactor
	Ledger    *Ledger
	// Archives is the suite's own archive host, or nil where the target
	// cannot reach one.
	Archives *archives.Host
	// SecureArchives is the same over https, where the target trusts it.
	SecureArchives *archives.Host
	// Unreachable is why Archives is nil.
	Unreachable string
	// RunID names the run; all that is created carries it in its name.
	RunID string
	// Canary is a key of this run that nobody issued: targets must refuse it,
	// and no artefact may show it.
	Canary string
	// Proc is the number of this process, from 1.
	Proc int
	// ReadOnly leaves out everything that writes.
	ReadOnly bool
	// Seed makes generated values repeatable.
	Seed int64
	// RerunArgs are the flags that a rerun needs, such as --target.
	RerunArgs string

	spec      atomic.Pointer[spec]
	exchanges atomic.Int64
	names     atomic.Int64
	left      leftovers
	// spent says of callers that they have waited as long as the profile lets
	// them for weather to end, and that it did not.
	spent sync.Map
	// vain is, by matcher, how often in a row it was waited for in vain.
	vain sync.Map
	// others are extensions that were there before the run, nil where that
	// is not known.
	others map[string]bool
}

// Profile is the target's profile.
func (api *API) Profile() *targets.Profile { return api.Target.Profile }

// Name returns a new name that no other run or spec uses.
func (api *API) Name() string {
	return fmt.Sprintf("%s%d-%d", NamePrefix(api.RunID), api.Proc, api.names.Add(1))
}

// NamePrefix is how the names of all extensions of a run begin.
func NamePrefix(runID string) string { return "extconf-" + runID + "-" }

// notApplicable returns why the profile takes a requirement out, or "".
func (api *API) notApplicable(requirement string) string {
	if why, ok := api.Profile().NotApplicable[requirement]; ok {
		return why
	}
	for pattern, why := range api.Profile().NotApplicable {
		if ok, _ := path.Match(pattern, requirement); ok {
			return why
		}
	}
	return ""
}
