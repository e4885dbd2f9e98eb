package specs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/pb33f/libopenapi/datamodel/high/base"
)

// text judges the body as a text: exactly one JSON document that all readers
// understand alike.
func (j *judgement) text() {
	if j.media() == nil || j.bodyMayBeAbsent() || j.broken("any.content-type") {
		return
	}
	j.keep("any.content-type")
	raw := j.x.Response.Body
	body, rule, err := readJSON(raw)
	if err != nil {
		seen := show(string(raw))
		if len(raw) == 0 {
			seen = "no body"
		}
		j.find("any.json", rule, Violation{Element: j.key + "/content", Message: "the body is not one JSON document: " + err.Error(), Expected: "one JSON document", Seen: seen})
		return
	}
	j.keep("any.json")
	j.body = body
	j.thinned = j.body
	if long(j.body) {
		j.thinned = j.thin(j.media().Schema, j.body)
	}
	if n := beyondDoubles(j.body); n != "" {
		j.find("any.json", "json.number", Violation{
			Element: j.key + "/content", Message: "a number is beyond what most readers hold", Expected: "numbers that fit a double", Seen: show(json.Number(n)),
		})
	}
	if j.body == nil { // null, which the validator passes over
		j.breaks(j.element(nil)+"/type", "json.null", "any.json", Violation{Message: "the body is null", Expected: "a JSON object", Seen: "null"})
	}
}

// readJSON reads a JSON text, its numbers as they are written, or says what is
// wrong with it and which rule says so. Reading is once: strictly for what two
// readers might not understand alike, and into the value that is judged.
func readJSON(raw []byte) (value any, rule string, err error) {
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, "json.empty", errors.New("it is empty")
	}
	if bytes.HasPrefix(raw, []byte("\xEF\xBB\xBF")) {
		return nil, "json.text", errors.New("it begins with a byte order mark")
	}
	d := jsontext.NewDecoder(bytes.NewBuffer(raw))
	value, err = readValue(d)
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		return nil, "json.duplicate-key", fmt.Errorf("a key stands twice in one object (byte %d)", d.InputOffset())
	case err != nil:
		return nil, "json.text", errors.New(strings.TrimPrefix(err.Error(), "jsontext: "))
	}
	if _, err = d.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, "json.text", errors.New("something follows behind it")
	}
	return value, "", nil
}

func readValue(d *jsontext.Decoder) (any, error) {
	t, err := d.ReadToken()
	if err != nil {
		return nil, err
	}
	switch t.Kind() {
	case '{':
		object := map[string]any{}
		for d.PeekKind() != '}' {
			name, err := d.ReadToken()
			if err != nil {
				return nil, err
			}
			key := name.String() // before the token is gone
			if object[key], err = readValue(d); err != nil {
				return nil, err
			}
		}
		_, err = d.ReadToken()
		return object, err
	case '[':
		list := []any{}
		for d.PeekKind() != ']' {
			one, err := readValue(d)
			if err != nil {
				return nil, err
			}
			list = append(list, one)
		}
		_, err = d.ReadToken()
		return list, err
	case '"':
		return t.String(), nil
	case '0':
		return json.Number(t.String()), nil
	case 't', 'f':
		return t.Bool(), nil
	}
	return nil, nil // null
}

// beyondDoubles is a number in a value that no double holds, "" where there is
// none.
func beyondDoubles(v any) string {
	switch v := v.(type) {
	case json.Number:
		if _, err := v.Float64(); err != nil {
			return v.String()
		}
	case []any:
		for _, one := range v {
			if n := beyondDoubles(one); n != "" {
				return n
			}
		}
	case map[string]any:
		for _, one := range v {
			if n := beyondDoubles(one); n != "" {
				return n
			}
		}
	}
	return ""
}

// at is the value at a place in the body.
func (j *judgement) at(path []string) any {
	v := j.thinned
	for _, segment := range path {
		switch in := v.(type) {
		case map[string]any:
			v = in[segment]
		case []any:
			i, err := strconv.Atoi(segment)
			if err != nil || i < 0 || i >= len(in) {
				return nil
			}
			v = in[i]
		}
	}
	if raw, err := json.Marshal(v); err == nil {
		return jsontext.Value(raw)
	}
	return v
}

// presence walks through the body beside its schema: what is there was judged,
// so its requirements are kept unless something was found.
func (j *judgement) presence() {
	if h := j.response.Headers; h != nil {
		for name := range h.KeysFromOldest() {
			if len(j.x.Response.Header.Values(name)) > 0 && (j.legal() || !isCodes(name) || j.documentedCode()) {
				j.keep(j.c.catalogue.For(j.key + "/header/" + strings.ToLower(name)))
			}
		}
	}
	if media := j.media(); media != nil && media.Schema != nil && j.body != nil {
		j.walk(nameOf(media.Schema, j.key+"/content"), media.Schema, j.body, "")
	}
}

func (j *judgement) walk(key string, p *base.SchemaProxy, value any, path string) {
	j.keep(j.c.catalogue.For(key))
	s := p.Schema()
	if s == nil {
		return
	}
	switch v := value.(type) {
	case map[string]any:
		if s.Properties == nil {
			return
		}
		for name, property := range s.Properties.FromOldest() {
			if inner, ok := v[name]; ok {
				j.keep(j.c.catalogue.For(key + "/" + name))
				j.walk(nameOf(property, key+"/"+name), property, inner, path+"."+name)
			}
		}
	case []any:
		if s.Items == nil || !s.Items.IsA() {
			return
		}
		for _, inner := range v {
			j.walk(nameOf(s.Items.A, key+"/items"), s.Items.A, inner, path+"[]")
		}
	case string:
		if s.Format == "uri" {
			j.uri(key, v, path)
		}
	case json.Number:
		if slices.Contains(s.Type, "integer") {
			j.integer(key, s, v, path)
		}
	}
}

// integer judges the spelling of an integer, which the validator sees only as
// a float: clients that read 64 bits understand neither 1.0 nor 1e3.
func (j *judgement) integer(key string, s *base.Schema, n json.Number, path string) {
	whole, ok := new(big.Int).SetString(n.String(), 10)
	fits := ok && (s.Format != "int64" || whole.IsInt64()) && (s.Format != "int32" || whole.IsInt64() && whole.Int64() == int64(int32(whole.Int64())))
	if fits {
		return
	}
	want := "a whole number"
	if s.Format != "" {
		want += " of " + s.Format
	}
	if j.brokenElement(key) {
		return // said already
	}
	j.breaks(key+"/format", "json.integer", "any.json", Violation{
		Message: strings.TrimPrefix(path, ".") + " is not written as " + want, Expected: want, Seen: n.String(),
	})
}

// uri judges the characters of a URI: the validator's reader takes any in a query.
func (j *judgement) uri(key, value, path string) {
	at := strings.IndexFunc(value, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune("\"<>\\^`{|}", r) })
	if at < 0 || j.brokenElement(key) {
		return
	}
	j.breaks(key+"/format/uri", "json.uri", "any.json", Violation{
		Message: strings.TrimPrefix(path, ".") + " holds a character that no URI holds", Expected: "a URI, with all else escaped", Seen: show(value),
	})
}

func (j *judgement) brokenElement(prefix string) bool {
	return slices.ContainsFunc(j.violations, func(v Violation) bool { return strings.HasPrefix(v.Element, prefix) })
}
