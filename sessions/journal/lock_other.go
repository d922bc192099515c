//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package journal

import (
	"errors"
	"os"
)

func (f *folder) lockFile(string) (*os.File, error) { return nil, errors.ErrUnsupported }
