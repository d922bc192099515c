package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"iotplot/plotclient/wire"
	"iotplot/plotserver/internal/engine"
	"iotplot/plotserver/internal/render"
	"iotplot/sessions"
	"iotplot/sessions/journal"
)

// plotters is how many plots are drawn at a time.
const plotters = 2

// drawLast bounds the wait for a picture when the server ends.
const drawLast = 300 * time.Millisecond

// workers carry out saves, plots and loads, so that none holds up a row. Saves and
// histories are written one after the other, since a save may move the file of
// an earlier one; plots of the same file are drawn in the order of the commands.
type workers struct {
	folder *sessions.Folder
	stored *stored
	wake   func()
	seed   maphash.Seed

	saves   chan any // engine.Save or engine.Archive
	plots   [plotters]chan engine.Plot
	loads   chan engine.Effect // engine.Load or engine.Fill
	saving  sync.WaitGroup
	drawing sync.WaitGroup
	loading sync.WaitGroup
	ending  atomic.Bool     // what waits is refused
	alive   context.Context // done then
	end     context.CancelFunc
	over    atomic.Bool // pictures that are being drawn are dropped

	mu   sync.Mutex
	done []finished
}

type finished struct {
	job    uint64
	result engine.Result
}

// newWorkers starts the workers. At most jobs saves and plots are given to them
// at a time; wake is called whenever take has something to give.
func newWorkers(folder *sessions.Folder, stored *stored, jobs int, wake func()) *workers {
	w := &workers{folder: folder, stored: stored, wake: wake, saves: make(chan any, jobs), seed: maphash.MakeSeed()}
	w.loads = make(chan engine.Effect, jobs)
	w.alive, w.end = context.WithCancel(context.Background())
	w.saving.Go(w.save)
	w.loading.Go(w.load)
	for i := range w.plots {
		w.plots[i] = make(chan engine.Plot, jobs)
		w.drawing.Go(func() { w.draw(w.plots[i]) })
	}
	return w
}

// close finishes the copies, the save and the plots under way, refuses what
// waits, and ends the workers. A picture or a file that takes too long is dropped.
func (w *workers) close() {
	w.ending.Store(true)
	w.end()
	close(w.saves)
	close(w.loads)
	for _, c := range w.plots {
		close(c)
	}
	w.saving.Wait()
	drawn := make(chan struct{})
	go func() { w.drawing.Wait(); w.loading.Wait(); close(drawn) }()
	select {
	case <-drawn:
	case <-time.After(drawLast):
		w.over.Store(true)
	}
}

// plot takes a plot, startSave a save or a copy for the history. What comes when
// the workers have ended, because a load that it waited for has, is refused.
func (w *workers) plot(p engine.Plot) {
	if w.ending.Load() {
		w.finish(p.Job, engine.Result{Err: errEnding("plot to " + p.File)})
		return
	}
	w.plots[maphash.String(w.seed, p.File)%plotters] <- p
}

func (w *workers) startSave(job uint64, task engine.Effect) {
	if w.ending.Load() {
		w.finish(job, engine.Result{Err: errEnding("save")})
		return
	}
	w.saves <- task
}

// take returns what has been finished since the last call.
func (w *workers) take() []finished {
	w.mu.Lock()
	defer w.mu.Unlock()
	d := w.done
	w.done = nil
	return d
}

func (w *workers) finish(job uint64, r engine.Result) {
	w.mu.Lock()
	w.done = append(w.done, finished{job, r})
	w.mu.Unlock()
	w.wake()
}

func (w *workers) save() {
	for task := range w.saves {
		switch t := task.(type) {
		case engine.Archive:
			w.finish(t.Job, archive(w.folder, w.stored, t))
		case engine.Save:
			w.finish(t.Job, w.saveOne(t))
		}
	}
}

func (w *workers) saveOne(t engine.Save) engine.Result {
	if w.ending.Load() {
		return engine.Result{Err: &wire.Error{Code: wire.CodeBusy,
			Text: fmt.Sprintf("cannot save series %q: the server is ending, its rows are in the journal", t.Name)}}
	}
	series, err := w.stored.series(t.Snapshot)
	if err != nil {
		return engine.Result{Err: coded(err)}
	}
	files, moved, err := w.folder.Save(t.File, series)
	r := engine.Result{Files: files, Moved: moved}
	if err != nil {
		r.Err = coded(err)
	} else {
		r.Warning = renamed(wanted(t), files)
	}
	return r
}

func wanted(s engine.Save) []string {
	if s.File != "" {
		return []string{s.File}
	}
	base := sessions.SafeName(s.Name)
	return []string{base + ".pkl", base + ".csv"}
}

func (w *workers) draw(plots <-chan engine.Plot) {
	for p := range plots {
		if w.ending.Load() {
			w.finish(p.Job, engine.Result{Err: errEnding("plot to " + p.File)})
			continue
		}
		w.finish(p.Job, w.drawOne(p))
	}
}

func (w *workers) drawOne(p engine.Plot) (r engine.Result) {
	defer func() {
		if v := recover(); v != nil {
			r = engine.Result{Err: &wire.Error{Code: wire.CodeFailed,
				Text: fmt.Sprintf("cannot plot to %s: the drawing failed (%v)", p.File, v)}}
		}
	}()
	format, name, err := render.FormatOf(p.File)
	if err == nil {
		err = sessions.CheckName(name)
	}
	if err != nil {
		return engine.Result{Err: coded(err)}
	}
	var all []*sessions.Series
	for _, snap := range p.Series {
		series, err := w.stored.series(snap)
		if err != nil {
			return engine.Result{Err: coded(err)}
		}
		all = append(all, series)
	}
	var picture bytes.Buffer
	report, err := render.Draw(&picture, format, all, p.Options)
	if err != nil {
		return engine.Result{Err: coded(err)}
	}
	if w.over.Load() {
		return engine.Result{}
	}
	written, err := w.folder.WriteFile(name, func(out io.Writer) error {
		_, err := picture.WriteTo(out)
		return err
	})
	if err != nil {
		return engine.Result{Err: coded(err)}
	}
	notes := report.Warnings
	if note := renamed([]string{name}, []string{written}); note != "" {
		notes = append([]string{note}, notes...)
	}
	return engine.Result{Files: []string{written}, Warning: strings.Join(notes, "; ")}
}

// renamed says which file got another name than asked for, because the one in
// its place could not be replaced.
func renamed(asked, written []string) string {
	for i, name := range written {
		if i < len(asked) && name != path.Clean(asked[i]) {
			return fmt.Sprintf("%s could not be replaced (is it a folder, or open in another program?), so it is %s now", asked[i], name)
		}
	}
	return ""
}

// coded gives an error from a room that does not know the protocol its code.
func coded(err error) *wire.Error {
	var w *wire.Error
	var name *sessions.NameError
	var option *render.OptionError
	var file *sessions.Error
	code := wire.CodeFailed
	switch {
	case errors.As(err, &w):
		return w
	case errors.As(err, &name):
		code = wire.CodeBadFile
	case errors.As(err, &option):
		code = wire.CodeBadOption
	case errors.As(err, &file) && file.Op == "load":
		code = wire.CodeBadFile
	case journal.IsDiskFull(err):
		code = wire.CodeDiskFull
	}
	return &wire.Error{Code: code, Text: err.Error()}
}
