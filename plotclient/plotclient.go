// Package plotclient sends measured rows to a plot server, and tells it to save
// and to plot them.
//
// Begin with [New]: it needs a connection that can publish (package pahomqtt has
// one for computers) and the session's name, which the server was started with.
// Then call [Client.NewSeries] once, [Client.Data] for each row, and at the end
// [Client.SaveSeries] and [Client.PlotSeries]. Nothing else is needed.
//
// A Client's messages are version 1 of the protocol, byte for byte what
// iot-plot's Python client sends (lib/plotclient.py of github.com/bboser/iot-plot),
// so a Client drives iot-plot's own server as well.
//
// Where no row may be lost, begin with [NewStream] instead: a [Stream] keeps rows
// until the server has acknowledged them, and sends them again if need be. It
// speaks version 2, and needs a connection that receives.
//
// The package runs on microcontrollers: it starts no goroutine, knows no network
// and no clock, and a row costs no allocation.
package plotclient

import (
	"errors"

	"iotplot/plotclient/wire"
)

// Publisher is the connection to an MQTT broker, as far as a Client needs it.
//
// Publish sends one message without the retain flag. The payload belongs to the
// caller again when Publish returns: an implementation that sends later copies
// it. An error means that the message was not handed over.
type Publisher interface {
	Publish(topic string, payload []byte) error
}

// Errors of calls that no plot server could make sense of. Nothing is sent.
var (
	ErrNoSeries  = errors.New("cannot send to a series without a name: give the series a name of at least one character")
	ErrNoColumns = errors.New("cannot start a series without columns: name at least one column")
	ErrNoValues  = errors.New("cannot send a row without values: give one value for each column")
)

// Client is one session's client. It is for one goroutine at a time: all its
// messages are written into the same buffer.
type Client struct {
	pub Publisher
	err error // what is wrong with the session's name; every call reports it

	newSeries, data, saveSeries, plotSeries string // topics, built once

	// A field, because a buffer on the stack would escape through Publisher at
	// each row. It grows to the longest message and stays.
	buf []byte
}

// New returns a client that publishes to the topics of session through pub. It
// sends nothing. A session's name that MQTT or the server does not allow is
// reported by every later call.
func New(pub Publisher, session string) *Client {
	topic := func(t wire.Topic) string { return string(wire.AppendTopic(nil, session, t)) }
	return &Client{
		pub:        pub,
		err:        wire.CheckSession(session),
		newSeries:  topic(wire.TopicNewSeries),
		data:       topic(wire.TopicData),
		saveSeries: topic(wire.TopicSaveSeries),
		plotSeries: topic(wire.TopicPlotSeries),
	}
}

// NewSeries starts a series: the names of its columns, the first one being x.
// Rows that a series of this name already held make room for the new ones.
func (c *Client) NewSeries(series string, columns ...string) error {
	if err := c.check(series); err != nil {
		return err
	}
	if len(columns) == 0 {
		return ErrNoColumns
	}
	c.buf = wire.AppendNewSeries(c.buf[:0], series, columns...)
	return c.pub.Publish(c.newSeries, c.buf)
}

// Data appends one row to a series: the values in the order of its columns. NaN
// is a gap. It does not allocate once the buffer has grown to the length of a
// row.
func (c *Client) Data(series string, values ...float64) error {
	if err := c.check(series); err != nil {
		return err
	}
	if len(values) == 0 {
		return ErrNoValues
	}
	c.buf = wire.AppendData(c.buf[:0], series, values...)
	return c.pub.Publish(c.data, c.buf)
}

// SaveSeries has the server write a series to a file in its folder. An empty
// filename leaves the choice of the name to the server.
func (c *Client) SaveSeries(series, filename string) error {
	if err := c.check(series); err != nil {
		return err
	}
	c.buf = wire.AppendSave(c.buf[:0], series, filename)
	return c.pub.Publish(c.saveSeries, c.buf)
}

// PlotSeries has the server draw a series to a file in its folder. The options
// are made by [Title], [Filename] and the other functions of this package, or,
// for those it does not know, by [Set].
func (c *Client) PlotSeries(series string, options ...wire.Option) error {
	if err := c.check(series); err != nil {
		return err
	}
	c.buf = wire.AppendPlot(c.buf[:0], series, options...)
	return c.pub.Publish(c.plotSeries, c.buf)
}

func (c *Client) check(series string) error {
	if c.err != nil {
		return c.err
	}
	if series == "" {
		return ErrNoSeries
	}
	return nil
}
