package kit

import (
	"errors"
	"net"
	"testing"

	. "github.com/onsi/gomega"
)

func TestWhyThereIsNoConnection(t *testing.T) {
	dial := &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connect: connection refused")}
	for says, err := range map[string]error{
		"http://t cannot be reached: connect: connection refused; check --target":                                                        dial,
		"the proxy before http://t cannot be reached: dial tcp: connect: connection refused; check HTTP_PROXY, HTTPS_PROXY and NO_PROXY": &net.OpError{Op: "proxyconnect", Net: "tcp", Err: dial},
		"the host of http://t has no address: check --target":                                                                            &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "t"}},
	} {
		NewWithT(t).Expect(unreachable("http://t", err)).To(MatchError(says))
	}
	NewWithT(t).Expect(unreachable("http://t", errors.New("malformed HTTP response"))).To(Succeed())
}
