package specs

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pb33f/libopenapi/datamodel/high/base"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
	"go.yaml.in/yaml/v3"
)

// Element is one thing that a contract says: an operation, a status, a header,
// a property, or one constraint of these. Requirements cover elements by their
// keys, violations name the one that is broken, and the faults of a contract
// are made of them. Keys look like
//
//	create-extension                                     an operation
//	create-extension/201                                 an answer
//	create-extension/201/header/x-cloud-resource-created a header
//	create-extension/201/header/x-cloud-resource-created/format/date-time
//	create-extension/201/content/application~1json       a media type
//	create-extension/400/code/extensions.…               an error code
//	get-extension/parameter/include_deployments          a parameter
//	create-extension/request, create-extension/security
//	schema/Extension, schema/Extension/id, schema/Extension/id/required
type Element struct {
	Key string
	// Pointer is the JSON pointer to it in the document, Line where it stands.
	Pointer string
	Line    int
}

// Elements lists all that the contract says, in the order of the document.
func (c *Contract) Elements() []Element { return c.elements }

// place is where the contract has an element, or what is nearest to it.
func (c *Contract) place(key string) string {
	for ; key != ""; key = key[:max(0, strings.LastIndexByte(key, '/'))] {
		i, ok := c.byKey[key]
		if ok {
			e := c.elements[i]
			return fmt.Sprintf("%s:%d #%s", c.source, e.Line, e.Pointer)
		}
	}
	return c.source
}

func (c enumeration) add(key, pointer string) {
	if _, ok := c.byKey[key]; ok {
		return
	}
	c.byKey[key] = len(c.elements)
	c.elements = append(c.elements, Element{key, pointer, c.line(pointer)})
}

// enumeration lists the elements of a document in its contract.
type enumeration struct {
	*Contract
	*document
}

func (c enumeration) all() {
	for _, k := range known {
		op := c.operations[k.id]
		at := "/paths/" + escape(op.template) + "/" + strings.ToLower(op.method)
		c.add(op.id, at)
		if len(op.Security) > 0 {
			c.add(op.id+"/security", at+"/security")
		} else if len(c.model.Security) > 0 {
			c.add(op.id+"/security", "/security")
		}
		for i, p := range op.item.Parameters {
			c.parameter(op.id, "/paths/"+escape(op.template)+"/parameters/"+strconv.Itoa(i), p)
		}
		for i, p := range op.Parameters {
			c.parameter(op.id, at+"/parameters/"+strconv.Itoa(i), p)
		}
		if b := op.RequestBody; b != nil {
			c.add(op.id+"/request", at+"/requestBody")
			for name, media := range b.Content.FromOldest() {
				c.body(op.id+"/request", at+"/requestBody/content/"+escape(name), media)
			}
		}
		for status, r := range op.Responses.Codes.FromOldest() {
			c.response(op.id+"/"+status, at+"/responses/"+status, r)
		}
	}
}

func (c enumeration) parameter(key, pointer string, p *v3.Parameter) {
	key += "/parameter/" + p.Name
	c.add(key, pointer)
	if p.Required != nil && *p.Required {
		c.add(key+"/required", pointer+"/required")
	}
	c.constraints(key, pointer+"/schema", p.Schema)
}

func (c enumeration) response(key, pointer string, r *v3.Response) {
	c.add(key, pointer)
	if r.Headers != nil {
		for name, h := range r.Headers.FromOldest() {
			own := key + "/header/" + strings.ToLower(name)
			at := pointer + "/headers/" + escape(name)
			c.add(own, at)
			if h.Required {
				c.add(own+"/required", at+"/required")
			}
			c.constraints(own, at+"/schema", h.Schema)
			for _, code := range codesOf(h) {
				c.add(key+"/code/"+code, at+"/schema")
			}
		}
	}
	if r.Content == nil || r.Content.Len() == 0 {
		return
	}
	c.add(key+"/content", pointer+"/content")
	for name, media := range r.Content.FromOldest() {
		at := pointer + "/content/" + escape(name)
		c.add(key+"/content/"+escape(name), at)
		c.body(key+"/content/"+escape(name), at, media)
	}
}

// codesOf are the error codes that a header may hold: a list, or one value.
func codesOf(h *v3.Header) []string {
	if h.Schema == nil {
		return nil
	}
	s := h.Schema.Schema()
	if s != nil && s.Items != nil && s.Items.IsA() {
		s = s.Items.A.Schema()
	}
	if s == nil {
		return nil
	}
	var codes []string
	for _, v := range s.Enum {
		codes = append(codes, v.Value)
	}
	return codes
}

// body enumerates the schema of a body: under its own name where it has one.
func (c enumeration) body(key, pointer string, media *v3.MediaType) {
	if media.Schema == nil {
		return
	}
	own := nameOf(media.Schema, "")
	if own == "" {
		c.schema(key, pointer+"/schema", media.Schema)
		return
	}
	c.schema(own, "/components/schemas/"+escape(strings.TrimPrefix(own, "schema/")), media.Schema)
}

// nameOf is the key of a schema that has a name of its own, else the fallback.
func nameOf(p *base.SchemaProxy, fallback string) string {
	if p != nil && p.IsReference() {
		ref := p.GetReference()
		if name := ref[strings.LastIndexByte(ref, '/')+1:]; name != "" {
			return "schema/" + unescape(name)
		}
	}
	return fallback
}

func (c enumeration) schema(key, pointer string, p *base.SchemaProxy) {
	if _, ok := c.byKey[key]; ok && strings.HasPrefix(key, "schema/") {
		return // seen, or recursive
	}
	c.add(key, pointer)
	c.constraints(key, pointer, p)
}

// items enumerates what the entries of a list are.
func (c enumeration) items(key, pointer string, s *base.Schema) {
	if s.Items == nil || !s.Items.IsA() {
		return
	}
	if named := nameOf(s.Items.A, ""); named != "" {
		c.schema(named, "/components/schemas/"+escape(strings.TrimPrefix(named, "schema/")), s.Items.A)
		return
	}
	c.add(key+"/items", pointer+"/items")
	c.constraints(key+"/items", pointer+"/items", s.Items.A)
}

// constraints enumerates the keywords of a schema that rule values out, and
// what is in it.
func (c enumeration) constraints(key, pointer string, p *base.SchemaProxy) {
	if p == nil || p.Schema() == nil {
		return
	}
	s := p.Schema()
	for _, name := range keywords {
		if has(s, name) {
			c.add(key+"/"+name, pointer+"/"+name)
		}
	}
	for _, v := range s.Enum {
		c.add(key+"/enum/"+v.Value, pointer+"/enum")
	}
	if s.Format != "" {
		c.add(key+"/format/"+s.Format, pointer+"/format")
	}
	if s.Properties != nil {
		for name, property := range s.Properties.FromOldest() {
			c.property(key+"/"+name, pointer+"/properties/"+escape(name), property)
			if slices.Contains(s.Required, name) {
				c.add(key+"/"+name+"/required", pointer+"/required")
			}
		}
	}
	c.items(key, pointer, s)
}

func (c enumeration) property(key, pointer string, p *base.SchemaProxy) {
	c.add(key, pointer)
	named := nameOf(p, "")
	if named == "" {
		c.constraints(key, pointer, p)
		return
	}
	c.add(key+"/type", pointer)
	c.schema(named, "/components/schemas/"+escape(strings.TrimPrefix(named, "schema/")), p)
}

// line is where a JSON pointer leads in the document, references followed; 0
// where it leads nowhere.
func (d *document) line(pointer string) int {
	n := d.root
	if len(n.Content) > 0 {
		n = n.Content[0]
	}
	line := n.Line
	for _, segment := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		n = d.follow(n)
		key, next := child(n, unescape(segment))
		if next == nil {
			return line
		}
		line, n = key.Line, next
	}
	return line
}

func child(n *yaml.Node, name string) (key, value *yaml.Node) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == name {
				return n.Content[i], n.Content[i+1]
			}
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(n.Content) {
			return n.Content[i], n.Content[i]
		}
	}
	return nil, nil
}

// follow resolves a reference within the document.
func (d *document) follow(n *yaml.Node) *yaml.Node {
	_, ref := child(n, "$ref")
	if ref == nil || !strings.HasPrefix(ref.Value, "#/") {
		return n
	}
	to := d.root.Content[0]
	for _, segment := range strings.Split(ref.Value[2:], "/") {
		if _, to = child(to, unescape(segment)); to == nil {
			return n
		}
	}
	return to
}

func escape(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "~", "~0"), "/", "~1")
}

func unescape(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "~1", "/"), "~0", "~")
}
