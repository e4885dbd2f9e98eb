package suites

import (
	"os"
	"os/exec"
	"syscall"
)

// lifeline is the descriptor that the processes of a parallel run inherit, which
// is at its end as soon as the one that started them is gone.
const lifeline = 3

// tie hands a lifeline to a command and to all that it starts in turn. It lasts
// until cut is called, or until this process ends, however it does.
func tie(cmd *exec.Cmd) (cut func(), err error) {
	theirs, ours, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.ExtraFiles = []*os.File{theirs} // the first is descriptor 3
	return func() { _ = ours.Close(); _ = theirs.Close() }, nil
}

// dieWithParent ends this process, at once, when its lifeline does: nobody would
// tell it to stop, and what it creates would be nobody's to sweep.
func dieWithParent() {
	var stat syscall.Stat_t
	if syscall.Fstat(lifeline, &stat) != nil || stat.Mode&syscall.S_IFMT != syscall.S_IFIFO {
		return // started by somebody else
	}
	go func() {
		for {
			n, err := syscall.Read(lifeline, make([]byte, 1))
			if n == 0 && err == nil {
				_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			}
			if err != nil && err != syscall.EINTR {
				return
			}
		}
	}()
}
