package kit

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/onsi/gomega/types"

	"github.com/extconf/extconf/fixtures/payloads"
)

// matcher is a Gomega matcher over exchanges that words both sides itself.
type matcher struct {
	// name is what findings and the proof call the assertion by.
	name     string
	expected string
	match    func(*Exchange) bool
	seen     func(*Exchange) string
}

func (m matcher) Match(actual any) (bool, error) {
	x, ok := actual.(*Exchange)
	if !ok {
		return false, fmt.Errorf("this matcher is about an exchange, not about a %T", actual)
	}
	return m.match(x), nil
}

func (m matcher) Sides(actual any) (string, string) {
	x, _ := actual.(*Exchange)
	return m.expected, m.seen(x)
}

func (m matcher) FailureMessage(actual any) string {
	expected, seen := m.Sides(actual)
	return "Expected\n    " + seen + "\nto be\n    " + expected
}

func (m matcher) NegatedFailureMessage(actual any) string {
	return "Expected not\n    " + m.expected
}

// named is one of our matchers under another name: that of what it is part of.
func named(assertion string, m types.GomegaMatcher) types.GomegaMatcher {
	own, ok := m.(matcher)
	if !ok {
		return m
	}
	own.name = assertion
	return own
}

func statusOf(x *Exchange) string {
	if x.Response == nil {
		return "no answer: " + x.Error
	}
	text := fmt.Sprintf("%d %s", x.Status(), http.StatusText(x.Status()))
	if codes := x.Codes(); len(codes) > 0 {
		text += " with x-cloud-error-codes " + strings.Join(codes, ",")
	}
	if x.Error != "" {
		text += ", but " + x.Error
	}
	return text
}

// HaveStatus matches an answer of that status.
func HaveStatus(status int) types.GomegaMatcher {
	return matcher{
		"HaveStatus",
		fmt.Sprintf("status %d %s", status, http.StatusText(status)),
		func(x *Exchange) bool { return x.Status() == status && x.Error == "" }, statusOf,
	}
}

// BeRefused matches any 4xx, other than those that only ask for patience.
func BeRefused() types.GomegaMatcher {
	return matcher{
		"BeRefused",
		"a refusal with a 4xx status",
		func(x *Exchange) bool {
			return x.Refused() && x.Status() != http.StatusTooManyRequests && x.Error == ""
		}, statusOf,
	}
}

// BeUnauthenticated matches what a missing or bad credential is answered with.
func BeUnauthenticated() types.GomegaMatcher {
	return matcher{
		"BeUnauthenticated",
		"a refusal of the credential, 401 or 403",
		func(x *Exchange) bool {
			return (x.Status() == http.StatusUnauthorized || x.Status() == http.StatusForbidden) && x.Error == ""
		}, statusOf,
	}
}

// FailWith matches a documented failure: status and code, in the header and in
// the body.
func FailWith(status int, code string) types.GomegaMatcher {
	code = "extensions." + code
	return matcher{
		"FailWith",
		fmt.Sprintf("%d %s with the code %s, in x-cloud-error-codes and in the body", status, http.StatusText(status), code),
		func(x *Exchange) bool {
			inBody := slices.ContainsFunc(x.Errors, func(e ErrorEntry) bool { return e.Code == code })
			return x.Status() == status && slices.Contains(x.Codes(), code) && inBody && x.Error == ""
		},
		func(x *Exchange) string {
			text := statusOf(x)
			if x.Response != nil {
				var codes []string
				for _, e := range x.Errors {
					codes = append(codes, e.Code)
				}
				text += fmt.Sprintf(", and in the body the codes %q", codes)
			}
			return text
		},
	}
}

// CarryCode matches a failure whose x-cloud-error-codes has that code, whatever
// its body says.
func CarryCode(code string) types.GomegaMatcher {
	code = "extensions." + code
	return matcher{
		"CarryCode",
		"x-cloud-error-codes " + code,
		func(x *Exchange) bool { return slices.Contains(x.Codes(), code) }, statusOf,
	}
}

// Echo matches an answer whose field, by its name in the API, is what was sent.
func Echo(name string, sent payloads.Extension) types.GomegaMatcher {
	want := map[string]string{
		"name": sent.Name, "description": sent.Description, "extension_type": sent.Type,
		"version": sent.Version, "download_url": sent.DownloadURL,
	}[name]
	got := func(x *Exchange) string { return x.Ext.field(name) }
	return matcher{
		"Echo " + name,
		fmt.Sprintf("%s %s, as sent", name, show(want)),
		func(x *Exchange) bool { return x.OK() && got(x) == want },
		func(x *Exchange) string {
			if !x.OK() {
				return statusOf(x)
			}
			return fmt.Sprintf("%s %s", name, show(got(x)))
		},
	}
}

func (e Extension) field(name string) string {
	return map[string]string{
		"id": e.ID, "url": e.URL, "name": e.Name, "description": e.Description, "extension_type": e.Type,
		"version": e.Version, "download_url": e.DownloadURL,
	}[name]
}

// Agree matches an answer that tells of an extension what another answer told.
func Agree(other *Exchange) types.GomegaMatcher {
	fields := []string{"id", "name", "description", "url", "download_url", "extension_type", "version"}
	differing := func(x *Exchange) []string {
		var diff []string
		for _, f := range fields {
			if x.Ext.field(f) != other.Ext.field(f) {
				diff = append(diff, fmt.Sprintf("%s %s instead of %s", f, show(x.Ext.field(f)), show(other.Ext.field(f))))
			}
		}
		if size, was := x.Ext.FileMetadata.size(), other.Ext.FileMetadata.size(); size >= 0 && was >= 0 && size != was {
			diff = append(diff, fmt.Sprintf("file_metadata.size %d instead of %d", size, was))
		}
		return diff
	}
	return matcher{
		"Agree",
		"what " + other.Operation + " told of the same extension",
		func(x *Exchange) bool { return x.OK() && len(differing(x)) == 0 },
		func(x *Exchange) string {
			if !x.OK() {
				return statusOf(x)
			}
			return strings.Join(differing(x), "; ")
		},
	}
}

// size is in bytes, negative where it is not told.
func (m *FileMetadata) size() int64 {
	if m == nil || m.Size == nil {
		return -1
	}
	return *m.Size
}

// HaveNewVersion matches an answer whose resource version is another one than before.
func HaveNewVersion(before *Exchange) types.GomegaMatcher {
	return matcher{
		"HaveNewVersion",
		fmt.Sprintf("another x-cloud-resource-version than %q", before.Version()),
		func(x *Exchange) bool { return x.Version() != "" && x.Version() != before.Version() },
		func(x *Exchange) string { return fmt.Sprintf("x-cloud-resource-version %q", x.Version()) },
	}
}

// HaveSameVersion matches an answer whose resource version is the one before.
func HaveSameVersion(before *Exchange) types.GomegaMatcher {
	return sameHeader("X-Cloud-Resource-Version", before)
}

func sameHeader(name string, before *Exchange) types.GomegaMatcher {
	return matcher{
		"HaveSameVersion",
		fmt.Sprintf("%s %q, as before", strings.ToLower(name), before.Header(name)),
		func(x *Exchange) bool { return x.Header(name) == before.Header(name) },
		func(x *Exchange) string { return fmt.Sprintf("%s %q", strings.ToLower(name), x.Header(name)) },
	}
}

// HaveSameCreated matches an answer with the same instant of creation.
func HaveSameCreated(before *Exchange) types.GomegaMatcher {
	return compareDates("HaveSameCreated", "X-Cloud-Resource-Created", before, "the same instant as", func(now, then time.Time) bool { return now.Equal(then) })
}

// HaveSameModified matches an answer with the same instant of modification.
func HaveSameModified(before *Exchange) types.GomegaMatcher {
	return compareDates("HaveSameModified", "X-Cloud-Resource-Last-Modified", before, "the same instant as", func(now, then time.Time) bool { return now.Equal(then) })
}

// NotGoBack matches an answer that was not last modified earlier than before.
func NotGoBack(before *Exchange) types.GomegaMatcher {
	return compareDates("NotGoBack", "X-Cloud-Resource-Last-Modified", before, "not earlier than", func(now, then time.Time) bool { return !now.Before(then) })
}

func compareDates(assertion, name string, before *Exchange, relation string, ok func(now, then time.Time) bool) types.GomegaMatcher {
	low := strings.ToLower(name)
	return matcher{
		assertion,
		fmt.Sprintf("%s %s %q", low, relation, before.Header(name)),
		func(x *Exchange) bool {
			now, read := x.date(name)
			then, readBefore := before.date(name)
			return !read || !readBefore || ok(now, then)
		},
		func(x *Exchange) string { return fmt.Sprintf("%s %q", low, x.Header(name)) },
	}
}

// HaveNoDeployments matches an answer that lists no deployment.
func HaveNoDeployments() types.GomegaMatcher {
	return matcher{
		"HaveNoDeployments",
		"no deployments",
		func(x *Exchange) bool { return len(x.Ext.Deployments) == 0 },
		func(x *Exchange) string { return fmt.Sprintf("deployments %q", x.Ext.Deployments) },
	}
}

// HaveFileSize matches an answer that tells that size, or none.
func HaveFileSize(size int64) types.GomegaMatcher {
	return matcher{
		"HaveFileSize",
		fmt.Sprintf("file_metadata.size %d", size),
		func(x *Exchange) bool { return x.Ext.FileMetadata.size() < 0 || x.Ext.FileMetadata.size() == size },
		func(x *Exchange) string { return fmt.Sprintf("file_metadata.size %d", x.Ext.FileMetadata.size()) },
	}
}

// TellFile matches an answer that tells as much of the stored file as the same
// question was answered with before, and the same.
func TellFile(before *Exchange) types.GomegaMatcher {
	told := func(x *Exchange) string {
		switch m := x.Ext.FileMetadata; {
		case m == nil:
			return "no file_metadata"
		case m.Size == nil:
			return "file_metadata without a size"
		default:
			return fmt.Sprintf("file_metadata.size %d", *m.Size)
		}
	}
	return matcher{
		"TellFile",
		told(before) + ", as before",
		func(x *Exchange) bool { return x.OK() && told(x) == told(before) },
		func(x *Exchange) string {
			if !x.OK() {
				return statusOf(x)
			}
			return told(x)
		},
	}
}

// BeUnchanged matches an answer that tells all of an extension that another
// answer to the same question told: its data, its file, its version and dates.
func BeUnchanged(before *Exchange) types.GomegaMatcher {
	parts := []matcher{}
	for _, m := range []types.GomegaMatcher{
		Agree(before), TellFile(before), HaveSameVersion(before), HaveSameModified(before), HaveSameCreated(before),
	} {
		if own, ok := m.(matcher); ok {
			parts = append(parts, own)
		}
	}
	differing := func(x *Exchange) *matcher {
		for i := range parts {
			if !parts[i].match(x) {
				return &parts[i]
			}
		}
		return nil
	}
	return matcher{
		"BeUnchanged",
		"all as " + before.Operation + " told it before",
		func(x *Exchange) bool { return x.OK() && differing(x) == nil },
		func(x *Exchange) string {
			if d := differing(x); x.OK() && d != nil {
				return d.seen(x)
			}
			return statusOf(x)
		},
	}
}

// ClaimNoFile matches an answer that does not tell of a stored file.
func ClaimNoFile() types.GomegaMatcher {
	return matcher{
		"ClaimNoFile",
		"no claim that there is a file",
		func(x *Exchange) bool { return x.Ext.FileMetadata.size() <= 0 },
		func(x *Exchange) string { return fmt.Sprintf("file_metadata.size %d", x.Ext.FileMetadata.size()) },
	}
}

// ListOnce matches a list that holds an extension exactly once.
func ListOnce(id string) types.GomegaMatcher { return listed("ListOnce", id, 1, "exactly once") }

// NotList matches a list that does not hold an extension.
func NotList(id string) types.GomegaMatcher { return listed("NotList", id, 0, "nowhere") }

func listed(assertion, id string, times int, words string) types.GomegaMatcher {
	count := func(x *Exchange) int {
		n := 0
		for _, e := range x.List {
			if e.ID == id {
				n++
			}
		}
		return n
	}
	return matcher{
		assertion,
		fmt.Sprintf("a list that holds %s %s", id, words),
		func(x *Exchange) bool { return x.OK() && x.Error == "" && count(x) == times },
		func(x *Exchange) string {
			if !x.OK() || x.Error != "" {
				return statusOf(x)
			}
			return fmt.Sprintf("a list of %d that holds it %d times", len(x.List), count(x))
		},
	}
}
