package specs

import (
	"net/http"
	"time"
)

// Exchange is one request and the answer to it, as recorded at the transport:
// the unit that the contract and the general rules judge and that the reports
// show. All values are unredacted while a spec runs; what leaves the process
// is redacted first.
type Exchange struct {
	// ID is unique in a run, such as "p2-17": parallel process and count.
	ID string `json:"id"`
	// Operation is the operationId of the contract, or "" for a request
	// that is not part of the API, such as fetching file_metadata.url.
	Operation string `json:"operation,omitempty"`
	// Started is when the request was sent; Duration runs until the body
	// was read whole (or the exchange failed), in nanoseconds.
	Started  time.Time     `json:"started"`
	Duration time.Duration `json:"duration"`

	Request  Request   `json:"request"`
	Response *Response `json:"response,omitempty"`

	// Malformed says which rule of the contract the request breaks on
	// purpose. Any other request that breaks the contract is a defect of the
	// suite. For a malformed request the answer's status and codes are free
	// (any 4xx), and only the form of the answer is judged.
	Malformed string `json:"malformed,omitempty"`
	// Unauthenticated marks a request sent without, or with a bad, credential.
	Unauthenticated bool `json:"unauthenticated,omitempty"`
	// Injected says that the answer was asked for by a stimulus such as
	// "Prefer: code=409": it is evidence about a mock, not live evidence.
	Injected bool `json:"injected,omitempty"`
	// Error is why there is no (whole) answer: the transport's own words.
	Error string `json:"error,omitempty"`
	// Retried is why this exchange was repeated (a documented "please try
	// again", 429, 503), or "".
	Retried string `json:"retried,omitempty"`
	// Role is the credential that was used: user, other, no-user, none, …
	Role string `json:"role,omitempty"`

	Violations []Violation `json:"violations,omitempty"`
}

// Request is the recorded request.
type Request struct {
	Method string `json:"method"`
	URL    string `json:"url"`
	// Path is the part of URL below the target's base URL, query included,
	// such as "/deployments/extensions/4237175152?include_deployments=true":
	// what the contract judges, so that one contract serves every base URL.
	Path   string      `json:"path,omitempty"`
	Header http.Header `json:"header"`
	// Body is what was sent, or nothing where Size exceeds what is kept
	// (uploads are streamed and never kept).
	Body []byte `json:"body,omitempty"`
	// Size is the number of body bytes sent.
	Size int64 `json:"size"`
}

// Response is the recorded answer.
type Response struct {
	Status int         `json:"status"`
	Proto  string      `json:"proto,omitempty"`
	Header http.Header `json:"header"`
	// Body is the decoded body (gzip undone) up to the recorder's limit.
	Body []byte `json:"body,omitempty"`
	// Size is the number of body bytes read; Truncated says that the
	// recorder's limit ended the reading.
	Size      int64 `json:"size"`
	Truncated bool  `json:"truncated,omitempty"`
}

// Violation is one way in which an exchange breaks the contract or a general
// rule.
type Violation struct {
	// Rule is the stable name of the check that found it, such as
	// "contract.response.header" or "json.duplicate-key".
	Rule string `json:"rule"`
	// Element is the key of the contract's element that is violated (see
	// [Element]), such as "create-extension/201/header/x-cloud-resource-version".
	Element string `json:"element,omitempty"`
	// Requirement is the id of the requirement that is broken.
	Requirement string `json:"requirement"`
	// Place is where the contract says so: "extensions.openapi.yaml:123 #/paths/…".
	Place    string `json:"place,omitempty"`
	Message  string `json:"message"`
	Expected string `json:"expected,omitempty"`
	Seen     string `json:"seen,omitempty"`
	Blame    Blame  `json:"blame"`
}

// Blame says whose mistake a failure is.
type Blame string

// The four parties a failure can be laid at.
const (
	BlameTarget      Blame = "target"
	BlameSuite       Blame = "suite"
	BlameContract    Blame = "contract"
	BlameEnvironment Blame = "environment"
)
