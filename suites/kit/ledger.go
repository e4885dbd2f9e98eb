package kit

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// LedgerFile is the name of the ledger in the folder of the reports.
const LedgerFile = "ledger.jsonl"

// LedgerEntry is one line of the ledger. An intent is written before its POST
// is sent; created, refused and deleted follow. An intent that nothing follows
// may have left an extension under its name.
type LedgerEntry struct {
	Time   time.Time `json:"time"`
	Event  string    `json:"event"` // run, others, intent, created, refused, deleted
	Intent string    `json:"intent,omitempty"`
	Name   string    `json:"name,omitempty"`
	// Mark is a text that only this request carries, in the description
	// where the name is not the suite's to choose.
	Mark string `json:"mark,omitempty"`
	ID   string `json:"id,omitempty"`
	// IDs are those of the event others: what was there before the run.
	IDs []string `json:"ids,omitempty"`
	// Run and Target are of the event run, which opens each ledger.
	Run    string `json:"run,omitempty"`
	Target string `json:"target,omitempty"`
}

// Ledger is the append-only list of what a run set out to create. Several
// processes may write to one file: each line is one write.
type Ledger struct {
	mu   sync.Mutex
	file *os.File
}

// OpenLedger opens the ledger in that folder for appending, as a process of its
// run: until it is closed, nobody else can claim it.
func OpenLedger(dir string) (*Ledger, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("the folder of the reports cannot be made: %w", err)
	}
	l, err := OpenLedgerFile(filepath.Join(dir, LedgerFile))
	if err == nil {
		l.share()
	}
	return l, err
}

// OpenLedgerFile opens a ledger for appending.
func OpenLedgerFile(file string) (*Ledger, error) {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("the ledger cannot be opened: %w", err)
	}
	return &Ledger{file: f}, nil
}

// Write appends one entry. An error means that nothing may be created.
func (l *Ledger) Write(e LedgerEntry) error {
	e.Time = time.Now().UTC()
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_, err = l.file.Write(append(line, '\n'))
	return err
}

// Close closes the file.
func (l *Ledger) Close() error { return l.file.Close() }

// Outstanding is what a ledger says may still exist.
type Outstanding struct {
	Run, Target string
	// IDs are of extensions that were created and not deleted, by id.
	IDs map[string]LedgerEntry
	// Unknown are intents whose outcome was never seen.
	Unknown []LedgerEntry
	// Marks are those of all intents: what was refused may be there all the same.
	Marks []string
	// Others were there before the run, nil where that is not known.
	Others []string
}

// ReadLedger sums up the ledger in that folder.
func ReadLedger(dir string) (Outstanding, error) {
	return ReadLedgerFile(filepath.Join(dir, LedgerFile))
}

// ReadLedgerFile sums up a ledger. No file is an empty ledger; a last line
// that a crash cut short is passed over.
func ReadLedgerFile(file string) (Outstanding, error) {
	out := Outstanding{IDs: map[string]LedgerEntry{}}
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	defer f.Close()
	intents := map[string]LedgerEntry{}
	var order []string
	lines := bufio.NewReader(f)
	for err == nil {
		var line []byte
		var e LedgerEntry
		if line, err = lines.ReadBytes('\n'); json.Unmarshal(line, &e) != nil {
			continue
		}
		switch e.Event {
		case "run":
			out.Run, out.Target = e.Run, e.Target
		case "others":
			out.Others = append([]string{}, e.IDs...)
		case "intent":
			intents[e.Intent] = e
			if e.Mark != "" {
				out.Marks = append(out.Marks, e.Mark)
			}
			order = append(order, e.Intent)
		case "refused":
			delete(intents, e.Intent)
		case "created":
			e.Name, e.Mark = intents[e.Intent].Name, intents[e.Intent].Mark
			delete(intents, e.Intent)
			out.IDs[e.ID] = e
		case "deleted":
			delete(out.IDs, e.ID)
		}
	}
	for _, id := range order {
		if e, ok := intents[id]; ok {
			out.Unknown = append(out.Unknown, e)
		}
	}
	if !errors.Is(err, io.EOF) {
		return out, fmt.Errorf("the ledger %s cannot be read: %w", file, err)
	}
	return out, nil
}
