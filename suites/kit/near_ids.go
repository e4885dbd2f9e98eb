package kit

import "regexp"

// NearIDs are ways to an id that is almost the one of an extension.
var NearIDs = []struct {
	Name string
	Of   func(id string) string
}{
	{"with one more digit", func(id string) string { return id + "0" }},
	{"with a zero before it", func(id string) string { return "0" + id }},
	{"without its last character", func(id string) string { r := []rune(id); return string(r[:len(r)-1]) }},
}

// randomOrFixed are ids none of which is the beginning of another: they have so
// many digits at their end that they are made by chance or of one length.
var randomOrFixed = regexp.MustCompile(`[0-9a-f-]{10}$`)

// Near is an id that is almost the one of an extension, and that nobody has.
func (api *API) Near(id string, of func(id string) string) string {
	if !randomOrFixed.MatchString(id) {
		api.Note("ids are of a form in which one may be the beginning of another, so that one by chance is taken instead")
		id = NeverUsedID(id)
	}
	return of(id)
}
