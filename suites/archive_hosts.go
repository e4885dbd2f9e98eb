package suites

import (
	"cmp"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/fixtures/targets"
	"github.com/extconf/extconf/suites/kit"
)

// unreachable says why a target cannot download from the suite, "" where it can.
func (r *run) unreachable() string {
	switch p := r.profile.Archives; {
	case p.Advertise != "":
	case p.URL != "":
		return "the archive is at --archive-url, where the suite sees no download and cannot make it go wrong: that needs --advertise"
	case !r.target.InProcess && !isLoopback(r.target.Base):
		return "the target cannot reach 127.0.0.1: name the suite's address with --advertise, or an archive with --archive-url"
	}
	return ""
}

// openArchives starts the archive hosts of a process, where the target can
// reach them: one that is plain, and one with TLS where there is a certificate.
func (r *run) openArchives(proc int) (err error) {
	if r.api.Unreachable = r.unreachable(); r.api.Unreachable != "" {
		return nil
	}
	if r.api.Archives, err = r.archiveHost(proc, nil); err != nil || r.profile.Archives.HTTPS == nil {
		return err
	}
	cert, err := certificate(r.profile.Archives.HTTPS)
	if err != nil {
		return usagef("the profile's archives.https cannot be used: %s", err)
	}
	r.api.SecureArchives, err = r.archiveHost(proc, &tls.Config{Certificates: []tls.Certificate{cert}})
	return err
}

func (r *run) archiveHost(proc int, secure *tls.Config) (*archives.Host, error) {
	o, err := r.archiveAddress(proc, secure != nil)
	if err != nil {
		return nil, err
	}
	o.TLS = secure
	h, err := archives.NewHost(o)
	if err != nil {
		return nil, usagef("the archive host of process %d cannot start on %s: %s", proc, o.Listen, err)
	}
	r.close = append(r.close, h.Close)
	return h, nil
}

// checkArchives opens what the processes of a run will open, and closes it.
func (r *run) checkArchives() (err error) {
	trial := &run{Config: r.Config, profile: r.profile, target: r.target, api: &kit.API{}}
	defer trial.shut()
	for proc := 1; proc <= r.Procs && err == nil; proc++ {
		err = trial.openArchives(proc)
	}
	return err
}

// archiveAddress is where an archive host listens, and what the target calls it.
// Where a port is named, each process has one, from that port on; those with TLS
// come after the plain ones.
func (r *run) archiveAddress(proc int, secure bool) (o archives.HostOptions, err error) {
	p := r.profile.Archives
	p.Listen = cmp.Or(p.Listen, targets.Listen)
	nth := proc - 1
	if secure {
		nth += r.Procs
	}
	if o.Listen, err = portFrom(p.Listen, nth); err != nil {
		return o, usagef("the profile's archives.listen %q is not host:port: %s", p.Listen, err)
	}
	if p.Advertise == "" {
		return o, nil
	}
	named := strings.Contains(p.Advertise, "://")
	raw := p.Advertise
	if !named {
		raw = "http://" + raw
	}
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" {
		return o, usagef("advertise %q is neither host, host:port nor a URL", p.Advertise)
	}
	if secure {
		u.Scheme = "https"
	}
	switch port := u.Port(); {
	case port != "":
		if u.Host, err = portFrom(u.Host, nth); err != nil {
			return o, usagef("advertise %q has no usable port: %s", p.Advertise, err)
		}
	case !named:
		u.Host += ":0" // that of the listener
	case nth > 0:
		return o, usagef("advertise %q names no port: with --procs or archives.https each process needs one, from that port on", p.Advertise)
	}
	switch _, listens, _ := net.SplitHostPort(o.Listen); {
	case p.Listen == targets.Listen: // the default is of no use to others
		o.Listen = ":" + cmp.Or(u.Port(), "0")
	case listens == "0" && u.Port() != "" && u.Port() != "0":
		return o, usagef("the profile's archives.listen %q takes any port, and advertise %q names one: give both a port", p.Listen, p.Advertise)
	}
	o.Advertise = u.String()
	return o, nil
}

// portFrom is an address with the nth port after its own; 0 stays 0.
func portFrom(address string, nth int) (string, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", err
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return "", err
	}
	if n > 0 {
		n += uint64(nth)
	}
	if n > 65535 {
		return "", fmt.Errorf("there is no port %d", n)
	}
	return net.JoinHostPort(host, strconv.FormatUint(n, 10)), nil
}

func certificate(h *targets.HTTPS) (tls.Certificate, error) {
	if h.BuiltIn {
		cert, _, err := archives.BuiltIn()
		return cert, err
	}
	return tls.LoadX509KeyPair(h.Cert, h.Key)
}
