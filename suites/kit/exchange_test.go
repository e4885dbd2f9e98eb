package kit

import (
	"testing"

	"github.com/extconf/extconf/specs"
)

// A target may add fields, also one whose name differs in case alone, and what
// does not fit must not hide the rest.
func TestDecodingTakesNamesAsTheyAre(t *testing.T) {
	for _, tried := range []struct {
		operation, body string
		status          int
		right           func(*Exchange) bool
	}{
		{"get-extension", `{"id":"1","name":"n","ID":"legacy","Name":"other"}`, 200, func(x *Exchange) bool { return x.Ext.ID == "1" && x.Ext.Name == "n" }},
		{"get-extension", `{"ID":"legacy"}`, 200, func(x *Exchange) bool { return x.Ext.ID == "" }},
		{"get-extension", `{"name":7,"id":"1","file_metadata":{"size":"7","url":"u"}}`, 200, func(x *Exchange) bool {
			return x.Ext.ID == "1" && x.Ext.Name == "" && x.Ext.FileMetadata.URL == "u"
		}},
		{"get-extension", "{\"id\":\"1\",\"id\":\"2\",\"name\":\"\xff\"}", 200, func(x *Exchange) bool { return x.Ext.ID == "2" }},
		{"get-extension", `{"id":"1"`, 200, func(x *Exchange) bool { return x.Ext.ID == "" }},
		{"list-extensions", `{"extensions":[{"id":"1"}],"Extensions":[]}`, 200, func(x *Exchange) bool { return len(x.List) == 1 && x.List[0].ID == "1" }},
		{"get-extension", `{"errors":[{"code":"c","Code":"d"}],"Errors":[]}`, 404, func(x *Exchange) bool { return len(x.Errors) == 1 && x.Errors[0].Code == "c" }},
	} {
		x := &Exchange{Exchange: &specs.Exchange{Operation: tried.operation, Response: &specs.Response{Status: tried.status, Body: []byte(tried.body)}}}
		x.decode()
		if !tried.right(x) {
			t.Errorf("%s came out as %+v %+v %+v", tried.body, x.Ext, x.List, x.Errors)
		}
	}
}
