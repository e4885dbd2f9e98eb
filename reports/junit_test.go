package reports

import (
	"bytes"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"
)

// TestJUnitIsValid validates by XML Schema. EXTCONF_JUNIT_XSD names more
// schemas to validate by, such as a reader's own, as a list of files.
func TestJUnitIsValid(t *testing.T) {
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		if os.Getenv("EXTCONF_REQUIRE_XMLLINT") == "1" {
			t.Fatal("xmllint is required here and not installed: it is in Debian's libxml2-utils")
		}
		t.Skip("xmllint is not installed: it is in Debian's libxml2-utils")
	}
	schemas := append([]string{filepath.Join("testdata", "junit.xsd")}, filepath.SplitList(os.Getenv("EXTCONF_JUNIT_XSD"))...)
	for name, r := range everyKind(t) {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			file := filepath.Join(t.TempDir(), JUnitFile)
			var b bytes.Buffer
			g.Expect(r.JUnit(&b)).To(Succeed())
			g.Expect(os.WriteFile(file, b.Bytes(), 0o600)).To(Succeed())
			for _, schema := range schemas {
				out, err := exec.CommandContext(t.Context(), xmllint, "--nonet", "--noout", "--huge", "--schema", schema, file).CombinedOutput()
				g.Expect(err).NotTo(HaveOccurred(), "%s: %s", schema, out)
			}
		})
	}
}

// junitDoc is what a reader makes of junit.xml, by other types than the writer's.
type junitDoc struct {
	Suites []struct {
		Name       string `xml:"name,attr"`
		Tests      int    `xml:"tests,attr"`
		Failures   int    `xml:"failures,attr"`
		Errors     int    `xml:"errors,attr"`
		Skipped    int    `xml:"skipped,attr"`
		Properties []struct {
			Name  string `xml:"name,attr"`
			Value string `xml:"value,attr"`
		} `xml:"properties>property"`
		Cases []struct {
			Name    string  `xml:"name,attr"`
			Skipped *string `xml:"skipped"`
			Error   *string `xml:"error"`
			Failure *struct {
				Message string `xml:"message,attr"`
				Type    string `xml:"type,attr"`
				Text    string `xml:",chardata"`
			} `xml:"failure"`
		} `xml:"testcase"`
		Out string `xml:"system-out"`
	} `xml:"testsuite"`
}

func readJUnit(t testing.TB, r *Report) (doc junitDoc, raw string) {
	t.Helper()
	g := NewWithT(t)
	var b bytes.Buffer
	g.Expect(r.JUnit(&b)).To(Succeed())
	g.Expect(xml.Unmarshal(b.Bytes(), &doc)).To(Succeed())
	return doc, b.String()
}

func TestJUnitTellsWhatFailed(t *testing.T) {
	g := NewWithT(t)
	doc, _ := readJUnit(t, mixed(t))
	suites := map[string]int{}
	for i, s := range doc.Suites {
		suites[s.Name] = i
		results := [3]int{}
		for _, c := range s.Cases {
			switch {
			case c.Failure != nil:
				results[0]++
			case c.Error != nil:
				results[1]++
			case c.Skipped != nil:
				results[2]++
			}
		}
		g.Expect(results).To(Equal([3]int{s.Failures, s.Errors, s.Skipped}), "the numbers of %s", s.Name)
		g.Expect(s.Cases).To(HaveLen(s.Tests))
	}
	create := doc.Suites[suites["create"]]
	properties := map[string]string{}
	for _, p := range create.Properties {
		properties[p.Name] = p.Value
	}
	g.Expect(properties).To(HaveKeyWithValue("requirement.create.header.version", "MUST, failed"))
	g.Expect(properties).To(HaveKeyWithValue("requirement.create.409", "MUST, passed (injected)"))
	g.Expect(properties).To(HaveKeyWithValue("spec.fails", "create.header.version"))
	g.Expect(properties).To(HaveKeyWithValue("verdict", "non-conformant"))
	g.Expect(properties).To(HaveKeyWithValue("contract.version", "1.0"))
	failed, skipped, erred := map[string]string{}, map[string]string{}, map[string]string{}
	for _, s := range doc.Suites {
		for _, c := range s.Cases {
			switch {
			case c.Failure != nil:
				failed[c.Name] = c.Failure.Type + ": " + c.Failure.Message + "\n" + c.Failure.Text
			case c.Skipped != nil:
				skipped[c.Name] = *c.Skipped
			case c.Error != nil:
				erred[c.Name] = *c.Error
			}
		}
	}
	g.Expect(failed["fails"]).To(HavePrefix("target: create.header.version (MUST): the header is missing\n"))
	for _, line := range []string{
		"create.header.version (MUST) is not kept: The answer carries x-cloud-resource-version.",
		"source:      swagger, paths.create", "contract:    extensions.openapi.yaml:42", "expected:    x-cloud-resource-version", "seen:        nothing",
		"blame:       target", "exchange:    p1-1: POST http://127.0.0.1:8080/api/v1/deployments/extensions", "< 201 in 12 ms",
		"look at:     Look at the handler of create.", "repeat:      curl -isS", "rerun:       extconf run --label-filter=create.header.version", "fingerprint: f00d",
	} {
		g.Expect(failed["fails"]).To(ContainSubstring(line))
	}
	g.Expect(failed).To(HaveKey("the verdict"))
	g.Expect(skipped).To(HaveKeyWithValue("is skipped", "no second credential"))
	g.Expect(skipped).To(HaveKeyWithValue("is waived", ContainSubstring("get.404 is waived until 2031-05-06: known (EXT-1, us)")))
	g.Expect(erred).To(HaveKeyWithValue("panics", ContainSubstring("it went wrong")))
	g.Expect(create.Out).To(ContainSubstring("note: the target takes both forms"))
}

func TestJUnitShortens(t *testing.T) {
	g := NewWithT(t)
	e := broken("create.201")
	e.Findings[0].Message = strings.Repeat("x", 8<<20)
	r := Collect(all(ran("fails", types.SpecStateFailed, e, "create.201")), meta())
	_, raw := readJUnit(t, r)
	g.Expect(len(raw)).To(BeNumerically("<", 128<<10))
}
