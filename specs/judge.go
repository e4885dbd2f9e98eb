package specs

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
)

// Judgement is what an exchange says about the contract and the general rules.
type Judgement struct {
	// Violations are sorted, and empty where all was kept.
	Violations []Violation
	// Kept are the ids of the requirements that the exchange was judged by
	// and kept. What no single exchange can show is for the specs to check.
	Kept []string
}

// judgement is one exchange on the bench.
type judgement struct {
	c  *Contract
	x  *Exchange
	op *operation
	// response is what the contract says of the answer's status, or nil.
	response *v3.Response
	// sent is the request, as the validator likes it.
	sent *http.Request
	// key is the element of the answer, such as "create-extension/201".
	key  string
	body any
	// thinned is the body for the validator, without most of what is right in
	// long lists.
	thinned any
	// ours says that the request breaks the contract by a mistake of ours.
	ours       bool
	violations []Violation
	kept       []string // each as often as it was kept
}

// Judge judges one exchange, request and answer, by the contract and by the
// general rules that a schema cannot express. What is not part of the API is
// not judged. A request that breaks the contract though it does not say so, or
// a contract that cannot be applied, is blamed on the suite or the contract.
func (c *Contract) Judge(x *Exchange) Judgement {
	op := documentOf(c).operations[x.Operation]
	if op == nil {
		return Judgement{}
	}
	j := &judgement{c: c, x: x, op: op, kept: make([]string, 0, 64)}
	j.request()
	j.answer()
	return j.end()
}

func (j *judgement) end() Judgement {
	slices.SortStableFunc(j.violations, func(a, b Violation) int {
		return cmp.Or(cmp.Compare(a.Requirement, b.Requirement), cmp.Compare(a.Element, b.Element), cmp.Compare(a.Message, b.Message))
	})
	slices.Sort(j.kept)
	kept := slices.Compact(j.kept)
	if len(j.violations) > 0 {
		kept = slices.DeleteFunc(kept, j.broken)
	}
	return Judgement{Violations: j.violations, Kept: slices.Clip(kept)}
}

// answer judges the answer, as far as there is one.
func (j *judgement) answer() {
	if j.x.Error != "" || j.x.Response == nil {
		j.find("any.http", "http.whole", Violation{
			Message: "there is no whole answer: " + j.x.Error, Expected: "one whole answer", Seen: cmp.Or(j.x.Error, "nothing"),
		})
		return
	}
	j.keep("any.http")
	j.framing()
	status := strconv.Itoa(j.x.Response.Status)
	j.key = j.op.id + "/" + status
	j.response = j.responseFor(status)
	if j.response == nil {
		j.undocumented()
		return
	}
	if j.legal() {
		j.keep("any.documented-status")
	} else if j.x.Unauthenticated {
		j.envelope() // the documents do not say how a bad credential is refused
		return
	}
	j.singleHeaders()
	j.contentType()
	j.text()
	j.validate()
	j.dates()
	j.codes()
	j.messages()
	j.askedFor()
	if !j.broken("any.json") {
		j.presence()
	}
}

// legal says that the request is one that the documents allow, so that only a
// documented answer will do.
func (j *judgement) legal() bool { return j.x.Malformed == "" && !j.x.Unauthenticated && !j.ours }

// failure says that the answer is a failure.
func (j *judgement) failure() bool { return j.x.Response.Status >= 400 }

// responseFor is what the contract says of a status: by itself, by its class,
// or by default.
func (j *judgement) responseFor(status string) *v3.Response {
	codes := j.op.Responses.Codes
	for _, key := range []string{status, status[:1] + "XX", status[:1] + "xx"} {
		if r := codes.GetOrZero(key); r != nil {
			j.key = j.op.id + "/" + key
			return r
		}
	}
	return j.op.Responses.Default
}

// undocumented judges an answer of a status that the operation does not have.
func (j *judgement) undocumented() {
	r := j.x.Response
	if j.legal() {
		j.find("any.documented-status", "contract.status", Violation{
			Element: j.op.id, Message: "the operation does not document this status",
			Expected: "one of " + j.statuses(), Seen: strconv.Itoa(r.Status) + " " + http.StatusText(r.Status),
		})
		return
	}
	if r.Status >= 400 && r.Status < 500 {
		j.envelope()
	}
}

func (j *judgement) statuses() string {
	text := ""
	for status := range j.op.Responses.Codes.KeysFromOldest() {
		if text != "" {
			text += ", "
		}
		text += status
	}
	return text
}

// find notes a violation of a requirement by the target.
func (j *judgement) find(requirement, rule string, v Violation) {
	v.Requirement, v.Rule = requirement, rule
	if v.Blame == "" {
		v.Blame = BlameTarget
	}
	if v.Element != "" {
		v.Place = j.c.place(v.Element)
	}
	j.violations = append(j.violations, v)
}

// breaks notes a violation of an element of the contract, under the
// requirement that covers it, or the general one where none does.
func (j *judgement) breaks(element, rule, general string, v Violation) {
	v.Element = element
	j.find(cmp.Or(j.c.catalogue.For(element), general), rule, v)
}

func (j *judgement) keep(requirement string) {
	if requirement != "" {
		j.kept = append(j.kept, requirement)
	}
}

func (j *judgement) broken(requirement string) bool {
	return slices.ContainsFunc(j.violations, func(v Violation) bool { return v.Requirement == requirement })
}
