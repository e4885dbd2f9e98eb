package kit

import (
	"encoding/base64"
	"testing"

	. "github.com/onsi/gomega"
)

// However a target decodes a key, its near misses are other keys.
func TestNearMisses(t *testing.T) {
	g := NewWithT(t)
	for _, key := range []string{"YWJjZGVmZ2hp", "YWJjZGVmZ2hpag==", "YWJjZGVmZ2hpams=", "extconf-mock-user"} {
		for _, n := range NearMisses() {
			near, why := n.of(key)
			g.Expect(why).To(BeEmpty(), key)
			g.Expect(near).NotTo(Equal(key))
			if decoded, err := base64.StdEncoding.DecodeString(key); err == nil {
				g.Expect(carelessly(near)).NotTo(Equal(decoded), "%s of %s", n, key)
			}
		}
	}
	_, why := OtherCase.of("00112233-aabbccdd")
	g.Expect(why).NotTo(BeEmpty())
	_, why = Shorter.of("12345678")
	g.Expect(why).NotTo(BeEmpty())
}

// carelessly decodes as much as can be decoded.
func carelessly(s string) []byte {
	var decoded []byte
	for end := len(s); end > 0 && decoded == nil; end-- {
		for _, e := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding} {
			if b, err := e.DecodeString(s[:end]); err == nil {
				decoded = b
			}
		}
	}
	return decoded
}
