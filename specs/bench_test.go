package specs

import "testing"

// BenchmarkContract builds the contract, as each process does once.
func BenchmarkContract(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseContract(ContractFile, contractYAML); err != nil {
			b.Fatal(err)
		}
	}
}
