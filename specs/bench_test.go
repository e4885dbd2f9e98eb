package specs

import "testing"

// BenchmarkContract builds the contract, as each process does once.
func BenchmarkContract(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := parse(ContractFile, contractYAML, true); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkJudge judges one exchange, as every exchange of a run is.
func BenchmarkJudge(b *testing.B) {
	for _, c := range []struct {
		operation string
		status    int
	}{{"create-extension", 201}, {"get-extension", 200}, {"get-extension", 404}, {"delete-extension", 200}} {
		x := golden(c.operation, c.status)
		b.Run(c.operation+" "+itoa(c.status), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if j := DefaultContract().Judge(x); len(j.Violations) > 0 {
					b.Fatal(j.Violations)
				}
			}
		})
	}
}
