package specs

import (
	"slices"
	"strings"

	"github.com/pb33f/libopenapi/datamodel/high/base"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
)

// Constraint is one thing that a contract demands of one answer, and that an
// answer can break while it keeps all others. A schema that several answers
// share has its constraints once for each of them.
type Constraint struct {
	// Element is what it is in the contract. A property that is required has
	// the element …/required.
	Element
	// Operation is the operationId; Status as the contract writes it, such as
	// "404" or "4XX".
	Operation, Status string
	// Part is where in the answer it is.
	Part Part
	// Header is the header's name in lower case; Path leads to the value in the
	// body, by properties, and "[]" for an entry of a list.
	Header string
	Path   []string
	// Keyword is the schema's, such as "required" or "format"; Value tells
	// constraints of one keyword apart: an enum's value, a media type, a code.
	Keyword, Value string

	// schema is the *base.Schema of the value; around are those that Path
	// leads through, the body's own first. See [Contract] for why no type says so.
	schema any
	around []any
	// taken are the statuses that the operation documents.
	taken []string
}

// Part is a part of an answer.
type Part string

// The parts of an answer that a contract speaks of.
const (
	StatusPart  Part = "status"
	CodePart    Part = "code"
	HeaderPart  Part = "header"
	ContentPart Part = "content"
	BodyPart    Part = "body"
)

// Constraints lists what the contract demands of answers, in the order of the
// document. What no answer can break (a header is always a string) is left out.
func (c *Contract) Constraints() []Constraint {
	var all []Constraint
	for _, k := range known {
		op := documentOf(c).operations[k.id]
		taken := slices.Collect(op.Responses.Codes.KeysFromOldest())
		for status, r := range op.Responses.Codes.FromOldest() {
			l := constraintList{c: c, base: Constraint{Operation: k.id, Status: status, taken: taken}}
			l.response(k.id+"/"+status, r)
			all = append(all, l.found...)
		}
	}
	return all
}

// constraintList gathers the constraints of one answer.
type constraintList struct {
	c     *Contract
	base  Constraint
	found []Constraint
}

func (l *constraintList) add(key string, k Constraint) {
	i, ok := l.c.byKey[key]
	if !ok {
		return
	}
	k.Element, k.Operation, k.Status, k.taken = l.c.elements[i], l.base.Operation, l.base.Status, l.base.taken
	if k.breakable() {
		l.found = append(l.found, k)
	}
}

func (l *constraintList) response(key string, r *v3.Response) {
	l.add(key, Constraint{Part: StatusPart})
	if r.Headers != nil {
		for name, h := range r.Headers.FromOldest() {
			l.header(key, strings.ToLower(name), h)
		}
	}
	if r.Content == nil {
		return
	}
	if r.Extensions == nil || r.Extensions.GetOrZero("x-body-optional") == nil {
		l.add(key+"/content", Constraint{Part: ContentPart})
	}
	for name, media := range r.Content.FromOldest() {
		own := key + "/content/" + escape(name)
		l.add(own, Constraint{Part: ContentPart, Value: name})
		if media.Schema != nil && strings.Contains(name, "json") {
			l.value(nameOf(media.Schema, own), Constraint{Part: BodyPart}, media.Schema)
		}
	}
}

func (l *constraintList) header(key, name string, h *v3.Header) {
	for _, code := range codesOf(h) {
		if isCodes(name) {
			l.add(key+"/code/"+code, Constraint{Part: CodePart, Header: name, Value: code})
		}
	}
	k := Constraint{Part: HeaderPart, Header: name}
	key += "/header/" + name
	if h.Required {
		required := k
		required.Keyword = "required"
		l.add(key+"/required", required)
	}
	if h.Schema != nil {
		l.value(key, k, h.Schema)
	}
}

// value adds the keywords of a value's schema, and those of what is in it.
func (l *constraintList) value(key string, k Constraint, p *base.SchemaProxy) {
	s := p.Schema()
	if s == nil || slices.Contains(k.around, any(s)) { // a schema that holds itself
		return
	}
	k.schema = s
	keyword := func(name, value string) {
		one := k
		one.Keyword, one.Value = name, value
		if value != "" {
			name += "/" + value
		}
		l.add(key+"/"+name, one)
	}
	for _, name := range keywords {
		keyword(name, "")
	}
	for _, v := range s.Enum {
		keyword("enum", v.Value)
	}
	if s.Format != "" {
		keyword("format", s.Format)
	}
	k.around = append(slices.Clone(k.around), any(s))
	if s.Properties != nil {
		for name, property := range s.Properties.FromOldest() {
			inner := k
			inner.Path = append(slices.Clone(k.Path), name)
			if slices.Contains(s.Required, name) {
				required := inner
				required.Keyword = "required"
				l.add(key+"/"+name+"/required", required)
			}
			l.value(nameOf(property, key+"/"+name), inner, property)
		}
	}
	if s.Items != nil && s.Items.IsA() {
		inner := k
		inner.Path = append(slices.Clone(k.Path), "[]")
		l.value(nameOf(s.Items.A, key+"/items"), inner, s.Items.A)
	}
}

// keywords are those that a schema has once, without enum and format.
var keywords = []string{
	"type", "const", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
	"multipleOf", "minItems", "maxItems", "uniqueItems", "additionalProperties",
}

// has says whether a schema has one of the keywords, so that it rules
// something out.
func has(s *base.Schema, keyword string) bool {
	return map[string]bool{
		"type": len(s.Type) > 0, "const": s.Const != nil, "pattern": s.Pattern != "",
		"minLength": s.MinLength != nil, "maxLength": s.MaxLength != nil,
		"minimum": s.Minimum != nil, "maximum": s.Maximum != nil,
		"exclusiveMinimum": s.ExclusiveMinimum != nil && s.ExclusiveMinimum.IsB(),
		"exclusiveMaximum": s.ExclusiveMaximum != nil && s.ExclusiveMaximum.IsB(),
		"multipleOf":       s.MultipleOf != nil, "minItems": s.MinItems != nil, "maxItems": s.MaxItems != nil,
		"uniqueItems":          s.UniqueItems != nil && *s.UniqueItems,
		"additionalProperties": s.AdditionalProperties != nil && s.AdditionalProperties.IsB() && !s.AdditionalProperties.B,
	}[keyword]
}

// valueOf is what a node of the document says, nil where it says nothing.
func valueOf(n interface{ Decode(any) error }) any {
	var v any
	if n.Decode(&v) != nil {
		return nil
	}
	return v
}
