package journal

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Sessions lists the sessions that have a journal below dir, in order.
func Sessions(dir string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(dir, Base))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		name, ok := sessionName(e.Name())
		if !ok {
			name, ok = sessionIn(filepath.Join(dir, Base, e.Name()), e.Name())
		}
		if ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// sessionIn reads the session's name out of a journal whose folder has only the
// beginning of it.
func sessionIn(path, name string) (string, bool) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return "", false
	}
	defer root.Close()
	d := &folder{root}
	segments, _, err := listSegments(d)
	if err != nil {
		return "", false
	}
	for _, seg := range segments {
		f, err := d.open(seg.name(), false)
		if err != nil {
			continue
		}
		s := newScanner(f, min(preambleSize+4096, fileSize(f)), seg.first)
		it, ok := s.next()
		f.Close()
		if !ok || it.head.kind != segmentHead {
			continue
		}
		info, err := parseSegmentInfo(it.payload)
		if err == nil && folderName(info.session) == name {
			return info.session, true
		}
	}
	return "", false
}

func fileSize(f file) int64 {
	n, err := f.Size()
	if err != nil {
		return 0
	}
	return n
}
