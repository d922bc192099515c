//go:build !tinygo

package plotclient_test

import (
	"errors"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"iotplot/plotclient"
	"iotplot/plotclient/wire"
)

// The protocol's rules 1 to 6 as a model: boards with a Stream each, a server
// that follows the rules strictly, and a network that does what it likes. A
// schedule is a seed, a number of steps and the faults that may happen; what it
// does is the same each time.

var (
	schedules = flag.Int("stream.schedules", 2000, "random schedules of the model of streams")
	firstOne  = flag.Uint64("stream.from", 0, "the first of them")
)

// fault is what may go wrong in a schedule.
type fault uint32

const (
	dropping    fault = 1 << iota // messages vanish
	repeating                     // messages come twice
	delaying                      // messages take long, and overtake each other
	cutting                       // connections are lost
	crashing                      // the server dies, and comes back with what was durable
	forgetting                    // it comes back with less than that
	poisoning                     // some rows are such that the server can't read their batch
	corrupting                    // batches are cut short on their way
	rebooting                     // boards start again, with a new stream
	unseeding                     // all random numbers begin anew at each boot, the same for all boards
	turningBack                   // the clock jumps backwards
	failing                       // Publish returns errors
	muting                        // what the server says of itself vanishes
	recalling                     // the server answers repeated openings from memory, without an ack
	sharing                       // two boards use the same series name
	dropOldest                    // the policy; without both of them it is Block
	dropNewest                    //
	spilling                      // boards have a spill
	spillErrors                   // which fails now and then
	fullDisk                      // acks stop for a while
	ordering                      // commands are given
	allFaults   = 1<<iota - 1
)

var faultNames = []string{"dropping", "repeating", "delaying", "cutting", "crashing", "forgetting", "poisoning", "corrupting",
	"rebooting", "unseeding", "turningBack", "failing", "muting", "recalling", "sharing", "dropOldest", "dropNewest", "spilling",
	"spillErrors", "fullDisk", "ordering"}

func (f fault) String() string {
	var names []string
	for i, name := range faultNames {
		if f&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, "|")
}

// schedule is one run of the model.
type schedule struct {
	seed   uint64
	steps  int
	faults fault
}

func TestStreamModel(t *testing.T) {
	n := *schedules
	if testing.Short() {
		n = min(n, 200)
	}
	var total outcome
	for i := range n {
		r := rand.New(rand.NewPCG(*firstOne+uint64(i), 1))
		some, others, many := fault(r.Uint32()), fault(r.Uint32()), fault(r.Uint32())
		c := schedule{seed: r.Uint64(), steps: 1 << r.IntN(12), faults: some & others & allFaults}
		if i%4 == 0 {
			c.faults |= many & allFaults
		}
		o, err := c.play()
		if err != nil {
			c, err = c.shrink(err)
			t.Fatalf("schedule{%#x, %d, %v}: %v", c.seed, c.steps, c.faults, err)
		}
		total.add(o)
	}
	t.Logf("%d schedules: %+v", n, total)
	if total.gaps == 0 || total.retaken == 0 || total.refusedRows == 0 || total.replies == 0 {
		t.Errorf("the schedules never came to what they are to test: %+v", total)
	}
}

// shrink looks for a smaller schedule that fails too.
func (c schedule) shrink(err error) (schedule, error) {
	for again := true; again; {
		again = false
		for _, steps := range []int{c.steps / 2, c.steps * 3 / 4, c.steps - 1} {
			d := c
			d.steps = steps
			if _, e := d.play(); e != nil && steps < c.steps {
				c, err, again = d, e, true
				break
			}
		}
		for f := fault(1); f < allFaults; f <<= 1 {
			d := c
			d.faults &^= f
			if d == c {
				continue
			}
			if _, e := d.play(); e != nil {
				c, err, again = d, e, true
			}
		}
	}
	return c, err
}

// outcome is what happened in schedules, to see that something did.
type outcome struct{ rows, gaps, retaken, refusedRows, replies, runs, crashes, messages int }

func (o *outcome) add(p outcome) {
	o.rows += p.rows
	o.gaps += p.gaps
	o.retaken += p.retaken
	o.refusedRows += p.refusedRows
	o.replies += p.replies
	o.runs += p.runs
	o.crashes += p.crashes
	o.messages += p.messages
}

// world is everything in a schedule.
type world struct {
	schedule
	rnd     *rand.Rand
	now     int64
	calm    bool
	packets []packet
	latest  map[way]int64
	server  server
	boards  []*board
	outcome outcome
	err     error
}

func (w *world) may(f fault, one int) bool {
	return !w.calm && w.faults&f != 0 && w.rnd.IntN(one) == 0
}

func (w *world) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf("at %d ms: "+format, append([]any{w.now}, args...)...)
	}
}

// packet is a message under way.
type packet struct {
	at      int64
	to      *board // nil: the server
	life    int    // of the connection to the board
	topic   string
	payload []byte
}

// way is one on which messages keep their order.
type way struct {
	from, to *board
	topic    string
}

// carry puts a message on its way; the server is nil.
func (w *world) carry(from, to *board, topic string, payload []byte) {
	w.outcome.messages++
	n := 1
	if w.may(dropping, 8) {
		n = 0
	} else if w.may(repeating, 8) {
		n = 2
	}
	for range n {
		p := packet{at: w.now + 2 + w.rnd.Int64N(5), to: to, topic: topic, payload: slices.Clone(payload)}
		if w.may(delaying, 6) {
			p.at += w.rnd.Int64N(1500)
		} else if w.faults&delaying == 0 || w.calm {
			// MQTT keeps the order within a topic.
			way := way{from, to, topic}
			p.at = max(p.at, w.latest[way])
			w.latest[way] = p.at
		}
		if to != nil {
			p.life = to.life
		}
		w.packets = append(w.packets, p)
	}
}

// deliver delivers what is due.
func (w *world) deliver() {
	due := []packet{}
	w.packets = slices.DeleteFunc(w.packets, func(p packet) bool {
		if p.at <= w.now {
			due = append(due, p)
		}
		return p.at <= w.now
	})
	slices.SortStableFunc(due, func(a, b packet) int { return int(a.at - b.at) })
	for _, p := range due {
		if p.to == nil {
			if w.server.up {
				w.server.receive(w, p.topic, p.payload)
			}
		} else if p.to.connected && p.to.life == p.life {
			p.to.s.Receive(p.topic, p.payload, p.to.clock(w))
		}
	}
}

// board is a board that measures.
type board struct {
	number    int
	series    string
	boot      int
	bootAt    int64
	skew      int64
	s         *plotclient.Stream
	spill     *memory
	connected bool
	published int // messages so far
	life      int // connections so far
	backAt    int64
	given     []int64 // tags of this boot's rows
	runs      map[string]bool
	asked     map[int]int // commands of this boot and their replies
	files     map[int]string
	rows      map[int]int64 // measured when the command was given
	rnd       *rand.Rand
	w         *world
}

func (b *board) clock(w *world) int64 { return w.now - b.bootAt + b.skew }

// Publish is the board's connection.
func (b *board) Publish(topic string, payload []byte) error {
	w := b.w
	b.published++
	if !b.connected {
		w.fail("board %d publishes without a connection", b.number)
	}
	if len(payload) > 256 {
		w.fail("a message of %d bytes: %s", len(payload), payload)
	}
	if w.may(failing, 10) {
		return errors.New("try again")
	}
	if strings.HasSuffix(topic, "/rows") && w.may(corrupting, 40) {
		payload = payload[:w.rnd.IntN(len(payload))]
	}
	w.carry(b, nil, topic, payload)
	return nil
}

// start boots a board.
func (b *board) start(w *world) {
	b.boot++
	b.bootAt, b.skew = w.now, 0
	seed := uint64(b.number)<<32 + uint64(b.boot)
	if w.faults&unseeding != 0 {
		seed = 1
	}
	b.rnd = rand.New(rand.NewPCG(seed, w.seed))
	o := plotclient.StreamOptions{
		Ring: make([]byte, 2*8*(4+w.rnd.IntN(60))), Buffer: make([]byte, 256), Random: b.rnd.Uint64,
		Client: fmt.Sprint("board ", b.number), CloseTime: 1 << 40, BatchTime: 1 + w.rnd.Int64N(200),
		OnReply: func(command int, r wire.Reply) {
			n, known := b.asked[command]
			if !known || n > 0 {
				w.fail("board %d: reply %d to command %d: %+v", b.number, n+1, command, r)
			}
			// Boots that are alike to the millisecond give their commands the same ids, if
			// none of their rows arrived.
			alike := w.faults&unseeding != 0 && w.faults&rebooting != 0
			if r.OK && (len(r.Files) != 1 || r.Files[0] != b.files[command]) && !alike {
				w.fail("board %d: the reply to %s is %+v", b.number, b.files[command], r)
			}
			if w.faults&^(repeating|cutting|sharing|turningBack|spilling|ordering|failing|muting) == 0 && (!r.OK || r.Rows < b.rows[command] || r.Missing > 0) {
				w.fail("board %d: the reply to %s after %d rows is %+v", b.number, b.files[command], b.rows[command], r)
			}
			b.asked[command]++
			w.outcome.replies++
		},
	}
	switch {
	case w.faults&dropOldest != 0:
		o.Overflow = plotclient.DropOldest
	case w.faults&dropNewest != 0:
		o.Overflow = plotclient.DropNewest
	}
	b.spill = nil
	if w.faults&spilling != 0 {
		b.spill = &memory{w: w, most: w.rnd.IntN(1000)}
		o.Spill = b.spill
	}
	b.s = plotclient.NewStream(b, "hopla", o)
	b.given, b.asked, b.files, b.rows = nil, map[int]int{}, map[int]string{}, map[int]int64{}
	if err := b.s.Open(b.clock(w), b.series, "tag", "v"); err != nil {
		w.fail("open: %v", err)
	}
}

func (b *board) connect(w *world) {
	b.connected = true
	b.life++
	b.s.Connected(b.clock(w))
	if w.server.said != nil && !w.may(muting, 2) {
		w.carry(nil, b, "hopla/server", w.server.said) // it is retained
	}
}

func (b *board) disconnect(w *world, wait int64) {
	b.connected = false
	b.backAt = w.now + wait
	b.s.Disconnected()
	w.packets = slices.DeleteFunc(w.packets, func(p packet) bool { return p.to == nil && w.rnd.IntN(4) == 0 })
}

// A tag says whose row it is. Only its second value is what sensors give.

func tag(number, boot, index int) int64 {
	return int64(number)<<44 | int64(boot)<<32 | int64(index)
}

func second(tag int64) float64 {
	switch n := tag % 97; n {
	case 3:
		return math.NaN()
	case 5:
		return math.Inf(-1)
	default:
		return float64(n) / 7 * float64(n%2*2-1)
	}
}

func poison(tag int64) bool { return tag&63 == 17 }

// step is what a board does at one time.
func (b *board) step(w *world) {
	if !w.calm {
		if w.may(turningBack, 30) {
			b.skew -= w.rnd.Int64N(20_000)
		}
		if w.may(rebooting, 200) && b.boot < 200 {
			// Longer than a message is under way, else a row of the boot before could
			// come in where the same random numbers have led to the same run.
			b.disconnect(w, 3000)
			b.start(w)
		}
		if b.connected && w.may(cutting, 60) {
			b.disconnect(w, w.rnd.Int64N(1000))
		}
		for range w.rnd.IntN(3) {
			index := int(b.s.Measured())
			t := tag(b.number, b.boot, index)
			err := b.s.Row(b.clock(w), float64(t), second(t))
			if err == nil {
				b.given = append(b.given, t)
			} else if err != plotclient.ErrFull || w.faults&(dropOldest|dropNewest) != 0 && w.faults&spillErrors == 0 {
				w.fail("row %d: %v", index, err)
			}
			if b.s.Measured() != int64(len(b.given)) {
				w.fail("%d rows given, %d measured", len(b.given), b.s.Measured())
			}
		}
		if w.may(ordering, 40) {
			var n int
			var err error
			file := fmt.Sprintf("%d/%d.svg", b.boot, len(b.asked))
			if w.rnd.IntN(2) == 0 {
				n, err = b.s.Save(b.clock(w), file)
			} else {
				n, err = b.s.Plot(b.clock(w), plotclient.Title("25 °C"), plotclient.Filename(file), plotclient.XLog())
			}
			if err == nil {
				b.asked[n], b.files[n], b.rows[n] = 0, file, b.s.Measured()
			} else if err != plotclient.ErrCommands {
				w.fail("command: %v", err)
			}
		}
	}
	if !b.connected && w.now >= b.backAt {
		b.connect(w)
	}
	published := b.published
	rest := b.s.Rest(b.clock(w))
	err := b.s.Poll(b.clock(w))
	if acted := b.published > published || err != nil; acted == (rest > 0) {
		w.fail("board %d could rest for %d ms, and its poll did something: %v", b.number, rest, acted)
	}
	if run := b.s.Run(); !b.runs[run] {
		b.runs[run] = true
		w.outcome.runs++
	}
	if p := b.s.Pending(); p < 0 || b.s.Durable()+p != b.s.Measured() {
		w.fail("durable %d, pending %d, measured %d", b.s.Durable(), p, b.s.Measured())
	}
}

// server is the plot server.
type server struct {
	up       bool
	upAt     int64
	instance int
	said     []byte // retained
	runs     map[string]*run
	memory   map[string]*wire.Reply
	order    []string
	waiting  []waiting
	commitAt int64
	stuckTo  int64 // the disk is full until then
	lossy    bool  // it has forgotten something
	rows     wire.Rows
}

type run struct {
	series, name string
	columns      []string
	rows         []int64 // tags, gap where a row is lost
	durable      int
	touched      bool
}

const gap = -1

type waiting struct {
	wire.Request
	command wire.Topic
	until   int64
}

func (v *server) answer(w *world, r wire.Reply) {
	if r.ID != "" && r.ID != "-" {
		if _, known := v.memory[r.ID]; !known {
			v.order = append(v.order, r.ID)
		}
		v.memory[r.ID] = &r
		if len(v.order) > 256 {
			delete(v.memory, v.order[0])
			v.order = v.order[1:]
		}
	}
	v.publish(w, wire.TopicReply, wire.AppendReply(nil, r))
}

func (v *server) publish(w *world, t wire.Topic, payload []byte) {
	for _, b := range w.boards {
		if b.connected {
			w.carry(nil, b, "hopla/"+t.String(), payload)
		}
	}
}

func (v *server) ack(w *world, r *run) {
	v.publish(w, wire.TopicAck, wire.AppendAck(nil, wire.Ack{Series: r.series, Run: r.name, Durable: int64(r.durable)}))
}

func (v *server) find(series, name string) *run { return v.runs[series+"\x00"+name] }

func (v *server) receive(w *world, topic string, payload []byte) {
	t, ok := wire.ParseTopic("hopla", topic)
	switch {
	case !ok:
		w.fail("message on %s", topic)
	case t == wire.TopicNewSeries:
		o, err := wire.ParseOpening(payload)
		if err != nil || !o.V2 || o.ID == "" || o.Run == "" || len(o.Run) < 13 || o.Next < 0 || len(o.Columns) != 2 {
			w.fail("opening %s: %v", payload, err)
			return
		}
		if r, known := v.memory[o.ID]; known && w.faults&recalling != 0 {
			v.publish(w, wire.TopicReply, wire.AppendReply(nil, *r))
			return
		}
		reply := wire.Reply{ID: o.ID, Command: t.String(), Series: o.Series}
		r := v.find(o.Series, o.Run)
		if r != nil && (o.Next == 0 && len(r.rows) > 0 || !slices.Equal(r.columns, o.Columns)) {
			w.outcome.retaken++
			reply.Code, reply.Error = wire.CodeRunTaken, "taken"
			v.answer(w, reply)
			return
		}
		if r == nil {
			r = &run{series: o.Series, name: o.Run, columns: o.Columns}
			v.runs[o.Series+"\x00"+o.Run] = r
		}
		reply.OK, reply.Rows = true, int64(len(r.rows))
		v.answer(w, reply)
		v.ack(w, r)
	case t == wire.TopicRows:
		v.store(w, payload)
	case t == wire.TopicSaveSeries || t == wire.TopicPlotSeries:
		q, err := wire.ParseRequest(t, payload)
		if err != nil || q.ID == "" || q.Rows < 0 {
			w.fail("%s %s: %v", t, payload, err)
			return
		}
		if r, known := v.memory[q.ID]; known {
			if r != nil {
				v.publish(w, wire.TopicReply, wire.AppendReply(nil, *r))
			}
			return
		}
		if v.find(q.Series, q.Run) == nil {
			v.answer(w, wire.Reply{ID: q.ID, Command: t.String(), Series: q.Series, Code: wire.CodeUnknownRun, Error: "?"})
			return
		}
		if w.may(crashing, 3) {
			v.answer(w, wire.Reply{ID: q.ID, Command: t.String(), Series: q.Series, Code: wire.CodeBusy, Error: "busy"})
			return
		}
		v.memory[q.ID] = nil
		v.order = append(v.order, q.ID)
		v.waiting = append(v.waiting, waiting{q, t, w.now + 10_000})
	default:
		w.fail("message on %s", topic)
	}
}

func (v *server) store(w *world, payload []byte) {
	err := wire.ParseRows(payload, &v.rows)
	poisoned := false
	if err == nil && w.faults&poisoning != 0 {
		first := v.rows.First
		for v.rows.Next() {
			poisoned = poisoned || v.rows.Lost == 0 && poison(int64(v.rows.Values[0]))
		}
		err := wire.ParseRows(payload, &v.rows)
		if err != nil || v.rows.First != first {
			w.fail("second reading: %v", err)
		}
	}
	if err != nil || poisoned {
		w.outcome.refusedRows++
		r := wire.Reply{Command: "rows", Series: string(v.rows.Series), Run: string(v.rows.Run), First: v.rows.First, Code: wire.CodeBadRows, Error: "?"}
		var e *wire.Error
		if errors.As(err, &e) {
			r.Series, r.Run, r.First = e.Series, e.Run, e.First
		}
		v.answer(w, r)
		return
	}
	r := v.find(string(v.rows.Series), string(v.rows.Run))
	if r == nil {
		v.answer(w, wire.Reply{Command: "rows", Series: string(v.rows.Series), Run: string(v.rows.Run), Code: wire.CodeUnknownRun, Error: "?"})
		return
	}
	r.touched = true
	have := int64(len(r.rows))
	if v.rows.First > have {
		return
	}
	v.rows.Skip(have - v.rows.First)
	for v.rows.Next() {
		for range v.rows.Lost {
			r.rows = append(r.rows, gap)
		}
		if v.rows.Lost > 0 {
			continue
		}
		t := int64(v.rows.Values[0])
		if got, want := v.rows.Values[1], second(t); len(v.rows.Values) != 2 || got != want && !(got != got && want != want) {
			w.fail("row %d has %v, want %v", t, v.rows.Values, want)
		}
		if t&(1<<32-1) != int64(len(r.rows)) {
			w.fail("row %d (board %d, boot %d, index %d) stored at %d", t, t>>44, t>>32&0xFFF, t&(1<<32-1), len(r.rows))
		}
		for i := len(r.rows) - 1; i >= 0; i-- {
			if r.rows[i] != gap {
				if r.rows[i]>>32 != t>>32 {
					w.fail("row %d of board %d, boot %d in a run with rows of board %d, boot %d", len(r.rows), t>>44, t>>32&0xFFF,
						r.rows[i]>>44, r.rows[i]>>32&0xFFF)
				}
				break
			}
		}
		r.rows = append(r.rows, t)
	}
}

// step is what the server does by itself.
func (v *server) step(w *world) {
	if !v.up {
		if w.now >= v.upAt {
			v.up = true
			v.instance++
			v.say(w, wire.StateOnline)
		}
		return
	}
	if w.may(crashing, 300) || w.may(forgetting, 400) {
		w.outcome.crashes++
		v.say(w, wire.StateOffline)
		v.up, v.upAt = false, w.now+w.rnd.Int64N(3000)
		v.memory, v.order, v.waiting, v.stuckTo = map[string]*wire.Reply{}, nil, nil, 0
		for key, r := range v.sorted() {
			if w.may(forgetting, 2) && r.durable > 0 {
				v.lossy = true
				r.durable = w.rnd.IntN(r.durable)
			}
			if r.rows = r.rows[:r.durable]; w.may(forgetting, 6) {
				v.lossy = true
				delete(v.runs, key)
			}
		}
		return
	}
	if w.may(fullDisk, 300) {
		v.stuckTo = w.now + w.rnd.Int64N(20_000)
	}
	if w.now >= v.commitAt {
		v.commitAt = w.now + 20
		for _, r := range v.sorted() {
			if w.now >= v.stuckTo || w.calm {
				r.durable = len(r.rows)
			}
			if r.touched {
				v.ack(w, r)
			}
			r.touched = false
		}
	}
	v.waiting = slices.DeleteFunc(v.waiting, func(q waiting) bool {
		r := v.find(q.Series, q.Run)
		if len(r.rows) < int(q.Rows) && w.now < q.until {
			return false
		}
		missing := 0
		for _, t := range r.rows {
			if t == gap {
				missing++
			}
		}
		v.answer(w, wire.Reply{ID: q.ID, Command: q.command.String(), Series: q.Series, OK: true, Rows: int64(len(r.rows)), Missing: int64(missing),
			Files: []string{q.File}})
		return true
	})
}

func (v *server) sorted() func(yield func(string, *run) bool) {
	var keys []string
	for k := range v.runs {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return func(yield func(string, *run) bool) {
		for _, k := range keys {
			if !yield(k, v.runs[k]) {
				return
			}
		}
	}
}

func (v *server) say(w *world, state string) {
	s := wire.ServerState{State: state, Instance: fmt.Sprint("i", v.instance)}
	if state == wire.StateOnline {
		s.Version, s.Limits = "0", wire.DefaultLimits()
	}
	v.said = wire.AppendServerState(nil, s)
	if !w.may(muting, 2) {
		v.publish(w, wire.TopicServer, v.said)
	}
}

// memory is a spill in memory.
type memory struct {
	w       *world
	most    int
	data    []byte
	from    int64 // offset of data's first byte
	readAny bool
}

func (m *memory) Append(p []byte) error {
	if len(m.data)+len(p) > m.most || m.w.may(spillErrors, 4) {
		return errors.New("full")
	}
	m.data = append(m.data, p...)
	return nil
}

func (m *memory) ReadAt(p []byte, offset int64) error {
	m.readAny = true
	if offset < m.from || offset+int64(len(p)) > m.from+int64(len(m.data)) {
		m.w.fail("spill: reading %d bytes at %d, there are %d at %d", len(p), offset, len(m.data), m.from)
		return errors.New("not there")
	}
	if m.w.may(spillErrors, 50) {
		return errors.New("bad sector")
	}
	copy(p, m.data[offset-m.from:])
	return nil
}

func (m *memory) Release(offset int64) {
	n := offset - m.from
	if n < 0 || n > int64(len(m.data)) {
		m.w.fail("spill: release to %d, there are %d bytes at %d", offset, len(m.data), m.from)
		return
	}
	m.data, m.from = m.data[n:], offset
}

// play plays the schedule and holds the law.
func (c schedule) play() (outcome, error) {
	w := &world{schedule: c, rnd: rand.New(rand.NewPCG(c.seed, 2)), latest: map[way]int64{}}
	w.server = server{runs: map[string]*run{}, memory: map[string]*wire.Reply{}}
	n := 1
	if c.faults&sharing != 0 {
		n = 2
	}
	for i := range n {
		b := &board{number: i, series: "solar", w: w, runs: map[string]bool{}}
		w.boards = append(w.boards, b)
		b.start(w)
	}
	for i := 0; i < c.steps && w.err == nil; i++ {
		w.now += 1 + w.rnd.Int64N(20)
		w.server.step(w)
		for _, b := range w.boards {
			b.step(w)
		}
		w.deliver()
	}
	// The network calms down, and everything has to come to an end.
	w.calm = true
	end := w.now + 200_000
	for done := false; !done && w.err == nil; {
		w.now += 5
		w.server.step(w)
		done = true
		for _, b := range w.boards {
			b.step(w)
			done = b.s.Close(b.clock(w)) && done
		}
		w.deliver()
		if w.now > end {
			for _, b := range w.boards {
				w.fail("board %d is not done: %v, %d pending, %d durable, %d waiting", b.number, b.s.State(), b.s.Pending(), b.s.Durable(), b.s.Waiting())
			}
		}
	}
	for _, b := range w.boards {
		w.judge(b)
	}
	return w.outcome, w.err
}

// judge compares what a board's last boot has given with what is stored.
func (w *world) judge(b *board) {
	if w.err != nil {
		return
	}
	for n, replies := range b.asked {
		if replies != 1 {
			w.fail("board %d: command %d has %d replies", b.number, n, replies)
		}
	}
	r := w.server.find(b.series, b.s.Run())
	// A server that forgets rows after it has said that they are durable, when
	// there is nothing more to send to it, has to be heard saying that it is
	// another one.
	unheard := w.server.lossy && w.faults&(muting|dropping|delaying) != 0
	if r == nil {
		if len(b.given) > 0 && !unheard {
			w.fail("board %d: no run %s", b.number, b.s.Run())
		}
		return
	}
	if len(r.rows) > len(b.given) || len(r.rows) < len(b.given) && !unheard {
		w.fail("board %d: %d rows stored, %d given", b.number, len(r.rows), len(b.given))
		return
	}
	w.outcome.rows += len(r.rows)
	gaps := 0
	for i, t := range r.rows {
		if t != b.given[i] && t != gap {
			w.fail("board %d: row %d is %d, want %d", b.number, i, t, b.given[i])
		}
		if t != gap {
			continue
		}
		gaps++
		w.outcome.gaps++
		if w.faults&(dropOldest|dropNewest|spillErrors) == 0 && !w.server.lossy && !(w.faults&poisoning != 0 && poison(b.given[i])) {
			w.fail("board %d: row %d of %d is lost without need", b.number, i, len(b.given))
		}
	}
	if b.s.Lost() < int64(gaps) {
		w.fail("board %d: %d rows are missing, %d known to be lost", b.number, gaps, b.s.Lost())
	}
	if w.faults == w.faults&(dropNewest|repeating|sharing|unseeding|turningBack|ordering) && b.s.Lost() != int64(gaps) {
		w.fail("board %d: %d rows are missing, %d said to be lost", b.number, gaps, b.s.Lost())
	}
}
