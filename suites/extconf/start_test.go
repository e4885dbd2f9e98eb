package main

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// What libraries set up is not collected before the command begins, unless
// whoever runs it has said how often.
func TestTheStartCollectsNoGarbage(t *testing.T) {
	for _, often := range []bool{false, true} {
		env := []string{"GODEBUG=gctrace=1"}
		if often {
			env = append(env, "GOGC=20")
		}
		out, status := commandWith(t, env, "--version")
		NewWithT(t).Expect(status).To(Equal(0))
		NewWithT(t).Expect(strings.Contains(out, "gc 1 @")).To(Equal(often), out)
	}
}
