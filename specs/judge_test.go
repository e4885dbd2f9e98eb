package specs

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// Each row breaks a perfect exchange in one way; it must be found under that
// requirement, by that rule, and nothing else may be found.
func TestJudgeFindsWhatIsBroken(t *testing.T) {
	body := func(s string) func(*Exchange) { return func(x *Exchange) { x.Response.Body = []byte(s) } }
	swap := func(old, new string) func(*Exchange) {
		return func(x *Exchange) { x.Response.Body = []byte(strings.Replace(string(x.Response.Body), old, new, 1)) }
	}
	set := func(name, value string) func(*Exchange) {
		return func(x *Exchange) { x.Response.Header.Set(name, value) }
	}
	add := func(name, value string) func(*Exchange) {
		return func(x *Exchange) { x.Response.Header.Add(name, value) }
	}
	del := func(name string) func(*Exchange) { return func(x *Exchange) { x.Response.Header.Del(name) } }
	status := func(n int) func(*Exchange) { return func(x *Exchange) { x.Response.Status = n } }
	const created, modified = "X-Cloud-Resource-Created", "X-Cloud-Resource-Last-Modified"

	for name, c := range map[string]struct {
		operation         string
		status            int
		broken            func(*Exchange)
		requirement, rule string
	}{
		"no answer":                 {"get-extension", 200, func(x *Exchange) { x.Response, x.Error = nil, "connection reset" }, "any.http", "http.whole"},
		"half an answer":            {"get-extension", 200, func(x *Exchange) { x.Error = "the body broke off" }, "any.http", "http.whole"},
		"a status of its own":       {"create-extension", 201, status(202), "any.documented-status", "contract.status"},
		"a server error":            {"list-extensions", 200, status(500), "any.documented-status", "contract.status"},
		"a missing header":          {"create-extension", 201, del("X-Cloud-Resource-Version"), "create.header.version", "contract.header"},
		"an empty header":           {"create-extension", 201, set("X-Cloud-Resource-Version", ""), "create.header.version", "contract.header"},
		"a header twice":            {"update-extension", 200, add("X-Cloud-Resource-Version", "18"), "update.header.version", "http.single-header"},
		"an epoch for a date":       {"upload-extension", 200, set(created, "1700000000000"), "upload.header.created", "contract.header"},
		"a date without a zone":     {"get-extension", 200, set(modified, "2026-01-31T08:00:00.000"), "get.header.last-modified", "contract.header"},
		"a date in quotes":          {"get-extension", 200, set(modified, `"2026-01-31T08:00:00.000Z"`), "get.header.last-modified", "dates.form"},
		"an encoding not offered":   {"get-extension", 200, set("Content-Encoding", "br"), "any.http", "http.encoding"},
		"a header with a blank":     {"get-extension", 200, func(x *Exchange) { x.Response.Header["X Node"] = []string{"7"} }, "any.http", "http.header-name"},
		"a URI with a blank":        {"get-extension", 200, swap("https://h/f", "https://h/f?name=my file.zip"), "file-metadata.url", "json.uri"},
		"a blank message":           {"get-extension", 404, swap(`"message":"m"`, `"message":" "`), "any.error-message", "error.message"},
		"a code for a message":      {"get-extension", 404, swap(`"message":"m"`, `"message":"extensions.not_found"`), "any.error-message", "error.message"},
		"a local offset":            {"get-extension", 200, set(modified, "2026-01-31T10:00:00.000+02:00"), "any.resource-dates-utc", "dates.utc"},
		"dates out of order":        {"get-extension", 200, set(created, "2026-02-01T00:00:00Z"), "any.resource-dates-order", "dates.order"},
		"another content type":      {"get-extension", 200, set("Content-Type", "text/plain"), "any.content-type", "contract.content-type"},
		"no content type":           {"get-extension", 200, del("Content-Type"), "any.content-type", "contract.content-type"},
		"two content types":         {"get-extension", 200, add("Content-Type", "application/json"), "any.content-type", "content-type.form"},
		"a malformed content type":  {"get-extension", 200, set("Content-Type", "application/json; charset=\"utf-8"), "any.content-type", "content-type.form"},
		"another charset":           {"get-extension", 200, set("Content-Type", "application/json; charset=iso-8859-1"), "any.content-type", "content-type.form"},
		"no body":                   {"get-extension", 200, body(""), "any.json", "json.empty"},
		"a blank body":              {"list-extensions", 200, body(" \r\n"), "any.json", "json.empty"},
		"null":                      {"get-extension", 200, body("null"), "extension.id", "json.null"},
		"a null list":               {"list-extensions", 200, body("null"), "list.extensions", "json.null"},
		"half a document":           {"get-extension", 200, body(goldenExtension[:40]), "any.json", "json.text"},
		"two documents":             {"get-extension", 200, body(goldenExtension + goldenExtension), "any.json", "json.text"},
		"rubbish behind":            {"get-extension", 200, body(goldenExtension + "<!-- served by -->"), "any.json", "json.text"},
		"a byte order mark":         {"get-extension", 200, body("\xEF\xBB\xBF" + goldenExtension), "any.json", "json.text"},
		"a number too large":        {"get-extension", 200, swap(`{"id"`, `{"quota":1e400,"id"`), "any.json", "json.number"},
		"a key twice":               {"get-extension", 200, swap(`{"id"`, `{"name":"other","id"`), "any.json", "json.duplicate-key"},
		"invalid UTF-8":             {"get-extension", 200, swap(`"d"`, "\"\xff\""), "any.json", "json.text"},
		"a lone surrogate":          {"get-extension", 200, swap(`"d"`, `"\ud800"`), "any.json", "json.text"},
		"a list for an object":      {"get-extension", 200, body("[]"), "extension.id", "contract.body"},
		"no id":                     {"get-extension", 200, swap(`"id":"4237175152",`, ""), "extension.id", "contract.body"},
		"an empty id":               {"create-extension", 201, swap(`"4237175152"`, `""`), "extension.id", "contract.body"},
		"a number for an id":        {"create-extension", 201, swap(`"4237175152"`, `4237175152`), "extension.id", "contract.body"},
		"another id":                {"get-extension", 200, swap(`"4237175152"`, `"1"`), "get.id", "id.asked-for"},
		"another id after upload":   {"upload-extension", 200, swap(`"4237175152"`, `"1"`), "upload.id", "id.asked-for"},
		"a type in capitals":        {"get-extension", 200, swap(`"bundle"`, `"BUNDLE"`), "extension.type", "contract.body"},
		"null for a description":    {"get-extension", 200, swap(`"d"`, `null`), "extension.description", "contract.body"},
		"null for file_metadata":    {"get-extension", 200, swap(goldenExtension[strings.Index(goldenExtension, `{"size"`):len(goldenExtension)-1], `null`), "extension.file-metadata", "contract.body"},
		"a size with a fraction":    {"get-extension", 200, swap(`"size":7`, `"size":7.5`), "file-metadata.size", "contract.body"},
		"a size as a float":         {"get-extension", 200, swap(`"size":7`, `"size":7.0`), "file-metadata.size", "json.integer"},
		"a size as a power":         {"list-extensions", 200, swap(`"size":7`, `"size":7e3`), "file-metadata.size", "json.integer"},
		"a size beyond 64 bits":     {"get-extension", 200, swap(`"size":7`, `"size":9223372036854775808`), "file-metadata.size", "contract.body"},
		"a relative url":            {"get-extension", 200, swap(`"https://h/f"`, `"/f"`), "file-metadata.url", "contract.body"},
		"an object in deployments":  {"get-extension", 200, swap(`["one"]`, `[{"id":"one"}]`), "extension.deployments", "contract.body"},
		"too many deployments":      {"get-extension", 200, swap(`["one"]`, "["+strings.Repeat(`"x",`, 10000)+`"x"]`), "extension.deployments", "contract.body"},
		"a list that is null":       {"list-extensions", 200, body(`{"extensions":null}`), "list.extensions", "contract.body"},
		"a list that is absent":     {"list-extensions", 200, body(`{}`), "list.extensions", "contract.body"},
		"a string for deleted":      {"delete-extension", 200, body(`"deleted"`), "delete.body", "contract.body"},
		"no error codes":            {"get-extension", 404, del("X-Cloud-Error-Codes"), "get.error-codes", "contract.header"},
		"another code in header":    {"delete-extension", 401, set("X-Cloud-Error-Codes", "extensions.no_user_id"), "any.error-code-agrees", "codes.agree"},
		"an envelope without list":  {"get-extension", 404, body(`{"message":"not found"}`), "any.error-envelope", "contract.body"},
		"an envelope with no entry": {"create-extension", 409, body(`{"errors":[]}`), "any.error-envelope", "contract.body"},
		"an error without message":  {"update-extension", 409, swap(`,"message":"m"`, ""), "any.error-message", "contract.body"},
		"an empty message":          {"create-extension", 400, swap(`"message":"m"`, `"message":""`), "any.error-message", "contract.body"},
		"a string for fields":       {"create-extension", 400, swap(`["name"]`, `"name"`), "any.error-fields", "contract.body"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			x := golden(c.operation, c.status)
			c.broken(x)
			j := DefaultContract().Judge(x)
			g.Expect(j.Violations).To(HaveLen(1))
			v := j.Violations[0]
			g.Expect(v.Requirement).To(Equal(c.requirement))
			g.Expect(v.Rule).To(Equal(c.rule))
			g.Expect(v.Blame).To(Equal(BlameTarget))
			g.Expect(v.Message).NotTo(BeEmpty())
			g.Expect(v.Expected).NotTo(BeEmpty())
			g.Expect(v.Seen).NotTo(BeEmpty())
			g.Expect(len(v.Seen)).To(BeNumerically("<", 300))
			g.Expect(j.Kept).NotTo(ContainElement(c.requirement))
			if v.Element != "" {
				g.Expect(v.Place).To(MatchRegexp(`^extensions\.openapi\.yaml:\d+ #/`))
			}
		})
	}
}

// Each row is legal, however unusual.
func TestJudgeFindsNothingInWhatIsLegal(t *testing.T) {
	body := func(s string) func(*Exchange) { return func(x *Exchange) { x.Response.Body = []byte(s) } }
	set := func(name, value string) func(*Exchange) {
		return func(x *Exchange) { x.Response.Header.Set(name, value) }
	}
	for name, c := range map[string]struct {
		operation string
		status    int
		changed   func(*Exchange)
	}{
		"optional fields absent": {"get-extension", 200, body(`{"version":"*","url":"u","name":"n","id":"4237175152","extension_type":"plugin"}`)},
		"unknown fields":         {"get-extension", 200, body(strings.Replace(goldenExtension, "{", `{"owner":{"x":[null,1.5]},`, 1))},
		"white space":            {"get-extension", 200, body("\r\n " + strings.ReplaceAll(goldenExtension, ",", " ,\n\t") + "\n")},
		"escapes":                {"get-extension", 200, body(strings.Replace(goldenExtension, `"d"`, `"\u0064\ud83d\ude00"`, 1))},
		"a size beyond 2^53":     {"get-extension", 200, body(strings.Replace(goldenExtension, `"size":7`, `"size":9007199254740993`, 1))},
		"an empty list":          {"list-extensions", 200, body(`{"extensions":[]}`)},
		"no body after delete":   {"delete-extension", 200, func(x *Exchange) { x.Response.Body = nil; x.Response.Header.Del("Content-Type") }},
		"a type and no body":     {"delete-extension", 200, body("")},
		"an object after delete": {"delete-extension", 200, body(`{"deleted":true}`)},
		"a charset":              {"get-extension", 200, set("Content-Type", `Application/JSON; Charset="UTF-8"`)},
		"a profile":              {"get-extension", 200, set("Content-Type", `application/json; profile="x"`)},
		"plus zero":              {"get-extension", 200, set("X-Cloud-Resource-Last-Modified", "2026-01-31T08:00:01+00:00")},
		"lower case":             {"get-extension", 200, set("X-Cloud-Resource-Last-Modified", "2026-01-31t08:00:01z")},
		"nanoseconds":            {"get-extension", 200, set("X-Cloud-Resource-Last-Modified", "2026-01-31T08:00:01.123456789Z")},
		"any version":            {"get-extension", 200, set("X-Cloud-Resource-Version", `W/"a b"`)},
		"two codes": {"delete-extension", 401, func(x *Exchange) {
			x.Response.Header.Set("X-Cloud-Error-Codes", "extensions.unauthorised, other.code")
			x.Response.Body = []byte(`{"errors":[{"code":"other.code","message":"m"},{"code":"extensions.unauthorised","message":"m"}]}`)
		}},
		"two codes in two lines": {"delete-extension", 401, func(x *Exchange) {
			x.Response.Header["X-Cloud-Error-Codes"] = []string{"extensions.unauthorised", "extensions.no_user_id"}
			x.Response.Body = []byte(`{"errors":[{"code":"extensions.no_user_id","message":"m"},{"code":"extensions.unauthorised","message":"m"}]}`)
		}},
		"an id that needs escapes": {"get-extension", 200, func(x *Exchange) {
			x.Request.Path = "/deployments/extensions/a%2Fb%20c"
			x.Response.Body = []byte(strings.Replace(goldenExtension, `"4237175152"`, `"a/b c"`, 1))
		}},
		"another code for bad input": {"create-extension", 400, func(x *Exchange) {
			x.Malformed = "the name is empty"
			x.Response.Header.Set("X-Cloud-Error-Codes", "root.invalid")
			x.Response.Body = []byte(`{"errors":[{"code":"root.invalid","message":"m"}]}`)
		}},
		"another status for bad input": {"create-extension", 400, func(x *Exchange) { x.Malformed, x.Response.Status = "the name is empty", 422 }},
		"a refused credential": {"create-extension", 404, func(x *Exchange) {
			x.Unauthenticated, x.Response.Status = true, 401
			x.Response.Header.Del("X-Cloud-Error-Codes")
		}},
		"a raw upload": {"upload-extension", 200, func(x *Exchange) { x.Request.Header.Set("Content-Type", "application/zip") }},
	} {
		t.Run(name, func(t *testing.T) {
			x := golden(c.operation, c.status)
			c.changed(x)
			NewWithT(t).Expect(DefaultContract().Judge(x).Violations).To(BeEmpty())
		})
	}
}

// What the documents do not promise may still be better: SHOULD, never MUST.
func TestUndocumentedRefusals(t *testing.T) {
	for name, change := range map[string]func(*Exchange){
		"a page of a gateway":        func(x *Exchange) { x.Response.Status, x.Response.Body = 422, []byte("<html>") },
		"JSON of another form":       func(x *Exchange) { x.Response.Status, x.Response.Body = 415, []byte(`{"error":"x"}`) },
		"no body":                    func(x *Exchange) { x.Response.Status, x.Response.Body = 413, nil },
		"no codes on a known status": func(x *Exchange) { x.Response.Header.Del("X-Cloud-Error-Codes") },
		"an entry without a message": func(x *Exchange) { x.Response.Status, x.Response.Body = 422, []byte(`{"errors":[{"code":"c"}]}`) },
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			x := golden("create-extension", 400)
			x.Malformed = "the name is empty"
			change(x)
			found := DefaultContract().Judge(x).Violations
			g.Expect(found).To(HaveLen(1))
			r, _ := Requirements().Get(found[0].Requirement)
			g.Expect(r.Level).To(Equal(SHOULD))
		})
	}
}

// A request that breaks the contract without saying so is our own mistake.
func TestJudgeBlamesTheSuite(t *testing.T) {
	for name, change := range map[string]func(*Exchange){
		"a name that is not allowed": func(x *Exchange) { x.Request.Body = []byte(`{"name":"a b","extension_type":"bundle","version":"*"}`) },
		"a field too few":            func(x *Exchange) { x.Request.Body = []byte(`{"name":"n","version":"*"}`) },
		"no body":                    func(x *Exchange) { x.Request.Body, x.Request.Size = nil, 0 },
		"another content type":       func(x *Exchange) { x.Request.Header.Set("Content-Type", "text/plain") },
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			x := golden("create-extension", 201)
			change(x)
			found := DefaultContract().Judge(x).Violations
			g.Expect(found).NotTo(BeEmpty())
			for _, v := range found {
				g.Expect(v.Blame).To(Equal(BlameSuite))
			}
			x.Malformed = "on purpose"
			g.Expect(DefaultContract().Judge(x).Violations).To(BeEmpty())
		})
	}
}

// Judging shares nothing between exchanges.
func TestJudgeManyAtOnce(t *testing.T) {
	done := make(chan Judgement)
	for range 64 {
		go func() { done <- DefaultContract().Judge(golden("create-extension", 201)) }()
	}
	for range 64 {
		NewWithT(t).Expect((<-done).Violations).To(BeEmpty())
	}
}

func TestJudgeLeavesTheExchangeAlone(t *testing.T) {
	g := NewWithT(t)
	x, same := golden("delete-extension", 200), golden("delete-extension", 200)
	x.Response.Body, same.Response.Body = nil, nil
	DefaultContract().Judge(x)
	g.Expect(x).To(Equal(same))
	g.Expect(DefaultContract().Judge(&Exchange{Response: &Response{Status: http.StatusOK}})).To(Equal(Judgement{}), "a download is not part of the API")
}

// The answer to a request that we got wrong proves nothing about the target.
func TestOurOwnMistakeIsNotTheTargets(t *testing.T) {
	g := NewWithT(t)
	x := golden("create-extension", 400)
	x.Request.Body = []byte(`{"name":"n"}`)
	x.Response.Header.Set("X-Cloud-Error-Codes", "root.invalid_request")
	x.Response.Body = []byte(`{"errors":[{"code":"root.invalid_request","message":"m"}]}`)
	found := DefaultContract().Judge(x).Violations
	g.Expect(found).NotTo(BeEmpty())
	g.Expect(found).To(HaveEach(HaveField("Blame", BlameSuite)))
}
