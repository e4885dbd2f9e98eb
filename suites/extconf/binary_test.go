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

var build = sync.OnceValues(func() (string, error) { return goBuild("extconf", ".") })

// goBuild builds a package into the folder of binaries, without cgo as the
// Makefile does, and returns what Go said.
func goBuild(name, pkg string) (string, error) {
	cmd := exec.Command("go", "build", "-o", filepath.Join(buildDir, name), pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// binary is the path of the command, built once as its users build it.
func binary(t *testing.T) string {
	t.Helper()
	if out, err := build(); err != nil {
		t.Fatalf("the command cannot be built: %v\n%s", err, out)
	}
	return filepath.Join(buildDir, "extconf")
}

// command runs the binary and returns what it printed, and its exit status.
func command(t *testing.T, args ...string) (out string, status int) {
	t.Helper()
	return commandWith(t, nil, args...)
}

// commandWith is command with more variables.
func commandWith(t *testing.T, env []string, args ...string) (out string, status int) {
	t.Helper()
	cmd := exec.Command(binary(t), args...)
	cmd.Env = append(os.Environ(), env...)
	raw, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Errorf("%v: %v", args, err)
		return "", -1
	}
	return string(raw), cmd.ProcessState.ExitCode()
}
