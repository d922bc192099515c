//go:build !linux

package journal

import "os"

// syncData goes through to the platter on darwin too: package os uses
// F_FULLFSYNC there.
func syncData(f *os.File) error { return f.Sync() }
