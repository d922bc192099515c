package engine

import (
	"iotplot/sessions"
	"iotplot/sessions/journal"
)

// gatherMost is how many values of a run are gathered at the most: 8 KiB, what one
// record of the journal holds.
const gatherMost = 1024

// gathering is a journal in front of which rows of version 1 are gathered. They
// come one by one, those of many series mixed, and a record of the journal for
// each would be more head than row. Only rows of different runs change places:
// before anything else is written down, all that was gathered is.
type gathering struct {
	Journal
	runs []*run // that have rows gathered
}

// row gathers one row.
func (g *gathering) row(r *run, row []float64) {
	if len(r.gathered) == 0 {
		g.runs = append(g.runs, r)
	}
	r.gathered = append(r.gathered, row...)
	if len(r.gathered) >= gatherMost {
		g.Journal.Rows(r.key, r.gathered)
		r.gathered = r.gathered[:0]
	}
}

// flush writes down what was gathered.
func (g *gathering) flush() {
	for i, r := range g.runs {
		if len(r.gathered) > 0 {
			g.Journal.Rows(r.key, r.gathered)
			r.gathered = r.gathered[:0]
		}
		g.runs[i] = nil
	}
	g.runs = g.runs[:0]
}

func (g *gathering) OpenRun(h sessions.Header) (journal.RunID, error) {
	g.flush()
	return g.Journal.OpenRun(h)
}

func (g *gathering) AppendRow(run journal.RunID, row []float64) journal.Position {
	g.flush()
	return g.Journal.AppendRow(run, row)
}

func (g *gathering) Rows(run journal.RunID, values []float64) journal.Position {
	g.flush()
	return g.Journal.Rows(run, values)
}

func (g *gathering) Gap(run journal.RunID, n int64) journal.Position {
	g.flush()
	return g.Journal.Gap(run, n)
}

func (g *gathering) Rename(run journal.RunID, columns []string) journal.Position {
	g.flush()
	return g.Journal.Rename(run, columns)
}

func (g *gathering) End(run journal.RunID) journal.Position {
	g.flush()
	return g.Journal.End(run)
}

func (g *gathering) Drop(run journal.RunID) journal.Position {
	g.flush()
	return g.Journal.Drop(run)
}

func (g *gathering) Note(run journal.RunID, note string, payload []byte) (journal.Position, error) {
	g.flush()
	return g.Journal.Note(run, note, payload)
}
