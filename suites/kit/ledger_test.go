package kit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

func TestLedgerTellsWhatMayStillExist(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	l, err := OpenLedger(dir)
	g.Expect(err).NotTo(HaveOccurred())
	for _, e := range []LedgerEntry{
		{Event: "run", Run: "r1", Target: "http://h/api/v1"},
		{Event: "intent", Intent: "1", Name: "extconf-r1-a"},
		{Event: "created", Intent: "1", ID: "10"},
		{Event: "intent", Intent: "2", Name: "extconf-r1-b"},
		{Event: "refused", Intent: "2"},
		{Event: "intent", Intent: "3", Name: "x", Mark: "extconf-r1-c"},
		{Event: "intent", Intent: "4", Name: "extconf-r1-d"},
		{Event: "created", Intent: "4", ID: "40"},
		{Event: "deleted", ID: "40"},
	} {
		g.Expect(l.Write(e)).To(Succeed())
	}
	g.Expect(l.Close()).To(Succeed())
	// A crash cut the last line short.
	f, err := os.OpenFile(filepath.Join(dir, LedgerFile), os.O_APPEND|os.O_WRONLY, 0)
	g.Expect(err).NotTo(HaveOccurred())
	_, _ = f.WriteString(`{"event":"deleted","id":"1`)
	g.Expect(f.Close()).To(Succeed())

	out, err := ReadLedger(dir)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(out.Run).To(Equal("r1"))
	g.Expect(out.Target).To(Equal("http://h/api/v1"))
	g.Expect(out.IDs).To(HaveLen(1))
	g.Expect(out.IDs["10"].Name).To(Equal("extconf-r1-a"))
	g.Expect(out.Unknown).To(HaveLen(1), "the outcome of one was never seen")
	g.Expect(out.Unknown[0].Mark).To(Equal("extconf-r1-c"))
}

func TestNoLedgerIsAnEmptyOne(t *testing.T) {
	g := NewWithT(t)
	out, err := ReadLedger(t.TempDir())
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(out.IDs).To(BeEmpty())
	g.Expect(out.Unknown).To(BeEmpty())
}

func TestOursIsOnlyWhatCarriesTheRunsName(t *testing.T) {
	g := NewWithT(t)
	out := Outstanding{Run: "r1", Marks: []string{"extconf-r1-7"}}
	api := &API{}
	for name, c := range map[string]struct {
		extension Extension
		ours      bool
	}{
		"by name":                     {Extension{Name: "extconf-r1-1"}, true},
		"by mark":                     {Extension{Name: "changed", Description: "extconf-r1-7"}, true},
		"of another run":              {Extension{Name: "extconf-r12-1"}, false},
		"of somebody who quotes us":   {Extension{Name: "mine", Description: "like extconf-r1-8"}, false},
		"of somebody else altogether": {Extension{Name: "analysis-icu"}, false},
	} {
		g.Expect(api.isOurs(c.extension, out)).To(Equal(c.ours), name)
	}
	g.Expect(api.isOurs(Extension{Name: "extconf--1"}, Outstanding{})).To(BeFalse(), "a ledger without a run owns nothing")
}

func TestALedgerOfLongLinesAndOfWhatWasThereBefore(t *testing.T) {
	g := NewWithT(t)
	dir := t.TempDir()
	l, err := OpenLedger(dir)
	g.Expect(err).NotTo(HaveOccurred())
	for _, e := range []LedgerEntry{
		{Event: "others", IDs: []string{"7"}},
		{Event: "created", ID: strings.Repeat("n", 2<<20)},
		{Event: "intent", Intent: "1", Name: "a", Mark: "extconf-r1-1"},
		{Event: "refused", Intent: "1"},
	} {
		g.Expect(l.Write(e)).To(Succeed())
	}
	g.Expect(l.Close()).To(Succeed())
	out, err := ReadLedger(dir)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(out.IDs).To(HaveLen(1))
	g.Expect(out.Others).To(Equal([]string{"7"}))
	g.Expect(out.Unknown).To(BeEmpty())
	g.Expect(out.Marks).To(Equal([]string{"extconf-r1-1"}), "what was refused may be there all the same")
}
