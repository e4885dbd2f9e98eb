package suites

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"sync"

	"github.com/extconf/extconf/reports"
)

// artefacts compares with the baseline, where there is one, and writes the files.
func (r *run) artefacts(report *reports.Report) error {
	if r.Baseline != "" {
		former, err := reports.Load(r.Baseline)
		if err != nil {
			return usagef("baseline %q cannot be read: %s", r.Baseline, err)
		}
		report.Comparison = reports.Compare(former, report, reports.CompareOptions{})
	}
	return reports.WriteAll(r.Reports, report, r.redactor)
}

// buildDigest is the SHA-256 of this binary, in hexadecimal, "" where it
// cannot be read: the seal of the suite that judged.
var buildDigest = sync.OnceValue(func() string {
	self, err := os.Executable()
	if err != nil {
		return ""
	}
	f, err := os.Open(self)
	if err != nil {
		return ""
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return ""
	}
	return hex.EncodeToString(sum.Sum(nil))
})
