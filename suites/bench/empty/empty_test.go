// Package empty_test is an empty Ginkgo suite: what every suite costs before
// its first spec, and the reference for the start of ours.
package empty_test

import (
	"testing"

	"github.com/onsi/ginkgo/v2"
)

func TestEmpty(t *testing.T) {
	ginkgo.It("does nothing", func() {})
	ginkgo.RunSpecs(t, "empty")
}
