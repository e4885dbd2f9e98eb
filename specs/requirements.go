package specs

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed requirements.yaml
var requirementsYAML []byte

// Level is how binding a requirement is.
type Level string

// MUST is documented; SHOULD is implied by the documents or by HTTP.
const (
	MUST   Level = "MUST"
	SHOULD Level = "SHOULD"
)

// Requirement is one statement of the source documents.
type Requirement struct {
	// ID is stable and quoted in specs, faults, waivers and reports.
	ID string `yaml:"id" json:"id"`
	// Operation is list, create, get, update, upload, delete, or any.
	Operation string `yaml:"operation" json:"operation"`
	Level     Level  `yaml:"level" json:"level"`
	Source    Source `yaml:"source" json:"source"`
	// When is what must have come about for the statement to bind, such as
	// "an answer carries description"; "" where it always binds. Where it
	// never came about in a run, the requirement is not applicable.
	When string `yaml:"when,omitempty" json:"when,omitempty"`
	// Statement is the promise, in our words.
	Statement string `yaml:"statement" json:"statement"`
	// Advice is what an implementer should look at when it fails.
	Advice string `yaml:"advice" json:"advice"`
	// Covers lists the contract elements this statement is about: keys of
	// [Element], where * stands for one whole segment or part of one.
	Covers []string `yaml:"covers,omitempty" json:"covers,omitempty"`
}

// Source is where a statement is documented.
type Source struct {
	Document string `yaml:"document" json:"document"`
	Section  string `yaml:"section" json:"section"`
}

func (s Source) String() string { return s.Document + ", " + s.Section }

// Catalogue is the list of requirements.
type Catalogue struct {
	Requirements []Requirement
	Digest       string
	byID         map[string]*Requirement
	elements     sync.Map // element key → requirement id, "" where none covers it
}

// Requirements returns the shipped catalogue. It panics where the embedded
// file is broken, which the package's own tests rule out.
var Requirements = sync.OnceValue(func() *Catalogue {
	c, err := parseCatalogue(requirementsYAML)
	if err != nil {
		panic("specs: requirements.yaml: " + err.Error())
	}
	return c
})

var requirementID = regexp.MustCompile(`^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+$`)

func parseCatalogue(raw []byte) (*Catalogue, error) {
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	var doc struct {
		Requirements []Requirement `yaml:"requirements"`
	}
	if err := dec.Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	sum := sha256.Sum256(raw)
	c := &Catalogue{Requirements: doc.Requirements, Digest: hex.EncodeToString(sum[:]), byID: map[string]*Requirement{}}
	for i := range c.Requirements {
		r := &c.Requirements[i]
		switch {
		case !requirementID.MatchString(r.ID):
			return nil, fmt.Errorf("requirement %d: id %q is not dotted lower case", i+1, r.ID)
		case c.byID[r.ID] != nil:
			return nil, fmt.Errorf("requirement %q stands twice", r.ID)
		case r.Level != MUST && r.Level != SHOULD:
			return nil, fmt.Errorf("requirement %q: level %q is neither MUST nor SHOULD", r.ID, r.Level)
		case r.Operation == "" || r.Statement == "" || r.Advice == "" || r.Source.Document == "" || r.Source.Section == "":
			return nil, fmt.Errorf("requirement %q: operation, statement, advice and source are all needed", r.ID)
		}
		for _, p := range r.Covers {
			if _, err := path.Match(p, ""); err != nil {
				return nil, fmt.Errorf("requirement %q: covers %q: %w", r.ID, p, err)
			}
		}
		c.byID[r.ID] = r
	}
	return c, nil
}

// Get returns the requirement with that id, and whether there is one.
func (c *Catalogue) Get(id string) (Requirement, bool) {
	r, ok := c.byID[id]
	if !ok {
		return Requirement{}, false
	}
	return *r, true
}

// For returns the id of the requirement that a contract element belongs to:
// the first that covers the element itself, else its nearest parent, else "".
func (c *Catalogue) For(element string) string {
	if id, ok := c.elements.Load(element); ok {
		return id.(string)
	}
	id := ""
	for key := element; key != "" && id == ""; {
		id = c.covering(key)
		key = key[:max(0, strings.LastIndexByte(key, '/'))]
	}
	c.elements.Store(element, id)
	return id
}

// Covering returns the ids of the requirements that cover exactly that element.
func (c *Catalogue) covering(key string) string {
	for i := range c.Requirements {
		for _, p := range c.Requirements[i].Covers {
			if ok, _ := path.Match(p, key); ok {
				return c.Requirements[i].ID
			}
		}
	}
	return ""
}
