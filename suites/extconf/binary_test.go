package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

var buildDir string

func TestMain(m *testing.M) {
	var err error
	if buildDir, err = os.MkdirTemp("", "extconf-test-"); err != nil {
		panic(err)
	}
	status := m.Run()
	os.RemoveAll(buildDir)
	os.Exit(status)
}

var build = sync.OnceValues(func() (string, error) {
	file := filepath.Join(buildDir, "extconf")
	out, err := exec.Command("go", "build", "-o", file, ".").CombinedOutput()
	return string(out), err
})

// binary is the path of the command, built once as its users build it.
func binary(t *testing.T) string {
	t.Helper()
	if out, err := build(); err != nil {
		t.Fatalf("the command cannot be built: %v\n%s", err, out)
	}
	return filepath.Join(buildDir, "extconf")
}
