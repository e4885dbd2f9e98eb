package kit

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"github.com/onsi/ginkgo/v2"
)

// leftovers is what clean-up could not delete, by id.
type leftovers struct {
	mu  sync.Mutex
	why map[string]string
}

// intend writes to the ledger what a create may leave behind, before it is sent.
func (api *API) intend(c *Call) string {
	name := nameIn(c.Body)
	if name == "" {
		name = c.name
	}
	intent := fmt.Sprintf("p%d-%d", api.Proc, api.names.Add(1))
	if err := api.Ledger.Write(LedgerEntry{Event: "intent", Intent: intent, Name: name, Mark: c.mark}); err != nil {
		ginkgo.AbortSuite("nothing may be created without a ledger: " + err.Error())
	}
	return intent
}

// settle notes what became of a create. What may be somebody else's is not
// taken on, and its id is no longer one to the specs.
func (api *API) settle(ctx context.Context, x *Exchange) {
	id := x.Ext.ID
	switch {
	case x.Refused():
		_ = api.Ledger.Write(LedgerEntry{Event: "refused", Intent: x.intent})
		return
	case !x.OK() || id == "":
		return // the outcome is unknown: the ledger's intent stays open
	}
	why, breaks := api.unusable(id)
	switch {
	case why != "":
		api.disclaim(x, breaks, "the id cannot be used: "+why, "an id that can stand in a path")
	case api.others[id]:
		api.disclaim(x, "create.id-fresh", "a create answers with the id of an extension that was there before the run", "an id of its own")
	case !api.proven(ctx, x):
		api.disclaim(x, "create.echo.name", "the id is that of an extension of another name, which may be somebody else's", "an extension of the name "+show(nameIn(x.Request.Body)))
	default:
		_ = api.Ledger.Write(LedgerEntry{Event: "created", Intent: x.intent, ID: id})
		api.current().own(id)
	}
}

// Adopt takes on the clean-up of an extension that exists against the promise,
// which its mark has shown to be ours.
func (api *API) Adopt(id string) {
	if !api.usable(id) || api.others[id] {
		return
	}
	_ = api.Ledger.Write(LedgerEntry{Event: "created", ID: id})
	api.current().own(id)
}

// deleted notes that an extension is gone.
func (api *API) deleted(id string) {
	_ = api.Ledger.Write(LedgerEntry{Event: "deleted", ID: id})
	api.current().disown(id)
}

// cleanUp deletes what a spec created and did not delete itself. It goes on
// past failures; what stays is in the ledger.
func (api *API) cleanUp(ctx context.Context, s *spec) {
	for _, id := range s.owned() {
		x := api.do(ctx, Call{Operation: "delete-extension", Method: http.MethodDelete, Path: one(id), cleanup: true}, nil)
		if x.OK() || x.Status() == http.StatusNotFound {
			continue
		}
		api.left.mu.Lock()
		if api.left.why == nil {
			api.left.why = map[string]string{}
		}
		api.left.why[id] = describeOutcome(x)
		api.left.mu.Unlock()
	}
}

func describeOutcome(x *Exchange) string {
	if x.Response == nil {
		return x.Error
	}
	return fmt.Sprintf("%d %s", x.Status(), http.StatusText(x.Status()))
}
