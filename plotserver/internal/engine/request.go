package engine

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"iotplot/plotclient/wire"
	"iotplot/sessions"
)

// waitForRows is how long a command waits for rows that its client says it has
// sent (protocol rule 5).
const waitForRows = 10 * time.Second

// maxAsked bounds, in bytes, the options of commands that wait or are under way.
const maxAsked = 64 << 20

// maxDrawn is how many series one plot may show.
const maxDrawn = 64

// job is a save, a plot, a load or a copy for the history that the caller has been
// asked for.
type job struct {
	topic  wire.Topic
	reply  wire.Reply // as far as it is known
	run    *run
	others []*run // that a plot shows as well
	load   *loading
	copy   bool
	rows   int64 // of the run
	bytes  int   // that its options take
}

// waiting is a command whose rows have not all arrived, or whose series is being
// loaded.
type waiting struct {
	topic wire.Topic
	q     wire.Request
	reply wire.Reply
	run   *run // nil until the series is loaded
	load  uint64
	until time.Time
	bytes int // that its options take
}

// Result is what became of a Save, a Plot, a Load, a Fill or an Archive.
type Result struct {
	Files   []string         // as written, relative to the folder
	Moved   []string         // what stood in their place and is in the history now
	Warning string           // what was done differently than asked
	Err     error            // nothing was written; a *wire.Error carries its code
	Copy    string           // of an Archive: what to know of the file, for the next one
	Loaded  *sessions.Series // of a Load
}

// request acts on save_series, plot_series and load_series of either generation.
func (e *Engine) request(now time.Time, topic wire.Topic, payload []byte) {
	q, err := wire.ParseRequest(topic, payload)
	if err != nil {
		e.refuse(now, topic, err)
		return
	}
	if q.ID != "" && e.remembered(q.ID) {
		return
	}
	reply := wire.Reply{ID: q.ID, Command: topic.String(), Series: q.Series}
	if topic == wire.TopicLoadSeries {
		e.load(now, q, reply)
		return
	}
	if load := e.beingLoaded(q); load != 0 {
		e.wait(now, &waiting{topic: topic, q: q, reply: reply, load: load})
		return
	}
	e.proceed(now, topic, q, reply)
}

// proceed starts a save or a plot, or has it wait for its rows.
func (e *Engine) proceed(now time.Time, topic wire.Topic, q wire.Request, reply wire.Reply) {
	r, err := e.find(topic, q)
	if err != nil {
		e.refuseAs(now, topic, reply, err)
		return
	}
	r.used = now
	if q.Rows > r.count {
		e.wait(now, &waiting{topic: topic, q: q, reply: reply, run: r, until: now.Add(waitForRows)})
		return
	}
	e.start(now, topic, q, reply, r)
}

// wait puts a command off.
func (e *Engine) wait(now time.Time, w *waiting) {
	if e.full(now, w.topic, w.q, w.reply) {
		return
	}
	if w.q.ID != "" {
		e.memory.begin(w.q.ID)
	}
	w.bytes = describedValue(w.q.Options)
	e.asked += w.bytes
	e.waiting = append(e.waiting, w)
}

// find returns the run that a command means: version 1's are its own, version
// 2's the named or else the newest.
func (e *Engine) find(topic wire.Topic, q wire.Request) (*run, error) {
	var r *run
	s := e.series[q.Series]
	switch {
	case s == nil:
	case !q.V2:
		r = s.v1
	case q.Run == "":
		r = s.newest()
	default:
		if r = s.byID[q.Run]; r == nil {
			return nil, &wire.Error{Code: wire.CodeUnknownRun,
				Text: fmt.Sprintf("cannot %s series %s: it has no run %s, %s", verb(topic), quote(q.Series), quote(q.Run), s.runNames())}
		}
	}
	if r == nil {
		return nil, &wire.Error{Code: wire.CodeUnknownSeries,
			Text: fmt.Sprintf("cannot %s series %s: there is no such series, %s", verb(topic), quote(q.Series), e.names(!q.V2))}
	}
	return r, nil
}

// start asks the caller for the work.
func (e *Engine) start(now time.Time, topic wire.Topic, q wire.Request, reply wire.Reply, r *run) {
	if e.full(now, topic, q, reply) {
		return
	}
	file := q.File
	if topic == wire.TopicPlotSeries && file == "" {
		file = sessions.SafeName(r.series.name) + ".pdf"
	}
	drawn := []*run{r}
	if topic == wire.TopicPlotSeries {
		var err error
		if drawn, err = e.drawn(q, r); err != nil {
			e.refuseAs(now, topic, reply, err)
			return
		}
	}
	for _, o := range drawn {
		o.used = now
		reply.Rows += o.count
		reply.Missing += o.missing
	}
	e.lastJob++
	e.jobs[e.lastJob] = &job{topic: topic, reply: reply, run: r, others: drawn, rows: r.count, bytes: describedValue(q.Options)}
	e.asked += e.jobs[e.lastJob].bytes
	if q.ID != "" {
		e.memory.begin(q.ID)
	}
	if topic == wire.TopicSaveSeries {
		e.emit(Save{Job: e.lastJob, File: file, Snapshot: r.snapshot()})
		return
	}
	plot := Plot{Job: e.lastJob, File: file, Options: q.Options}
	for _, o := range drawn {
		plot.Series = append(plot.Series, o.snapshot())
	}
	e.emit(plot)
}

// full refuses a command where too many are under way.
func (e *Engine) full(now time.Time, topic wire.Topic, q wire.Request, reply wire.Reply) bool {
	under := len(e.jobs) + len(e.waiting)
	if under < e.max && e.asked <= maxAsked {
		return false
	}
	e.refuseAs(now, topic, reply, &wire.Error{Code: wire.CodeBusy,
		Text: fmt.Sprintf("cannot %s series %s now: %d saves and plots are under way already; try again", verb(topic), quote(q.Series), under)})
	return true
}

// drawn returns the runs that a plot shows: that of the command, or those that its
// option series names, in that order.
func (e *Engine) drawn(q wire.Request, r *run) ([]*run, error) {
	option, given := q.Options["series"]
	if !given || option == nil {
		return []*run{r}, nil
	}
	wrong := func(what string) error {
		return &wire.Error{Code: wire.CodeBadOption,
			Text: fmt.Sprintf("cannot plot with series %s: allowed is a list of names of series, 1 to %d", what, maxDrawn)}
	}
	names, ok := option.([]any)
	if !ok {
		return nil, wrong("that are no list")
	}
	if len(names) == 0 || len(names) > maxDrawn {
		return nil, wrong(fmt.Sprintf("that are %d", len(names)))
	}
	var all []*run
	for _, n := range names {
		name, ok := n.(string)
		if !ok {
			return nil, wrong("of which one is no text")
		}
		other := r
		if name != r.series.name {
			var err error
			if other, err = e.find(wire.TopicPlotSeries, wire.Request{V2: q.V2, Series: name}); err != nil {
				return nil, err
			}
		}
		all = append(all, other)
	}
	return all, nil
}

// Finish tells what became of a Save, a Plot, a Load, a Fill or an Archive.
func (e *Engine) Finish(now time.Time, id uint64, res Result) []Effect {
	e.effects = e.effects[:0]
	e.journal.flush()
	j := e.jobs[id]
	if j == nil {
		return nil
	}
	delete(e.jobs, id)
	e.asked -= j.bytes
	if j.copy {
		e.kept(now, j, res)
		return e.effects
	}
	if j.load != nil {
		e.loaded(now, id, j, res)
		return e.effects
	}
	if res.Err != nil {
		j.reply.Rows, j.reply.Missing = 0, 0
		e.refuseAs(now, j.topic, j.reply, res.Err)
		return e.effects
	}
	r := j.reply
	j.run.told = max(j.run.told, j.rows) // the line below tells it
	r.OK, r.Files, r.Warning = true, res.Files, res.Warning
	if j.topic == wire.TopicSaveSeries {
		if j.rows > j.run.saved {
			j.run.saved = j.rows
			e.note(j.run, noteSaved, strconv.FormatInt(j.rows, 10))
		}
	}
	e.answer(r)
	e.say(fmt.Sprintf("%s series %s, %s, to %s", done(j.topic), quote(r.Series), Count(int(r.Rows), "row"), list(res.Files)))
	if len(res.Moved) > 0 {
		e.say(fmt.Sprintf("kept what stood there before: %s", list(res.Moved)))
	}
	if res.Warning != "" {
		e.say(res.Warning)
	}
	return e.effects
}

// Busy returns how many saves, plots and loads are under way.
func (e *Engine) Busy() int { return len(e.jobs) }

// wake starts the commands whose rows have arrived or whose wait is over.
func (e *Engine) wake(now time.Time) {
	var ready []*waiting
	e.waiting = slices.DeleteFunc(e.waiting, func(w *waiting) bool {
		if w.run == nil && e.jobs[w.load] != nil || w.run != nil && w.run.count < w.q.Rows && now.Before(w.until) {
			return false
		}
		ready = append(ready, w)
		return true
	})
	for _, w := range ready {
		e.asked -= w.bytes
		if w.run == nil {
			e.proceed(now, w.topic, w.q, w.reply)
		} else {
			e.start(now, w.topic, w.q, w.reply, w.run)
		}
	}
}

// Hurry starts the commands that wait for rows with what there is: no more come.
func (e *Engine) Hurry(now time.Time) []Effect {
	e.effects = e.effects[:0]
	for _, w := range e.waiting {
		w.until = now
	}
	e.wake(now)
	return e.effects
}

// Unfinished returns the jobs of commands that are under way, oldest first: who
// can't wait for them any longer calls Finish with an error, so that every
// command is answered.
func (e *Engine) Unfinished() []uint64 {
	var all []uint64
	for id, j := range e.jobs {
		if !j.copy {
			all = append(all, id)
		}
	}
	slices.Sort(all)
	return all
}

func verb(t wire.Topic) string {
	switch t {
	case wire.TopicSaveSeries:
		return "save"
	case wire.TopicPlotSeries:
		return "plot"
	}
	return "load"
}

func done(t wire.Topic) string {
	if t == wire.TopicSaveSeries {
		return "saved"
	}
	return "plotted"
}
