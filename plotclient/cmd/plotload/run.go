package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/spf13/pflag"

	"iotplot/plotclient/cmdline"
	"iotplot/plotclient/pahomqtt"
	"iotplot/plotclient/wire"
)

// Limits of what can be asked for, so that a slip of the finger does not fill the
// server's memory.
const (
	maxRows    = 100_000_000
	maxClients = 64
)

type settings struct {
	connection cmdline.Connection
	rows       int
	clients    int
	precision  string
	version    string
	v1         bool
	ask, file  string
	pid        int
	timeout    time.Duration
}

func (s *settings) addFlags(fs *pflag.FlagSet) {
	s.connection.Broker = "localhost"
	s.connection.AddFlags(fs)
	fs.Lookup("qos").Hidden = true // it is 0
	fs.IntVar(&s.rows, "rows", 1_000_000, "`number` of rows of 4 values, of all clients together")
	fs.IntVar(&s.clients, "clients", 1, "`number` of clients, each with a connection and a series of its own")
	fs.StringVar(&s.precision, "precision", "4", "`digits` of the values: 4 decimals, or full")
	fs.StringVar(&s.version, "version", "both", "`version` of the protocol: 1, 2 or both")
	fs.StringVar(&s.ask, "ask", "save", "`how` to learn the number of rows stored: save, plot or none")
	fs.StringVar(&s.file, "ending", "", "`ending` of the files; .pkl for save, .png for plot")
	fs.BoolVar(&s.v1, "v1", false, "send version 1 only and wait for no answer, as iot-plot's own server has none")
	fs.IntVar(&s.pid, "pid", 0, "`number` of the process of a server just started, to see its memory (Linux)")
	fs.DurationVar(&s.timeout, "timeout", 2*time.Minute, "`time` after which it gives up")
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	var s settings
	fs := pflag.NewFlagSet("plotload", pflag.ContinueOnError)
	fs.SortFlags = false
	s.addFlags(fs)
	switch err := cmdline.Parse(fs, args); {
	case errors.Is(err, pflag.ErrHelp):
		fmt.Fprint(stdout, "plotload sends rows to a plot server as fast as it can, in both versions of the\nprotocol, and tells how many arrived.\n\nUsage: plotload [flags]\n")
		cmdline.WriteFlags(stdout, fs, cmdline.Group{Title: "Load", Flags: []string{"rows", "clients", "precision", "version", "ask", "ending", "v1", "pid", "timeout"}}, cmdline.ConnectionFlags())
		return nil
	case err != nil:
		return err
	}
	if err := cmdline.NoArguments(fs, "plotload --help lists the flags"); err != nil {
		return err
	}
	u, o, err := s.check()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, s.timeout, fmt.Errorf("gave up after %v (--timeout)", s.timeout))
	defer cancel()
	if err := load(ctx, &s, u, o, stdout); err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("%w: %w", context.Cause(ctx), err)
		}
		return err
	}
	return nil
}

func (s *settings) check() (*url.URL, pahomqtt.Options, error) {
	refuse := func(format string, a ...any) (*url.URL, pahomqtt.Options, error) {
		return nil, pahomqtt.Options{}, &cmdline.Error{Text: fmt.Sprintf(format, a...), Usage: true}
	}
	switch {
	case s.rows < 1 || s.rows > maxRows:
		return refuse("--rows cannot be %d, it must be from 1 to %d", s.rows, maxRows)
	case s.clients < 1 || s.clients > maxClients:
		return refuse("--clients cannot be %d, it must be from 1 to %d", s.clients, maxClients)
	case s.precision != "4" && s.precision != "full":
		return refuse("--precision cannot be %q, it must be 4 or full", s.precision)
	case s.version != "1" && s.version != "2" && s.version != "both":
		return refuse("--version cannot be %q, it must be 1, 2 or both", s.version)
	case s.ask != "save" && s.ask != "plot" && s.ask != "none":
		return refuse("--ask cannot be %q, it must be save, plot or none", s.ask)
	case s.timeout <= 0:
		return refuse("--timeout cannot be %v, it must be more than nothing", s.timeout)
	}
	if s.file == "" {
		s.file = ".pkl"
		if s.ask == "plot" {
			s.file = ".png"
		}
	}
	o, err := s.connection.Options()
	if err != nil {
		return nil, o, err
	}
	u, err := pahomqtt.ParseBroker(o.Broker, o.Port)
	if err != nil {
		return nil, o, err
	}
	if u.Scheme != "tcp" {
		return refuse("cannot use %s: plotload speaks plain MQTT over TCP only", s.connection.Broker)
	}
	return u, o, nil
}

// load is one measurement, or two.
func load(ctx context.Context, s *settings, u *url.URL, o pahomqtt.Options, stdout io.Writer) error {
	if s.v1 {
		_, err := loadVersion1(ctx, s, u, o, stdout)
		return err
	}
	var one, two result
	var err error
	if s.version != "2" {
		fmt.Fprintln(stdout, "version 1: a message a row, made beforehand")
		if one, err = loadVersion1(ctx, s, u, o, stdout); err != nil {
			return err
		}
		one.print(stdout)
	}
	if s.version != "1" {
		fmt.Fprintln(stdout, "version 2: batches, sent until they are acknowledged")
		if two, err = loadVersion2(ctx, s, o, stdout); err != nil {
			return err
		}
		two.print(stdout)
	}
	if s.version == "both" {
		fmt.Fprintf(stdout, "version 2 sends %.0f %% of version 1's bytes and stores %.1f times as many rows/s\n",
			100*two.bytes/one.bytes, two.rate/one.rate)
	}
	return nil
}

// result is what one version did.
type result struct {
	rate  float64 // rows/s stored
	bytes float64 // of MQTT a row, to the broker
	cpu   float64 // ns a row, in the client
}

func (r result) print(w io.Writer) {
	fmt.Fprintf(w, "wire    %.1f bytes a row\n", r.bytes)
	if r.cpu > 0 {
		fmt.Fprintf(w, "client  %.0f ns of CPU a row\n", r.cpu)
	}
}

// share is how many rows are the share of client i.
func (s *settings) share(i int) int {
	rows := s.rows / s.clients
	if i < s.rows%s.clients {
		rows++
	}
	return rows
}

// measured prints the line of rows that came somewhere, and returns their rate.
func measured(w io.Writer, what string, rows int64, where string, d time.Duration) float64 {
	rate := float64(rows) / d.Seconds()
	fmt.Fprintf(w, "%-7s %10d rows %s in %.3f s: %.0f rows/s\n", what, rows, where, d.Seconds(), rate)
	return rate
}

// memory prints how much memory the server has taken for the rows.
func (s *settings) memory(w io.Writer, before int64) error {
	if s.pid == 0 {
		return nil
	}
	after, err := resident(s.pid)
	if err == nil {
		fmt.Fprintf(w, "memory  %.1f MB before, %.1f MB after: %.1f bytes a row\n", float64(before)/1e6, float64(after)/1e6, float64(after-before)/float64(s.rows))
	}
	return err
}

var topics = map[string]wire.Topic{"save": wire.TopicSaveSeries, "plot": wire.TopicPlotSeries}
