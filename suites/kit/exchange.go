package kit

import (
	"strings"

	"github.com/go-json-experiment/json"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"github.com/extconf/extconf/specs"
)

// Exchange is a recorded and judged exchange, with its answer decoded.
type Exchange struct {
	*specs.Exchange
	api *API
	// Ext is the extension of the answer, as far as it could be decoded.
	Ext Extension
	// List is the answer to list.
	List []Extension
	// Errors is the envelope of an error.
	Errors []ErrorEntry
	// intent is the ledger's name for what a create may leave behind.
	intent string
	// unsent is why there was no connection to send the request over, "" where
	// there was one.
	unsent string
}

// Extension is the extension of an answer.
type Extension struct {
	ID           string        `json:"id"`
	Name         string        `json:"name"`
	Description  string        `json:"description"`
	URL          string        `json:"url"`
	DownloadURL  string        `json:"download_url"`
	Type         string        `json:"extension_type"`
	Version      string        `json:"version"`
	Deployments  []string      `json:"deployments"`
	FileMetadata *FileMetadata `json:"file_metadata"`
}

// FileMetadata is what an answer tells of the stored file.
type FileMetadata struct {
	LastModified string `json:"last_modified_date"`
	// Size is in bytes; nil where the answer does not tell.
	Size *int64 `json:"size"`
	URL  string `json:"url"`
}

// ErrorEntry is one entry of the error envelope.
type ErrorEntry struct {
	Code    string   `json:"code"`
	Message string   `json:"message"`
	Fields  []string `json:"fields"`
}

// decode fills Ext, List and Errors. What does not fit is left out: saying so
// is the judge's part.
func (x *Exchange) decode() {
	if x.Response == nil || len(x.Response.Body) == 0 {
		return
	}
	if x.Response.Status >= 400 {
		var envelope struct {
			Errors []ErrorEntry `json:"errors"`
		}
		_ = read(x.Response.Body, &envelope)
		x.Errors = envelope.Errors
		return
	}
	if x.Operation == "list-extensions" {
		var list struct {
			Extensions []Extension `json:"extensions"`
		}
		_ = read(x.Response.Body, &list)
		x.List = list.Extensions
		return
	}
	_ = read(x.Response.Body, &x.Ext)
}

// read decodes JSON of a target: names count as they are written, and what does
// not fit is left out.
func read(raw []byte, into any) error {
	return json.Unmarshal(raw, into, jsonv1.DefaultOptionsV1(), json.MatchCaseInsensitiveNames(false))
}

// Status is the status of the answer, 0 where there is none.
func (x *Exchange) Status() int {
	if x.Response == nil {
		return 0
	}
	return x.Response.Status
}

// OK says that the answer is a success.
func (x *Exchange) OK() bool { return x.Status() >= 200 && x.Status() < 300 }

// Refused says that the answer is a 4xx.
func (x *Exchange) Refused() bool { return x.Status() >= 400 && x.Status() < 500 }

// Header is a header of the answer, "" where there is none.
func (x *Exchange) Header(name string) string {
	if x.Response == nil {
		return ""
	}
	return x.Response.Header.Get(name)
}

// Version is the resource version that the answer carries.
func (x *Exchange) Version() string { return x.Header("X-Cloud-Resource-Version") }

// Codes are the codes of x-cloud-error-codes.
func (x *Exchange) Codes() []string {
	if x.Response == nil {
		return nil
	}
	var codes []string
	for _, line := range x.Response.Header.Values("X-Cloud-Error-Codes") {
		for code := range strings.SplitSeq(line, ",") {
			if code = strings.TrimSpace(code); code != "" {
				codes = append(codes, code)
			}
		}
	}
	return codes
}
