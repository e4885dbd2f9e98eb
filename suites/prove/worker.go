package prove

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// roleVariable tells a process of a proof what it is. The suites have the same
// variable for the processes of a parallel run.
const (
	roleVariable = "EXTCONF_INTERNAL_ROLE"
	roleProver   = "prover"
)

// Reenter is to be called first by a program that proves the suite. In the
// processes that it starts of itself it does their work and does not return; in
// all others it returns at once.
func Reenter() {
	if os.Getenv(roleVariable) != roleProver {
		return
	}
	setUp()
	// Jobs come in by standard input, outcomes go out by a pipe of their own:
	// whatever else is printed harms nothing.
	out := os.NewFile(3, "outcomes")
	jobs, outcomes := json.NewDecoder(os.Stdin), json.NewEncoder(out)
	for {
		var j job
		if err := jobs.Decode(&j); err != nil {
			os.Exit(0) // whoever gave the jobs is done, or gone
		}
		if err := outcomes.Encode(j.do(context.Background())); err != nil {
			os.Exit(1)
		}
	}
}

// setUp prepares the flags of testing, which a run asks for also where this
// program is a test that never came to parse them.
func setUp() {
	testing.Init()
	_ = flag.CommandLine.Parse(nil)
}

// worker is a process that does one job after the other.
type worker struct {
	cmd      *exec.Cmd
	jobs     io.WriteCloser
	outcomes *os.File
	reader   *bufio.Reader
	says     *tail
}

func hire() (*worker, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	from, to, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	w := &worker{cmd: exec.Command(self), outcomes: from, reader: bufio.NewReader(from), says: &tail{}}
	w.cmd.Env = append(os.Environ(), roleVariable+"="+roleProver)
	w.cmd.ExtraFiles = []*os.File{to}
	w.cmd.Stdout, w.cmd.Stderr = w.says, w.says
	// Ctrl-C is for whoever gives the jobs.
	w.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if w.jobs, err = w.cmd.StdinPipe(); err != nil {
		return nil, errors.Join(err, from.Close(), to.Close())
	}
	if err := w.cmd.Start(); err != nil {
		return nil, errors.Join(err, from.Close(), to.Close())
	}
	return w, to.Close()
}

// grace is how much longer than its job's limit a process may take.
var grace = 30 * time.Second

// do sends a job and waits for its outcome. An error means that the process is
// of no use any more, and says what became of it.
func (w *worker) do(ctx context.Context, j job) (outcome, error) {
	line, err := json.Marshal(j)
	if err != nil {
		return outcome{}, err
	}
	if _, err := w.jobs.Write(append(line, '\n')); err != nil {
		return outcome{}, fmt.Errorf("the process takes no job: %w", err)
	}
	type answer struct {
		line []byte
		err  error
	}
	answered := make(chan answer, 1)
	go func() {
		line, err := w.reader.ReadBytes('\n')
		answered <- answer{line, err}
	}()
	select {
	case a := <-answered:
		var o outcome
		if a.err == nil {
			a.err = json.Unmarshal(a.line, &o)
		}
		if a.err != nil {
			return outcome{}, fmt.Errorf("the process died: %s", w.says.last())
		}
		return o, nil
	case <-time.After(j.Limit + grace):
		return outcome{}, fmt.Errorf("the run did not end within %s: %s", j.Limit+grace, w.says.last())
	case <-ctx.Done():
		return outcome{}, ctx.Err()
	}
}

// dismiss ends the process: gently where it waits for a job, else by force.
func (w *worker) dismiss(gently bool) {
	_ = w.jobs.Close()
	if !gently {
		_ = w.cmd.Process.Kill()
	}
	_ = w.cmd.Wait()
	_ = w.outcomes.Close()
}

// tail keeps the end of what a process prints.
type tail struct {
	mu   sync.Mutex
	text []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if over := len(t.text) - 64<<10; over > 0 {
		t.text = t.text[over:]
	}
	return len(p), nil
}

// last is what a panic says, or the last line.
func (t *tail) last() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := strings.TrimSpace(string(t.text))
	if i := bytes.LastIndex(t.text, []byte("panic: ")); i >= 0 {
		text = string(t.text[i:])
		text, _, _ = strings.Cut(text, "\n")
	}
	if text == "" {
		return "it said nothing"
	}
	return strings.TrimSpace(text[strings.LastIndexByte(text, '\n')+1:])
}
