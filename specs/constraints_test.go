package specs

import (
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// Each constraint, broken in an answer that is perfect otherwise, is found, and
// under the requirement that it belongs to.
func TestEveryConstraintCanBeBrokenAndIsFound(t *testing.T) {
	all := DefaultContract().Constraints()
	NewWithT(t).Expect(len(all)).To(BeNumerically(">", 300))
	for _, k := range all {
		t.Run(k.Operation+" "+k.Status+" "+k.Key+" "+strings.Join(k.Path, "."), func(t *testing.T) {
			g := NewWithT(t)
			g.Expect(breaks(t, DefaultContract(), k)).To(ContainElement(HaveField("Blame", BlameTarget)))
		})
	}
}

// breaks is what the judge says of a golden answer that breaks a constraint.
func breaks(t *testing.T, c *Contract, k Constraint) []Violation {
	g := NewWithT(t)
	status, err := strconv.Atoi(k.Status)
	g.Expect(err).NotTo(HaveOccurred())
	x := golden(k.Operation, status)
	if k.Keyword == "enum" && k.Part == BodyPart {
		x.Response.Body = []byte(strings.ReplaceAll(string(x.Response.Body), `"bundle"`, `"`+k.Value+`"`))
	}
	if k.Part == CodePart || k.Keyword == "enum" && k.Part == HeaderPart {
		was := x.Response.Header.Get(k.Header)
		x.Response.Header.Set(k.Header, k.Value)
		x.Response.Body = []byte(strings.ReplaceAll(string(x.Response.Body), was, k.Value))
	}
	g.Expect(c.Judge(x).Violations).To(BeEmpty(), "before it is broken")
	g.Expect(k.Applies(status)).To(BeTrue())
	g.Expect(k.Break(x.Response)).To(BeTrue(), "%s", x.Response.Body)
	found := c.Judge(x).Violations
	if k.Part == HeaderPart || k.Part == BodyPart || k.Part == ContentPart {
		g.Expect(found).To(ContainElement(HaveField("Requirement", Requirements().For(k.Key))), "%s", x.Response.Body)
	}
	return found
}

// What has no constraint is a thing that other constraints are about.
func TestEveryElementOfAnAnswerIsAConstraint(t *testing.T) {
	broken := map[string]bool{}
	for _, k := range DefaultContract().Constraints() {
		broken[k.Key] = true
	}
	for _, e := range DefaultContract().Elements() {
		segments := strings.Split(e.Key, "/")
		ofAnswer := len(segments) > 1 && len(segments[1]) == 3 && segments[0] != "schema"
		ofSchema := segments[0] == "schema" && !strings.HasSuffix(segments[1], "Request")
		keyword := slices.Contains(append(keywords, "required"), segments[len(segments)-1]) ||
			len(segments) > 2 && slices.Contains([]string{"enum", "format", "code"}, segments[len(segments)-2])
		switch {
		case broken[e.Key], !ofAnswer && !ofSchema, !keyword:
		case strings.Contains(e.Key, "/header/") && strings.HasSuffix(e.Key, "/type"): // a header is always a string
		case e.Key == "schema/Extension/file_metadata/type": // said by schema/ExtensionFileMetadata/type
		default:
			t.Errorf("%s can be broken, and no constraint says how", e.Key)
		}
	}
}

func TestNewConstraintsAreBrokenToo(t *testing.T) {
	shipped, err := os.ReadFile(ContractFile)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	for name, c := range map[string]struct {
		from, to, key string
		more          int
	}{
		"longest id":        {"          minLength: 1\n        name: {type: string}\n        description", "          minLength: 1\n          maxLength: 64\n        name: {type: string}\n        description", "schema/Extension/id/maxLength", 5},
		"id of digits":      {"          minLength: 1\n        name: {type: string}\n        description", "          minLength: 1\n          pattern: ^[0-9]+$\n        name: {type: string}\n        description", "schema/Extension/id/pattern", 5},
		"largest file":      {"          minimum: 0\n", "          minimum: 0\n          maximum: 1000\n", "schema/ExtensionFileMetadata/size/maximum", 5},
		"smallest above":    {"          minimum: 0\n", "          exclusiveMinimum: 0\n", "schema/ExtensionFileMetadata/size/exclusiveMinimum", 0},
		"whole sevens":      {"          minimum: 0\n", "          minimum: 0\n          multipleOf: 7\n", "schema/ExtensionFileMetadata/size/multipleOf", 5},
		"description":       {"required: [id, name, url, extension_type, version]", "required: [id, name, url, extension_type, version, description]", "schema/Extension/description/required", 5},
		"distinct":          {"maxItems: 10000", "maxItems: 10000\n          uniqueItems: true", "schema/Extension/deployments/uniqueItems", 5},
		"nothing else":      {"    ExtensionFileMetadata:\n      type: object\n", "    ExtensionFileMetadata:\n      type: object\n      additionalProperties: false\n", "schema/ExtensionFileMetadata/additionalProperties", 5},
		"version of digits": {"schema: {type: string, minLength: 1}\n      example: \"17\"", "schema: {type: string, minLength: 1, pattern: \"^[0-9]+$\"}\n      example: \"17\"", "create-extension/201/header/x-cloud-resource-version/pattern", 5},
		"version a number":  {"schema: {type: string, minLength: 1}\n      example: \"17\"", "schema: {type: integer}\n      example: \"17\"", "get-extension/200/header/x-cloud-resource-version/type", 0},
		"one type":          {"          enum: [plugin, bundle]\n        version: {type: string}\n        deployments", "          const: bundle\n        version: {type: string}\n        deployments", "schema/Extension/extension_type/const", -5},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			g.Expect(strings.Count(string(shipped), c.from)).To(Equal(1))
			theirs, err := ParseContract(ContractFile, []byte(strings.Replace(string(shipped), c.from, c.to, 1)))
			g.Expect(err).NotTo(HaveOccurred())
			all := theirs.Constraints()
			g.Expect(len(all) - len(DefaultContract().Constraints())).To(Equal(c.more))
			tried := 0
			for _, k := range all {
				if k.Key == c.key {
					tried++
					g.Expect(breaks(t, theirs, k)).NotTo(BeEmpty())
				}
			}
			g.Expect(tried).To(BeNumerically(">", 0))
		})
	}
}

// A constraint that the answer is not about leaves it alone.
func TestBreakWithoutOccasion(t *testing.T) {
	for _, k := range DefaultContract().Constraints() {
		r := &Response{Status: 200, Header: http.Header{}, Body: []byte("[")}
		if k.Part != StatusPart && k.Break(r) {
			NewWithT(t).Expect(string(r.Body)).To(Equal("["), k.Key)
		}
		NewWithT(t).Expect(k.Applies(299)).To(BeFalse(), k.Key)
	}
}
