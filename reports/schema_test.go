package reports

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/pb33f/jsonschema/v6"
)

const schemaFile = "report.schema.json"

// compiled is a JSON Schema that looks at formats, too.
func compiled(t testing.TB, file string) *jsonschema.Schema {
	t.Helper()
	g := NewWithT(t)
	raw, err := os.ReadFile(file)
	g.Expect(err).NotTo(HaveOccurred())
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	g.Expect(err).NotTo(HaveOccurred())
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	g.Expect(c.AddResource(file, doc)).To(Succeed())
	schema, err := c.Compile(file)
	g.Expect(err).NotTo(HaveOccurred())
	return schema
}

func TestReportsFitTheSchema(t *testing.T) {
	schema := compiled(t, schemaFile)
	for name, r := range everyKind(t) {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			var b bytes.Buffer
			g.Expect(r.JSON(&b)).To(Succeed())
			v, err := jsonschema.UnmarshalJSON(&b)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(schema.Validate(v)).To(Succeed())
		})
	}
}

// What the schema does not know it refuses, so that no field goes undocumented.
func TestTheSchemaRefusesDrift(t *testing.T) {
	schema := compiled(t, schemaFile)
	var b bytes.Buffer
	g := NewWithT(t)
	g.Expect(mixed(t).JSON(&b)).To(Succeed())
	for name, spoil := range map[string]func(map[string]any){
		"a field more":       func(r map[string]any) { r["novelty"] = 1 },
		"a field more below": func(r map[string]any) { r["requirements"].([]any)[0].(map[string]any)["novelty"] = 1 },
		"a field less":       func(r map[string]any) { delete(r, "verdict") },
		"another schema":     func(r map[string]any) { r["schema"] = "extconf.report/2" },
		"an unknown outcome": func(r map[string]any) { r["requirements"].([]any)[0].(map[string]any)["outcome"] = "maybe" },
		"null for a list":    func(r map[string]any) { r["specs"] = nil },
	} {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(b.Bytes()))
		g.Expect(err).NotTo(HaveOccurred())
		spoil(v.(map[string]any))
		g.Expect(schema.Validate(v)).NotTo(Succeed(), name)
	}
}

// Every field of the report has a property with a description, and every
// property a field.
func TestTheSchemaDocumentsTheReport(t *testing.T) {
	g := NewWithT(t)
	raw, err := os.ReadFile(schemaFile)
	g.Expect(err).NotTo(HaveOccurred())
	var schema map[string]any
	g.Expect(json.Unmarshal(raw, &schema)).To(Succeed())
	defs := schema["$defs"].(map[string]any)
	resolve := func(v any) map[string]any {
		m, _ := v.(map[string]any)
		if ref, ok := m["$ref"].(string); ok {
			return defs[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
		}
		return m
	}
	used := map[string]bool{}
	var walk func(reflect.Type, any, string)
	walk = func(typ reflect.Type, at any, path string) {
		m := resolve(at)
		if ref, ok := at.(map[string]any)["$ref"].(string); ok {
			used[strings.TrimPrefix(ref, "#/$defs/")] = true
		}
		switch {
		case typ.Kind() == reflect.Pointer:
			walk(typ.Elem(), at, path)
		case typ.Kind() == reflect.Slice:
			g.Expect(m["type"]).To(Equal("array"), path)
			walk(typ.Elem(), m["items"], path+"[]")
		case typ.Kind() == reflect.Map:
			walk(typ.Elem(), m["additionalProperties"], path+"{}")
			if names, ok := m["propertyNames"]; ok {
				walk(typ.Key(), names, path+"{key}")
			}
		case typ.Kind() == reflect.Struct && typ.Name() != "Time":
			g.Expect(m["additionalProperties"]).To(BeFalse(), path)
			properties := m["properties"].(map[string]any)
			fields := fieldsOf(typ)
			for name, p := range properties {
				g.Expect(fields).To(HaveKey(name), "%s.%s is in the schema only", path, name)
				describes := p.(map[string]any)["description"]
				if describes == nil {
					describes = resolve(p)["description"]
				}
				g.Expect(describes).NotTo(BeEmpty(), path+"."+name)
			}
			for name, f := range fields {
				g.Expect(properties).To(HaveKey(name), "%s.%s is in the report only", path, name)
				_, option, _ := strings.Cut(f.Tag.Get("json"), ",")
				required, _ := m["required"].([]any)
				g.Expect(slices.Contains(required, any(name))).To(Equal(option != "omitempty"), "%s.%s: required", path, name)
				walk(f.Type, properties[name], path+"."+name)
			}
		}
	}
	walk(reflect.TypeFor[Report](), schema, "report")
	for name := range defs {
		g.Expect(used).To(HaveKey(name), "$defs/%s is used nowhere", name)
	}
}

// fieldsOf are the fields of a struct by their names in JSON, those of embedded
// structs included.
func fieldsOf(typ reflect.Type) map[string]reflect.StructField {
	fields := map[string]reflect.StructField{}
	for i := range typ.NumField() {
		f := typ.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-":
		case f.Anonymous && name == "":
			for inner, field := range fieldsOf(f.Type) {
				fields[inner] = field
			}
		default:
			fields[name] = f
		}
	}
	return fields
}
