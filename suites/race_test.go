//go:build race

package suites_test

// underRace says that everything takes several times its time.
const underRace = true
