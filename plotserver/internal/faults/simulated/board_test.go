package simulated

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"iotplot/plotclient"
	"iotplot/plotclient/wire"
)

// board is a board that measures.
type board struct {
	number    int
	w         *world
	boot      int
	bootAt    int64
	skew      int64 // of its clock
	s         *plotclient.Stream
	rnd       *rand.Rand
	connected bool
	deaf      bool // nothing comes through
	life      int  // connections so far
	backAt    int64
	given     []int64 // tags of this boot's rows
	runs      map[string]bool
	replies   map[int]int // to commands of this boot
	files     map[int]string
	rows      map[int]int64 // measured when the command was given
}

const (
	series         = "solar"
	longestMessage = 256
)

func (b *board) String() string {
	if b == nil {
		return "server"
	}
	return fmt.Sprint("board ", b.number)
}

func (b *board) clock() int64 { return b.w.now - b.bootAt + b.skew }

// Publish is the board's connection.
func (b *board) Publish(topic string, payload []byte) error {
	w := b.w
	if !b.connected {
		w.fail("%v publishes without a connection", b)
	}
	if len(payload) > longestMessage {
		w.fail("%v sends %d bytes: %s", b, len(payload), payload)
	}
	if w.may(failing, 10) {
		return errors.New("try again")
	}
	if topic == topicRows && w.may(corrupting, 40) {
		payload = payload[:w.rnd.IntN(len(payload))]
	}
	w.carry(b, nil, topic, payload)
	return nil
}

// start boots a board.
func (b *board) start() {
	w := b.w
	b.boot++
	b.bootAt, b.skew = w.now, 0
	seed := uint64(b.number)<<32 + uint64(b.boot)
	if w.faults&unseeding != 0 {
		seed = 1
	}
	b.rnd = rand.New(rand.NewPCG(seed, w.seed))
	o := plotclient.StreamOptions{
		Ring: make([]byte, 2*8*(4+w.rnd.IntN(60))), Buffer: make([]byte, longestMessage), Random: b.rnd.Uint64,
		Client: fmt.Sprint("board ", b.number), CloseTime: 1 << 40, BatchTime: 1 + w.rnd.Int64N(200), OnReply: b.answered,
	}
	switch {
	case w.faults&dropOldest != 0:
		o.Overflow = plotclient.DropOldest
	case w.faults&dropNewest != 0:
		o.Overflow = plotclient.DropNewest
	}
	if w.faults&spilling != 0 {
		o.Spill = &spill{w: w, most: w.rnd.IntN(1000)}
	}
	b.s = plotclient.NewStream(b, session, o)
	b.given, b.replies, b.files, b.rows = nil, map[int]int{}, map[int]string{}, map[int]int64{}
	if err := b.s.Open(b.clock(), series, "tag", "v"); err != nil {
		w.fail("open: %v", err)
	}
	w.log("%v boots", b)
}

// alike says whether a board's boots can't be told apart by the ids of their
// commands: if they give them at the same millisecond with the same run, which
// takes equal random numbers and that none of the rows before has arrived.
func (w *world) alike() bool { return w.faults&unseeding != 0 && w.faults&rebooting != 0 }

// answered takes a reply.
func (b *board) answered(command int, r wire.Reply) {
	w := b.w
	if n, known := b.replies[command]; !known || n > 0 {
		w.fail("%v: reply %d to command %d: %+v", b, n+1, command, r)
	}
	if r.OK && (len(r.Files) != 1 || r.Files[0] != b.files[command]) && !w.alike() {
		w.fail("%v: the reply to %s is %+v", b, b.files[command], r)
	}
	// Where nothing is gone for good and nothing takes longer than the server
	// waits, a command finds its rows.
	if w.faults&^(repeating|cutting|sharing|turningBack|spilling|ordering|failing|muting|oldClients|tight) == 0 &&
		(!r.OK || r.Rows < b.rows[command] || r.Missing > 0) {
		w.fail("%v: the reply to %s, given after %d rows, is %+v", b, b.files[command], b.rows[command], r)
	}
	b.replies[command]++
	w.outcome.replies++
}

func (b *board) connect() {
	w := b.w
	b.connected = true
	b.life++
	b.deaf = w.may(deafening, 4)
	w.log("%v is connected, deaf %t", b, b.deaf)
	b.s.Connected(b.clock())
	if said := w.server.said; said != nil && !w.may(muting, 2) {
		w.carry(nil, b, topicServer, said) // it is retained
	}
}

func (b *board) disconnect(wait int64) {
	w := b.w
	b.connected = false
	b.backAt = w.now + wait
	w.log("%v has lost its connection", b)
	b.s.Disconnected()
	w.packets = slices.DeleteFunc(w.packets, func(p packet) bool { return p.to == nil && w.rnd.IntN(4) == 0 })
}

// A row is a tag, which says whose it is and where it belongs, and what a sensor
// gives.

func tag(number, boot, index int) int64 {
	return int64(number)<<44 | int64(boot)<<32 | int64(index)
}

func tagText(t int64) string {
	return fmt.Sprintf("row %d of board %d, boot %d", t&(1<<32-1), t>>44, t>>32&0xFFF)
}

func sensor(tag int64) float64 {
	switch n := tag % 97; n {
	case 3:
		return math.NaN()
	case 5:
		return math.Inf(-1)
	default:
		return float64(n) / 7 * float64(n%2*2-1)
	}
}

// step is what a board does at one time.
func (b *board) step() {
	w := b.w
	if !w.calm {
		if w.may(turningBack, 30) {
			b.skew -= w.rnd.Int64N(20_000)
		}
		if w.may(rebooting, 200) && b.boot < 200 {
			// It takes longer than a message is under way, else a row of the boot before
			// could come in where the same random numbers have led to the same run.
			b.disconnect(2 * longestDelay)
			b.start()
		}
		if b.connected && w.may(cutting, 60) {
			b.disconnect(w.rnd.Int64N(1000))
		}
		for range w.rnd.IntN(3) {
			b.measure()
		}
		if w.may(ordering, 40) {
			b.order()
		}
	}
	if !b.connected && w.now >= b.backAt {
		b.connect()
	}
	b.s.Poll(b.clock())
	if b.s.Deaf() {
		w.outcome.deaf++
		b.disconnect(w.rnd.Int64N(1000))
	}
	if run := b.s.Run(); !b.runs[run] {
		b.runs[run] = true
		w.outcome.runs++
	}
	if p := b.s.Pending(); p < 0 || b.s.Durable()+p != b.s.Measured() {
		w.fail("%v: durable %d, pending %d, measured %d", b, b.s.Durable(), p, b.s.Measured())
	}
}

func (b *board) measure() {
	w := b.w
	t := tag(b.number, b.boot, int(b.s.Measured()))
	err := b.s.Row(b.clock(), float64(t), sensor(t))
	switch {
	case err == nil:
		b.given = append(b.given, t)
	case err != plotclient.ErrFull || w.faults&(dropOldest|dropNewest) != 0:
		w.fail("%v: %s: %v", b, tagText(t), err)
	}
	if b.s.Measured() != int64(len(b.given)) {
		w.fail("%v: %d rows given, %d measured", b, len(b.given), b.s.Measured())
	}
}

func (b *board) order() {
	w := b.w
	var n int
	var err error
	file := fmt.Sprintf("%d/%d/%d.svg", b.number, b.boot, len(b.replies))
	if w.rnd.IntN(2) == 0 {
		file = strings.TrimSuffix(file, "svg") + "csv"
		n, err = b.s.Save(b.clock(), file)
	} else {
		n, err = b.s.Plot(b.clock(), plotclient.Title("25 °C"), plotclient.Filename(file), plotclient.XLog())
	}
	switch {
	case err == nil:
		b.replies[n], b.files[n], b.rows[n] = 0, file, b.s.Measured()
		w.log("%v wants %s after %d rows", b, file, b.s.Measured())
	case err != plotclient.ErrCommands:
		w.fail("%v: command: %v", b, err)
	}
}

// spill is a second level behind a board's ring.
type spill struct {
	w    *world
	most int
	data []byte
	from int64 // offset of data's first byte
}

func (m *spill) Append(p []byte) error {
	if len(m.data)+len(p) > m.most {
		return errors.New("full")
	}
	m.data = append(m.data, p...)
	return nil
}

func (m *spill) ReadAt(p []byte, offset int64) error {
	if offset < m.from || offset+int64(len(p)) > m.from+int64(len(m.data)) {
		m.w.fail("spill: reading %d bytes at %d, there are %d at %d", len(p), offset, len(m.data), m.from)
		return errors.New("not there")
	}
	copy(p, m.data[offset-m.from:])
	return nil
}

func (m *spill) Release(offset int64) {
	n := offset - m.from
	if n < 0 || n > int64(len(m.data)) {
		m.w.fail("spill: release to %d, there are %d bytes at %d", offset, len(m.data), m.from)
		return
	}
	m.data, m.from = m.data[n:], offset
}
