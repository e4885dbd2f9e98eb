package specs

import (
	"bytes"
	"encoding/json"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pb33f/libopenapi/datamodel/high/base"
)

// Applies says whether the constraint is about answers of that status.
func (k Constraint) Applies(status int) bool {
	code := strconv.Itoa(status)
	return k.Status == code || !slices.Contains(k.taken, code) && strings.EqualFold(k.Status, code[:1]+"XX")
}

// Break makes an answer break this constraint and no other: what a value has to
// be besides, it stays as far as that can be. It returns false, and changes
// nothing, where the answer gives no occasion, such as another value of an
// enumeration than the constraint is about. What is optional and not there is
// added, broken.
func (k Constraint) Break(r *Response) bool {
	switch k.Part {
	case StatusPart:
		r.Status = k.otherStatus(r.Status)
	case ContentPart:
		return k.breakContent(r)
	case CodePart:
		other := k.Value + "_x"
		value := strings.Join(r.Header.Values(k.Header), ", ")
		if !strings.Contains(value, k.Value) {
			return false
		}
		r.Header.Set(k.Header, strings.ReplaceAll(value, k.Value, other))
		r.Body = bytes.ReplaceAll(r.Body, []byte(`"`+k.Value+`"`), []byte(`"`+other+`"`))
	case HeaderPart:
		return k.breakHeader(r)
	case BodyPart:
		body, _, _ := readJSON(r.Body)
		if body == nil {
			return false
		}
		broken, ok := k.breakAt(k.Path, 0, body)
		if ok {
			r.Body = encode(broken)
		}
		return ok
	}
	return true
}

// breakable says whether any answer can break it.
func (k Constraint) breakable() bool {
	switch k.Part {
	case HeaderPart:
		if k.Keyword == "required" {
			return true
		}
		value, _ := printed(example(schemaOf(k.schema)))
		_, ok := k.brokenHeader(value)
		_, given := k.brokenHeader(k.Value)
		return ok || given
	case BodyPart:
		if k.Keyword == "required" {
			return true
		}
		_, ok := broken(schemaOf(k.schema), k.Keyword, k.Value, example(schemaOf(k.schema)))
		_, given := broken(schemaOf(k.schema), k.Keyword, k.Value, k.Value)
		return ok || given
	}
	return true
}

// otherStatus is one of the same class that the operation does not document.
func (k Constraint) otherStatus(status int) int {
	usual := map[int]int{200: 202, 201: 200, 400: 422, 401: 403, 404: 410, 409: 412}
	for _, other := range []int{usual[status], status + 1, status + 2, status + 3, status + 5} {
		code := strconv.Itoa(other)
		if other != 0 && other != http.StatusNoContent && !slices.Contains(k.taken, code) && !slices.Contains(k.taken, code[:1]+"XX") {
			return other
		}
	}
	return 599
}

// breakContent leaves Content-Type out, or names another media type.
func (k Constraint) breakContent(r *Response) bool {
	if len(r.Body) == 0 {
		return false
	}
	if k.Value == "" {
		r.Header["Content-Type"] = nil // a server would otherwise guess it
		return true
	}
	if media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); !strings.EqualFold(media, k.Value) {
		return false
	}
	r.Header.Set("Content-Type", "text/plain")
	return true
}

func (k Constraint) breakHeader(r *Response) bool {
	value := strings.Join(r.Header.Values(k.Header), ", ")
	if k.Keyword == "required" {
		r.Header.Del(k.Header)
		return value != ""
	}
	other, ok := k.brokenHeader(value)
	if ok {
		r.Header.Set(k.Header, other)
	}
	return ok
}

// brokenHeader is another value of the header. A list has its entries between
// commas.
func (k Constraint) brokenHeader(value string) (string, bool) {
	var was any = value
	schema := schemaOf(k.schema)
	if schema == nil {
		return "", false
	}
	list := slices.Contains(schema.Type, "array")
	if k.Keyword == "type" && (list || slices.Contains(schema.Type, "string")) {
		return "", false // every header is a string, and a list of them
	}
	if list {
		var entries []any
		for one := range strings.SplitSeq(value, ",") {
			entries = append(entries, strings.TrimSpace(one))
		}
		was = entries
	}
	if len(k.Path) > 0 { // an entry of a list: the one that the constraint is about
		for one := range strings.SplitSeq(value, ",") {
			one = strings.TrimSpace(one)
			if other, ok := broken(schemaOf(k.schema), k.Keyword, k.Value, one); ok {
				text, isText := printed(other)
				return strings.Replace(value, one, text, 1), isText
			}
		}
		return "", false
	}
	if k.Keyword == "type" {
		return value + "x", true
	}
	other, ok := broken(schemaOf(k.schema), k.Keyword, k.Value, was)
	if !ok {
		return "", false
	}
	return printed(other)
}

// printed is a value as a header has it.
func printed(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case []any:
		entries := make([]string, len(v))
		for i, one := range v {
			entries[i], _ = one.(string)
		}
		return strings.Join(entries, ", "), true
	}
	return "", false
}

// breakAt breaks the value at a path below v, which the schema around[depth]
// describes.
func (k Constraint) breakAt(path []string, depth int, v any) (any, bool) {
	if len(path) == 0 {
		if v == nil {
			v = example(schemaOf(k.schema))
		}
		return broken(schemaOf(k.schema), k.Keyword, k.Value, v)
	}
	if v == nil {
		v = example(schemaOf(k.around[depth]))
	}
	if path[0] == "[]" {
		entries, ok := v.([]any)
		if !ok {
			return v, false
		}
		if len(entries) == 0 {
			if other, ok := k.breakAt(path[1:], depth+1, nil); ok {
				return []any{other}, true
			}
		}
		for i, one := range entries {
			if other, ok := k.breakAt(path[1:], depth+1, one); ok {
				entries = slices.Clone(entries)
				entries[i] = other
				return entries, true
			}
		}
		return v, false
	}
	object, ok := v.(map[string]any)
	if !ok {
		return v, false
	}
	inner, there := object[path[0]]
	if len(path) == 1 && k.Keyword == "required" {
		delete(object, path[0])
		return object, there
	}
	if there && inner == nil {
		return v, false
	}
	other, ok := k.breakAt(path[1:], depth+1, inner)
	if ok {
		object[path[0]] = other
	}
	return object, ok
}

// broken is a value that breaks a keyword of a schema, made from one that does
// not.
func broken(s *base.Schema, keyword, value string, was any) (any, bool) {
	switch keyword {
	case "type":
		for _, other := range []any{"7", json.Number("7"), []any{}, map[string]any{}} {
			if !slices.Contains(s.Type, typeOf(other)) && (typeOf(other) != "integer" || !slices.Contains(s.Type, "number")) {
				return other, true
			}
		}
	case "enum", "const":
		if keyword == "const" {
			value, _ = valueOf(s.Const).(string)
		}
		if is, ok := was.(string); ok && is == value && value != "" {
			return value + "s", !inEnum(s, value+"s")
		}
	case "format":
		return brokenFormat(value, was)
	case "pattern":
		return unmatched(s.Pattern, was)
	case "minLength", "maxLength":
		return ofLength(s, keyword, was)
	case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf":
		return outOfBounds(s, keyword)
	case "minItems", "maxItems", "uniqueItems":
		return ofItems(s, keyword, was)
	case "additionalProperties":
		if object, ok := was.(map[string]any); ok {
			object["extconf_unknown"] = true
			return object, true
		}
	}
	return nil, false
}

func typeOf(v any) string {
	switch v.(type) {
	case string:
		return "string"
	case json.Number:
		return "integer"
	case []any:
		return "array"
	}
	return "object"
}

func inEnum(s *base.Schema, value string) bool {
	for _, v := range s.Enum {
		if v.Value == value {
			return true
		}
	}
	return false
}

// brokenFormat is what real systems send in place of a format.
func brokenFormat(format string, was any) (any, bool) {
	switch format {
	case "int32":
		return json.Number("2147483648"), true
	case "int64":
		return json.Number("9223372036854775808"), true
	case "date-time":
		if s, ok := was.(string); ok && strings.HasSuffix(s, "Z") {
			return strings.TrimSuffix(s, "Z"), true // a local time
		}
		return "2026-01-31 08:00:00", true
	case "date":
		return "31.01.2026", true
	case "time":
		return "8 o'clock", true
	case "uri":
		return "/files/1", true
	case "uuid", "email", "ipv4", "ipv6":
		return "no-" + format, true
	}
	return nil, false // annotations, which rule nothing out
}

// unmatched is a string that a pattern refuses, as near to the one before as
// can be: a newline at the end is what most patterns let through.
func unmatched(pattern string, was any) (any, bool) {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, false
	}
	s, _ := was.(string)
	for _, other := range []string{s + "\n", s + " ", s + "é", " " + s, "\n", "é", ""} {
		if !re.MatchString(other) {
			return other, true
		}
	}
	return nil, false
}

func ofLength(s *base.Schema, keyword string, was any) (any, bool) {
	is, ok := was.(string)
	if !ok {
		return nil, false
	}
	runes := []rune(is)
	if keyword == "minLength" {
		if *s.MinLength < 1 || int64(len(runes)) < *s.MinLength {
			return nil, false
		}
		return string(runes[:*s.MinLength-1]), true
	}
	last := "x"
	if len(runes) > 0 {
		last = string(runes[len(runes)-1])
	}
	return is + strings.Repeat(last, max(1, int(*s.MaxLength)+1-len(runes))), true
}

func outOfBounds(s *base.Schema, keyword string) (any, bool) {
	var bound, by float64
	switch keyword {
	case "minimum":
		bound, by = *s.Minimum, -1
	case "maximum":
		bound, by = *s.Maximum, 1
	case "exclusiveMinimum":
		bound = s.ExclusiveMinimum.B
	case "exclusiveMaximum":
		bound = s.ExclusiveMaximum.B
	case "multipleOf":
		bound, by = 10**s.MultipleOf, *s.MultipleOf/2
		if by = math.Floor(by); by == 0 {
			return nil, false
		}
	}
	return json.Number(strconv.FormatFloat(bound+by, 'f', -1, 64)), true
}

func ofItems(s *base.Schema, keyword string, was any) (any, bool) {
	entries, ok := was.([]any)
	if !ok {
		return nil, false
	}
	var one any = "x"
	if len(entries) > 0 {
		one = entries[0]
	} else if s.Items != nil && s.Items.IsA() {
		one = example(s.Items.A.Schema())
	}
	switch keyword {
	case "minItems":
		if *s.MinItems < 1 || int64(len(entries)) < *s.MinItems {
			return nil, false
		}
		return entries[:*s.MinItems-1], true
	case "maxItems":
		for int64(len(entries)) <= *s.MaxItems {
			entries = append(entries, one)
		}
		return entries, true
	}
	return append(slices.Clone(entries), one, one), true
}

// example is a value that a schema allows, nil where none is easily made.
func example(s *base.Schema) any {
	switch {
	case s == nil:
		return nil
	case s.Const != nil:
		return valueOf(s.Const)
	case len(s.Enum) > 0:
		return valueOf(s.Enum[0])
	case s.Example != nil:
		return valueOf(s.Example)
	case slices.Contains(s.Type, "string"):
		if known, ok := map[string]string{"date-time": "2026-01-31T08:00:00Z", "uri": "https://files.example.org/1"}[s.Format]; ok {
			return known
		}
		least := 1
		if s.MinLength != nil {
			least = max(least, int(*s.MinLength))
		}
		return strings.Repeat("x", least)
	case slices.Contains(s.Type, "integer"), slices.Contains(s.Type, "number"):
		return json.Number("1")
	case slices.Contains(s.Type, "boolean"):
		return true
	case slices.Contains(s.Type, "array"):
		entries := []any{}
		if s.MinItems != nil && s.Items != nil && s.Items.IsA() {
			for range *s.MinItems {
				entries = append(entries, example(s.Items.A.Schema()))
			}
		}
		return entries
	}
	object := map[string]any{}
	if s.Properties != nil {
		for name, property := range s.Properties.FromOldest() {
			if slices.Contains(s.Required, name) {
				object[name] = example(property.Schema())
			}
		}
	}
	return object
}

func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // it came from JSON
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func schemaOf(v any) *base.Schema {
	s, _ := v.(*base.Schema)
	return s
}
