package specs

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

const (
	goldenExtension = `{"id":"4237175152","name":"n","url":"repo://4237175152","extension_type":"bundle","version":"*",` +
		`"description":"d","download_url":"http://h/a.zip","deployments":["one"],` +
		`"file_metadata":{"size":7,"url":"https://h/f","last_modified_date":"2026-01-31T08:00:00.000Z"}}`
	goldenRequest = `{"name":"n","extension_type":"bundle","version":"*"}`
)

// golden is an exchange that keeps every promise: one per operation and
// documented status, with all that an answer may carry.
func golden(operation string, status int) *Exchange {
	op := documentOf(DefaultContract()).operations[operation]
	path := "/deployments/extensions"
	if strings.Contains(op.template, "{") {
		path += "/4237175152"
	}
	x := &Exchange{
		Operation: operation,
		Request:   Request{Method: op.method, Path: path, URL: "http://127.0.0.1:1/some/prefix/api/v1" + path, Header: http.Header{"Authorization": {"ApiKey k"}}},
		Response:  &Response{Status: status, Header: http.Header{"Content-Type": {"application/json"}}},
	}
	switch operation {
	case "create-extension", "update-extension":
		x.Request.Body, x.Request.Size = []byte(goldenRequest), int64(len(goldenRequest))
		x.Request.Header.Set("Content-Type", "application/json")
	case "upload-extension":
		x.Request.Size = 1 << 20
		x.Request.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	}
	x.Response.Body = []byte(goldenExtension)
	switch {
	case status >= 400:
		code := ""
		for _, h := range op.Responses.Codes.GetOrZero(http.StatusText(0) + itoa(status)).Headers.FromOldest() {
			code = codesOf(h)[0]
		}
		x.Response.Header.Set("X-Cloud-Error-Codes", code)
		x.Response.Body = []byte(`{"errors":[{"code":"` + code + `","message":"m","fields":["name"]}]}`)
		return x
	case operation == "list-extensions":
		x.Response.Body = []byte(`{"extensions":[` + goldenExtension + `]}`)
		return x
	case operation == "delete-extension":
		x.Response.Body = []byte(`{}`)
	}
	x.Response.Header.Set("X-Cloud-Resource-Version", "17")
	x.Response.Header.Set("X-Cloud-Resource-Created", "2026-01-31T08:00:00.000Z")
	x.Response.Header.Set("X-Cloud-Resource-Last-Modified", "2026-01-31T08:00:00.000Z")
	return x
}

func itoa(status int) string {
	return string([]byte{byte('0' + status/100), byte('0' + status/10%10), byte('0' + status%10)})
}

// Every schema is compiled and applied here, so that a defect of the contract
// shows before a target answers.
func TestGoldenExchangesKeepTheContract(t *testing.T) {
	kept := map[string]bool{}
	for id, op := range documentOf(DefaultContract()).operations {
		for status := range op.Responses.Codes.KeysFromOldest() {
			t.Run(id+" "+status, func(t *testing.T) {
				g := NewWithT(t)
				n := int(status[0]-'0')*100 + int(status[1]-'0')*10 + int(status[2]-'0')
				j := DefaultContract().Judge(golden(id, n))
				g.Expect(j.Violations).To(BeEmpty())
				g.Expect(j.Kept).To(ContainElements("any.http", "any.documented-status", "any.content-type", "any.json"))
				for _, requirement := range j.Kept {
					kept[requirement] = true
				}
			})
		}
	}
	g := NewWithT(t)
	for _, r := range Requirements().Requirements {
		form := strings.HasPrefix(r.ID, "extension.") || strings.HasPrefix(r.ID, "file-metadata.") || strings.Contains(r.ID, ".header.") ||
			strings.HasSuffix(r.ID, ".error-codes")
		if form {
			g.Expect(kept).To(HaveKey(r.ID), "no golden exchange keeps it")
		}
	}
}
