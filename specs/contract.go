package specs

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/cache"
	"github.com/pb33f/libopenapi-validator/config"
	"github.com/pb33f/libopenapi/datamodel"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
	"go.yaml.in/yaml/v3"
)

//go:embed extensions.openapi.yaml
var contractYAML []byte

// ContractFile is the name of the shipped contract.
const ContractFile = "extensions.openapi.yaml"

// Contract is an OpenAPI document by which exchanges are judged. It is built
// once and safe for concurrent use.
type Contract struct {
	source, version, digest string
	elements                []Element
	byKey                   map[string]int
	catalogue               *Catalogue
	// unscreened lets the validator look at everything.
	unscreened bool
	// read is the *document. No exported type or method may name what comes of
	// the parser: its generic types would be compiled again, ten thousand
	// functions of them, in every package that imports this one.
	read any
}

// document is what a contract was read into.
type document struct {
	model      *v3.Document
	root       *yaml.Node
	validator  validator.Validator
	screen     *screen
	operations map[string]*operation
}

func documentOf(c *Contract) *document { return c.read.(*document) }

// operation is one of the six, as the contract describes it.
type operation struct {
	id, method string
	// template is the path of the contract, base the URL below which the
	// contract has its paths.
	template string
	base     *url.URL
	item     *v3.PathItem
	*v3.Operation
}

// known are the six operations, by the ids that this project calls them.
var known = []struct{ id, method, path string }{
	{"list-extensions", http.MethodGet, "/deployments/extensions"},
	{"create-extension", http.MethodPost, "/deployments/extensions"},
	{"get-extension", http.MethodGet, "/deployments/extensions/{}"},
	{"update-extension", http.MethodPost, "/deployments/extensions/{}"},
	{"upload-extension", http.MethodPut, "/deployments/extensions/{}"},
	{"delete-extension", http.MethodDelete, "/deployments/extensions/{}"},
}

// DefaultContract returns the shipped contract. It panics where the embedded
// file is broken, which the package's own tests rule out.
var DefaultContract = sync.OnceValue(func() *Contract {
	c, err := parse(ContractFile, contractYAML, true)
	if err != nil {
		panic("specs: " + err.Error())
	}
	return c
})

// LoadContract reads a contract, or the shipped one where file is "". The error
// says in one line what is wrong with it.
func LoadContract(file string) (*Contract, error) {
	if file == "" {
		return DefaultContract(), nil
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("the contract cannot be read: %w", err)
	}
	return ParseContract(file, raw)
}

// ParseContract reads an OpenAPI 3 document, in YAML or JSON; file is where it
// came from, and its last part what errors and violations call it by. It must describe all six operations, under
// whatever server and names of parameters.
func ParseContract(file string, raw []byte) (*Contract, error) { return parse(file, raw, false) }

// parse reads a contract. One that is proven need not be proven by each
// process that starts: a third of what reading it takes.
func parse(file string, raw []byte, proven bool) (*Contract, error) {
	source := filepath.Base(file)
	refuse := func(err error) (*Contract, error) {
		return nil, fmt.Errorf("the contract %s is not usable: %s", source, strings.Join(strings.Fields(err.Error()), " "))
	}
	var root yaml.Node
	if err := yaml.Unmarshal(raw, &root); err != nil {
		return refuse(err)
	}
	if !isDocument(&root) {
		return refuse(errors.New("it has neither a key openapi nor a key swagger; write it in OpenAPI 3.0 or 3.1"))
	}
	// What is wrong is told once, by the error.
	doc, err := libopenapi.NewDocumentWithConfiguration(raw, &datamodel.DocumentConfiguration{
		Logger: slog.New(slog.DiscardHandler), AllowFileReferences: true, BasePath: filepath.Dir(file),
	})
	if err != nil {
		return refuse(err)
	}
	if version := doc.GetVersion(); !strings.HasPrefix(version, "3.") {
		return refuse(fmt.Errorf("it is OpenAPI %s; write it in OpenAPI 3.0 or 3.1", version))
	}
	model, err := doc.BuildV3Model()
	if err != nil {
		return refuse(err)
	}
	// Security is for the specs to exercise: any Authorization would do here.
	// Without a cache, each request compiles the expressions of its path anew:
	// half of what judging it takes.
	options := []config.Option{config.WithFormatAssertions(), config.WithoutSecurityValidation(), config.WithRegexCache(&sync.Map{}), config.WithSchemaCache(cache.NewDefaultCache())}
	v, errs := validator.NewValidator(doc, options...)
	if len(errs) > 0 {
		return refuse(errors.Join(errs...))
	}
	if !proven {
		if err := isOpenAPI(v); err != nil {
			return refuse(err)
		}
	}
	sum := sha256.Sum256(raw)
	d := &document{&model.Model, &root, v, newScreen(model.Model.Version, options...), map[string]*operation{}}
	if err := d.index(); err != nil {
		return refuse(err)
	}
	c := &Contract{
		source: source, version: model.Model.Info.Version, digest: hex.EncodeToString(sum[:]),
		byKey: map[string]int{}, catalogue: Requirements(), read: d,
	}
	enumeration{c, d}.all()
	if !proven {
		if err := c.compile(); err != nil {
			return refuse(err)
		}
	}
	return c, nil
}

// isDocument says whether a YAML file means to be an OpenAPI document at all.
func isDocument(root *yaml.Node) bool {
	if len(root.Content) == 0 {
		return false
	}
	openapi, _ := child(root.Content[0], "openapi")
	swagger, _ := child(root.Content[0], "swagger")
	return openapi != nil || swagger != nil
}

// isOpenAPI says in what a document breaks the rules of OpenAPI itself.
func isOpenAPI(v validator.Validator) error {
	ok, invalid := v.ValidateDocument()
	if ok || len(invalid) == 0 {
		return nil
	}
	e := invalid[0]
	if len(e.SchemaValidationErrors) > 0 {
		return fmt.Errorf("line %d: %s", e.SchemaValidationErrors[0].Line, e.SchemaValidationErrors[0].Reason)
	}
	return errors.New(e.Reason)
}

// compile applies every schema of an answer once: the validator compiles them
// without a word, and would lay a bad one at the first answer's door.
func (c *Contract) compile() error {
	for _, k := range known {
		op := documentOf(c).operations[k.id]
		for status, r := range op.Responses.Codes.FromOldest() {
			code, err := strconv.Atoi(strings.NewReplacer("X", "0", "x", "0").Replace(status))
			if err != nil {
				return fmt.Errorf("%s: %q is no status", k.id, status)
			}
			x := &Exchange{Operation: k.id, Request: Request{Method: k.method, Path: strings.Replace(k.path, "{}", "id", 1)}}
			x.Response = &Response{Status: code, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte("{}")}
			j := &judgement{c: c, x: x, op: op, response: r, key: k.id + "/" + status}
			j.validate()
			for _, v := range j.violations {
				if v.Blame == BlameContract {
					return fmt.Errorf("%s: %s", v.Place, v.Message)
				}
			}
		}
	}
	return nil
}

var parameter = regexp.MustCompile(`\{[^/{}]+\}`)

// index finds the six operations in the document.
func (d *document) index() error {
	server, err := d.server()
	if err != nil {
		return err
	}
	if d.model.Paths == nil || d.model.Paths.PathItems == nil {
		return errors.New("it has no paths")
	}
	for template, item := range d.model.Paths.PathItems.FromOldest() {
		plain := parameter.ReplaceAllString(template, "{}")
		for _, k := range known {
			prefix, ok := strings.CutSuffix(plain, k.path)
			op := item.GetOperations().GetOrZero(strings.ToLower(k.method))
			if !ok || op == nil || d.operations[k.id] != nil {
				continue
			}
			d.operations[k.id] = &operation{k.id, k.method, template, server.JoinPath(prefix), item, op}
		}
	}
	for _, k := range known {
		if d.operations[k.id] == nil {
			return fmt.Errorf("it does not describe %s %s", k.method, strings.Replace(k.path, "{}", "{extension_id}", 1))
		}
	}
	return nil
}

// server is the first server of the document, made absolute.
func (d *document) server() (*url.URL, error) {
	raw := "/"
	if len(d.model.Servers) > 0 {
		s := d.model.Servers[0]
		raw = s.URL
		if s.Variables != nil {
			for name, v := range s.Variables.FromOldest() {
				raw = strings.ReplaceAll(raw, "{"+name+"}", v.Default)
			}
		}
	}
	u, err := url.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("its server %q is no URL", raw)
	}
	return (&url.URL{Scheme: "http", Host: "contract.invalid"}).ResolveReference(u), nil
}

// Version is info.version of the document.
func (c *Contract) Version() string { return c.version }

// Source is the name of the file that the contract was read from.
func (c *Contract) Source() string { return c.source }

// Digest is the SHA-256 of the document, in hex.
func (c *Contract) Digest() string { return c.digest }
