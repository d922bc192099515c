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
	full       bool
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
	fs.BoolVar(&s.full, "full", false, "values at full precision; else with 4 decimals")
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
		fmt.Fprint(stdout, "plotload sends rows to a plot server as fast as its broker takes them, and tells\nhow many arrived.\n\nUsage: plotload [flags]\n")
		cmdline.WriteFlags(stdout, fs, cmdline.Group{Title: "Load", Flags: []string{"rows", "clients", "full", "ask", "ending", "v1", "pid", "timeout"}}, cmdline.ConnectionFlags())
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

// load is one measurement.
func load(ctx context.Context, s *settings, u *url.URL, o pahomqtt.Options, stdout io.Writer) error {
	var ask *asker
	if !s.v1 {
		var err error
		if ask, err = newAsker(ctx, s.connection.Session, o); err != nil {
			return err
		}
		defer ask.close()
	}
	senders := make([]*sender, s.clients)
	for i := range senders {
		rows := s.rows / s.clients
		if i < s.rows%s.clients {
			rows++
		}
		c, err := connect(ctx, u.Host, o.User, o.Password)
		if err != nil {
			return err
		}
		defer c.Close()
		senders[i] = &sender{conn: c, session: s.connection.Session, series: fmt.Sprintf("plotload%d", i+1), rows: rows}
		if err := senders[i].open(); err != nil {
			return err
		}
		if ask != nil {
			if err := ask.opened(ctx, senders[i].series); err != nil {
				return err
			}
		}
	}
	before, err := resident(s.pid)
	if err != nil {
		return err
	}

	began := time.Now()
	sent, taken, err := sendAll(ctx, senders, s.full)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "sent    %10d rows over %d connections in %.3f s: %.0f rows/s\n", s.rows, s.clients, sent.Sub(began).Seconds(), float64(s.rows)/sent.Sub(began).Seconds())
	fmt.Fprintf(stdout, "taken   %10d rows by the broker in %.3f s: %.0f rows/s\n", s.rows, taken.Sub(began).Seconds(), float64(s.rows)/taken.Sub(began).Seconds())
	if s.v1 {
		if s.ask != "none" {
			for _, c := range senders {
				if err := c.save(c.series + s.file); err != nil {
					return err
				}
			}
		}
		fmt.Fprintln(stdout, "stored  unknown: version 1 has no answers")
		return nil
	}
	if err := ask.marker(ctx); err != nil {
		return err
	}
	// All rows are behind the server now; what it holds is asked after this time.
	took := time.Since(began)
	after, err := resident(s.pid)
	if err != nil {
		return err
	}
	if s.ask == "none" {
		fmt.Fprintf(stdout, "done    after %.3f s: %.0f rows/s, if none got lost\n", took.Seconds(), float64(s.rows)/took.Seconds())
	} else {
		stored := int64(0)
		for _, c := range senders {
			n, err := ask.rows(ctx, c.series, s.ask, c.series+s.file, int64(c.rows))
			if err != nil {
				return err
			}
			stored += n
		}
		fmt.Fprintf(stdout, "stored  %10d rows by the server in %.3f s: %.0f rows/s\n", stored, took.Seconds(), float64(stored)/took.Seconds())
		fmt.Fprintf(stdout, "lost    %10d rows\n", int64(s.rows)-stored)
	}
	if s.pid != 0 {
		fmt.Fprintf(stdout, "memory  %.1f MB before, %.1f MB after: %.1f bytes a row\n", float64(before)/1e6, float64(after)/1e6, float64(after-before)/float64(s.rows))
	}
	return nil
}

var topics = map[string]wire.Topic{"save": wire.TopicSaveSeries, "plot": wire.TopicPlotSeries}
