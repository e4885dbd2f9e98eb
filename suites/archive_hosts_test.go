package suites

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/fixtures/targets"
)

// Each process has archive hosts of its own, where the target finds them.
func TestArchiveAddresses(t *testing.T) {
	for name, c := range map[string]struct {
		listen, advertise string
		proc              int
		secure            bool
		listens, called   string
	}{
		"nothing said":                {proc: 2, listens: "127.0.0.1:0"},
		"a port to listen on":         {listen: "127.0.0.1:8099", proc: 2, listens: "127.0.0.1:8100"},
		"a host":                      {advertise: "ci.test", proc: 2, listens: ":0", called: "http://ci.test:0"},
		"a host, https":               {advertise: "ci.test", proc: 2, secure: true, listens: ":0", called: "https://ci.test:0"},
		"a port":                      {advertise: "ci.test:8099", proc: 1, listens: ":8099", called: "http://ci.test:8099"},
		"a port, another process":     {advertise: "ci.test:8099", proc: 3, listens: ":8101", called: "http://ci.test:8101"},
		"a port, https":               {advertise: "ci.test:8099", proc: 1, secure: true, listens: ":8102", called: "https://ci.test:8102"},
		"IPv6":                        {advertise: "[::1]:8099", proc: 2, listens: ":8100", called: "http://[::1]:8100"},
		"a URL":                       {advertise: "http://ci.test/", proc: 1, listens: ":0", called: "http://ci.test/"},
		"a port of another's":         {listen: "10.0.0.7:9000", advertise: "ci.test:80", proc: 2, listens: "10.0.0.7:9001", called: "http://ci.test:81"},
		"a URL behind another's":      {listen: "10.0.0.7:9000", advertise: "https://ci.test", proc: 1, listens: "10.0.0.7:9000", called: "https://ci.test"},
		"a host, and where to listen": {listen: "10.0.0.7:0", advertise: "ci.test", proc: 2, listens: "10.0.0.7:0", called: "http://ci.test:0"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			r := &run{Config: Config{Procs: 3}, profile: &targets.Profile{Archives: targets.Archives{Listen: c.listen, Advertise: c.advertise}}}
			o, err := r.archiveAddress(c.proc, c.secure)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect([]string{o.Listen, o.Advertise}).To(Equal([]string{c.listens, c.called}))
		})
	}
}

func TestArchiveAddressesThatCannotBe(t *testing.T) {
	for _, c := range []struct{ listen, advertise, says string }{
		{"nowhere", "", `archives.listen "nowhere" is not host:port`},
		{targets.Listen, "ci.test:x", `advertise "ci.test:x" is neither host, host:port nor a URL`},
		{targets.Listen, "http://", "neither host, host:port nor a URL"},
		{targets.Listen, "ci.test:65535", "there is no port 65536"},
		{targets.Listen, "http://ci.test", "names no port: with --procs"},
		{"0.0.0.0:0", "ci.test:8099", "give both a port"},
	} {
		g := NewWithT(t)
		r := &run{Config: Config{Procs: 2}, profile: &targets.Profile{Archives: targets.Archives{Listen: c.listen, Advertise: c.advertise}}}
		_, err := r.archiveAddress(2, false)
		g.Expect(err).To(MatchError(ContainSubstring(c.says)))
		g.Expect(err).To(BeAssignableToTypeOf(Usage{}))
	}
}
