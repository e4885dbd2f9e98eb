package suites

import (
	"os"
	"runtime/debug"
)

// A run is short and holds little: collecting garbage a quarter as often saves
// a tenth of its CPU time, and the limit brings the collector back where a
// target makes it hold much.
const (
	gcPercent       = 400
	softMemoryLimit = 128 << 20 // bytes
)

// CollectRarely lets Go's collector run as suits a program that does nothing
// but judge, as the command does. It changes the whole process, and leaves
// alone what GOGC or GOMEMLIMIT say.
func CollectRarely() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(gcPercent)
		debug.SetMemoryLimit(softMemoryLimit)
	}
}
