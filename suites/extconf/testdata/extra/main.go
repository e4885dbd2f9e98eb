// Command extra judges like `extconf run`, with one more spec that misbehaves:
// its first argument says how.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/onsi/ginkgo/v2"

	"github.com/extconf/extconf/suites"
	"github.com/extconf/extconf/suites/kit"
)

// misbehaviours are specs of get.200, each wrong in another way.
var misbehaviours = map[string]func(*kit.API, ginkgo.SpecContext){
	"panics":            func(*kit.API, ginkgo.SpecContext) { panic("no such index") },
	"fails for nothing": func(*kit.API, ginkgo.SpecContext) { ginkgo.Fail("nobody knows why") },
	"checks nothing":    func(*kit.API, ginkgo.SpecContext) {},
	"exits":             func(*kit.API, ginkgo.SpecContext) { os.Exit(7) },
	"asks wrongly":      func(api *kit.API, ctx ginkgo.SpecContext) { api.CreateRaw(ctx, []byte("{}"), "nothing") },
	"waits":             func(_ *kit.API, ctx ginkgo.SpecContext) { <-ctx.Done() },
	"aborts":            func(*kit.API, ginkgo.SpecContext) { ginkgo.AbortSuite("enough") },
}

func main() {
	c, err := suites.Parse(os.Args[2:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	c.Extra = func(api *kit.API) {
		ginkgo.It("misbehaves", kit.Exercises("get.200"), func(ctx ginkgo.SpecContext) { misbehaviours[os.Args[1]](api, ctx) })
	}
	report, err := suites.Run(context.Background(), c)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(suites.Status(report))
}
