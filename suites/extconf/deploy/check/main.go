// Command check reads Kubernetes manifests by the types of Kubernetes itself,
// and refuses what these do not know. It is a module of its own, so that the
// suite need not depend on Kubernetes.
package main

import (
	"bytes"
	"fmt"
	"os"

	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

var kinds = map[string]func() any{
	"batch/v1 Job":             func() any { return &batch.Job{} },
	"v1 PersistentVolumeClaim": func() any { return &core.PersistentVolumeClaim{} },
}

func main() {
	status := 0
	for _, file := range os.Args[1:] {
		if err := check(file); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", file, err)
			status = 1
		}
	}
	os.Exit(status)
}

func check(file string) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	for i, document := range bytes.Split(raw, []byte("\n---\n")) {
		var head struct{ APIVersion, Kind string }
		if err := yaml.Unmarshal(document, &head); err != nil {
			return fmt.Errorf("document %d: %w", i+1, err)
		}
		known, ok := kinds[head.APIVersion+" "+head.Kind]
		if !ok {
			return fmt.Errorf("document %d: %s %s is not among the kinds that are used here", i+1, head.APIVersion, head.Kind)
		}
		if err := yaml.UnmarshalStrict(document, known()); err != nil {
			return fmt.Errorf("document %d: %w", i+1, err)
		}
	}
	return nil
}
