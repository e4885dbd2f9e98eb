package specs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/pb33f/jsonschema/v6"
	"github.com/pb33f/jsonschema/v6/kind"
	invalid "github.com/pb33f/libopenapi-validator/errors"
	"github.com/pb33f/libopenapi/datamodel/high/base"
)

// validate lets the validator look at the answer.
func (j *judgement) validate() {
	if j.plainAnswer() {
		return
	}
	header, body := j.x.Response.Header.Clone(), j.x.Response.Body
	if len(j.declared()) > 0 && (j.bodyMayBeAbsent() || j.broken("any.json")) {
		// What is not there, or is no JSON, is no reason not to look at the headers.
		body = []byte("{}")
		header.Set("Content-Type", "application/json")
	}
	skipBody := j.broken("any.json")
	if !skipBody && long(j.body) {
		if thinned, err := json.Marshal(j.thinned); err == nil {
			body = thinned
		}
	}
	answer := &http.Response{
		StatusCode: j.x.Response.Status, Header: header, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}
	_, errs := documentOf(j.c).validator.GetResponseBodyValidator().ValidateResponseBodyWithPathItem(j.asked(), answer, j.op.item, j.op.template)
	for _, e := range errs {
		switch {
		case isContractDefect(e):
			j.find("any.documented-status", "contract.defect", Violation{
				Element: j.key, Blame: BlameContract, Message: "the contract cannot be applied: " + reason(e),
				Expected: "a contract that compiles", Seen: reason(e),
			})
		case e.ValidationType == "response" && e.ValidationSubType == "header":
			j.missingHeader(e)
		case e.ParameterName != "":
			j.header(e)
		case e.ValidationSubType == "contentType":
			j.breaks(j.key+"/content", "contract.content-type", "any.content-type", Violation{
				Message: "the content type is not the documented one", Expected: strings.Join(j.declared(), " or "),
				Seen: show(j.x.Response.Header.Get("Content-Type")),
			})
		case !skipBody:
			j.schema(e)
		}
	}
}

// isContractDefect says that not the answer but the contract is wrong: its
// schemas are compiled only when the first answer comes.
func isContractDefect(e *invalid.ValidationError) bool {
	return strings.Contains(strings.ToLower(e.Message+" "+e.Reason), "compil") ||
		slices.ContainsFunc(e.SchemaValidationErrors, func(s *invalid.SchemaValidationFailure) bool {
			return s.OriginalJsonSchemaError == nil && strings.Contains(s.Reason, "compil")
		})
}

// reason is what the validator says, in one line and without the whole body.
func reason(e *invalid.ValidationError) string {
	text := e.Reason
	if len(e.SchemaValidationErrors) > 0 {
		first := e.SchemaValidationErrors[0]
		text = first.Reason
		if first.FieldPath != "" {
			text += " at " + first.FieldPath
		}
	}
	return strings.Join(strings.Fields(e.Message+": "+text), " ")
}

func (j *judgement) missingHeader(e *invalid.ValidationError) {
	for _, s := range e.SchemaValidationErrors {
		if j.failure() && !j.legal() && isCodes(s.FieldName) {
			j.find("any.error-envelope-undocumented", "contract.header", Violation{
				Element: j.key + "/header/" + strings.ToLower(s.FieldName), Message: "the header " + s.FieldName + " is missing",
				Expected: s.FieldName + ", as on documented failures", Seen: "no such header",
			})
			continue
		}
		j.breaks(j.key+"/header/"+strings.ToLower(s.FieldName)+"/required", "contract.header", "any.http", Violation{
			Message: "the header " + s.FieldName + " is missing", Expected: s.FieldName, Seen: "no such header",
		})
	}
}

func (j *judgement) header(e *invalid.ValidationError) {
	name := strings.ToLower(e.ParameterName)
	value := strings.Join(j.x.Response.Header.Values(name), ", ")
	for _, s := range e.SchemaValidationErrors {
		if isCodes(name) && (!j.legal() || j.documentedCode()) {
			continue // the code of an undocumented refusal, or one more than documented
		}
		j.breaks(j.key+"/header/"+name+"/"+keyword(s), "contract.header", "any.http", Violation{
			Message: "the header " + name + ": " + s.Reason, Expected: expectation(s), Seen: show(value),
		})
		return
	}
}

// schema translates what the schema of the body found.
func (j *judgement) schema(e *invalid.ValidationError) {
	if len(e.SchemaValidationErrors) == 0 {
		j.find("any.json", "contract.body", Violation{
			Element: j.key + "/content", Message: reason(e), Expected: "a JSON document", Seen: show(string(j.x.Response.Body)),
		})
	}
	told := map[string]int{}
	for _, s := range e.SchemaValidationErrors {
		element := j.element(s.InstancePath)
		if told[element+"/"+keyword(s)]++; told[element+"/"+keyword(s)] > mostAlike {
			continue
		}
		if missing := missingIn(s); len(missing) > 0 {
			for _, name := range missing {
				j.breaks(element+"/"+name+"/required", "contract.body", "any.json", Violation{
					Message: fmt.Sprintf("%s is missing%s", name, within(s)), Expected: name, Seen: "no " + name,
				})
			}
			continue
		}
		at := strings.TrimPrefix(s.FieldPath, "$.")
		if at == "" {
			at = "the body"
		}
		j.breaks(element+"/"+keyword(s), "contract.body", "any.json", Violation{
			Message: at + ": " + s.Reason, Expected: expectation(s), Seen: show(j.at(s.InstancePath)),
		})
	}
}

func within(s *invalid.SchemaValidationFailure) string {
	if path := strings.TrimPrefix(s.FieldPath, "$."); path != "" {
		return " in " + path
	}
	return ""
}

// keyword is the schema's keyword that failed.
func keyword(s *invalid.SchemaValidationFailure) string {
	return s.KeywordLocation[strings.LastIndexByte(s.KeywordLocation, '/')+1:]
}

// expectation is what the failed keyword asks for.
func expectation(s *invalid.SchemaValidationFailure) string {
	found := ""
	visit(s.OriginalJsonSchemaError, func(e *jsonschema.ValidationError) {
		if found != "" || !slices.Equal(e.InstanceLocation, s.InstancePath) {
			return
		}
		switch k := e.ErrorKind.(type) {
		case *kind.Type:
			found = strings.Join(k.Want, " or ")
		case *kind.Enum:
			found = strings.Trim(strings.ReplaceAll(fmt.Sprintf("%q", k.Want), " ", " or "), "[]")
		case *kind.Format:
			found = "a " + k.Want
		case *kind.MinLength, *kind.MinItems:
			found = "something that is not empty"
		case *kind.MaxItems:
			found = fmt.Sprintf("at most %d entries", k.Want)
		}
	})
	if found == "" {
		return "what the contract says (" + keyword(s) + ")"
	}
	return found
}

// missingIn lists the required properties that are not there.
func missingIn(s *invalid.SchemaValidationFailure) []string {
	var missing []string
	visit(s.OriginalJsonSchemaError, func(e *jsonschema.ValidationError) {
		if k, ok := e.ErrorKind.(*kind.Required); ok && keyword(s) == "required" && slices.Equal(e.InstanceLocation, s.InstancePath) {
			missing = append(missing, k.Missing...)
		}
	})
	slices.Sort(missing)
	return slices.Compact(missing)
}

func visit(e *jsonschema.ValidationError, see func(*jsonschema.ValidationError)) {
	if e == nil {
		return
	}
	see(e)
	for _, cause := range e.Causes {
		visit(cause, see)
	}
}

// element is the key of the schema that a place in the body is judged by.
func (j *judgement) element(path []string) string {
	media := j.media()
	if media == nil || media.Schema == nil {
		return j.key + "/content"
	}
	key, proxy := nameOf(media.Schema, j.key+"/content"), media.Schema
	for _, segment := range path {
		s := proxy.Schema()
		var next *base.SchemaProxy
		switch {
		case s == nil:
			return key
		case s.Properties != nil && s.Properties.GetOrZero(segment) != nil:
			next = s.Properties.GetOrZero(segment)
			key = nameOf(next, key+"/"+segment)
		case s.Items != nil && s.Items.IsA():
			next = s.Items.A
			key = nameOf(next, key+"/items")
		default:
			return key + "/" + segment
		}
		proxy = next
	}
	return key
}
