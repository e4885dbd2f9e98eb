package prove_test

import (
	"context"
	"io"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/fixtures/mock"
	"github.com/extconf/extconf/fixtures/targets"
	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/suites"
)

// A target chooses its keys. Short ones, and such as stand in every report by
// chance, must neither be found where they were not sent nor hide anything.
func TestKeysOfAnyKind(t *testing.T) {
	for name, credential := range map[string]targets.Credential{
		"one letter":         {Value: "k"},
		"a word of the API":  {Value: "bundle"},
		"a word of reports":  {Value: "passed"},
		"with other letters": {Value: "k+/=&<\"'%20"},
		"basic":              {Value: "user:pa:ss word", Scheme: "Basic"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			m := mock.New(mock.Options{
				Dial: mock.LoopbackOnly, DownloadCAs: archives.BuiltInPool(),
				Users: map[string]mock.User{credential.Value: {ID: "1"}, "pa:ss word": {ID: "1"}, "other-key-of-it": {ID: "2"}, "no-user-key-of-it": {}},
			})
			defer m.Close()
			p, err := targets.Load("mock")
			g.Expect(err).NotTo(HaveOccurred())
			p.Credentials = map[targets.Role]targets.Credential{
				targets.User: credential, targets.Other: {Value: "other-key-of-it"}, targets.NoUser: {Value: "no-user-key-of-it"},
			}
			c := suites.Defaults()
			c.Handler, c.TargetProfile, c.Reports, c.Out = m, p, t.TempDir(), io.Discard
			report, err := suites.Run(context.Background(), c)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(report.Leaks).To(BeEmpty())
			g.Expect(report.Defects).To(BeEmpty())
			g.Expect(report.Verdict.Word).To(Equal(reports.Conformant), report.Verdict.Sentence)
		})
	}
}
