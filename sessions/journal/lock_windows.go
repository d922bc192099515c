package journal

import (
	"os"
	"path/filepath"
	"syscall"
)

const errSharingViolation = syscall.Errno(32) // winerror.h, ERROR_SHARING_VIOLATION

// lockFile opens the file so that others may read it, to see who has it, but
// not write it. That lasts until it is closed or the program ends.
func (f *folder) lockFile(name string) (*os.File, error) {
	path := filepath.Join(f.root.Name(), name)
	p, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	h, err := syscall.CreateFile(p, syscall.GENERIC_READ|syscall.GENERIC_WRITE, syscall.FILE_SHARE_READ,
		nil, syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	switch {
	case err == errSharingViolation:
		return nil, ErrLocked
	case err != nil:
		return nil, &os.PathError{Op: "CreateFile", Path: path, Err: err}
	}
	return os.NewFile(uintptr(h), path), nil
}
