package suites

import (
	"path"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/extconf/extconf/suites/create"
	"github.com/extconf/extconf/suites/credentials"
	"github.com/extconf/extconf/suites/kit"
	"github.com/extconf/extconf/suites/life"
	"github.com/extconf/extconf/suites/read"
	"github.com/extconf/extconf/suites/remove"
	"github.com/extconf/extconf/suites/update"
	"github.com/extconf/extconf/suites/upload"
)

// register puts all specs into Ginkgo's tree, and those that a program adds.
// Each gets the profile's time limit.
func register(api *kit.API, extra func(*kit.API)) {
	limit := ginkgo.SpecTimeout(api.Profile().Patience.Spec)
	done := ginkgo.AddTreeConstructionNodeArgsTransformer(
		func(kind types.NodeType, _ ginkgo.Offset, text string, args []any) (string, []any, []error) {
			if !kind.Is(types.NodeTypeIt) {
				return text, args, nil
			}
			return text, append(args, limit), nil
		},
	)
	defer done()
	api.Install()
	life.Specs(api) // the longest first, so that processes side by side end together
	read.Specs(api)
	create.Specs(api)
	update.Specs(api)
	upload.Specs(api)
	remove.Specs(api)
	credentials.Specs(api)
	if extra != nil {
		extra(api)
	}
}

func matchID(pattern, id string) (bool, error) { return path.Match(pattern, id) }
