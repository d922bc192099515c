//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package journal

import (
	"os"
	"syscall"
)

// lockFile takes the lock that lasts until the file is closed or the program
// ends, however it ends.
func (f *folder) lockFile(name string) (*os.File, error) {
	g, err := f.root.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(g.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch err {
		case nil:
			return g, nil
		case syscall.EINTR:
			continue
		case syscall.EWOULDBLOCK:
			err = ErrLocked
		default:
			err = &os.PathError{Op: "flock", Path: g.Name(), Err: err}
		}
		g.Close()
		return nil, err
	}
}
