//go:build race

package prove_test

// underRace says that everything takes several times its time.
const underRace = true
