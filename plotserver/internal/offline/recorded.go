package offline

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"iotplot/sessions"
	"iotplot/sessions/journal"
)

// find gives the series that the arguments name: files, or sessions that were
// recorded in the folder.
func (r *replay) find(args []string) ([]*sessions.Series, error) {
	var all []*sessions.Series
	for _, arg := range args {
		if info, err := os.Stat(arg); err == nil && !info.IsDir() {
			s, err := sessions.Load(arg)
			if err != nil {
				return nil, err
			}
			all = append(all, s)
			continue
		}
		known, err := journal.Sessions(r.dir)
		if err != nil {
			return nil, fmt.Errorf("cannot look for recorded sessions in %q: %w", r.dir, err)
		}
		if !slices.Contains(known, arg) {
			there := "which has none"
			if len(known) > 0 {
				there = "there are " + strings.Join(known, ", ")
			}
			return nil, fmt.Errorf("cannot replay %q: it is no file, and no session that was recorded in %q, %s", arg, r.dir, there)
		}
		recorded, err := r.fromJournal(arg)
		if err != nil {
			return nil, err
		}
		all = append(all, recorded...)
	}
	return r.wanted(all)
}

// fromJournal gives the run to send of every series of a session: the newest,
// or the one that is named.
func (r *replay) fromJournal(session string) ([]*sessions.Series, error) {
	var c sessions.Collector
	if _, err := journal.Read(r.dir, session, c.Add); err != nil {
		return nil, err
	}
	var all []*sessions.Series
	at := map[string]int{}
	for _, run := range c.Runs() {
		s := run.Rows.Series()
		if s.Len() == 0 || r.run != "" && s.Run != r.run {
			continue
		}
		if i, ok := at[s.Name]; ok {
			all[i] = s
			continue
		}
		at[s.Name] = len(all)
		all = append(all, s)
	}
	return all, nil
}

// wanted keeps the series that were asked for.
func (r *replay) wanted(all []*sessions.Series) ([]*sessions.Series, error) {
	for _, name := range r.series {
		if !slices.ContainsFunc(all, func(s *sessions.Series) bool { return s.Name == name }) {
			return nil, fmt.Errorf("cannot replay series %q: there is no such series, there are %s", name, names(all))
		}
	}
	if len(r.series) > 0 || r.run != "" {
		all = slices.DeleteFunc(all, func(s *sessions.Series) bool {
			return len(r.series) > 0 && !slices.Contains(r.series, s.Name) || r.run != "" && s.Run != r.run
		})
	}
	if len(all) == 0 && r.run != "" {
		return nil, fmt.Errorf("cannot replay run %q: there is no such run with rows", r.run)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("cannot replay: nothing was recorded there")
	}
	return all, nil
}

// tracks says when each series is sent: they overlap as they did, but what came
// long after begins when the others are over.
func (r *replay) tracks(all []*sessions.Series, speed float64) ([]track, error) {
	slices.SortStableFunc(all, func(a, b *sessions.Series) int { return a.Started.Compare(b.Started) })
	var tracks []track
	var over time.Duration    // when all so far are
	var shift time.Duration   // of waiting that is left out
	origin := all[0].Started  // of the recording
	known := !origin.IsZero() // files need not tell it
	for _, s := range all {
		p, ok := paceOf(s, r.time)
		switch {
		case r.rate > 0:
			p = steady(s, r.rate)
		case ok:
		case math.IsInf(speed, 1):
			p = steady(s, 1) // nobody waits
		case r.time != "":
			return nil, fmt.Errorf("cannot replay series %q by column %q: it has no such column with numbers, there are %s", s.Name, r.time, strings.Join(s.Columns, ", "))
		default:
			return nil, usage("give --rate 10 for 10 rows/s, --time COLUMN, or --speed max, or choose others with --series",
				"cannot tell when the rows of series %q were measured: no column has a unit of time, or is called t, t_ms or time", s.Name)
		}
		t := track{pace: p}
		if known && !math.IsInf(speed, 1) {
			t.begin = s.Started.Sub(origin) - shift
			if t.begin > over {
				shift += t.begin - over
				t.begin = over
			}
		}
		over = max(over, t.begin+p.length())
		tracks = append(tracks, t)
	}
	return tracks, nil
}
