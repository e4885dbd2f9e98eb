package reports

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
)

// The files of a run's folder.
const (
	JUnitFile   = "junit.xml"
	ReportFile  = "report.json"
	HTMLFile    = "report.html"
	HARFile     = "exchanges.har"
	SummaryFile = "summary.md"
	VerdictFile = "verdict"
)

type artefact struct {
	name   string
	render func(*Report, io.Writer, *Redactor) error
}

var artefacts = []artefact{
	{JUnitFile, func(r *Report, w io.Writer, _ *Redactor) error { return r.JUnit(w) }},
	{ReportFile, func(r *Report, w io.Writer, _ *Redactor) error { return r.JSON(w) }},
	{HTMLFile, func(r *Report, w io.Writer, _ *Redactor) error { return r.HTML(w) }},
	{HARFile, func(r *Report, w io.Writer, _ *Redactor) error { return r.HAR(w) }},
	{SummaryFile, func(r *Report, w io.Writer, _ *Redactor) error { return r.Summary(w) }},
	{VerdictFile, func(r *Report, w io.Writer, _ *Redactor) error {
		_, err := io.WriteString(w, r.Verdict.Text())
		return err
	}},
}

// RunDir is where a run keeps its own copy: runs/<id> beside a folder called
// latest, and inside of any other.
func RunDir(dir, runID string) string {
	if filepath.Base(dir) == "latest" {
		dir = filepath.Dir(dir)
	}
	return filepath.Join(dir, "runs", filepath.Base("/"+runID))
}

// WriteAll writes every artefact of a report into dir, and once more into the
// run's own folder. Each file appears whole or not at all. All of them are
// searched for the redactor's secrets: one that is found is taken out and
// named in r.Leaks, and changes r.Verdict to a defect of the suite. So does one
// in the files beside them, which stay as they are.
func WriteAll(dir string, r *Report, redactor *Redactor, beside ...string) error {
	own := RunDir(dir, r.Run.ID)
	for _, d := range []string{dir, own} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return fmt.Errorf("the reports cannot be written: %w", err)
		}
	}
	r.Dir = dir
	leaks, err := r.writeFiles(own, redactor, false)
	for _, file := range beside {
		raw, _ := os.ReadFile(file) // none holds nothing
		for _, leak := range redactor.Leaks(raw) {
			leaks = append(leaks, leak+" in "+filepath.Base(file))
		}
	}
	if err == nil && len(leaks) > 0 {
		for _, leak := range leaks {
			if !slices.Contains(r.Leaks, leak) {
				r.Leaks = append(r.Leaks, leak)
			}
		}
		r.Verdict = r.decide()
		_, err = r.writeFiles(own, redactor, true)
	}
	if err != nil {
		return fmt.Errorf("the reports cannot be written: %w", err)
	}
	for _, a := range artefacts {
		if err := publish(filepath.Join(own, a.name), filepath.Join(dir, a.name)); err != nil {
			return fmt.Errorf("the reports cannot be written: %w", err)
		}
	}
	return nil
}

// writeFiles renders all artefacts, and says which secrets went into them;
// scrubbed takes those out of the finished files.
func (r *Report) writeFiles(dir string, redactor *Redactor, scrubbed bool) ([]string, error) {
	var leaks []string
	for _, a := range artefacts {
		err := atomically(filepath.Join(dir, a.name), func(w io.Writer) error {
			if scrubbed {
				var b bytes.Buffer
				if err := a.render(r, &b, redactor); err != nil {
					return err
				}
				_, err := io.WriteString(w, redactor.scrub(b.String()))
				return err
			}
			watched := redactor.watch(w)
			err := a.render(r, watched, nil)
			for _, leak := range watched.leaks() {
				leaks = append(leaks, leak+" in "+a.name)
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.name, err)
		}
	}
	// What is printed at the end is an artefact too: pipelines keep it.
	printed := redactor.watch(io.Discard)
	if err := r.Print(printed, false); err != nil {
		return nil, err
	}
	for _, leak := range printed.leaks() {
		leaks = append(leaks, leak+" in the output")
	}
	return leaks, nil
}

// atomically writes a file that appears whole or not at all.
func atomically(file string, write func(io.Writer) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+"-")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // fails once it is renamed
	// A template writes a few bytes at a time: unbuffered, system calls were
	// half of what a page cost.
	buffered := bufio.NewWriterSize(tmp, 64<<10)
	err = errors.Join(write(buffered), buffered.Flush())
	if err = errors.Join(err, tmp.Chmod(0o644), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), file)
}

// publish makes a file appear under a second name: as a link, or as a copy
// where the file system has none.
func publish(from, to string) error {
	link := filepath.Join(filepath.Dir(to), "."+filepath.Base(to)+".new")
	_ = os.Remove(link)
	if err := os.Link(from, link); err == nil {
		return os.Rename(link, to)
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	return atomically(to, func(w io.Writer) error {
		_, err := io.Copy(w, in)
		return err
	})
}

// JSON writes report.json.
func (r *Report) JSON(w io.Writer) error {
	return writeJSON(w, r)
}

// writeJSON writes a value indented. encoding/json would indent by going over
// the whole text again, which took twice the time and six times the memory.
func writeJSON(w io.Writer, v any) error {
	if err := jsonv2.MarshalWrite(w, v, jsonv1.DefaultOptionsV1(), jsontext.WithIndent(" ")); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// Begin leaves, before the first spec, reports that are true should the run
// never come to its end: a JUnit file that fails and a verdict that says so.
// What an earlier run left in dir is removed.
func Begin(dir string, m Meta) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("the reports cannot be written: %w", err)
	}
	for _, a := range artefacts {
		if err := os.Remove(filepath.Join(dir, a.name)); err != nil && !os.IsNotExist(err) {
			return fmt.Errorf("an old report cannot be removed: %w", err)
		}
	}
	r := Unjudged(m, "the run did not finish: it was killed or it crashed")
	for _, a := range artefacts {
		if a.name != JUnitFile && a.name != VerdictFile {
			continue
		}
		err := atomically(filepath.Join(dir, a.name), func(w io.Writer) error { return a.render(r, w, nil) })
		if err != nil {
			return fmt.Errorf("the reports cannot be written: %s: %w", a.name, err)
		}
	}
	return nil
}

// ReadVerdict reads the file "verdict" of a folder: its word.
func ReadVerdict(dir string) (Word, error) {
	raw, err := os.ReadFile(filepath.Join(dir, VerdictFile))
	if err != nil {
		return "", err
	}
	word, _, _ := strings.Cut(string(raw), "\n")
	return Word(word), nil
}
