package reports

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// OneLine makes a text safe to print in one line: line breaks and control
// characters, with which a target could rewrite a terminal, become spaces.
func OneLine(s string) string {
	return strings.Join(strings.Fields(Printable(s)), " ")
}

// commands takes the meaning from what pipelines read as commands wherever it
// stands in a line.
var commands = strings.NewReplacer("##[", "# #[", "##vso[", "# #vso[")

// Printable replaces invalid UTF-8 and all that is not to be seen: control
// characters, formatting ones (which turn the direction of writing, too), what
// is no character. Tabs and line breaks stay.
func Printable(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return commands.Replace(strings.Map(func(c rune) rune {
		if c == '\n' || c == '\t' || unicode.IsGraphic(c) {
			return c
		}
		return '\uFFFD'
	}, s))
}

// xmlText replaces what XML 1.0 cannot hold.
func xmlText(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\t' || c == '\n' || c == '\r', c >= ' ' && c <= 0xD7FF, c >= 0xE000 && c <= 0xFFFD && c != utf8.RuneError, c >= 0x10000:
			return c
		}
		return '\uFFFD'
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

var mdEscapes = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "&", "&amp;",
	"#", `\#`, "|", `\|`, "~", `\~`, "!", `\!`, "://", "&#58;//", "www.", "www&#46;", "$", `\$`,
	"@", "@&#8203;", // an invisible space, since readers look for mentions after they undo escapes
)

// md makes a text harmless in Markdown: one line, no markup, no mention, no link.
func md(s string) string { return mdEscapes.Replace(OneLine(s)) }

// fenced makes a block of code within a list of Markdown, which no text ends early.
func fenced(s string) string {
	fence := "```"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	text := strings.ReplaceAll(Printable(s), "\n", "\n  ")
	return "  " + fence + "sh\n  " + text + "\n  " + fence + "\n"
}

// trimLines takes the spaces off the ends of lines.
func trimLines(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}
