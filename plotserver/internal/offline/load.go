package offline

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"iotplot/sessions"
)

// source is where series are looked for: an argument is a file, or else a series
// or a run that was recorded or saved in a folder.
type source struct {
	dir string
	all *sessions.Catalog // of dir, once something was looked for
}

func (s *source) addFlags(flags *pflag.FlagSet) {
	flags.StringVarP(&s.dir, "dir", "d", ".", "`folder` in which series and runs are looked for that are named in place of files")
}

// load gives the series that an argument names: of a series the newest run.
func (s *source) load(arg string) (*sessions.Series, error) {
	series, err := sessions.Load(arg)
	if !errors.Is(err, fs.ErrNotExist) {
		var name *sessions.NameError
		if _, missing := os.Stat(arg); !errors.As(err, &name) || missing == nil {
			return series, err
		}
	}
	if s.all == nil {
		all, err := sessions.Open(s.dir)
		if err != nil {
			return nil, err
		}
		s.all = all
	}
	for _, r := range s.all.Runs {
		if (r.Name == arg || r.Run == arg) && r.Rows != 0 {
			return s.all.Load(r)
		}
	}
	if filepath.Ext(arg) != "" {
		return nil, err
	}
	var names []string
	for _, r := range s.all.Runs {
		if !slices.Contains(names, r.Name) {
			names = append(names, r.Name)
		}
	}
	there := "which has none"
	if len(names) > 0 {
		there = "there are " + some(names, mostNames)
	}
	return nil, fmt.Errorf("cannot load %q: it is no file, and no series or run in %q, %s", arg, s.dir, there)
}

// files gives the files that arguments name. Where the shell has left a pattern
// such as *.csv as it is, which those of Windows do, it is looked up here.
func files(args []string) []string {
	var all []string
	for _, arg := range args {
		if _, err := os.Stat(arg); err != nil {
			if found, err := filepath.Glob(arg); err == nil && len(found) > 0 {
				all = append(all, found...)
				continue
			}
		}
		all = append(all, arg)
	}
	return all
}

// loadAll loads the series that every argument names. Series of the same name
// could not be told apart in a plot, so those are called by their arguments.
func (s *source) loadAll(args []string) ([]*sessions.Series, error) {
	var all []*sessions.Series
	called, stems := map[string]int{}, map[string]int{}
	for _, arg := range args {
		one, err := s.load(arg)
		if err != nil {
			if slices.Contains([]string{"true", "false", "yes", "no", "on", "off"}, strings.ToLower(arg)) {
				return nil, usage("a flag without a value is true; its value is written with =, as in --grid=false", "%v", err)
			}
			return nil, err
		}
		all = append(all, one)
		called[one.Name]++
		stems[stem(arg)]++
	}
	for i, one := range all {
		if called[one.Name] == 1 {
			continue
		}
		other := *one
		if other.Name = stem(args[i]); stems[other.Name] > 1 || other.Name != one.Name && called[other.Name] > 0 {
			other.Name = filepath.ToSlash(filepath.Clean(args[i]))
		}
		all[i] = &other
	}
	return all, nil
}

// stem is a file's name without its folder and its ending.
func stem(file string) string {
	base := filepath.Base(file)
	return strings.TrimSuffix(base, filepath.Ext(base))
}
