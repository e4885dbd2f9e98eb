//go:build !race

package prove_test

const underRace = false
