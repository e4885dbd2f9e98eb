package reports

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"
	"time"
)

//go:embed page
var pageFiles embed.FS

func pageFile(name string) string {
	raw, err := pageFiles.ReadFile("page/" + name)
	if err != nil {
		panic("reports: " + err.Error())
	}
	return string(raw)
}

// pages are the templates of all HTML. It panics where one is broken, which
// the package's own tests rule out.
var pages = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"printable": func(v any) string { return Printable(fmt.Sprint(v)) },
		"capital":   upperFirst,
		"class":     func(o any) string { return strings.ReplaceAll(fmt.Sprint(o), " ", "-") },
		"ms":        duration,
		"day":       func(t time.Time) string { return stampOf(t, time.DateOnly) },
		"stamp":     func(t time.Time) string { return stampOf(t, "2006-01-02 15:04:05 UTC") },
		"pair":      func(a, b any) []any { return []any{a, b} },
		"list":      func(ids ...string) []string { return ids },
		"headers":   headerLinesOf,
	}).ParseFS(pageFiles, "page/*.gohtml"))
})

// headerLinesOf writes headers, which are most of what a page shows: line by
// line through the template they were half of what the page cost.
func headerLinesOf(list []harPair) template.HTML {
	var b strings.Builder
	for _, h := range list {
		b.WriteString("<div><b>" + template.HTMLEscapeString(Printable(h.Name)) + ":</b> " + template.HTMLEscapeString(Printable(h.Value)) + "</div>")
	}
	return template.HTML(b.String())
}

func stampOf(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(layout)
}

// duration writes milliseconds for people.
func duration(ms float64) string {
	switch {
	case ms >= 60_000:
		return fmt.Sprintf("%d min %02d s", int(ms)/60_000, int(ms)/1000%60)
	case ms >= 10_000:
		return fmt.Sprintf("%.0f s", ms/1000)
	case ms >= 1000:
		return fmt.Sprintf("%.1f s", ms/1000)
	case ms >= 10:
		return fmt.Sprintf("%.0f ms", ms)
	}
	return fmt.Sprintf("%.1f ms", ms)
}

// pageHead is what the head of every page needs.
type pageHead struct {
	Title, Heading, Sentence string
	// Tone is the colour of the page: passed, failed, open, na or suite.
	Tone   string
	Style  template.CSS
	Script template.JS
	Policy string
	Icon   template.URL
}

var (
	style  = sync.OnceValue(func() string { return pageFile("style.css") })
	script = sync.OnceValue(func() string { return pageFile("script.js") })
	// policy lets a page run its own script and sheet, told by their digests,
	// and load nothing: not even what a target's text might smuggle in.
	policy = sync.OnceValue(func() string {
		return fmt.Sprintf("default-src 'none'; script-src %s; style-src %s; img-src data:; base-uri 'none'; form-action 'none'", digestOf(script()), digestOf(style()))
	})
)

func digestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// tones give each verdict its colour and its shape; a shape is an outcome's.
var tones = map[Word]struct {
	tone, colour string
	shape        Outcome
}{
	Conformant:    {"passed", "%230b5330", Passed},
	NonConformant: {"failed", "%238c1420", Failed},
	Inconclusive:  {"open", "%236b4300", NotExercised},
	NotJudged:     {"na", "%233a4150", NotApplicable},
	SuiteDefect:   {"suite", "%2354297a", Failed},
}

// newPage is the head of a page in the colour of a verdict.
func newPage(title string, w Word) pageHead {
	t, ok := tones[w]
	if !ok {
		t = tones[NotJudged]
	}
	return pageHead{
		Title: title, Heading: upperFirst(string(w)), Tone: t.tone, Style: template.CSS(style()), Script: template.JS(script()), Policy: policy(),
		Icon: template.URL("data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><circle cx='4' cy='4' r='4' fill='" + t.colour + "'/></svg>"),
	}
}

// HTML writes the report as one page that needs nothing else.
func (r *Report) HTML(w io.Writer) error {
	return pages().ExecuteTemplate(w, "report page", viewReport(r))
}

// comparisonView is a comparison for the page, its lists cut.
type comparisonView struct {
	*Comparison
	Lists      []changeView
	Slower     []Slower
	MoreSlower int
	// Linked says that the page has the requirements, too.
	Linked bool
}

type changeView struct {
	changeList
	More   int
	Linked bool
}

func viewComparison(c *Comparison, linked bool) *comparisonView {
	v := &comparisonView{Comparison: c, Slower: c.Slower[:min(len(c.Slower), mostSlower)], Linked: linked}
	v.MoreSlower = len(c.Slower) - len(v.Slower)
	for _, list := range c.lists() {
		more := max(0, len(list.Changes)-mostChanges)
		list.Changes = list.Changes[:len(list.Changes)-more]
		v.Lists = append(v.Lists, changeView{list, more, linked})
	}
	return v
}

// HTML writes the comparison as a page of its own.
func (c *Comparison) HTML(w io.Writer) error {
	view := struct {
		pageHead
		Comparison *comparisonView
	}{newPage("extconf: "+OneLine(c.Old.ID+" to "+c.New.ID), c.New.Verdict), viewComparison(c, false)}
	view.Heading, view.Sentence = "No worse than before", c.sentence()
	if c.Worse() {
		view.Heading, view.Tone = "Worse than before", "failed"
	}
	return pages().ExecuteTemplate(w, "comparison page", view)
}

// HTML writes the table as a page: the rows that are not passed by all, then
// the others.
func (t *Table) HTML(w io.Writer) error {
	rows, _ := t.told()
	view := struct {
		pageHead
		*Table
		Different, Alike []Row
	}{newPage(fmt.Sprintf("extconf: %d runs", len(t.Columns)), t.Verdict), t, rows, nil}
	for _, row := range t.Rows {
		if row.Uniform() {
			view.Alike = append(view.Alike, row)
		}
	}
	return pages().ExecuteTemplate(w, "table page", view)
}
