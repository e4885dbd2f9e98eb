package kit

import (
	"context"
	"fmt"
	"net/http"
	"sort"
	"strings"
)

// Swept is what a sweep found.
type Swept struct {
	// Found were still there when the sweep began, Left are after it.
	Found, Left []SweptExtension
}

// SweptExtension is an extension that is provably ours.
type SweptExtension struct {
	ID, Name string
	// Why it was not deleted; "" where it was.
	Why string
}

// Sweep reconciles a ledger with the target's list, and deletes what is left of that run: what the ledger saw created, by id, and
// what has the name or mark of an intent that was never settled. It goes on
// past failures. The error says why the list could not be read; then only ids
// of the ledger are swept.
func (api *API) Sweep(ctx context.Context, out Outstanding) (Swept, error) {
	found, err := api.find(ctx, out)
	var swept Swept
	for _, e := range found {
		swept.Found = append(swept.Found, e)
		x := api.do(ctx, Call{Operation: "delete-extension", Method: http.MethodDelete, Path: one(e.ID), cleanup: true}, nil)
		if !x.OK() && x.Status() != http.StatusNotFound {
			e.Why = describeOutcome(x)
			swept.Left = append(swept.Left, e)
		}
	}
	return swept, err
}

// Leftovers lists what [API.Sweep] would delete, and deletes nothing.
func (api *API) Leftovers(ctx context.Context, out Outstanding) ([]SweptExtension, error) {
	return api.find(ctx, out)
}

// find is what the ledger says may exist, less what the list says does not.
func (api *API) find(ctx context.Context, out Outstanding) ([]SweptExtension, error) {
	list := api.do(ctx, Call{Operation: "list-extensions", Method: http.MethodGet, Path: root, cleanup: true}, nil)
	ours := map[string]string{}
	if !list.OK() || list.Error != "" {
		for id, e := range out.IDs {
			ours[id] = e.Name
		}
		return sorted(ours), fmt.Errorf("the target's list could not be read: %s", statusOf(list))
	}
	for _, e := range list.List {
		if _, ok := out.IDs[e.ID]; e.ID != "" && (ok || api.isOurs(e, out)) {
			ours[e.ID] = e.Name
		}
	}
	return sorted(ours), nil
}

// isOurs says whether an extension has a name or mark that only this run gave.
func (api *API) isOurs(e Extension, out Outstanding) bool {
	prefix := NamePrefix(out.Run)
	if out.Run != "" && strings.HasPrefix(e.Name, prefix) {
		return true
	}
	for _, intent := range out.Unknown {
		if strings.HasPrefix(intent.Mark, prefix) && strings.Contains(e.Description, intent.Mark) {
			return true
		}
	}
	return false
}

func sorted(ours map[string]string) []SweptExtension {
	all := make([]SweptExtension, 0, len(ours))
	for id, name := range ours {
		all = append(all, SweptExtension{ID: id, Name: name})
	}
	sort.Slice(all, func(i, j int) bool { return all[i].ID < all[j].ID })
	return all
}
