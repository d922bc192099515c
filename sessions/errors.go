package sessions

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"syscall"
)

// ErrDiskFull is matched by errors.Is when a file could not be written because
// the disk, or the user's share of it, is full. It stands beside the system's
// own errors, which differ between systems and can be matched as well.
var ErrDiskFull = errors.New("the disk is full")

// Error tells what could not be done with which file. errors.Is reaches the
// system's reason, for example fs.ErrPermission.
type Error struct {
	Op     string // what was asked: "open", "write", "save", "move"
	Series string // the series that was to be saved, "" where there is none
	Path   string // the file or folder
	Err    error  // what is wrong
}

// Error gives one sentence: what was asked, what is wrong and what would do.
func (e *Error) Error() string {
	what := fmt.Sprintf("%q", e.Path)
	if e.Series != "" {
		what = fmt.Sprintf("series %q as %q", e.Series, e.Path)
	}
	return "cannot " + e.Op + " " + what + ": " + e.reason()
}

func (e *Error) reason() string {
	switch {
	case isDiskFull(e.Err):
		return "the disk is full, free some room and try again"
	case errors.Is(e.Err, fs.ErrPermission):
		return "permission denied, choose a folder that you may write to"
	case errors.Is(e.Err, syscall.EROFS):
		return "the disk can only be read, choose a folder that you may write to"
	}
	// The system's errors repeat the path, mostly that of a temporary file.
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(e.Err, &path):
		return path.Err.Error()
	case errors.As(e.Err, &link):
		return link.Err.Error()
	}
	return e.Err.Error()
}

// Unwrap gives what is wrong.
func (e *Error) Unwrap() error { return e.Err }

// Is matches [ErrDiskFull].
func (e *Error) Is(target error) bool { return target == ErrDiskFull && isDiskFull(e.Err) }

// Windows' own numbers, which package syscall does not map to ENOSPC: winerror.h,
// ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL.
const (
	windowsHandleDiskFull = syscall.Errno(39)
	windowsDiskFull       = syscall.Errno(112)
)

func isDiskFull(err error) bool {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return true
	}
	return runtime.GOOS == "windows" && (errors.Is(err, windowsHandleDiskFull) || errors.Is(err, windowsDiskFull))
}

// NameError tells why a file name is refused.
type NameError struct {
	Name    string // as it was asked for
	Wrong   string // what is wrong with it: "it leaves the folder"
	Allowed string // what would do: "names inside the folder such as solar.csv or plots/solar.pdf"
}

// Error gives one sentence: what was asked, what is wrong and what is allowed.
func (e *NameError) Error() string {
	name := e.Name
	if len(name) > 80 {
		name = strings.ToValidUTF8(name[:80], "") + "…"
	}
	return fmt.Sprintf("cannot use the file name %q: %s, allowed are %s", name, e.Wrong, e.Allowed)
}
