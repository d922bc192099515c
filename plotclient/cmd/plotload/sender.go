package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"time"

	"iotplot/plotclient/wire"
)

// Packets of MQTT 3.1.1: their first bytes (section 2.2.1).
const (
	packetConnect = 0x10
	packetConnack = 0x20
	packetPublish = 0x30 // QoS 0, not retained
	packetPing    = 0xc0
	packetPong    = 0xd0
)

// connect opens a connection of MQTT 3.1.1 to a broker, over which packets made
// beforehand can be written without any further work.
func connect(ctx context.Context, address, user, password string) (net.Conn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("cannot reach a broker at %s: %w", address, err)
	}
	if deadline, ok := ctx.Deadline(); ok {
		c.SetDeadline(deadline)
	}
	flags := byte(0x02) // clean session, so the client's id may be empty
	var login []byte
	if user != "" {
		flags |= 0x80
		login = appendText(login, user)
		if password != "" {
			flags |= 0x40
			login = appendText(login, password)
		}
	}
	body := append(appendText(nil, "MQTT"), 4, flags, 0, 0) // level 4, no keep-alive
	body = append(appendText(body, ""), login...)
	if _, err := c.Write(appendPacket(nil, packetConnect, body)); err != nil {
		c.Close()
		return nil, err
	}
	var answer [4]byte
	if _, err := io.ReadFull(c, answer[:]); err != nil || answer[0] != packetConnack || answer[3] != 0 {
		c.Close()
		return nil, fmt.Errorf("the broker at %s refused the connection (code %d, error %v)", address, answer[3], err)
	}
	return c, nil
}

func appendText(dst []byte, s string) []byte {
	return append(append(dst, byte(len(s)>>8), byte(len(s))), s...)
}

func appendPacket(dst []byte, kind byte, body []byte) []byte {
	dst = append(dst, kind)
	n := len(body)
	for ; n >= 128; n >>= 7 {
		dst = append(dst, byte(n)|128)
	}
	return append(append(dst, byte(n)), body...)
}

// sender is one client.
type sender struct {
	conn    net.Conn
	session string
	series  string
	rows    int
}

func (s *sender) publish(t wire.Topic, payload []byte) []byte {
	topic := wire.AppendTopic(nil, s.session, t)
	return appendPacket(nil, packetPublish, append(appendText(nil, string(topic)), payload...))
}

func (s *sender) open() error {
	_, err := s.conn.Write(s.publish(wire.TopicNewSeries, wire.AppendNewSeries(nil, s.series, "t", "V", "I", "P")))
	return err
}

func (s *sender) save(file string) error {
	_, err := s.conn.Write(s.publish(wire.TopicSaveSeries, wire.AppendSave(nil, s.series, file)))
	return errors.Join(err, s.barrier())
}

// blockRows is how many rows are made before the measurement. They are sent over
// and over, so that making them costs nothing while it runs.
const blockRows = 4096

// values is blockRows rows: the time, and three waves.
func values(full bool) [][4]float64 {
	rows := make([][4]float64, blockRows)
	for i := range rows {
		x := float64(i)
		rows[i] = [4]float64{x * 0.025, 3 + math.Sin(x/50), 0.5 + 0.1*math.Cos(x/70), 1.5 + math.Sin(x/30)}
		if !full {
			for j, v := range rows[i] {
				rows[i][j] = math.Round(v*1e4) / 1e4
			}
		}
	}
	return rows
}

// block returns the packets of blockRows rows and where each ends.
func (s *sender) block(full bool) (packets []byte, ends []int) {
	for _, row := range values(full) {
		packets = append(packets, s.publish(wire.TopicData, wire.AppendData(nil, s.series, row[:]...))...)
		ends = append(ends, len(packets))
	}
	return packets, ends
}

// making is how many ns of a processor it takes to write one row in version 1, which
// a client does for each row and the senders have done beforehand.
func making(full bool) float64 {
	rows := values(full)
	var payload []byte
	cpu, began, n := cpuTime(), time.Now(), 0
	for time.Since(began) < 20*time.Millisecond {
		for i := range rows {
			payload = wire.AppendData(payload[:0], "plotload1", rows[i][:]...)
		}
		n += len(rows)
	}
	return float64(cpuTime()-cpu) / float64(n)
}

// send writes all rows, and returns how many bytes that were.
func (s *sender) send(packets []byte, ends []int) (bytes int64, err error) {
	for left := s.rows; left > 0; left -= blockRows {
		n, err := s.conn.Write(packets[:ends[min(left, blockRows)-1]])
		bytes += int64(n)
		if err != nil {
			return bytes, fmt.Errorf("%s: the broker ended the connection with %d rows to go: %w", s.series, left, err)
		}
	}
	return bytes, nil
}

// barrier waits until the broker has read all that was written: it answers in the
// order of arrival.
func (s *sender) barrier() error {
	if _, err := s.conn.Write([]byte{packetPing, 0}); err != nil {
		return err
	}
	var pong [2]byte
	if _, err := io.ReadFull(s.conn, pong[:]); err != nil {
		return fmt.Errorf("%s: the broker ended the connection: %w", s.series, err)
	}
	if pong[0] != packetPong {
		return fmt.Errorf("%s: the broker sent packet %#x where an answer to a ping was expected", s.series, pong[0])
	}
	return nil
}

// sending is how it went.
type sending struct {
	began  time.Time
	sent   time.Time // the last sender has written its rows
	taken  time.Time // the broker has read them all
	bytes  int64
	cpu    time.Duration // of this program, from began to taken; 0 if not known
	making float64       // ns a row, of which cpu has nothing
}

// sendAll has all senders send at once.
func sendAll(ctx context.Context, senders []*sender, full bool) (all sending, err error) {
	type result struct {
		at    time.Time
		bytes int64
		err   error
	}
	all.making = making(full)
	start := make(chan struct{})
	results := make(chan result, len(senders))
	ready := make(chan struct{}, len(senders))
	for _, s := range senders {
		defer context.AfterFunc(ctx, func() { s.conn.Close() })()
		go func() {
			packets, ends := s.block(full)
			ready <- struct{}{}
			<-start
			n, err := s.send(packets, ends)
			at := time.Now()
			results <- result{at, n, errors.Join(err, s.barrier())}
		}()
	}
	for range senders {
		<-ready
	}
	before := cpuTime()
	all.began = time.Now()
	close(start)
	for range senders {
		r := <-results
		err = errors.Join(err, r.err)
		all.bytes += r.bytes
		if r.at.After(all.sent) {
			all.sent = r.at
		}
	}
	all.taken, all.cpu = time.Now(), cpuTime()-before
	return all, err
}
