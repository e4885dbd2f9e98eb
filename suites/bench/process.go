package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/fixtures/mock"
)

// roleVariable makes this program play one part of a measurement, in a process
// of its own; its arguments are the part's.
const roleVariable = "EXTCONF_BENCH_ROLE"

// profilesVariable names the folder where the parts leave CPU profiles.
const profilesVariable = "EXTCONF_BENCH_PROFILES"

// roles are the parts: each prints what came of it as JSON, or a URL.
var roles = map[string]func(args []string) error{
	"mock": mockRole, "judge": judgeRole, "bare": bareRole, "replay": replayRole, "copy": copyRole, "soak": soakRole, "reports": reportsRole,
}

func play(role string) int {
	if dir := os.Getenv(profilesVariable); dir != "" {
		f, err := os.Create(filepath.Join(dir, fmt.Sprintf("%s-%d.prof", role, os.Getpid())))
		if err == nil {
			err = pprof.StartCPUProfile(f)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer pprof.StopCPUProfile()
	}
	if err := roles[role](os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "bench %s: %v\n", role, err)
		return 1
	}
	return 0
}

// usage is what a process cost, by the operating system's accounting.
type usage struct {
	Wall time.Duration `json:"wall"`
	CPU  time.Duration `json:"cpu"`
	// Peak is the largest resident set, in bytes.
	Peak int64 `json:"peak"`
}

// measure runs a command to its end. The statuses that are fine besides 0 can
// be named.
func measure(cmd *exec.Cmd, fine ...int) (usage, []byte, error) {
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	began := time.Now()
	err := cmd.Run()
	u := usage{Wall: time.Since(began)}
	if cmd.ProcessState == nil {
		return u, nil, err
	}
	if err != nil && !slices.Contains(fine, cmd.ProcessState.ExitCode()) {
		return u, nil, fmt.Errorf("%s: %w: %s%s", cmd.Path, err, errs.String(), out.String())
	}
	u.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	u.Peak = peakOf(cmd.ProcessState.SysUsage().(*syscall.Rusage))
	return u, out.Bytes(), nil
}

// peakOf is the largest resident set in bytes; only Darwin counts in bytes.
func peakOf(r *syscall.Rusage) int64 {
	if runtime.GOOS == "darwin" {
		return int64(r.Maxrss)
	}
	return int64(r.Maxrss) << 10
}

// cpu is what this process used so far, user and system.
func cpu() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		panic(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// role is the command that plays a part.
func role(name string, args ...string) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), roleVariable+"="+name)
	return cmd
}

// ask plays a part and reads its answer.
func ask[T any](name string, args ...string) (answer T, u usage, err error) {
	u, out, err := measure(role(name, args...))
	if err == nil {
		err = json.Unmarshal(out, &answer)
	}
	return answer, u, err
}

// tell prints a part's answer.
func tell(answer any) error { return json.NewEncoder(os.Stdout).Encode(answer) }

// mockRole serves a mock that takes archives of any size.
func mockRole([]string) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	m := mock.New(mock.Options{Dial: mock.LoopbackOnly, DownloadCAs: archives.BuiltInPool(), MaxArchive: 1 << 40})
	defer m.Close()
	server := &http.Server{Handler: m, ReadHeaderTimeout: time.Minute}
	ended, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	go func() {
		<-ended.Done()
		_ = server.Close()
	}()
	fmt.Printf("http://%s%s\n", l.Addr(), mock.DefaultPrefix)
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// serve starts a mock in a process of its own.
func serve() (url string, stop func(), err error) {
	cmd := role("mock")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		stop()
		return "", nil, fmt.Errorf("the mock does not start: %w", err)
	}
	return strings.TrimSpace(line), stop, nil
}

func goTool(env []string, args ...string) error {
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

// machine says where the figures come from.
func machine() string {
	model := runtime.GOARCH
	if raw, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(raw)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%s, %s, %d of %s, %s", runtime.Version(), runtime.GOOS, runtime.NumCPU(), model, time.Now().Format(time.DateOnly))
}

// median of an odd or even number of durations.
func median(list []time.Duration) time.Duration {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}

// by is a ratio.
func by[T ~int64 | ~float64](figure, reference T) float64 {
	return float64(figure) / float64(reference)
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond)) }

func us(d time.Duration) string { return fmt.Sprintf("%.1f µs", float64(d)/float64(time.Microsecond)) }

func seconds(d time.Duration) string {
	return fmt.Sprintf("%.2f s", d.Seconds())
}
func mib(n int64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }
