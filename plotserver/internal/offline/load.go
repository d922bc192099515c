package offline

import (
	"path"
	"path/filepath"
	"strings"

	"iotplot/sessions"
)

// loadAll loads a series from every file. Series of the same name could not be
// told apart in a plot, so those are called by their files.
func loadAll(files []string) ([]*sessions.Series, error) {
	var all []*sessions.Series
	called, stems := map[string]int{}, map[string]int{}
	for _, file := range files {
		s, err := sessions.Load(file)
		if err != nil {
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
