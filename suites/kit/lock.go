package kit

import (
	"errors"
	"syscall"
)

// ErrInUse is what there is to say of a ledger whose run goes on.
var ErrInUse = errors.New("its run still goes on: stop it, or wait for its end")

// share holds the ledger for as long as its file is open, together with other
// processes of the run. The system lets go of it, however a process ends.
func (l *Ledger) share() { _ = syscall.Flock(int(l.file.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) }

// Claim makes sure that no run goes on in a ledger, and that none begins in it.
// Where the file system has no locks, nothing is known and nothing refused.
func (l *Ledger) Claim() error {
	err := syscall.Flock(int(l.file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrInUse
	}
	return nil
}
