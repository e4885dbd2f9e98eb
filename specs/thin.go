package specs

import (
	"slices"

	"github.com/pb33f/libopenapi-validator/schema_validation"
	"github.com/pb33f/libopenapi/datamodel/high/base"
)

// What the validator is given of a long list, and how often it is told the same
// of one place: its findings take a thousand times the room of what they are
// about, and a target decides how many there are.
const (
	longList  = 100
	mostWrong = 20
	mostAlike = 20
)

// thin returns a value with its long lists cut down to what is wrong in them,
// or to what breaks their own limits; what is right in a list is right alone.
func (j *judgement) thin(p *base.SchemaProxy, value any) any {
	if p == nil || p.Schema() == nil {
		return value
	}
	s := p.Schema()
	switch v := value.(type) {
	case map[string]any:
		if s.Properties == nil {
			return value
		}
		out := make(map[string]any, len(v))
		for name, inner := range v {
			out[name] = j.thin(s.Properties.GetOrZero(name), inner)
		}
		return out
	case []any:
		if s.Items == nil || !s.Items.IsA() {
			return value
		}
		if len(v) <= longList {
			out := make([]any, len(v))
			for i, inner := range v {
				out[i] = j.thin(s.Items.A, inner)
			}
			return out
		}
		var wrong []any
		for _, inner := range v {
			inner = j.thin(s.Items.A, inner)
			if documentOf(j.c).screen.accepts(s.Items.A, schema_validation.SchemaValidationPurposeResponseBody, inner) {
				continue
			}
			if wrong = append(wrong, inner); len(wrong) == mostWrong {
				break
			}
		}
		switch {
		case len(wrong) > 0:
			return wrong
		case s.MaxItems != nil && int64(len(v)) > *s.MaxItems:
			return slices.Repeat(v[:1], int(*s.MaxItems)+1)
		}
		return v[:longList]
	}
	return value
}

// long says that a value has a list that is too long for the validator.
func long(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		for _, inner := range v {
			if long(inner) {
				return true
			}
		}
	case []any:
		return len(v) > longList || slices.ContainsFunc(v, long)
	}
	return false
}
