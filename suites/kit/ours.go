package kit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/extconf/extconf/specs"
)

// longestID is how many bytes an id may have that the suite deals with.
const longestID = 1 << 10

// unusable says why an id must neither go into a path nor into the ledger, and
// which requirement a target breaks that answers with it; "" for one that may.
func (api *API) unusable(id string) (why, breaks string) {
	switch {
	case id == "":
		return "it is empty", "extension.id"
	case id == "." || id == "..":
		return "it is a step in a path, so that its URL would be that of something else", "extension.id"
	case len(id) > longestID:
		return fmt.Sprintf("it has %d bytes, and the suite deals with %d", len(id), longestID), "extension.id"
	case api.Redactor != nil && len(api.Redactor.Leaks([]byte(id))) > 0:
		return "it holds a credential", "any.credential-not-echoed"
	}
	return "", ""
}

func (api *API) usable(id string) bool {
	why, _ := api.unusable(id)
	return why == ""
}

// RememberOthers notes which extensions there are before the first create: they
// are somebody else's, whatever an answer says. Where the list cannot be read,
// only the name proves what is ours. It returns the list's exchange.
func (api *API) RememberOthers(ctx context.Context) (list *Exchange) {
	list = api.do(ctx, Call{Operation: "list-extensions", Method: http.MethodGet, Path: root, cleanup: true}, nil)
	entries, err := entriesOf(list)
	if err != nil {
		return list
	}
	e := LedgerEntry{Event: "others", IDs: []string{}}
	for _, other := range entries {
		if api.usable(other.ID) && !api.carriesRun(other) {
			e.IDs = append(e.IDs, other.ID)
		}
	}
	if api.Ledger.Write(e) == nil {
		api.TakeOthers(e.IDs)
	}
	return list
}

// TakeOthers is what a process does with what another has noted, nil for nothing.
func (api *API) TakeOthers(ids []string) {
	if ids == nil {
		return
	}
	api.others = make(map[string]bool, len(ids))
	for _, id := range ids {
		api.others[id] = true
	}
}

// carriesRun says that an extension carries the prefix that only this run's
// requests have, however a target writes it.
func (api *API) carriesRun(e Extension) bool {
	prefix := strings.ToLower(NamePrefix(api.RunID))
	return api.RunID != "" && (strings.Contains(strings.ToLower(e.Name), prefix) || strings.Contains(strings.ToLower(e.Description), prefix))
}

// proven says that an extension which a create answered with is the one that it sent.
func (api *API) proven(ctx context.Context, x *Exchange) bool {
	sent := nameIn(x.Request.Body)
	ours := func(e Extension) bool { return sent != "" && e.Name == sent || api.carriesRun(e) }
	if ours(x.Ext) {
		return true
	}
	if sent == "" && api.others != nil {
		return true // nothing to know it by, but it was not there before
	}
	got := api.do(ctx, Call{Operation: "get-extension", Method: http.MethodGet, Path: one(x.Ext.ID), cleanup: true}, nil)
	return got.OK() && ours(got.Ext)
}

// disclaim takes an id out of an answer that may not be ours, so that no spec
// can reach what it names, and says what is wrong with it.
func (api *API) disclaim(x *Exchange, requirement, message, expected string) {
	seen := shorten(show(x.Ext.ID)+" of the name "+show(x.Ext.Name), 200)
	if !api.Profile().Behaviour.Stateless {
		x.Ext.ID = ""
	}
	v := specs.Violation{Rule: "ownership", Requirement: requirement, Blame: specs.BlameTarget, Message: message, Expected: expected, Seen: seen}
	api.current().find(api, x, v)
}

// entriesOf reads the answer to list strictly: what it does not show is gone.
// Ids may be numbers: that is found fault with elsewhere.
func entriesOf(list *Exchange) ([]Extension, error) {
	if !list.OK() || list.Error != "" {
		return nil, fmt.Errorf("the target's list could not be read: %s", statusOf(list))
	}
	var body struct {
		Extensions *[]struct {
			ID          json.RawMessage `json:"id"`
			Name        any             `json:"name"`
			Description any             `json:"description"`
		} `json:"extensions"`
	}
	if err := read(list.Response.Body, &body); err != nil {
		return nil, fmt.Errorf("the target's list could not be read: %w", err)
	}
	if body.Extensions == nil {
		return nil, errors.New("the target's list could not be read: it has no extensions, not even an empty list of them")
	}
	var entries []Extension
	for _, e := range *body.Extensions {
		var known Extension
		known.Name, _ = e.Name.(string)
		known.Description, _ = e.Description.(string)
		var number json.Number
		if json.Unmarshal(e.ID, &known.ID) != nil && json.Unmarshal(e.ID, &number) == nil {
			known.ID = number.String()
		}
		entries = append(entries, known)
	}
	return entries, nil
}
