package kit

import (
	"fmt"

	"github.com/onsi/gomega/types"
)

// Versions are the resource versions that an extension was given, and what its
// content was then.
type Versions struct{ of map[string]told }

// told is a version in an answer, and the content that it stands for.
type told struct {
	x       *Exchange
	content string
}

// NewVersions knows of none.
func NewVersions() *Versions { return &Versions{of: map[string]told{}} }

// Note keeps the version of an answer, where it has one, with the content that
// the extension has from then on. Content is in any form that tells it apart.
func (v *Versions) Note(x *Exchange, content string) {
	if _, known := v.of[x.Version()]; !known && x.Version() != "" {
		v.of[x.Version()] = told{x, content}
	}
}

// Given matches an answer whose version was noted. Without one there is nothing
// to compare: that it is missing is the judge's to report.
func (v *Versions) Given() types.GomegaMatcher {
	return matcher{
		"Given",
		fmt.Sprintf("one of the %d versions that were given", len(v.of)),
		func(x *Exchange) bool { _, given := v.of[x.Version()]; return given || x.Version() == "" },
		func(x *Exchange) string { return fmt.Sprintf("x-cloud-resource-version %q", x.Version()) },
	}
}

// NotOfOther matches an answer whose version was not given to other content: a
// version that is made from the content may come back with it.
func (v *Versions) NotOfOther(content string) types.GomegaMatcher {
	return matcher{
		"NotOfOther",
		"a version that no other content had",
		func(x *Exchange) bool {
			before, given := v.of[x.Version()]
			return !given || before.content == content || x.Version() == ""
		},
		func(x *Exchange) string {
			return fmt.Sprintf("x-cloud-resource-version %q, which %s (%s) was answered with for other content",
				x.Version(), v.of[x.Version()].x.Operation, v.of[x.Version()].x.ID)
		},
	}
}
