package reports

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"html/template"
	"io"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/extconf/extconf/specs"
)

// Redacted stands where something is not shown.
const Redacted = "[redacted]"

// What the reports keep of what a target or the suite says, so that no target
// decides how large they are: bytes of a body, bytes of any other text, and of
// headers the names and the values of each.
const (
	BodyLimit   = 64 << 10
	textLimit   = 8 << 10
	headerNames = 200
	headerLines = 20
)

// shortenedMark begins the note at the end of a body that was cut; with its
// numbers it has no more than longestMark bytes.
const (
	shortenedMark = "\n[extconf shortened this body: "
	longestMark   = 120
)

// shown lists the headers whose values the reports show. It is an allow-list:
// whatever a target or a profile invents is hidden until it stands here.
var shown = func() map[string]bool {
	names := strings.Fields(`
		Accept Accept-Encoding Accept-Language Accept-Ranges Age Allow Cache-Control Connection
		Content-Disposition Content-Encoding Content-Language Content-Length Content-Location Content-Range
		Content-Type Date Etag Expect Expires Host If-Match If-Modified-Since If-None-Match
		If-Unmodified-Since Keep-Alive Last-Modified Link Location Pragma Prefer Preference-Applied Range
		Ratelimit-Limit Ratelimit-Remaining Ratelimit-Reset Retry-After Server Server-Timing
		Strict-Transport-Security Te Trailer Transfer-Encoding Upgrade User-Agent Vary Via Warning
		Www-Authenticate X-Cloud-Error-Codes X-Cloud-Resource-Created X-Cloud-Resource-Last-Modified
		X-Cloud-Resource-Version X-Content-Type-Options X-Ratelimit-Limit X-Ratelimit-Remaining
		X-Ratelimit-Reset X-Request-Id`)
	set := map[string]bool{}
	for _, name := range names {
		set[name] = true
	}
	return set
}()

// schemes are the authentication schemes whose name is shown, without what follows.
var schemes = []string{"ApiKey", "Basic", "Bearer", "Digest", "Negotiate", "AWS4-HMAC-SHA256"}

// Redactor takes secrets out of whatever leaves the process. It is the only
// code that does so. A nil Redactor knows no secrets and still hides headers,
// user names in URLs and credential-like parameters.
type Redactor struct {
	needles []needle
	// shortest and longest are the lengths of needles, in bytes.
	shortest, longest int
	// begins holds the needles by their first two bytes, begun says where there
	// are any: one look at each byte of a text does what a search for each of
	// the fifty forms of each secret did, which was half of what redacting cost.
	begins map[uint16][]needle
	begun  [1 << 16]bool
}

// needle is a secret in one encoding.
type needle struct {
	text, encoding string
	secret         int
	// base64 is a stretch within a longer base64 text, which goes with it.
	base64 bool
}

// leastSecret is the length in bytes from which a secret is looked for in texts.
const leastSecret = 8

// NewRedactor knows these secrets. Those shorter than eight bytes cannot be told
// from ordinary text, and are only hidden where a header holds them.
func NewRedactor(secrets ...string) *Redactor {
	r := &Redactor{begins: map[uint16][]needle{}}
	seen := map[string]bool{}
	for i, secret := range secrets {
		if len(secret) < leastSecret {
			continue
		}
		for _, n := range encodings(secret) {
			if len(n.text) < leastSecret || seen[n.text] {
				continue
			}
			seen[n.text] = true
			n.secret = i + 1
			r.needles = append(r.needles, n)
			r.longest = max(r.longest, len(n.text))
			if r.shortest == 0 || len(n.text) < r.shortest {
				r.shortest = len(n.text)
			}
		}
	}
	// The longest first: a padded form before the same without padding.
	slices.SortStableFunc(r.needles, func(a, b needle) int { return len(b.text) - len(a.text) })
	for _, n := range r.needles {
		key := uint16(n.text[0])<<8 | uint16(n.text[1])
		r.begins[key], r.begun[key] = append(r.begins[key], n), true
	}
	return r
}

// encodings lists the forms in which a secret may turn up in a text.
func encodings(secret string) []needle {
	plain := []byte(secret)
	list := []needle{
		{text: secret, encoding: "plain"},
		{text: base64.StdEncoding.EncodeToString(plain), encoding: "base64", base64: true},
		{text: base64.RawStdEncoding.EncodeToString(plain), encoding: "base64", base64: true},
		{text: base64.URLEncoding.EncodeToString(plain), encoding: "base64url", base64: true},
		{text: base64.RawURLEncoding.EncodeToString(plain), encoding: "base64url", base64: true},
		{text: hex.EncodeToString(plain), encoding: "hex"},
		{text: strings.ToUpper(hex.EncodeToString(plain)), encoding: "hex"},
		{text: html.EscapeString(secret), encoding: "html"},
	}
	// The same inside a longer base64 text, such as user:key: one form for
	// each of the three places it can begin at, less the characters at both
	// ends that depend on its neighbours.
	for shift := range 3 {
		for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			text := e.EncodeToString(append(make([]byte, shift), plain...))
			text = text[[3]int{0, 2, 3}[shift]:]
			if (shift+len(plain))%3 != 0 {
				text = text[:len(text)-1]
			}
			if len(text) >= 8 {
				list = append(list, needle{text: text, encoding: "within base64", base64: true})
			}
		}
	}
	for _, escaped := range []string{url.QueryEscape(secret), url.PathEscape(secret), percent(plain)} {
		list = append(list, needle{text: escaped, encoding: "url"}, needle{text: lowerPercent(escaped), encoding: "url"})
	}
	for _, escaped := range jsonForms(secret) {
		list = append(list, needle{text: escaped, encoding: "json"})
		for _, again := range jsonForms(escaped) {
			list = append(list, needle{text: again, encoding: "json"})
		}
	}
	// A page escapes the plus, too, which base64 is full of.
	for _, n := range list {
		if escaped := template.HTMLEscapeString(n.text); strings.Contains(n.text, "+") {
			list = append(list, needle{text: strings.ReplaceAll(escaped, "+", "&#43;"), encoding: n.encoding})
		}
	}
	return list
}

func percent(raw []byte) string {
	var b strings.Builder
	for _, c := range raw {
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

func lowerPercent(s string) string {
	out := []byte(s)
	for i := 0; i+2 < len(out); i++ {
		if out[i] == '%' {
			copy(out[i+1:i+3], bytes.ToLower(out[i+1:i+3]))
		}
	}
	return string(out)
}

func jsonForms(s string) []string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string always encodes
	plain := strings.Trim(strings.TrimSpace(b.String()), `"`)
	escaped, _ := json.Marshal(s)
	return []string{plain, string(escaped[1 : len(escaped)-1]), strings.ReplaceAll(plain, "/", `\/`)}
}

// Text returns s without any known secret in any of its encodings, without
// user names and passwords in URLs, and without the values of parameters that
// look like credentials.
func (r *Redactor) Text(s string) string {
	return hideParameters(hideUserinfo(r.scrub(s)))
}

// scrub takes out the known secrets only.
func (r *Redactor) scrub(s string) string {
	if r == nil || len(s) < r.shortest {
		return s // as most headers are
	}
	holds := false
	for range within(r, s) {
		holds = true
		break
	}
	if !holds {
		return s
	}
	for _, n := range r.needles {
		if !strings.Contains(s, n.text) {
			continue
		}
		if n.base64 {
			s = replaceWithin(s, n.text)
		} else {
			s = strings.ReplaceAll(s, n.text, Redacted)
		}
	}
	return s
}

// replaceWithin redacts the whole base64 text that a stretch of it stands in.
func replaceWithin(s, stretch string) string {
	var b strings.Builder
	for {
		at := strings.Index(s, stretch)
		if at < 0 {
			b.WriteString(s)
			return b.String()
		}
		from, to := at, at+len(stretch)
		for from > 0 && isBase64(s[from-1]) {
			from--
		}
		for to < len(s) && (isBase64(s[to]) || s[to] == '=') {
			to++
		}
		b.WriteString(s[:from] + Redacted)
		s = s[to:]
	}
}

func isBase64(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("+/-_", c) >= 0
}

// hideUserinfo redacts what stands between :// and @.
func hideUserinfo(s string) string {
	if !strings.Contains(s, "://") || !strings.Contains(s, "@") {
		return s
	}
	var b strings.Builder
	for {
		at := strings.Index(s, "://")
		if at < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:at+3])
		s = s[at+3:]
		end := strings.IndexAny(s, "/?#\\ \t\r\n\"'<>,;|`)")
		if end < 0 {
			end = len(s)
		}
		if userinfo := strings.LastIndexByte(s[:end], '@'); userinfo >= 0 {
			b.WriteString(Redacted)
			s = s[userinfo:]
		}
	}
}

// hideParameters redacts the values of credential-like query parameters,
// wherever in a text they stand.
func hideParameters(s string) string {
	if !strings.ContainsRune(s, '=') {
		return s
	}
	var b strings.Builder
	for {
		eq := strings.IndexByte(s, '=')
		if eq < 0 {
			b.WriteString(s)
			return b.String()
		}
		from := eq
		for from > 0 && isNameByte(s[from-1]) {
			from--
		}
		b.WriteString(s[:eq+1])
		rest := s[eq+1:]
		if isSeparator(s[:from]) && isCredentialName(s[from:eq]) {
			end := strings.IndexAny(rest, "&;#\\ \t\r\n\"'<>")
			if end < 0 {
				end = len(rest)
			}
			if end > 0 {
				b.WriteString(Redacted)
				rest = rest[end:]
			}
		}
		s = rest
	}
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.'
}

// isSeparator says whether a parameter's name may follow. JSON writes & as
// \u0026, whose last letters then read as a part of the name.
func isSeparator(before string) bool {
	return before != "" && strings.IndexByte("?&;\\", before[len(before)-1]) >= 0
}

var credentialWords = []string{
	"token", "secret", "signature", "password", "passwd", "credential", "apikey", "accesskey", "authorization", "session", "jwt",
}

func isCredentialName(name string) bool {
	name = strings.ToLower(strings.NewReplacer("-", "", "_", "", ".", "").Replace(name))
	name = strings.TrimPrefix(name, "u0026")
	switch name {
	case "sig", "key", "auth", "pwd", "pass":
		return true
	}
	return slices.ContainsFunc(credentialWords, func(word string) bool { return strings.Contains(name, word) })
}

// Header returns a copy in which only allowed values are shown; an
// Authorization shows its scheme.
func (r *Redactor) Header(h http.Header) http.Header {
	if h == nil {
		return nil
	}
	names := slices.Collect(maps.Keys(h))
	if len(names) > headerNames {
		slices.Sort(names)
		names = names[:headerNames]
	}
	out := make(http.Header, len(names))
	for _, name := range names {
		values, left := h[name], 0
		if len(values) > headerLines {
			values, left = values[:headerLines-1], len(values)-headerLines+1
		}
		list := make([]string, len(values), len(values)+1)
		for i, value := range values {
			list[i] = r.headerValue(http.CanonicalHeaderKey(name), value)
		}
		if left > 0 {
			list = append(list, fmt.Sprintf("[extconf leaves out %d more]", left))
		}
		name = r.short(name)
		out[name] = append(out[name], list...)
	}
	return out
}

func (r *Redactor) headerValue(name, value string) string {
	switch {
	case shown[name]:
		return r.short(value)
	case value == "":
		return ""
	case name == "Authorization" || name == "Proxy-Authorization":
		scheme, rest, _ := strings.Cut(value, " ")
		if i := slices.IndexFunc(schemes, func(s string) bool { return strings.EqualFold(s, scheme) }); i >= 0 {
			if rest == "" {
				return scheme
			}
			return scheme + " " + Redacted
		}
	}
	return Redacted
}

// Exchange returns a copy without secrets, whose bodies are cut to
// [BodyLimit] and say so, as are other texts that are too long.
func (r *Redactor) Exchange(x specs.Exchange) specs.Exchange {
	x.Request.URL, x.Request.Path = r.short(x.Request.URL), r.short(x.Request.Path)
	x.Request.Header = r.Header(x.Request.Header)
	x.Request.Body = r.body(x.Request.Body)
	if x.Response != nil {
		answer := *x.Response
		answer.Header = r.Header(answer.Header)
		answer.Body = r.body(answer.Body)
		x.Response = &answer
	}
	x.Malformed, x.Error, x.Retried = r.short(x.Malformed), r.short(x.Error), r.short(x.Retried)
	x.Violations = slices.Clone(x.Violations)
	for i := range x.Violations {
		v := &x.Violations[i]
		v.Message, v.Expected, v.Seen = r.short(v.Message), r.short(v.Expected), r.short(v.Seen)
	}
	return x
}

func (r *Redactor) body(body []byte) []byte {
	if len(body) == 0 {
		return nil
	}
	// What is cut already is a little longer than the limit; a target that
	// writes the mark itself is cut all the same.
	if len(body) <= BodyLimit+longestMark && shortened(body) {
		return []byte(r.Text(string(body)))
	}
	text, whole := r.cut(string(body), BodyLimit)
	if whole {
		return []byte(text)
	}
	return fmt.Appendf(nil, "%s%s%d of %d bytes are shown]", text, shortenedMark, len(text), len(body))
}

// short is [Redactor.Text] for what is to be a line, not a page.
func (r *Redactor) short(s string) string {
	if len(s) <= textLimit {
		return r.Text(s)
	}
	text, _ := r.cut(s, textLimit-longestMark)
	return fmt.Sprintf("%s[extconf leaves out the rest of %d bytes]", text, len(s))
}

// margin is how far beyond a limit is looked for secrets that begin before it,
// in bytes.
const margin = 4 << 10

// cut redacts a text, as far as a limit, and says whether that is the whole.
// No more is looked at than is needed: a target may send megabytes.
func (r *Redactor) cut(s string, limit int) (text string, whole bool) {
	beyond := margin
	if r != nil {
		beyond += r.longest
	}
	seen := s[:min(len(s), limit+beyond)]
	text = r.Text(seen)
	end := len(text)
	if len(seen) < len(s) {
		end = max(0, end-beyond) // a secret may be cut there
	}
	if len(seen) == len(s) && end <= limit {
		return text, true
	}
	end = min(end, limit)
	for end > 0 && end < len(text) && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end], false
}

// shortened says that a body was cut by [Redactor.Exchange].
func shortened(body []byte) bool {
	return bytes.Contains(body[max(0, len(body)-longestMark):], []byte(shortenedMark))
}

// finding redacts a finding in place.
func (r *Redactor) finding(f *Finding) {
	for _, s := range []*string{&f.Message, &f.Expected, &f.Seen, &f.Rerun, &f.Place} {
		*s = r.short(*s)
	}
	f.Curl = r.Text(f.Curl) // a command that is cut repeats nothing
}

// Leaks names the secrets that a text holds: by number and encoding, never by
// value. It is how a run searches its own artefacts and output.
func (r *Redactor) Leaks(text []byte) []string {
	if r == nil {
		return nil
	}
	found := map[string]bool{}
	for n := range within(r, text) {
		found[fmt.Sprintf("secret %d (%s)", n.secret, n.encoding)] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// within yields the needles that a text holds, each as often as it does.
func within[T string | []byte](r *Redactor, text T) iter.Seq[needle] {
	return func(yield func(needle) bool) {
		for i := 0; i+1 < len(text); i++ {
			key := uint16(text[i])<<8 | uint16(text[i+1])
			if !r.begun[key] {
				continue
			}
			for _, n := range r.begins[key] {
				if len(text)-i >= len(n.text) && string(text[i:i+len(n.text)]) == n.text && !yield(n) {
					return
				}
			}
		}
	}
}

// watch returns a writer that passes everything on to w and notes the secrets
// that go by, also those that two writes share.
func (r *Redactor) watch(w io.Writer) *watcher { return &watcher{r: r, w: w, found: map[string]bool{}} }

type watcher struct {
	r     *Redactor
	w     io.Writer
	tail  []byte
	found map[string]bool
}

func (l *watcher) Write(p []byte) (int, error) {
	if l.r != nil && l.r.longest > 0 {
		l.tail = append(l.tail, p...)
		if len(l.tail) > 1<<20 {
			l.search()
		}
	}
	return l.w.Write(p)
}

func (l *watcher) search() {
	for _, leak := range l.r.Leaks(l.tail) {
		l.found[leak] = true
	}
	l.tail = append(l.tail[:0], l.tail[max(0, len(l.tail)-l.r.longest+1):]...)
}

// leaks names what went by; call it after the last write.
func (l *watcher) leaks() []string {
	if l.r != nil && l.r.longest > 0 {
		l.search()
	}
	return slices.Sorted(maps.Keys(l.found))
}
