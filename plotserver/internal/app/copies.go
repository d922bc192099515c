package app

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"iotplot/plotserver/internal/engine"
	"iotplot/sessions"
)

// archive writes a readable copy of a run to the history, in place of the one
// before.
func archive(folder *sessions.Folder, from *stored, a engine.Archive) engine.Result {
	series, err := from.series(a.Snapshot)
	if err != nil {
		return engine.Result{Err: err}
	}
	c, err := folder.UpdateHistory(series, parseCopy(a.Last))
	if err != nil {
		return engine.Result{Err: err}
	}
	return engine.Result{Files: []string{c.File}, Copy: copyText(c)}
}

// copyText is what the journal keeps of a copy: size, time of change, name.
func copyText(c sessions.Copy) string {
	return fmt.Sprintf("%d %d %s", c.Size, c.ModTime.UnixNano(), c.File)
}

// parseCopy reads copyText; what can't be read is no copy.
func parseCopy(text string) sessions.Copy {
	size, rest, _ := strings.Cut(text, " ")
	changed, file, _ := strings.Cut(rest, " ")
	bytes, err1 := strconv.ParseInt(size, 10, 64)
	nanoseconds, err2 := strconv.ParseInt(changed, 10, 64)
	if err1 != nil || err2 != nil {
		return sessions.Copy{}
	}
	return sessions.Copy{File: file, Size: bytes, ModTime: time.Unix(0, nanoseconds)}
}
