package specs

import (
	"fmt"
	"mime"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
)

// Rules are the names of all rules by which [Contract.Judge] blames a target:
// those of the contract, and the general ones, which are what the documents or
// HTTP say of every answer, and no schema can.
func Rules() []string {
	return []string{
		"contract.status", "contract.header", "contract.content-type", "contract.body",
		"http.whole", "http.header-name", "http.single-header", "http.encoding", "content-type.form", "content-type.undeclared",
		"json.empty", "json.text", "json.duplicate-key", "json.null", "json.number", "json.integer", "json.uri",
		"dates.form", "dates.utc", "dates.order", "codes.agree", "error.message", "envelope", "id.asked-for",
	}
}

// framing looks for what a lenient client of HTTP lets pass.
func (j *judgement) framing() {
	for name := range j.x.Response.Header {
		if name == "" || strings.ContainsFunc(name, func(r rune) bool {
			return r <= ' ' || r >= 0x7f || strings.ContainsRune("\"(),/:;<=>?@[\\]{}", r)
		}) {
			j.find("any.http", "http.header-name", Violation{
				Message: "the name of a header holds what no name may hold", Expected: "names of letters, digits and hyphens", Seen: show(name),
			})
		}
	}
	for _, coding := range j.x.Response.Header.Values("Content-Encoding") {
		if !strings.EqualFold(coding, "gzip") && !strings.EqualFold(coding, "identity") && coding != "" {
			j.find("any.http", "http.encoding", Violation{
				Message: "the body is in an encoding that the request did not offer", Expected: "gzip, or none", Seen: "Content-Encoding " + show(coding),
			})
		}
	}
}

// singleHeaders looks for declared headers that stand more than once though
// they are no lists: two readers would see two values.
func (j *judgement) singleHeaders() {
	if j.response.Headers == nil {
		return
	}
	for name, h := range j.response.Headers.FromOldest() {
		values := j.x.Response.Header.Values(name)
		if len(values) < 2 || h.Schema != nil && h.Schema.Schema() != nil && slices.Contains(h.Schema.Schema().Type, "array") {
			continue
		}
		low := strings.ToLower(name)
		j.breaks(j.key+"/header/"+low, "http.single-header", "any.http", Violation{
			Message: "the header " + low + " stands more than once", Expected: "one value", Seen: show(values),
		})
	}
}

// contentType looks at what the validator takes for granted about Content-Type.
func (j *judgement) contentType() {
	values := j.x.Response.Header.Values("Content-Type")
	if len(j.declared()) == 0 {
		if len(j.x.Response.Body) > 0 || len(values) > 0 {
			j.breaks(j.key, "content-type.undeclared", "any.content-type", Violation{
				Message: "there is a body where the documents know none", Expected: "no body and no Content-Type",
				Seen: fmt.Sprintf("%d bytes, Content-Type %q", len(j.x.Response.Body), values),
			})
		}
		return
	}
	wrong := ""
	_, parameters, err := mime.ParseMediaType(j.x.Response.Header.Get("Content-Type"))
	charset, hasCharset := parameters["charset"]
	switch {
	case len(values) == 0:
		return // the validator's to report
	case len(values) > 1:
		wrong = "Content-Type stands more than once"
	case err != nil:
		wrong = "Content-Type cannot be read: " + err.Error()
	case hasCharset && !strings.EqualFold(charset, "utf-8"):
		wrong = "Content-Type declares a charset other than UTF-8"
	default:
		return
	}
	j.breaks(j.key+"/content", "content-type.form", "any.content-type", Violation{
		Message: wrong, Expected: "one Content-Type, " + strings.Join(j.declared(), " or "), Seen: show(values),
	})
}

// declared are the media types that the contract declares for the answer.
func (j *judgement) declared() []string {
	if j.response.Content == nil {
		return nil
	}
	return slices.Collect(j.response.Content.KeysFromOldest())
}

// media is what the contract says of a JSON body, or nil.
func (j *judgement) media() *v3.MediaType {
	if j.response.Content == nil {
		return nil
	}
	for name, media := range j.response.Content.FromOldest() {
		if strings.Contains(name, "json") {
			return media
		}
	}
	return nil
}

// bodyMayBeAbsent says that there is no body, and that there need not be one.
func (j *judgement) bodyMayBeAbsent() bool {
	optional := j.response.Extensions != nil && j.response.Extensions.GetOrZero("x-body-optional") != nil
	return optional && len(j.x.Response.Body) == 0
}

// dates looks at the resource headers: UTC, and in order.
func (j *judgement) dates() {
	created, modified := j.x.Response.Header.Get("X-Cloud-Resource-Created"), j.x.Response.Header.Get("X-Cloud-Resource-Last-Modified")
	j.dateForm("x-cloud-resource-created", created)
	j.dateForm("x-cloud-resource-last-modified", modified)
	whenCreated, bad := ParseDate(created)
	whenModified, worse := ParseDate(modified)
	if j.failure() || bad != nil && worse != nil {
		return // no dates, or in a form that the contract refuses
	}
	j.keep("any.resource-dates-utc")
	for _, d := range []struct {
		name, value string
		err         error
	}{{"x-cloud-resource-created", created, bad}, {"x-cloud-resource-last-modified", modified, worse}} {
		if d.err == nil && !isUTC(d.value) {
			j.find("any.resource-dates-utc", "dates.utc", Violation{
				Element: j.key + "/header/" + d.name, Message: d.name + " is not relative to UTC", Expected: "a date that ends in Z or +00:00", Seen: show(d.value),
			})
		}
	}
	if bad != nil || worse != nil {
		return
	}
	j.keep("any.resource-dates-order")
	if whenModified.Before(whenCreated) {
		j.find("any.resource-dates-order", "dates.order", Violation{
			Element: j.key + "/header/x-cloud-resource-last-modified", Message: "the resource was last modified before it was created",
			Expected: "a date not before " + show(created), Seen: show(modified),
		})
	}
}

var dateTime = regexp.MustCompile(`^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$`)

// dateForm looks at the form of a date by itself: the validator reads a header
// as it would read JSON, and takes a string in quotes.
func (j *judgement) dateForm(name, value string) {
	element := j.key + "/header/" + name
	if _, declared := j.c.byKey[element+"/format/date-time"]; !declared || value == "" || dateTime.MatchString(value) || j.brokenElement(element) {
		return
	}
	j.breaks(element+"/format/date-time", "dates.form", "any.http", Violation{
		Message: name + " is no date-time", Expected: "a date-time such as 2026-01-31T08:00:00.000Z, as it is", Seen: show(value),
	})
}

// ParseDate reads a date of RFC 3339, also one in a leap second, which Go does
// not know.
func ParseDate(s string) (time.Time, error) {
	s = strings.ToUpper(strings.TrimSpace(s))
	if at := strings.LastIndex(s, ":60"); at == len("2006-01-02T15:04") {
		t, err := time.Parse(time.RFC3339Nano, s[:at]+":59"+s[at+len(":60"):])
		return t.Add(time.Second), err
	}
	return time.Parse(time.RFC3339Nano, s)
}

func isUTC(date string) bool {
	date = strings.ToUpper(strings.TrimSpace(date))
	return strings.HasSuffix(date, "Z") || strings.HasSuffix(date, "+00:00") || strings.HasSuffix(date, "-00:00")
}

// isCodes says that a header is the one with the error codes.
func isCodes(name string) bool { return strings.EqualFold(name, "x-cloud-error-codes") }

// headerCodes are the codes of x-cloud-error-codes, over all its lines.
func (j *judgement) headerCodes() []string {
	var codes []string
	for _, line := range j.x.Response.Header.Values("X-Cloud-Error-Codes") {
		for code := range strings.SplitSeq(line, ",") {
			if code = strings.TrimSpace(code); code != "" {
				codes = append(codes, code)
			}
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// documentedCode says that one of the header's codes is documented for the
// status. More may stand beside it: the header is a list.
func (j *judgement) documentedCode() bool {
	if j.response.Headers == nil {
		return false
	}
	for name, h := range j.response.Headers.FromOldest() {
		if isCodes(name) {
			documented := codesOf(h)
			return slices.ContainsFunc(j.headerCodes(), func(code string) bool { return slices.Contains(documented, code) })
		}
	}
	return false
}

// codes compares the codes of the header with those of the body.
func (j *judgement) codes() {
	if !j.failure() || len(j.headerCodes()) == 0 {
		return
	}
	var inBody []string
	for _, e := range j.errors() {
		if code, _ := e["code"].(string); code != "" {
			inBody = append(inBody, code)
		}
	}
	slices.Sort(inBody)
	inBody = slices.Compact(inBody)
	if len(inBody) == 0 {
		return // the envelope's to report
	}
	j.keep("any.error-code-agrees")
	if !slices.Equal(inBody, j.headerCodes()) {
		j.find("any.error-code-agrees", "codes.agree", Violation{
			Element: j.key + "/header/x-cloud-error-codes", Message: "header and body do not tell the same codes",
			Expected: fmt.Sprintf("in x-cloud-error-codes the codes of the body, %q", inBody), Seen: fmt.Sprintf("%q", j.headerCodes()),
		})
	}
}

// messages looks for messages that tell a person nothing.
func (j *judgement) messages() {
	for _, e := range j.errors() {
		message, ok := e["message"].(string)
		if !ok || message == "" || strings.TrimSpace(message) != "" && message != e["code"] {
			continue // something to read, or the schema's to report
		}
		j.breaks("schema/BasicFailedReplyElement/message", "error.message", "any.error-message", Violation{
			Message: "an error has no message for a person", Expected: "words that say what went wrong", Seen: show(message),
		})
		return
	}
}

// errors are the entries of the error envelope, as far as they are objects.
func (j *judgement) errors() []map[string]any {
	object, _ := j.body.(map[string]any)
	list, _ := object["errors"].([]any)
	var entries []map[string]any
	for _, one := range list {
		if e, ok := one.(map[string]any); ok {
			entries = append(entries, e)
		}
	}
	return entries
}

// envelope looks for the documented form of an error in a refusal that is not
// documented itself: that would be good manners, not a promise.
func (j *judgement) envelope() {
	j.keep("any.error-envelope-undocumented")
	wrong := ""
	body, _, err := readJSON(j.x.Response.Body)
	if err != nil {
		wrong = "the body is no JSON: " + err.Error()
	}
	j.body = body
	entries := j.errors()
	if wrong == "" && len(entries) == 0 {
		wrong = "there is no list errors with an entry"
	}
	for _, e := range entries {
		code, _ := e["code"].(string)
		message, _ := e["message"].(string)
		if code == "" || message == "" {
			wrong = "an entry of errors has no code or no message"
		}
	}
	if wrong != "" {
		j.find("any.error-envelope-undocumented", "envelope", Violation{
			Message: wrong, Expected: `{"errors":[{"code":…,"message":…}]}`, Seen: show(string(j.x.Response.Body)),
		})
	}
}

// askedFor compares the id of the answer with the one that was asked for.
func (j *judgement) askedFor() {
	requirement, ok := map[string]string{
		"get-extension": "get.id", "update-extension": "update.keeps-id", "upload-extension": "upload.id",
	}[j.op.id]
	object, isObject := j.body.(map[string]any)
	got, isText := object["id"].(string)
	if !ok || j.failure() || !isObject || !isText {
		return
	}
	path, _, _ := strings.Cut(j.x.Request.Path, "?")
	want, err := url.PathUnescape(path[strings.LastIndexByte(path, '/')+1:])
	if err != nil {
		return
	}
	j.keep(requirement)
	if got != want {
		j.find(requirement, "id.asked-for", Violation{
			Element: "schema/Extension/id", Message: "the answer is about another extension", Expected: "id " + show(want), Seen: "id " + show(got),
		})
	}
}
