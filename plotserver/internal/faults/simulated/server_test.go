package simulated

import (
	"fmt"
	"slices"
	"time"

	"iotplot/plotclient/wire"
	"iotplot/plotserver/internal/engine"
)

const session = "hopla"

func topicOf(t wire.Topic) string { return string(wire.AppendTopic(nil, session, t)) }

var (
	topicRows   = topicOf(wire.TopicRows)
	topicServer = topicOf(wire.TopicServer)
	topicAck    = topicOf(wire.TopicAck)
	topicReply  = topicOf(wire.TopicReply)
	columns     = []string{"tag", "v"}
)

// server is an engine and what is around it: a journal, workers that take their
// time, and a state that it tells.
type server struct {
	w        *world
	disk     *disk
	engine   *engine.Engine // nil while it is dead
	limits   wire.Limits
	upAt     int64
	instance int
	said     []byte // retained
	commitAt int64
	stuckTo  int64 // the disk is full until then
	jobs     []work
	missing  map[string]int64 // rows lost of what is in a file, whose work this engine has begun
	old      int              // rows that the client of version 1 has sent to this engine
}

// work is a save, a plot or a copy under way.
type work struct {
	at   int64
	job  uint64
	file string
}

func newServer(w *world) *server { return &server{w: w, disk: newDisk(w)} }

// clock is the engine's; only its differences matter.
func (v *server) clock() time.Time { return time.UnixMilli(1_700_000_000_000 + v.w.now) }

// start brings up an engine with what the journal has.
func (v *server) start() {
	w := v.w
	past := &engine.Past{}
	v.disk.replay(past.Add)
	w.outcome.restored += len(v.disk.events)
	v.limits = wire.DefaultLimits()
	if w.faults&putAway != 0 {
		v.limits.Runs = 1 + w.rnd.IntN(2)
	}
	if w.faults&tight != 0 {
		v.limits.Payload = longestMessage - w.rnd.IntN(60)
	}
	backlog := int64(0) // the engine's own
	if w.faults&fullDisk != 0 {
		backlog = 1 + w.rnd.Int64N(2_000)
	}
	v.engine = engine.New(engine.Config{Limits: v.limits, Journal: v.disk, Past: past, Backlog: backlog})
	v.instance++
	v.missing, v.jobs, v.stuckTo, v.old = map[string]int64{}, nil, 0, 0
	v.say(wire.StateOnline)
}

func (v *server) say(state string) {
	s := wire.ServerState{State: state, Instance: fmt.Sprint("i", v.instance)}
	if state == wire.StateOnline {
		s.Version, s.Limits = "0", v.limits
	}
	v.said = wire.AppendServerState(nil, s)
	if !v.w.may(muting, 2) {
		v.w.publish(topicServer, v.said)
	}
}

func (v *server) receive(topic string, payload []byte) {
	if v.engine == nil {
		return
	}
	t, ok := wire.ParseTopic(session, topic)
	if !ok {
		v.w.fail("message on %s", topic)
		return
	}
	v.carryOut(v.engine.Handle(v.clock(), engine.Message{Topic: t, Payload: payload}))
}

// carryOut does what the engine asks for.
func (v *server) carryOut(effects []engine.Effect) {
	w := v.w
	for _, f := range effects {
		switch f := f.(type) {
		case engine.Say:
			w.log("server says: %s", f.Text)
		case engine.Reply:
			v.replied(f.Reply)
		case engine.Ack:
			v.acked(f.Ack)
			w.publish(topicAck, wire.AppendAck(nil, f.Ack))
		case engine.Save:
			v.work(f.Job, f.File, f.Snapshot)
		case engine.Plot:
			v.work(f.Job, f.File, f.Series[0])
		case engine.Archive:
			v.work(f.Job, "history", f.Snapshot)
		}
	}
}

// acked holds an ack: so many rows of the run survive.
func (v *server) acked(a wire.Ack) {
	r := v.disk.find(a.Run)
	if r == nil || a.Durable > r.durable {
		v.w.fail("ack of %d rows of run %s; durable is %+v", a.Durable, a.Run, r)
		return
	}
	r.told = max(r.told, a.Durable)
}

// replied holds a reply: it is short, and says how many rows are missing.
func (v *server) replied(r wire.Reply) {
	w := v.w
	switch r.Code {
	case wire.CodeRunTaken:
		w.outcome.retaken++
	case wire.CodeBadRows, wire.CodeTooLarge:
		w.outcome.refused++
	}
	payload := wire.AppendReply(nil, r)
	if len(payload) > wire.MaxReply {
		w.fail("a reply of %d bytes: %s", len(payload), payload)
	}
	if len(r.Files) == 1 && r.Missing != v.missing[r.Files[0]] && !w.alike() {
		w.fail("%s misses %d rows: %s", r.Files[0], v.missing[r.Files[0]], payload)
	}
	w.publish(topicReply, payload)
}

// work begins a job. The files of commands have names of their own, so that work
// that is done twice is seen. What a job gets of a run that is in memory is what
// the journal has.
func (v *server) work(job uint64, file string, s engine.Snapshot) {
	w := v.w
	if _, begun := v.missing[file]; begun && file != "history" && !w.alike() {
		w.fail("%s is written a second time", file)
	}
	tags := v.disk.runs[s.Key].tags
	missing := int64(0)
	for _, t := range tags[:s.Rows] {
		if t == gap {
			missing++
		}
	}
	v.missing[file] = missing
	if s.Series != nil {
		if n := int64(s.Series.Len()); n != s.Rows || int64(s.Series.Missing()) != missing {
			w.fail("%s gets %d rows of %d, %d missing of %d", file, n, s.Rows, s.Series.Missing(), missing)
		}
		for i, t := range tags[:s.Rows] {
			if got := s.Series.Column(0).At(i); t != gap && got != float64(t) {
				w.fail("%s gets %v as row %d, want %s", file, got, i, tagText(t))
			}
		}
	}
	v.jobs = append(v.jobs, work{w.now + w.rnd.Int64N(100), job, file})
}

// step is what the server does by itself.
func (v *server) step() {
	w := v.w
	if v.engine == nil {
		if w.now >= v.upAt {
			v.start()
		}
		return
	}
	if w.may(crashing, 300) || w.may(forgetting, 400) {
		w.outcome.crashes++
		w.log("server dies")
		v.say(wire.StateOffline)
		v.engine, v.upAt = nil, w.now+w.rnd.Int64N(3000)
		v.disk.crash()
		return
	}
	if w.may(fullDisk, 300) {
		v.stuckTo = w.now + w.rnd.Int64N(20_000)
	}
	if w.now >= v.commitAt && (w.now >= v.stuckTo || w.calm) {
		v.commitAt = w.now + 20
		upTo := len(v.disk.events)
		if w.may(lateDisk, 2) {
			v.commitAt += w.rnd.Int64N(500)
			upTo = v.disk.durable + w.rnd.IntN(upTo-v.disk.durable+1)
			w.outcome.late++
		}
		if _, more := v.disk.commit(upTo); len(more) > 0 {
			v.carryOut(v.engine.Durable(v.clock(), more))
		}
	}
	var done []work
	v.jobs = slices.DeleteFunc(v.jobs, func(j work) bool {
		if j.at <= w.now {
			done = append(done, j)
		}
		return j.at <= w.now
	})
	for _, j := range done {
		v.carryOut(v.engine.Finish(v.clock(), j.job, engine.Result{Files: []string{j.file}, Copy: "copy"}))
	}
	if w.may(oldClients, 10) {
		v.oldClient()
	}
	if w.may(trimming, 50) {
		runs, _ := v.engine.Trim(v.clock(), w.rnd.Int64N(5_000))
		w.outcome.trimmed += runs
	}
	v.carryOut(v.engine.Tick(v.clock()))
}

// oldClient is a client of version 1 that uses the boards' series name.
func (v *server) oldClient() {
	switch v.w.rnd.IntN(10) {
	case 0:
		v.receive(topicOf(wire.TopicNewSeries), wire.AppendNewSeries(nil, series, "a", "b", "c"))
	case 1:
		v.receive(topicOf(wire.TopicSaveSeries), wire.AppendSave(nil, series, fmt.Sprintf("old/%d.csv", v.w.now)))
	default:
		v.old++
		v.receive(topicOf(wire.TopicData), wire.AppendData(nil, series, 1, 2, float64(v.old)))
	}
}

// find finds a run of version 2 by its name.
func (d *disk) find(name string) *stored {
	for _, r := range d.runs {
		if !r.old && r.header.Run == name {
			return r
		}
	}
	return nil
}

// judge compares what the boards' last boots have given with what a server that
// starts now finds in the journal.
func (v *server) judge() {
	w, d := v.w, v.disk
	if v.engine == nil {
		v.start() // it died when everything was done
	}
	for _, b := range w.boards {
		for n, replies := range b.replies {
			if replies != 1 {
				w.fail("%v: command %d has %d replies", b, n, replies)
			}
		}
		w.judge(b, d.find(b.s.Run()))
	}
	for _, r := range d.runs {
		if n := int64(len(r.tags)); n < r.told && !d.lossy {
			w.fail("run %s has %d rows, %d were told to be durable", r.header.Run, n, r.told)
		}
	}
	// And the engine knows what its journal has.
	past := &engine.Past{}
	v.disk.replay(past.Add)
	var rows int64
	for _, r := range d.runs {
		rows += int64(len(r.tags))
	}
	restored := engine.New(engine.Config{Journal: v.disk, Past: past}).Restored()
	if now := v.engine.Restored(); restored.Rows != rows || now.Rows != rows || restored.Runs != now.Runs {
		w.fail("the journal holds %d rows, the engine %+v, the next one %+v", rows, now, restored)
	}
}

var _ engine.Journal = (*disk)(nil)

// Backlog counts 8 bytes a record.
func (d *disk) Backlog() int64 { return int64(8 * (len(d.events) - d.durable)) }

func (w *world) judge(b *board, r *stored) {
	if r == nil {
		// A server that forgets rows after it has said that they are durable, when
		// there is nothing more to send to it, has to be heard saying that it is
		// another one.
		if len(b.given) > 0 && !w.unheard() {
			w.fail("%v: no run %s", b, b.s.Run())
		}
		return
	}
	if len(r.tags) > len(b.given) || len(r.tags) < len(b.given) && !w.unheard() {
		w.fail("%v: %d rows stored, %d given", b, len(r.tags), len(b.given))
		return
	}
	w.outcome.rows += len(r.tags)
	gaps := 0
	for i, t := range r.tags {
		switch {
		case t == gap && w.server.disk.filed(b.s.Run(), i, b.given[i]):
			w.outcome.gaps++
		case t == gap:
			gaps++
			w.outcome.gaps++
		case t != b.given[i]:
			w.fail("%v: %s is stored at %d of its run", b, tagText(t), i)
		}
	}
	if gaps > 0 && w.faults&(dropOldest|dropNewest|corrupting) == 0 && !w.server.disk.lossy {
		w.fail("%v: %d of %d rows are lost without need", b, gaps, len(b.given))
	}
	if b.s.Lost() < int64(gaps) {
		w.fail("%v: %d rows are missing, %d known to be lost", b, gaps, b.s.Lost())
	}
	// An ack that was under way for long can have the stream take rows for lost that
	// are not, and so can one for rows that were just dropped.
	if w.faults&(dropOldest|delaying) == 0 && !w.server.disk.lossy && b.s.Lost() != int64(gaps) {
		w.fail("%v: %d rows are missing, %d said to be lost", b, gaps, b.s.Lost())
	}
}

func (w *world) unheard() bool {
	return w.server.disk.lossy && w.faults&(muting|losing|delaying) != 0
}
