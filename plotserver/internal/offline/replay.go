package offline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"iotplot/plotclient/cmdline"
)

const replayHelp = `Sends recorded series again, as the board did, to the plot server of another
session: for demonstrations, and to try things out without the board. SESSION is
one that was recorded in --dir, FILE a saved series. Of a session the newest run
of every series is sent; they overlap as they did, with no waiting in between.

  plotserver replay hopla --dir ~/lab --to-session demo
  plotserver replay solar.csv --to-session demo --speed 10x --loop

Rows are sent when they were measured, which the first column with a unit of time
says (its own, or in its name as in t_ms), or one called t or time. Each round is a new run of the series.`

func replayCommand() Command {
	return Command{
		Name:      "replay",
		Arguments: "SESSION|FILE...",
		Short:     "send a recorded session again",
		long:      replayHelp,
		patient:   true,
		groups: []cmdline.Group{
			{Title: "What to send", Flags: []string{"dir", "series", "run"}},
			{Title: "When", Flags: []string{"speed", "time", "rate", "loop"}},
			{Title: "Where to", Flags: []string{"to-session", "broker", "port", "user", "password-file", "ca"}},
		},
		begin: func(flags *pflag.FlagSet) work {
			r := replay{to: cmdline.Connection{Broker: "localhost"}}
			flags.StringVarP(&r.dir, "dir", "d", ".", "`folder` of the server that recorded the session")
			flags.StringSliceVar(&r.series, "series", nil, "`names` of the series to send (default: all)")
			flags.StringVar(&r.run, "run", "", "`name` of the run to send (default: the newest of each series)")
			flags.StringVar(&r.speed, "speed", "1x", "how fast, a `speed`: 1x is real time, 10x is ten times faster, max is as fast as they go")
			flags.StringVar(&r.time, "time", "", "`column` that tells the time, in seconds unless its unit says else")
			flags.Float64Var(&r.rate, "rate", 0, "`rows` a second, in place of their own times")
			flags.BoolVar(&r.loop, "loop", false, "begin again at the end, until Ctrl-C")
			r.to.AddFlags(flags)
			flags.StringVar(&r.toSession, "to-session", "", "`name` of the session to send to")
			flags.Lookup("session").Hidden, flags.Lookup("qos").Hidden = true, true
			return r.do
		},
	}
}

// replay is one call of the command.
type replay struct {
	dir, run, speed, time string
	series                []string
	rate                  float64
	loop                  bool
	to                    cmdline.Connection
	toSession             string
}

// track is a series to be sent.
type track struct {
	pace
	begin time.Duration // after the first of them
}

func (r *replay) do(ctx context.Context, c *call) error {
	if len(c.args) == 0 {
		return usage("plotserver replay hopla --to-session demo", "name the session, or the files, to send again")
	}
	if r.toSession == "" {
		return usage("write for example --to-session demo, and start plotserver -session demo for it", "name the session to send to")
	}
	r.to.Session = r.toSession
	speed, err := parseSpeed(r.speed)
	if err != nil {
		return err
	}
	if r.rate < 0 || math.IsNaN(r.rate) || math.IsInf(r.rate, 0) {
		return usage("", "--rate cannot be %v, it must be a number of rows/s above 0", r.rate)
	}
	connection, err := r.to.Options()
	if err != nil {
		return err
	}
	for _, w := range r.to.Warnings {
		fmt.Fprintln(c.stderr, "plotserver:", w)
	}
	recorded, err := r.find(c.args)
	if err != nil {
		return err
	}
	tracks, err := r.tracks(recorded, speed)
	if err != nil {
		return err
	}
	for _, t := range tracks {
		line := fmt.Sprintf("%s: %s", printable(t.series.Name), count(t.series.Len(), "row"))
		if !math.IsInf(speed, 1) {
			line += fmt.Sprintf(" over %v, %v", shortTime(t.length(), speed), t.pace)
			if t.begin > 0 {
				line += fmt.Sprintf(", from %v on", shortTime(t.begin, speed))
			}
		}
		fmt.Fprintln(c.stdout, line)
	}
	for {
		if err := r.round(ctx, c, connection, tracks, speed); err != nil {
			return err
		}
		if !r.loop || ctx.Err() != nil {
			return nil
		}
	}
}

// round sends all tracks once.
func (r *replay) round(ctx context.Context, c *call, connection connection, tracks []track, speed float64) error {
	senders := make([]*sender, len(tracks))
	errs := make([]error, len(tracks))
	said := &complaints{w: c.stderr}
	for i, t := range tracks {
		s, err := newSender(connection, r.to.Session, t, said)
		if err != nil {
			return err
		}
		senders[i] = s
	}
	began := time.Now()
	var sending sync.WaitGroup
	for i, s := range senders {
		sending.Go(func() { errs[i] = s.send(ctx, began, speed) })
	}
	sending.Wait()
	for i, s := range senders {
		if errs[i] == nil {
			fmt.Fprintln(c.stdout, s.report())
		}
	}
	return errors.Join(errs...)
}

// parseSpeed reads 10x, 0.5 or max; max is infinite.
func parseSpeed(text string) (float64, error) {
	if text == "max" {
		return math.Inf(1), nil
	}
	v, err := strconv.ParseFloat(strings.TrimSuffix(strings.ToLower(text), "x"), 64)
	if err != nil || !(v >= 1e-6 && v <= 1e9) {
		return 0, usage("", "--speed cannot be %q, it must be a number such as 1x, 10x or 0.5x, or max", text)
	}
	return v, nil
}

// shortTime is a duration at a speed, for people.
func shortTime(d time.Duration, speed float64) time.Duration {
	d = time.Duration(min(float64(d)/speed, float64(math.MaxInt64/2)))
	switch {
	case d > time.Minute:
		return d.Round(time.Second)
	case d > time.Second:
		return d.Round(10 * time.Millisecond)
	}
	return d.Round(10 * time.Microsecond)
}
