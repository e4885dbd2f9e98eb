package specs

import (
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/pb33f/jsonschema/v6"
	"github.com/pb33f/libopenapi-validator/config"
	"github.com/pb33f/libopenapi-validator/helpers"
	"github.com/pb33f/libopenapi-validator/schema_validation"
	"github.com/pb33f/libopenapi/datamodel/high/base"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
)

// screen keeps the validator's compiled schemas at hand. What plainly is as the
// contract says passes it; all else goes to the validator, which alone finds
// fault. For each exchange the validator hashes the contract's schemas to find
// the compiled ones, decodes the body again and copies its own options, which
// was two thirds of what judging an exchange took.
type screen struct {
	options *config.ValidationOptions
	version float32
	// compiled are by *base.Schema and purpose, nil where it does not compile.
	compiled sync.Map
	// compiling is held while a schema is compiled: the library's models do
	// not take two at once.
	compiling sync.Mutex
}

type screenKey struct {
	schema  *base.Schema
	purpose schema_validation.SchemaValidationPurpose
}

func (s *screen) schema(p *base.SchemaProxy, purpose schema_validation.SchemaValidationPurpose) *jsonschema.Schema {
	if p == nil || p.Schema() == nil {
		return nil
	}
	key := screenKey{p.Schema(), purpose}
	if found, ok := s.compiled.Load(key); ok {
		return found.(*jsonschema.Schema)
	}
	s.compiling.Lock()
	defer s.compiling.Unlock()
	var schema *jsonschema.Schema
	hash := schema_validation.SchemaCacheKey(key.schema.GoLow().Hash(), s.version, purpose)
	if found, ok := s.options.SchemaCache.Load(hash); ok && found.CompiledSchema != nil {
		schema = found.CompiledSchema // the validator compiled the bodies' already
	} else if made, err := schema_validation.CompileSchemaForValidation(key.schema, purpose, s.options, s.version); err == nil && made != nil {
		schema = made.CompiledSchema
	}
	s.compiled.Store(key, schema)
	return schema
}

// accepts says that a value is what a schema wants; false also where that
// cannot be told.
func (s *screen) accepts(p *base.SchemaProxy, purpose schema_validation.SchemaValidationPurpose, value any) bool {
	schema := s.schema(p, purpose)
	return schema != nil && schema.Validate(value) == nil
}

// plainJSON is the one content type that needs no second look.
const plainJSON = "application/json"

// plainRequest says that a request is plainly as the contract says.
func (j *judgement) plainRequest() bool {
	s := documentOf(j.c).screen
	r := &j.x.Request
	literal, id, hasID := strings.Cut(strings.TrimPrefix(r.Path, known[0].path), "/")
	if j.c.unscreened || !strings.HasPrefix(r.Path, known[0].path) || literal != "" || strings.ContainsAny(r.Path, "?%#") || strings.Contains(id, "/") {
		return false
	}
	for _, p := range slices.Concat(j.op.item.Parameters, j.op.Parameters) {
		switch {
		case p.In == "path" && hasID && isText(p.Schema) && p.Style == "" && s.accepts(p.Schema, schema_validation.SchemaValidationPurposeGeneric, id):
		case p.In == "query" && (p.Required == nil || !*p.Required):
		default:
			return false
		}
	}
	if j.op.RequestBody == nil {
		return r.Size == 0 && len(r.Body) == 0
	}
	media := j.op.RequestBody.Content.GetOrZero(plainJSON)
	if media == nil || !only(r.Header["Content-Type"], plainJSON) || len(r.Body) == 0 {
		return false
	}
	body, _, err := readJSON(r.Body)
	return err == nil && s.accepts(media.Schema, schema_validation.SchemaValidationPurposeRequestBody, body)
}

// plainAnswer says that an answer is plainly as the contract says.
func (j *judgement) plainAnswer() bool {
	s := documentOf(j.c).screen
	h := j.x.Response.Header
	if j.c.unscreened || len(j.violations) > 0 {
		return false
	}
	if j.response.Content != nil && j.response.Content.Len() > 0 {
		media := j.response.Content.GetOrZero(plainJSON)
		if media == nil || j.body == nil || !only(h["Content-Type"], plainJSON) ||
			!s.accepts(media.Schema, schema_validation.SchemaValidationPurposeResponseBody, j.thinned) {
			return false
		}
	}
	if j.response.Headers == nil {
		return true
	}
	for name, header := range j.response.Headers.FromOldest() {
		if !s.plainHeader(header, h[http.CanonicalHeaderKey(name)]) {
			return false
		}
	}
	return true
}

// plainHeader says that the lines of a header are plainly what the contract
// says: texts, or lists of texts.
func (s *screen) plainHeader(header *v3.Header, lines []string) bool {
	if len(lines) == 0 {
		return !header.Required
	}
	if len(lines) > 1 || header.Schema == nil {
		return false
	}
	if isText(header.Schema) {
		return s.accepts(header.Schema, schema_validation.SchemaValidationPurposeGeneric, lines[0])
	}
	schema := header.Schema.Schema()
	if schema == nil || !slices.Equal(schema.Type, []string{"array"}) || schema.Items == nil || !schema.Items.IsA() || !isText(schema.Items.A) {
		return false
	}
	var list []any
	for text := range strings.SplitSeq(lines[0], ",") {
		list = append(list, strings.TrimSpace(text))
	}
	return s.accepts(header.Schema, schema_validation.SchemaValidationPurposeGeneric, list)
}

// isText says that a schema is of strings and nothing else.
func isText(p *base.SchemaProxy) bool {
	return p != nil && p.Schema() != nil && slices.Equal(p.Schema().Type, []string{"string"})
}

func only(lines []string, value string) bool { return len(lines) == 1 && lines[0] == value }

func newScreen(version string, options ...config.Option) *screen {
	return &screen{options: config.NewValidationOptions(options...), version: helpers.VersionToFloat(version)}
}
