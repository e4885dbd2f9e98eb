package kit

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/onsi/ginkgo/v2"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/specs"
)

// Origin is where a target downloads an archive from.
type Origin struct {
	URL string
	// Size is in bytes and SHA256 in hexadecimal; -1 and "" where unknown.
	Size   int64
	SHA256 string
	// Served tells what was fetched; nil for an archive of the profile,
	// whose host tells the suite nothing.
	Served *archives.Served
}

// Serve hosts an archive for this spec. Where the target cannot reach the
// suite, the spec is skipped, saying why.
func (api *API) Serve(a archives.Archive, options ...archives.Option) *archives.Served {
	if api.Archives == nil {
		ginkgo.Skip(api.Unreachable)
	}
	return api.serveOn(api.Archives, a, options)
}

// ServeTLS hosts an archive at an https URL that the target trusts. Where the
// profile says that https does not apply, the spec is about nothing.
func (api *API) ServeTLS(a archives.Archive, options ...archives.Option) *archives.Served {
	if api.Archives == nil {
		ginkgo.Skip(api.Unreachable)
	}
	if why := api.notApplicable("create.a.https"); why != "" {
		api.DoesNotBind(why)
		ginkgo.Skip(why)
	}
	if api.SecureArchives == nil {
		ginkgo.Skip("the profile's archives.https names no certificate that the target trusts")
	}
	return api.serveOn(api.SecureArchives, a, options)
}

func (api *API) serveOn(h *archives.Host, a archives.Archive, options []archives.Option) *archives.Served {
	s := h.Serve(a, options...)
	api.current().served = append(api.current().served, s)
	ginkgo.DeferCleanup(s.Withdraw)
	return s
}

// keepsCredential finds, at the end of a spec, any credential that a target took
// along to the archives' hosts, whatever the spec was about.
func (api *API) keepsCredential(s *spec) {
	for _, served := range s.served {
		if leak := api.LeakIn(served.Fetches()); leak != "" {
			s.find(api, nil, specs.Violation{
				Rule: "credential", Requirement: "create.a.credential-kept", Blame: specs.BlameTarget,
				Message: "a request for an archive holds the credential of the API", Expected: "no credential", Seen: leak,
			})
		}
	}
}

// NeedsArchives notes, where the target cannot download from the suite, that
// these requirements do not bind in a spec which is about downloads: others
// exercise them, and what is about downloads alone stays open. With the
// profile's own archive, where that will do, they bind.
func (api *API) NeedsArchives(profiles bool, requirements ...string) {
	if api.Archives != nil || profiles && api.Profile().Archives.URL != "" {
		return
	}
	for _, id := range requirements {
		api.notBinding(id, api.Unreachable)
	}
}

// Origin is an archive that the target can download: the suite's own, or the
// one that the profile names.
func (api *API) Origin(a archives.Archive) Origin {
	if api.Archives == nil && api.Profile().Archives.URL != "" {
		size := api.Profile().Archives.Size
		if size == 0 {
			size = -1
		}
		return Origin{URL: api.Profile().Archives.URL, Size: size}
	}
	s := api.Serve(a)
	return Origin{URL: s.URL, Size: a.Size(), SHA256: a.SHA256(), Served: s}
}

// FetchedWhole says whether one of the fetches got the archive to its end.
func FetchedWhole(fetches []archives.Fetch) bool {
	for _, f := range fetches {
		if f.Complete && f.Status < 300 && f.Method == "GET" {
			return true
		}
	}
	return false
}

// Whole is what [Downloads] says of a request that got the archive to its end.
const Whole = "GET, whole"

// Downloads says in words what came of each request for an archive.
func Downloads(fetches []archives.Fetch) []string {
	if len(fetches) == 0 {
		return []string{"none"}
	}
	var said []string
	for _, f := range fetches {
		if FetchedWhole([]archives.Fetch{f}) {
			said = append(said, Whole)
			continue
		}
		said = append(said, fmt.Sprintf("%s, %d, %d bytes", f.Method, f.Status, f.Written))
	}
	return said
}

// LeakIn says in which fetch one of the run's credentials was sent, or "".
func (api *API) LeakIn(fetches []archives.Fetch) string {
	for _, f := range fetches {
		for name, values := range f.Header {
			if api.holdsSecret(strings.Join(values, "\n")) {
				return "in the header " + name
			}
		}
		if f.Header.Get("Authorization") != "" {
			return "in the header Authorization"
		}
		if api.holdsSecret(f.RequestURI) {
			return "in the URL"
		}
	}
	return ""
}

func (api *API) holdsSecret(text string) bool {
	for _, secret := range api.Target.Secrets() {
		if len(secret) < leastSecret {
			if text == secret {
				return true
			}
			continue
		}
		if strings.Contains(text, secret) ||
			strings.Contains(text, base64.StdEncoding.EncodeToString([]byte(secret))) {
			return true
		}
	}
	return false
}
