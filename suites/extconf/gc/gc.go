// Package gc, imported for its effect, lets Go's collector run as suits a
// program that does nothing but judge. It is a package of its own, and imports
// little, so that it comes before the libraries: what they set up as a program
// starts was collected once, which took a tenth of the start.
package gc

import (
	"os"
	"runtime/debug"
)

// A run is short and holds little: collecting garbage a quarter as often saves
// a tenth of its CPU time, and the limit brings the collector back where a
// target makes it hold much.
const (
	percent   = 400
	softLimit = 128 << 20 // bytes
)

// What GOGC or GOMEMLIMIT say is left alone.
func init() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(softLimit)
	}
}
