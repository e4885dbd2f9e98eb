// Package create exercises POST /deployments/extensions: the two patterns of
// use and what comes back.
package create

import (
	. "github.com/onsi/ginkgo/v2"

	"github.com/extconf/extconf/suites/kit"
)

// Specs registers the specs of create.
func Specs(api *kit.API) {
	Describe("Create", func() {
		// Metadata only comes first: what is found there can be sent again
		// when the suite no longer hosts an archive.
		metadataOnly(api)
		byURL(api)
		downloadURLs(api)
		hostedArchives(api)
		answer(api)
		failures(api)
		names(api)
		bodies(api)
		descriptions(api)
		generated(api)
		manyAtOnce(api)
	})
}
