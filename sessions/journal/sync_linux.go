package journal

import (
	"os"
	"syscall"
)

// syncData is fdatasync, which spares the file's times: a third of the time of
// fsync for a file that grows.
func syncData(f *os.File) error {
	for {
		err := syscall.Fdatasync(int(f.Fd()))
		if err == nil {
			return nil
		}
		if err != syscall.EINTR {
			return &os.PathError{Op: "fdatasync", Path: f.Name(), Err: err}
		}
	}
}
