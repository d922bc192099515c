package offline

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"iotplot/sessions"
)

// filesOf gives the files that arguments name. Where the shell has left a pattern
// such as *.csv as it is, which those of Windows do, it is looked up here.
func filesOf(args []string) []string {
	var files []string
	for _, arg := range args {
		if _, err := os.Stat(arg); err != nil {
			if found, err := filepath.Glob(arg); err == nil && len(found) > 0 {
				files = append(files, found...)
				continue
			}
		}
		files = append(files, arg)
	}
	return files
}

// loadAll loads a series from every file. Series of the same name could not be
// told apart in a plot, so those are called by their files.
func loadAll(files []string) ([]*sessions.Series, error) {
	var all []*sessions.Series
	called, stems := map[string]int{}, map[string]int{}
	for _, file := range files {
		s, err := sessions.Load(file)
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) && slices.Contains([]string{"true", "false", "yes", "no", "on", "off"}, strings.ToLower(file)) {
				return nil, usage("a flag without a value is true; its value is written with =, as in --grid=false", "%v", err)
			}
			return nil, err
		}
		all = append(all, s)
		called[s.Name]++
		stems[stem(file)]++
	}
	for i, s := range all {
		if called[s.Name] == 1 {
			continue
		}
		other := *s
		if other.Name = stem(files[i]); stems[other.Name] > 1 || other.Name != s.Name && called[other.Name] > 0 {
			other.Name = filepath.ToSlash(filepath.Clean(files[i]))
		}
		all[i] = &other
	}
	return all, nil
}

// stem is a file's name without its folder and its ending.
func stem(file string) string {
	base := filepath.Base(file)
	return strings.TrimSuffix(base, path.Ext(base))
}
