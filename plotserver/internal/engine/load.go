package engine

import (
	"fmt"
	"time"

	"iotplot/plotclient/wire"
	"iotplot/sessions"
	"iotplot/sessions/journal"
)

// A saved file becomes a run in two steps, for neither reading it nor writing
// its rows to the journal may hold up other rows: Load has the file read, then
// the run is begun, and Fill has it filled. Until that is done the run is in the
// journal only, with a note that it is unfinished, and nobody can name it.

// Load asks for a series to be read from a file. The caller calls Finish with Job
// and the Result's Loaded.
type Load struct {
	Job  uint64
	File string
}

// Fill asks for all rows of From to be put into Rows, and into the journal as
// those of the run Key, with the note journal.NoteLoading behind them that they
// are journal.Whole. They are the caller's until it calls Finish with Job, when
// all of that has to be durable.
type Fill struct {
	Job  uint64
	Key  journal.RunID
	Rows *sessions.Builder
	From *sessions.Series
}

func (Load) effect() {}
func (Fill) effect() {}

// loading is a load that is under way.
type loading struct {
	file string
	run  string            // that the client asked for, then the one that was begun
	rows *sessions.Builder // nil until the file is read
	key  journal.RunID
}

// load acts on load_series. The rows become a run of version 2, which stands
// beside whatever is being measured under that name.
func (e *Engine) load(now time.Time, q wire.Request, reply wire.Reply) {
	switch {
	case q.File == "":
		e.refuseAs(now, wire.TopicLoadSeries, reply, &wire.Error{Code: wire.CodeBadFile,
			Text: fmt.Sprintf(`cannot load series %s: no file is named; the command is {"id":"…","series":"…","file":"solar.csv"}`, quote(q.Series))})
		return
	case len(q.Series) > e.limits.Name || len(q.Run) > e.limits.Name:
		e.refuseAs(now, wire.TopicLoadSeries, reply, tooLarge("cannot load series %s: a name of more than %d bytes is not allowed",
			quote(q.Series), e.limits.Name))
		return
	case e.full(now, wire.TopicLoadSeries, q, reply):
		return
	}
	e.lastJob++
	e.jobs[e.lastJob] = &job{topic: wire.TopicLoadSeries, reply: reply, load: &loading{file: q.File, run: q.Run}}
	if q.ID != "" {
		e.memory.begin(q.ID)
	}
	e.emit(Load{Job: e.lastJob, File: q.File})
}

// beingLoaded is the load under way that a save or a plot means, 0 for none: who
// asks for a series to be loaded and at once for a plot of it wants that one.
func (e *Engine) beingLoaded(q wire.Request) (last uint64) {
	for id, j := range e.jobs {
		if j.load != nil && q.V2 && j.reply.Series == q.Series && (q.Run == "" || q.Run == j.load.run) {
			last = max(last, id)
		}
	}
	return last
}

// loaded goes on with a load.
func (e *Engine) loaded(now time.Time, id uint64, j *job, res Result) {
	l := j.load
	err := res.Err
	switch {
	case err != nil:
	case l.rows == nil:
		if err = e.beginLoaded(now, j, res.Loaded); err == nil {
			e.jobs[id] = j
			e.emit(Fill{Job: id, Key: l.key, Rows: l.rows, From: res.Loaded})
			return
		}
	default:
		err = e.enterLoaded(now, j)
	}
	if err != nil {
		if l.key != 0 {
			e.journal.Drop(l.key)
		}
		e.refuseAs(now, j.topic, j.reply, err)
	}
	e.wake(now)
}

// beginLoaded begins the run that a file's rows go to.
func (e *Engine) beginLoaded(now time.Time, j *job, from *sessions.Series) error {
	l, name := j.load, j.reply.Series
	if n := len(from.Columns); n > e.limits.Columns {
		return tooLarge("cannot load series %s: the file has %d columns, at most %d are allowed", quote(name), n, e.limits.Columns)
	}
	if l.run == "" {
		if s := e.series[name]; s != nil {
			l.run = e.freeName(now, s)
		} else {
			l.run = e.newRun(now)
		}
	}
	header := sessions.Header{Name: name, Run: l.run, Columns: from.Columns, Units: from.Units, Meta: from.Meta, Started: from.Started}
	if header.Started.IsZero() {
		header.Started = now
	}
	l.rows = sessions.NewBuilder(header)
	if n := described(header); n > e.room {
		return e.tooManyRuns(name)
	}
	var err error
	if l.key, err = e.journal.OpenRun(l.rows.Header()); err != nil {
		return tooLarge("%v", err)
	}
	e.journal.Note(l.key, journal.NoteLoading, []byte("begun"))
	return nil
}

// enterLoaded lists a run whose rows are all there.
func (e *Engine) enterLoaded(now time.Time, j *job) error {
	l, header := j.load, j.load.rows.Header()
	s, err := e.named(header.Name)
	if err != nil {
		return err
	}
	if s.byID[l.run] != nil {
		return &wire.Error{Code: wire.CodeRunTaken,
			Text: fmt.Sprintf("cannot load series %s as run %s: there is a run of that name; choose another name, or none", quote(s.name), quote(l.run))}
	}
	n := int64(l.rows.Rows())
	// The file has the rows, so that no copy of them is needed in the history.
	r := &run{series: s, id: l.run, v2: true, key: l.key, header: header, width: len(header.Columns), rows: l.rows,
		count: n, missing: int64(l.rows.Missing()), durable: n, saved: n, used: now, told: n, toldAt: now}
	e.enter(r)
	reply := j.reply
	reply.OK, reply.Run, reply.Rows, reply.Missing, reply.Files = true, r.id, r.count, r.missing, []string{l.file}
	e.answer(reply)
	e.say(fmt.Sprintf("loaded series %s, %s, from %s", quote(s.name), Count(int(n), "row"), l.file))
	return nil
}
