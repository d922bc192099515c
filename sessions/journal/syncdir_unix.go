//go:build !windows

package journal

import (
	"errors"
	"os"
	"syscall"
)

// syncDir makes names in a folder durable. File systems that know no such thing
// say EINVAL, and there is nothing to be done about it.
func syncDir(root *os.Root, name string) error {
	d, err := root.Open(name)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOTSUP) {
		return err
	}
	return nil
}
