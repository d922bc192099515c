package app

import (
	"context"
	"fmt"

	"iotplot/plotclient/wire"
	"iotplot/plotserver/internal/engine"
	"iotplot/sessions"
	"iotplot/sessions/journal"
)

const (
	// fillPiece is how many bytes of rows go to the journal at a time.
	fillPiece = 256 << 10
	// fillBacklog is how many bytes of a load wait for the disk at most: rows that
	// are being measured wait behind them.
	fillBacklog = 2 << 20
)

// load reads saved files, one at a time, and fills the runs that are made of
// them.
func (w *workers) load() {
	for task := range w.loads {
		switch t := task.(type) {
		case engine.Load:
			w.finish(t.Job, w.read(t))
		case engine.Fill:
			w.finish(t.Job, w.fill(t))
		}
	}
}

// startLoad takes an engine.Load or an engine.Fill. Whoever calls it also calls
// close, before or after.
func (w *workers) startLoad(job uint64, task engine.Effect) {
	if w.ending.Load() {
		w.finish(job, engine.Result{Err: errEnding("load from a file")})
		return
	}
	w.loads <- task
}

func errEnding(what string) *wire.Error {
	return &wire.Error{Code: wire.CodeBusy, Text: fmt.Sprintf("cannot %s: the server is ending", what)}
}

func (w *workers) read(t engine.Load) (r engine.Result) {
	defer func() {
		if v := recover(); v != nil {
			r = engine.Result{Err: &wire.Error{Code: wire.CodeFailed, Text: fmt.Sprintf("cannot load %s: the reading failed (%v)", t.File, v)}}
		}
	}()
	if w.ending.Load() {
		return engine.Result{Err: errEnding("load " + t.File)}
	}
	series, err := w.folder.Load(t.File)
	if err != nil {
		return engine.Result{Err: coded(err)}
	}
	return engine.Result{Loaded: series}
}

// fill puts the rows of a file where they are asked for.
func (w *workers) fill(t engine.Fill) engine.Result {
	f := filler{to: t, journal: w.stored.journal, values: make([]float64, 0, fillPiece/8)}
	err := f.all(w.alive)
	if err == nil {
		_, err = f.journal.Note(t.Key, journal.NoteLoading, []byte(journal.Whole))
	}
	if err == nil {
		ctx, cancel := context.WithTimeout(w.alive, syncWithin)
		defer cancel()
		err = f.journal.Sync(ctx)
	}
	switch {
	case err == nil:
		return engine.Result{}
	case w.ending.Load():
		return engine.Result{Err: errEnding("load from a file")}
	}
	return engine.Result{Err: coded(err)}
}

// filler copies rows.
type filler struct {
	to      engine.Fill
	journal *journal.Journal
	values  []float64 // row by row, what has not been copied yet
}

func (f *filler) all(ctx context.Context) error {
	from := f.to.From
	at := 0
	for _, gap := range append(from.MissingRanges(), sessions.Range{First: from.Len(), End: from.Len()}) {
		if err := f.rows(ctx, at, gap.First); err != nil {
			return err
		}
		if n := gap.End - gap.First; n > 0 {
			f.to.Rows.AppendMissing(n)
			f.journal.Gap(f.to.Key, int64(n))
		}
		at = gap.End
	}
	return nil
}

// rows copies the rows from one on to the one before to.
func (f *filler) rows(ctx context.Context, from, to int) error {
	columns := len(f.to.From.Columns)
	piece := max(fillPiece/8/columns, 1)
	for from < to {
		if err := ctx.Err(); err != nil {
			return err // the journal may be closed soon
		}
		n := min(piece, to-from)
		f.values = f.values[:0]
		for i := range n {
			for c := range columns {
				f.values = append(f.values, f.to.From.Column(c).At(from+i))
			}
		}
		f.to.Rows.AppendRows(f.values)
		f.journal.Rows(f.to.Key, f.values)
		from += n
		ctx, cancel := context.WithTimeout(ctx, syncWithin)
		err := f.journal.WaitBelow(ctx, fillBacklog)
		cancel()
		if err != nil {
			return err
		}
	}
	return nil
}
