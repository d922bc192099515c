package journal

import (
	"io"
	"os"
	"strings"
)

const lockName = "lock"

// lock takes the journal for this process and says in the lock's file who has
// it.
func (f *folder) lock(session, holder string) (*os.File, error) {
	g, err := f.lockFile(lockName)
	if err == ErrLocked {
		return nil, &LockedError{Session: session, Holder: f.holder()}
	}
	if err != nil {
		return nil, err
	}
	// Who holds it is a courtesy: a full disk must not keep the journal shut.
	if g.Truncate(0) == nil {
		g.WriteAt([]byte(holder+"\n"), 0)
	}
	return g, nil
}

func (f *folder) holder() string {
	g, err := f.root.Open(lockName)
	if err != nil {
		return ""
	}
	defer g.Close()
	b, _ := io.ReadAll(io.LimitReader(g, 512)) // what could be read will do
	return strings.TrimSpace(strings.ToValidUTF8(string(b), ""))
}
