package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/extconf/extconf/reports"
)

// proof compares the wall time that each fault of the catalogue takes in a
// proof, with both processors at work as it comes, with that of one plain run.
func proof(b *bench) ([]row, error) {
	var plain []time.Duration
	for range b.Rounds {
		u, _, err := measure(exec.Command(b.extconf, "run", "--reports="+filepath.Join(b.dir, "plain")))
		if err != nil {
			return nil, err
		}
		plain = append(plain, u.Wall)
	}
	dir := filepath.Join(b.dir, "proof")
	u, _, err := measure(exec.Command(b.extconf, "prove", "--only=faults", "--reports="+dir))
	if err != nil {
		return nil, err
	}
	made, err := reports.LoadProof(dir)
	if err != nil {
		return nil, err
	}
	each := u.Wall / time.Duration(made.Counts.Faults)
	return []row{{
		what: "proof: wall time per fault", figure: ms(each), reference: ms(median(plain)) + " for a plain run",
		ratio: by(each, median(plain)), aim: 0.5,
		note: fmt.Sprintf("%d of %d faults caught in %s, %d processes", made.Counts.Caught, made.Counts.Faults, seconds(u.Wall), made.Procs),
	}}, nil
}
