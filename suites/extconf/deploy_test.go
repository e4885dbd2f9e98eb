package main

import (
	"bytes"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	. "github.com/onsi/gomega"
	"go.yaml.in/yaml/v3"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/fixtures/mock"
	"github.com/extconf/extconf/reports"
)

// job is what the test reads of a manifest.
type job struct {
	Kind string
	Spec struct {
		Completions int
		Template    struct {
			Spec struct {
				Containers []struct{ Args []string }
			}
		}
	}
}

func readJob(g *WithT, file string) job {
	raw, err := os.ReadFile(filepath.Join("deploy", file))
	g.Expect(err).NotTo(HaveOccurred())
	for d := yaml.NewDecoder(bytes.NewReader(raw)); ; {
		var j job
		g.Expect(d.Decode(&j)).To(Succeed())
		if j.Kind == "Job" {
			return j
		}
	}
}

// The command lines of the Kubernetes jobs, as plain processes.
func TestJobsOfKubernetes(t *testing.T) {
	g := NewWithT(t)
	m := mock.New(mock.Options{Dial: mock.LoopbackOnly, DownloadCAs: archives.BuiltInPool()})
	defer m.Close()
	server := httptest.NewServer(m)
	defer server.Close()
	results := t.TempDir()
	t.Setenv("EXTCONF_TARGET", server.URL+mock.DefaultPrefix)
	t.Setenv("EXTCONF_PROFILE", "mock")
	args := func(j job, index int) []string {
		var out []string
		for _, arg := range j.Spec.Template.Spec.Containers[0].Args {
			arg = strings.ReplaceAll(arg, "$(JOB_COMPLETION_INDEX)", strconv.Itoa(index))
			out = append(out, strings.ReplaceAll(arg, "/results", results))
		}
		return out
	}
	shards, verdict := readJob(g, "shards.yaml"), readJob(g, "verdict.yaml")
	binary(t)
	var wait sync.WaitGroup
	joined, status := "", -1
	wait.Go(func() { joined, status = command(t, args(verdict, 0)...) })
	for index := range shards.Spec.Completions {
		wait.Go(func() {
			out, status := commandWith(t, []string{"JOB_COMPLETION_INDEX=" + strconv.Itoa(index)}, args(shards, index)...)
			if status != 0 {
				t.Errorf("shard %d ended with %d: %s", index, status, out)
			}
		})
	}
	wait.Wait()
	g.Expect(status).To(Equal(0), joined)
	word, err := reports.ReadVerdict(filepath.Join(results, "whole"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(word).To(Equal(reports.Conformant))
}
