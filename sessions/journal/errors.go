package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"syscall"
)

// ErrLocked is matched by errors.Is when another program, or another part of
// this one, has the journal open for writing. The error is a *[LockedError].
var ErrLocked = errors.New("the journal is open elsewhere")

// ErrGone is matched when the file that is written to was removed or replaced by
// somebody else: what goes there would be lost when the program ends.
var ErrGone = errors.New("its file was removed or replaced while it was in use; put it back, or start the server again")

// ErrClosed is matched when the journal was closed before what was waited for
// came.
var ErrClosed = errors.New("the journal is closed")

// ErrVersion is matched when a later version of the program wrote the journal.
var ErrVersion = errors.New("a later version of this program wrote the journal")

// ErrNone is matched when there is no journal of that session. It matches
// fs.ErrNotExist as well.
var ErrNone = fmt.Errorf("there is no journal of that session: %w", fs.ErrNotExist)

// LockedError tells who has the journal open.
type LockedError struct {
	Session string
	Holder  string // as Options.Holder of the other side says; "" when it can't be read
}

// Error gives one sentence: what was asked, what is wrong and what would do.
func (e *LockedError) Error() string {
	holder := e.Holder
	if holder == "" {
		holder = "another program"
	}
	return fmt.Sprintf("cannot open the journal of session %q: %s has it open; end that one first or choose another session or folder", e.Session, holder)
}

// Is matches [ErrLocked].
func (e *LockedError) Is(target error) bool { return target == ErrLocked }

// Error tells what could not be done with a journal. errors.Is reaches the
// system's reason.
type Error struct {
	Op      string // "open", "write", "read", "close"
	Session string
	Err     error
}

// Error gives one sentence: what was asked and what is wrong.
func (e *Error) Error() string {
	return fmt.Sprintf("cannot %s the journal of session %q: %s", e.Op, e.Session, reason(e.Err))
}

// Unwrap gives what is wrong.
func (e *Error) Unwrap() error { return e.Err }

func reason(err error) string {
	switch {
	case IsDiskFull(err):
		return "the disk is full, free some room and it goes on"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied, choose a folder that you may write to"
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Path + ": " + path.Err.Error()
	}
	return err.Error()
}

// Windows' own numbers, which package syscall does not map to ENOSPC: winerror.h,
// ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL.
const (
	windowsHandleDiskFull = syscall.Errno(39)
	windowsDiskFull       = syscall.Errno(112)
)

// IsDiskFull tells whether an error says that the disk, or the user's share of
// it, is full.
func IsDiskFull(err error) bool {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return true
	}
	return runtime.GOOS == "windows" && (errors.Is(err, windowsHandleDiskFull) || errors.Is(err, windowsDiskFull))
}

// defaultHolder says who this program is.
func defaultHolder() string {
	host, err := os.Hostname()
	if err != nil {
		host = "this computer"
	}
	return fmt.Sprintf("process %d on %s", os.Getpid(), host)
}
