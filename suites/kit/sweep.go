package kit

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"sort"
	"strings"
	"time"
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

// Sweep reconciles a ledger with the target's list, and deletes what is left of
// that run: what the ledger saw created, by id, and what has the run's name or
// the mark of an intent. It goes on past failures, and believes the list rather
// than the answer to a delete. The error says why the list could not be read,
// before or afterwards; without it at first only ids of the ledger are swept.
func (api *API) Sweep(ctx context.Context, out Outstanding) (Swept, error) {
	found, err := api.find(ctx, out)
	swept := Swept{Found: found}
	var gone []SweptExtension
	remove := func(e SweptExtension) *Exchange {
		return api.do(ctx, Call{Operation: "delete-extension", Method: http.MethodDelete, Path: one(e.ID), cleanup: true}, nil)
	}
	if err == nil { // a list may be late, and an answer to a delete may have been lost
		for _, e := range api.unlisted(out, found) {
			if remove(e).OK() {
				swept.Found, gone = append(swept.Found, e), append(gone, e)
			}
		}
	}
	for _, e := range found {
		x := remove(e)
		if x.OK() || x.Status() == http.StatusNotFound {
			gone = append(gone, e)
			continue
		}
		e.Why = describeOutcome(x)
		swept.Left = append(swept.Left, e)
	}
	listed, unread := api.stillListed(ctx, out, gone)
	for _, e := range listed {
		e.Why = "it is still in the list, although its delete was answered as done"
		swept.Left = append(swept.Left, e)
	}
	return swept, cmp.Or(err, unread)
}

// stillListed are those that the list shows for as long as the profile has
// patience with it. The error says why the list could not be read.
func (api *API) stillListed(ctx context.Context, out Outstanding, gone []SweptExtension) ([]SweptExtension, error) {
	patience := api.Profile().Patience
	for late := time.Now().Add(patience.Consistency); len(gone) > 0; time.Sleep(patience.Poll) {
		listed, err := api.find(ctx, out)
		if err != nil {
			return nil, err
		}
		gone = slices.DeleteFunc(gone, func(e SweptExtension) bool { return !slices.Contains(listed, e) })
		if time.Now().After(late) || ctx.Err() != nil {
			break
		}
	}
	return gone, nil
}

// Leftovers lists what [API.Sweep] would delete, and deletes nothing.
func (api *API) Leftovers(ctx context.Context, out Outstanding) ([]SweptExtension, error) {
	return api.find(ctx, out)
}

// find is what the ledger says may exist, less what the list says does not.
func (api *API) find(ctx context.Context, out Outstanding) ([]SweptExtension, error) {
	list := api.do(ctx, Call{Operation: "list-extensions", Method: http.MethodGet, Path: root, cleanup: true}, nil)
	ours := map[string]string{}
	entries, err := entriesOf(list)
	if err != nil {
		return api.unlisted(out, nil), err
	}
	for _, e := range entries {
		known, ok := out.IDs[e.ID]
		named := e.Name == known.Name || known.Name == "" || api.carriesRun(e)
		switch why, _ := api.unusable(e.ID); {
		case slices.Contains(out.Others, e.ID), !ok && !api.isOurs(e, out):
		case ok && !named && !api.isOurs(e, out):
			err = fmt.Errorf("%s, which the run created, is in the target's list as %s, which it did not send: see whose it is", e.ID, show(e.Name))
		case why != "":
			err = fmt.Errorf("the target's list shows %s, which is ours, without an id to delete it by: %s", show(e.Name), why)
		default:
			ours[e.ID] = e.Name
		}
	}
	return sorted(ours), err
}

// unlisted is what the ledger saw created and the list does not show.
func (api *API) unlisted(out Outstanding, listed []SweptExtension) []SweptExtension {
	ours := map[string]string{}
	for id, e := range out.IDs {
		if api.usable(id) && !slices.Contains(out.Others, id) && !slices.ContainsFunc(listed, func(l SweptExtension) bool { return l.ID == id }) {
			ours[id] = e.Name
		}
	}
	return sorted(ours)
}

// isOurs says whether an extension has a name or mark that only this run gave.
func (api *API) isOurs(e Extension, out Outstanding) bool {
	prefix := NamePrefix(out.Run)
	if out.Run != "" && strings.HasPrefix(e.Name, prefix) {
		return true
	}
	for _, mark := range out.Marks {
		if strings.HasPrefix(mark, prefix) && strings.Contains(e.Description, mark) {
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
