package specs

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

func TestContractDescribesTheSixOperations(t *testing.T) {
	g := NewWithT(t)
	c := DefaultContract()
	g.Expect(c.Source()).To(Equal("extensions.openapi.yaml"))
	g.Expect(c.Version()).To(MatchRegexp(`^\d+\.\d+\.\d+$`))
	g.Expect(c.Digest()).To(HaveLen(64))
	failures := 0
	for id, op := range documentOf(c).operations {
		g.Expect(op.OperationId).To(Equal(id))
		for status, r := range op.Responses.Codes.FromOldest() {
			for _, h := range r.Headers.FromOldest() {
				if status[0] == '4' {
					failures += len(codesOf(h))
				}
			}
		}
	}
	g.Expect(failures).To(Equal(17), "the Swagger documents 17 failures")
}

// Enumerated from the contract, so that nothing new goes without a promise.
func TestEveryElementBelongsToARequirement(t *testing.T) {
	g := NewWithT(t)
	c := DefaultContract()
	g.Expect(len(c.Elements())).To(BeNumerically(">", 200))
	for _, e := range c.Elements() {
		g.Expect(Requirements().For(e.Key)).NotTo(BeEmpty(), "no requirement covers %s", e.Key)
		g.Expect(e.Line).To(BeNumerically(">", 1), "%s is nowhere in the document", e.Key)
	}
}

func TestEveryCoverIsOfAnElement(t *testing.T) {
	elements := DefaultContract().Elements()
	for _, r := range Requirements().Requirements {
		for _, pattern := range r.Covers {
			used := false
			for _, e := range elements {
				if matches([]string{pattern}, e.Key) {
					used = true
				}
			}
			if !used {
				t.Errorf("%s covers %q, and the contract has no such element", r.ID, pattern)
			}
		}
	}
}

func TestPlacesAreLinesOfTheContract(t *testing.T) {
	g := NewWithT(t)
	lines := strings.Split(string(contractYAML), "\n")
	for key, text := range map[string]string{
		"create-extension": "post:",
		"create-extension/201/header/x-cloud-resource-version/required": "required: true",
		"schema/Extension/extension_type/enum/plugin":                   "enum: [plugin, bundle]",
		"schema/ExtensionFileMetadata/size/format/int64":                "format: int64",
		"get-extension/parameter/include_deployments":                   "- name: include_deployments",
	} {
		i, ok := DefaultContract().byKey[key]
		g.Expect(ok).To(BeTrue(), key)
		g.Expect(lines[DefaultContract().elements[i].Line-1]).To(ContainSubstring(text), key)
	}
}

func TestContractsThatAreRefused(t *testing.T) {
	shipped := string(contractYAML)
	for name, c := range map[string]struct{ text, says string }{
		"empty":               {"", "not usable"},
		"no YAML":             {"{", "not usable"},
		"another document":    {"name: x\n", "not usable"},
		"Swagger 2":           {`{"swagger":"2.0","info":{"title":"t","version":"1"},"paths":{}}`, "OpenAPI 3"},
		"no paths":            {"openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\n", "does not describe GET /deployments/extensions"},
		"without upload":      {strings.Replace(shipped, "    put:\n", "    patch:\n", 1), "does not describe PUT /deployments/extensions/{extension_id}"},
		"no such component":   {strings.Replace(shipped, "#/components/schemas/Extensions", "#/components/schemas/Nothing", 1), "not usable"},
		"a word for a number": {strings.Replace(shipped, "maxItems: 10000", "maxItems: many", 1), "not usable"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			_, err := ParseContract("theirs.yaml", []byte(c.text))
			g.Expect(err).To(MatchError(ContainSubstring(c.says)))
			g.Expect(err.Error()).To(HavePrefix("the contract theirs.yaml is not usable: "))
			g.Expect(err.Error()).NotTo(ContainSubstring("\n"))
		})
	}
	t.Run("no file", func(t *testing.T) {
		_, err := LoadContract(filepath.Join(t.TempDir(), "none.yaml"))
		NewWithT(t).Expect(err).To(MatchError(os.ErrNotExist))
	})
}

// Another document of the same API: paths that hold the prefix, another name of
// the parameter, no server, OpenAPI 3.0, no names of schemas.
func TestForeignContractJudges(t *testing.T) {
	g := NewWithT(t)
	answer := `{"200": {description: d, content: {application/json: {schema: {type: object, required: [id], properties: {id: {type: string}}}}}}}`
	c, err := ParseContract("theirs.yaml", fmt.Appendf(nil, `openapi: 3.0.3
info: {title: theirs, version: "7"}
paths:
  /api/v1/deployments/extensions:
    get: {responses: {"200": {description: d, content: {application/json: {schema: {type: object}}}}}}
    post: {responses: {"201": {description: d, content: {application/json: {schema: {type: object, required: [id]}}}}}}
  /api/v1/deployments/extensions/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: %[1]s}
    post: {responses: %[1]s}
    put: {responses: %[1]s}
    delete: {responses: %[1]s}
`, answer))
	g.Expect(err).NotTo(HaveOccurred())
	x := golden("get-extension", 200)
	x.Response.Header.Del("X-Cloud-Resource-Version") // which they do not ask for
	g.Expect(c.Judge(x).Violations).To(BeEmpty())
	x.Response.Body = []byte(`{"id":7}`)
	found := c.Judge(x).Violations
	g.Expect(found).To(HaveLen(1))
	g.Expect(found[0].Place).To(HavePrefix("theirs.yaml:"))
	g.Expect(found[0].Requirement).NotTo(BeEmpty())
	g.Expect(found[0].Blame).To(Equal(BlameTarget))
}

// Processes take the shipped contract for proven: this is the proof.
func TestTheShippedContractIsProven(t *testing.T) {
	g := NewWithT(t)
	shipped, err := ParseContract(ContractFile, contractYAML)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(shipped.Digest()).To(Equal(DefaultContract().Digest()))
	g.Expect(shipped.Elements()).To(Equal(DefaultContract().Elements()))
}
