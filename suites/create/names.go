package create

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/fixtures/payloads"
	. "github.com/extconf/extconf/suites/kit"
)

// "The extension name. Only ASCII alphanumeric and [_.-] characters allowed."
func names(api *API) {
	Describe("names", func() {
		DescribeTable("of the documented characters are accepted and kept",
			Exercises("create.name.allowed", "create.echo.name"), func(ctx SpecContext, form func(string) string) {
				base := api.Name()
				ext := payloads.Bundle(form(base))
				if !strings.HasPrefix(ext.Name, base) {
					ext.Description = base // by which clean-up knows it for ours
				}
				x := api.Create(ctx, ext, Marked(base))
				x.Must("create.name.allowed", HaveStatus(201))
				x.Check("create.echo.name", Echo("name", ext))
				got := api.Get(ctx, x.Ext.ID)
				got.Check("create.name.allowed", Echo("name", ext))
			}, accepted())

		DescribeTable("of other characters are refused", Exercises("create.name.refused", "create.name.nothing-created", "create.name.about-name", "create.201"),
			func(ctx SpecContext, form func(string) string) {
				base := api.Name()
				// Letters and digits alone, so that nothing else can be refused in it.
				ext := payloads.Bundle(form(strings.ReplaceAll(base, "-", "")))
				ext.Description = base // by which it would be found under any name
				x := api.Create(ctx, ext, Malformed("a name has only ASCII letters, digits and _.-"), Marked(base))
				x.Check("create.name.refused", BeRefused())
				if x.Refused() && len(x.Errors) > 0 {
					x.CheckThat("create.name.about-name", "the refusal", said(x), ContainSubstring("name"))
				}
				x.NothingCreated(ctx, "create.name.nothing-created", base)

				// The twin is legal but for that one thing.
				twin := ext
				twin.Name, twin.Description = api.Name(), "twin"
				api.Create(ctx, twin).Check("create.201", HaveStatus(201))
			}, refused())

		DescribeTable(
			"that are long are kept whole or refused", Exercises("create.name.allowed"),
			func(ctx SpecContext, length int) {
				ext := payloads.Bundle(api.Name() + "-")
				ext.Name += strings.Repeat("n", length-len(ext.Name))
				x := api.Create(ctx, ext, Malformed("nothing: the documents set no limit, a target may"))
				if x.OK() {
					x.Check("create.name.allowed", Echo("name", ext))
					return
				}
				x.Check("create.name.allowed", BeRefused())
				x.NothingCreated(ctx, "create.name.nothing-created", ext.Name[:40])
			},
			Entry("255", 255),
			Entry("1000", 1000),
		)
	})
}

// said is all that the errors of a refusal say, in lower case.
func said(x *Exchange) string {
	var all []string
	for _, e := range x.Errors {
		all = append(all, e.Message, e.Code, strings.Join(e.Fields, " "))
	}
	return strings.ToLower(strings.Join(all, " "))
}

func accepted() []TableEntry {
	entries := []TableEntry{
		Entry("lower case, digits and hyphens", func(base string) string { return base }),
		Entry("upper case", strings.ToUpper),
		Entry("a digit first", func(base string) string { return "9" + base }),
		Entry("only digits", func(string) string { return "0123456789" }),
		Entry("a number", func(string) string { return "1234567890" }),
		Entry("the name of a file", func(base string) string { return base + ".zip" }),
		Entry("all of the letters", func(string) string { return "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" }),
		Entry("64 characters", func(base string) string { return base + strings.Repeat("n", 64-len(base)) }),
	}
	for _, c := range []string{"_", ".", "-"} {
		entries = append(
			entries,
			Entry(c+" first", func(base string) string { return c + base }),
			Entry(c+" last", func(base string) string { return base + c }),
			Entry(c+" twice inside", func(base string) string { return base + c + c + "x" }),
			Entry(c+" alone", func(string) string { return c }),
		)
	}
	for _, c := range []string{"a", "Z", "0"} {
		entries = append(entries, Entry("one character, "+c, func(string) string { return c }))
	}
	return entries
}

func refused() []TableEntry {
	inside := func(what, c string) TableEntry {
		return Entry(what, func(base string) string { return base + c + "x" })
	}
	entries := []TableEntry{
		Entry("empty", func(string) string { return "" }),
		Entry("a space alone", func(string) string { return " " }),
		Entry("a space first", func(base string) string { return " " + base }),
		Entry("a space last", func(base string) string { return base + " " }),
		Entry("a newline last", func(base string) string { return base + "\n" }),
		Entry("a newline first", func(base string) string { return "\n" + base }),
		Entry("a second line", func(base string) string { return base + "\n" + base }),
		Entry("carriage return and newline last", func(base string) string { return base + "\r\n" }),
		Entry("a NUL last", func(base string) string { return base + "\x00" }),
		Entry("a path upwards", func(base string) string { return "../" + base }),
		inside("an accented letter", "é"), inside("a combining mark", "e\u0301"), inside("a full-width letter", "Ａ"),
		inside("a letter of mathematics", "𝒜"), inside("a next line", "\u0085"),
		inside("a full-width digit", "１"), inside("an Arabic digit", "٣"), inside("a Cyrillic a", "а"), inside("the Kelvin sign", "\u212A"),
		inside("a long s", "ſ"), inside("a dotless i", "ı"), inside("an emoji", "😀"), inside("a right-to-left mark", "\u200F"),
		inside("a zero-width space", "\u200B"), inside("a no-break space", "\u00A0"), inside("a line separator", "\u2028"),
		inside("an en dash", "–"), inside("a full-width full stop", "．"), inside("a byte order mark", "\uFEFF"),
		inside("a percent escape", "%41"), inside("DEL", "\x7f"), inside("a NUL", "\x00"), inside("a tab", "\t"),
		inside("a newline", "\n"), inside("a vertical tab", "\v"), inside("an escape", "\x1b"),
	}
	// The ASCII neighbours of each class, and the other printable ones.
	for _, c := range " !\"#$%&'()*+,/:;<=>?@[\\]^`{|}~" {
		entries = append(entries, inside(string(c), string(c)))
	}
	return entries
}
