package reports

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/extconf/extconf/specs"
)

// TableOptions say how reports are put side by side.
type TableOptions struct {
	// Force puts what was judged by different contracts, catalogues or suites
	// side by side; the table then notes it.
	Force bool
}

// Table is what came of each requirement on several targets, or in several
// releases of one.
type Table struct {
	// Verdict is the worst of all.
	Verdict Word     `json:"verdict"`
	Columns []Column `json:"columns"`
	Rows    []Row    `json:"rows"`
	// Notes say what makes the columns hard to compare.
	Notes []string `json:"notes,omitempty"`
}

// Column is one run.
type Column struct {
	// Name is unique in its table.
	Name    string        `json:"name"`
	Target  Target        `json:"target"`
	Profile string        `json:"profile,omitempty"`
	Run     string        `json:"run"`
	Started time.Time     `json:"started"`
	Verdict Verdict       `json:"verdict"`
	Counts  OutcomeCounts `json:"counts"`
	// Live counts the passes that no stimulus was needed for.
	Live int `json:"live"`
}

// Row is one requirement.
type Row struct {
	Requirement string      `json:"requirement"`
	Operation   string      `json:"operation"`
	Level       specs.Level `json:"level"`
	Statement   string      `json:"statement"`
	// Cells are in the order of the columns.
	Cells []Cell `json:"cells"`
}

// Cell is what came of a requirement in one run; the outcome is "" where the
// run's catalogue does not know it.
type Cell struct {
	Outcome  Outcome `json:"outcome,omitempty"`
	Evidence Grade   `json:"evidence,omitempty"`
	// Text is what was found, or why it was not exercised.
	Text string `json:"text,omitempty"`
}

// NewTable puts reports side by side, in their order. The error says in one
// line by what different judges they were judged.
func NewTable(reports []*Report, o TableOptions) (*Table, error) {
	if len(reports) == 0 {
		return nil, errors.New("there are no reports to put side by side")
	}
	t := &Table{Verdict: Worst(reports), Notes: differences(reports, judgedBy)}
	if len(t.Notes) > 0 && !o.Force {
		return nil, fmt.Errorf("the reports cannot be put side by side, unless by force: %s", strings.Join(t.Notes, "; "))
	}
	names := columnNames(reports)
	rows := map[string]int{}
	for i, r := range reports {
		t.Columns = append(t.Columns, Column{
			Name: names[i], Target: r.Target, Profile: r.Profile.Name, Run: r.Run.ID, Started: r.Run.Started,
			Verdict: r.Verdict, Counts: r.Counts.Requirements, Live: r.Counts.Live,
		})
		for _, q := range r.Requirements {
			at, ok := rows[q.ID]
			if !ok {
				at = len(t.Rows)
				rows[q.ID] = at
				t.Rows = append(t.Rows, Row{
					Requirement: q.ID, Operation: q.Operation, Level: q.Level, Statement: q.Statement, Cells: make([]Cell, len(reports)),
				})
			}
			cell := Cell{Outcome: q.Outcome, Evidence: q.Evidence, Text: q.Reason}
			if len(q.Findings) > 0 {
				cell.Text = firstLine(q.Findings[0].Message)
			}
			t.Rows[at].Cells[i] = cell
		}
	}
	return t, nil
}

// columnNames tells runs apart: by target, else by address, else by run.
func columnNames(reports []*Report) []string {
	for _, name := range []func(*Report) string{
		func(r *Report) string { return r.Target.Name },
		func(r *Report) string { return strings.TrimSpace(r.Target.Name + " " + r.Target.URL) },
		func(r *Report) string { return strings.TrimSpace(r.Target.Name + " " + r.Run.ID) },
	} {
		seen := map[string]bool{}
		var names []string
		for _, r := range reports {
			if n := OneLine(name(r)); n != "" && !seen[n] {
				seen[n] = true
				names = append(names, n)
			}
		}
		if len(names) == len(reports) {
			return names
		}
	}
	names := make([]string, len(reports))
	for i, r := range reports {
		names[i] = fmt.Sprintf("%d: %s", i+1, OneLine(firstOf(r.Target.Name, r.Run.ID)))
	}
	return names
}

// Uniform says that a requirement passed in every run, or applies to none.
func (row Row) Uniform() bool {
	for _, c := range row.Cells {
		if c.Outcome != row.Cells[0].Outcome || c.Outcome != Passed && c.Outcome != NotApplicable {
			return false
		}
	}
	return true
}

// told are the rows that are worth telling, and how many are not.
func (t *Table) told() (rows []Row, uniform int) {
	for _, row := range t.Rows {
		if row.Uniform() {
			uniform++
		} else {
			rows = append(rows, row)
		}
	}
	return rows, uniform
}

// JSON writes the whole table.
func (t *Table) JSON(w io.Writer) error {
	return writeJSON(w, t)
}

// word is a cell in a few letters.
func (c Cell) word() string {
	switch c.Outcome {
	case "":
		return "unknown"
	case Passed:
		if c.Evidence == Injected {
			return "passed (injected)"
		}
	case NotApplicable:
		return "n/a"
	}
	return string(c.Outcome)
}

// Text writes the verdicts and the rows that are not passed by all, for a terminal.
func (t *Table) Text(w io.Writer) error {
	var b strings.Builder
	width := 0
	for _, c := range t.Columns {
		width = max(width, utf8.RuneCountInString(c.Name))
	}
	for _, c := range t.Columns {
		fmt.Fprintf(&b, "%-*s  %s\n", width, c.Name, OneLine(c.Verdict.Line()))
	}
	for _, note := range t.Notes {
		fmt.Fprintf(&b, "note: %s\n", OneLine(note))
	}
	rows, uniform := t.told()
	if len(rows) > 0 {
		first := 0
		for _, row := range rows {
			first = max(first, len(row.Requirement))
		}
		widths := make([]int, len(t.Columns))
		for i, c := range t.Columns {
			widths[i] = utf8.RuneCountInString(c.Name)
			for _, row := range rows {
				widths[i] = max(widths[i], len(row.Cells[i].word()))
			}
		}
		fmt.Fprintf(&b, "\n%-*s", first, "requirement")
		for i, c := range t.Columns {
			fmt.Fprintf(&b, "  %-*s", widths[i], c.Name)
		}
		for _, row := range rows {
			fmt.Fprintf(&b, "\n%-*s", first, row.Requirement)
			for i, c := range row.Cells {
				fmt.Fprintf(&b, "  %-*s", widths[i], c.word())
			}
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "\nalike everywhere: %s passed or not applicable\n", plural(uniform, "requirement", "requirements"))
	fmt.Fprintf(&b, "\nverdict: %s (the worst of %d)\n", t.Verdict, len(t.Columns))
	_, err := io.WriteString(w, trimLines(b.String()))
	return err
}

var outcomeMarks = map[Outcome]string{Passed: "✅", Failed: "❌", Waived: "🟡", NotExercised: "⚪", NotApplicable: "·", "": "?"}

// Markdown writes the verdicts and the rows that are not passed by all.
func (t *Table) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s %d runs, the worst: %s\n\n", marks[t.Verdict], len(t.Columns), t.Verdict)
	b.WriteString("| run | verdict | passed | failed | waived | not exercised | not applicable |\n|:--|:--|--:|--:|--:|--:|--:|\n")
	for _, c := range t.Columns {
		summaryRow(&b, fmt.Sprintf("%s | %s %s", md(c.Name), marks[c.Verdict.Word], c.Verdict.Word), c.Counts)
	}
	for _, note := range t.Notes {
		fmt.Fprintf(&b, "\n> %s\n", md(note))
	}
	rows, uniform := t.told()
	if len(rows) > 0 {
		b.WriteString("\n| requirement |")
		for _, c := range t.Columns {
			fmt.Fprintf(&b, " %s |", md(c.Name))
		}
		b.WriteString("\n|:--|" + strings.Repeat(":--|", len(t.Columns)) + "\n")
		for _, row := range rows {
			fmt.Fprintf(&b, "| %s (%s) |", md(row.Requirement), row.Level)
			for _, c := range row.Cells {
				fmt.Fprintf(&b, " %s %s |", outcomeMarks[c.Outcome], c.word())
			}
			b.WriteString("\n")
		}
	}
	fmt.Fprintf(&b, "\nAlike everywhere: %s passed or not applicable.\n", plural(uniform, "requirement", "requirements"))
	_, err := io.WriteString(w, b.String())
	return err
}
