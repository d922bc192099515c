package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/pflag"

	"iotplot/firmware/internal/lamp"
	"iotplot/firmware/internal/station"
	"iotplot/plotclient/cmdline"
	"iotplot/plotclient/mqtt"
	"iotplot/plotclient/pahomqtt"
	"iotplot/plotclient/wire"
)

// Program is a board's program on a laptop. Its fields are set before Run, but for
// those that say otherwise.
type Program struct {
	Name  string // of the command
	About string // what it does, for the help
	Flags *pflag.FlagSet
	Group cmdline.Group // of its own flags, for the help

	Stdout, Stderr io.Writer

	// Set by the flags, known within Run.
	Connection cmdline.Connection
	Timeout    time.Duration // for the server, when all is measured
	Speed      float64       // simulated seconds a second
	Seed       uint64
	Repeat     bool

	place  string // of the broker
	said   string // the trouble that was printed last
	micros int64  // simulated time
	start  time.Time
}

// New prepares a program with the flags that all have.
func New(name, about string, stdout, stderr io.Writer) *Program {
	p := &Program{
		Name: name, About: about, Stdout: stdout, Stderr: stderr,
		Flags:      pflag.NewFlagSet(name, pflag.ContinueOnError),
		Connection: cmdline.Connection{Broker: "localhost"},
		start:      time.Now(),
	}
	p.Flags.SortFlags = false
	p.Connection.AddFlags(p.Flags)
	for _, unused := range []string{"qos", "ca"} { // a board has no use for them
		p.Flags.Lookup(unused).Hidden = true
	}
	p.Flags.DurationVar(&p.Timeout, "timeout", 30*time.Second, "`time` to wait for the server when all is measured")
	p.Flags.Float64Var(&p.Speed, "speed", 1, "simulated seconds in a second, a `number` from 0.1 to 1000")
	p.Flags.Uint64Var(&p.Seed, "seed", 1, "`number` that chance begins from")
	p.Flags.BoolVar(&p.Repeat, "repeat", false, "measure again and again, until Ctrl-C")
	return p
}

// Main runs a program as a command and returns its exit code.
func Main(program func(ctx context.Context, args []string, stdout, stderr io.Writer) error, name string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second Ctrl-C ends the program at once
	return cmdline.Report(os.Stderr, name, program(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// Parse reads the command line. With done there is nothing more to do: the help was
// shown.
func (p *Program) Parse(args []string) (done bool, err error) {
	switch err := cmdline.Parse(p.Flags, args); {
	case errors.Is(err, pflag.ErrHelp):
		fmt.Fprintf(p.Stdout, "%s\n\nUsage: %s [flags]\n", p.About, p.Name)
		cmdline.WriteFlags(p.Stdout, p.Flags, p.Group, cmdline.ConnectionFlags())
		return true, nil
	case err != nil:
		return false, err
	}
	if err := cmdline.NoArguments(p.Flags, p.Name+" takes flags only: --help lists them"); err != nil {
		return false, err
	}
	switch {
	case p.Timeout <= 0:
		return false, Usage("", "--timeout cannot be %v, it must be more than nothing", p.Timeout)
	case !(p.Speed >= 0.1 && p.Speed <= 1000):
		return false, Usage("", "--speed cannot be %g, it must be from 0.1 to 1000", p.Speed)
	}
	return false, nil
}

// Usage is an error of the command line.
func Usage(hint, format string, a ...any) error {
	return &cmdline.Error{Text: fmt.Sprintf(format, a...), Hint: hint, Usage: true}
}

// Station gives options that lead to the broker of the flags and say on the terminal
// what happens.
func (p *Program) Station() (station.Options, error) {
	var o station.Options
	connection, err := p.Connection.Options()
	if err != nil {
		return o, err
	}
	for _, warning := range p.Connection.Warnings {
		fmt.Fprintf(p.Stderr, "%s: %s\n", p.Name, warning)
	}
	broker, err := pahomqtt.ParseBroker(connection.Broker, connection.Port)
	switch {
	case err != nil:
		return o, err
	case broker.Scheme != "tcp" && broker.Scheme != "mqtt" || connection.CAFile != "":
		return o, Usage("", "cannot join %s: a board speaks MQTT over plain TCP only", broker.Redacted())
	case connection.QoS != 0:
		return o, Usage("leave --qos out", "a board sends at QoS 0 only, and rows again until the server has them for good")
	}
	p.place = broker.Host
	o.Session = p.Connection.Session
	o.NetworkClock = func() int64 { return time.Since(p.start).Milliseconds() }
	o.OnReply = p.reply
	o.OnTrouble = p.trouble
	o.Uplink.Dial = func() (io.ReadWriteCloser, error) { return dial(p.place) }
	// Runs must differ from those of the last time, whatever the seed of the
	// simulation.
	o.Uplink.Random = rand.Uint64
	o.Uplink.User, o.Uplink.Password = connection.User, connection.Password
	o.Uplink.LongestPause = 3_000 // a laptop's user does not wait for half a minute
	o.Uplink.Stream.Meta = map[string]any{"device": "simulated"}
	new(station.Memory).Use(&o.Uplink)
	return o, nil
}

// trouble prints what went wrong, but not the same twice in a row.
func (p *Program) trouble(err error) {
	if text := err.Error(); text != p.said {
		p.said = text
		fmt.Fprintf(p.Stderr, "%s: %s\n", p.Name, text)
		if errors.Is(err, mqtt.ErrRefused) {
			fmt.Fprintf(p.Stderr, "  hint: is %s the session that the plot server there was started with? name that one with -session\n", p.Connection.Session)
		}
	}
}

// Place is the broker's host and port, known after Station.
func (p *Program) Place() string { return p.place }

// reply prints the server's answer to a command.
func (p *Program) reply(r wire.Reply) {
	verb := "plotted"
	if r.Command == wire.TopicSaveSeries.String() {
		verb = "saved"
	}
	if !r.OK {
		fmt.Fprintf(p.Stdout, "%s: the server refused %s: %s\n", r.Series, r.Command, r.Error)
		return
	}
	text := fmt.Sprintf("%s: %d rows %s to", r.Series, r.Rows, verb)
	for i, f := range r.Files {
		if i > 0 {
			text += ","
		}
		text += " " + f
	}
	if r.Missing > 0 {
		text += fmt.Sprintf(", %d of them are missing", r.Missing)
	}
	fmt.Fprintln(p.Stdout, text)
	if r.Warning != "" {
		fmt.Fprintf(p.Stdout, "%s: %s\n", r.Series, r.Warning)
	}
}

// Micros is the simulated time in µs.
func (p *Program) Micros() int64 { return p.micros }

// Loop calls step at every millisecond of the simulated time, until it says that
// all is done or ctx is. A laptop that is too slow makes the simulation slower, and
// nothing else.
func (p *Program) Loop(ctx context.Context, step func(now int64) (done bool)) {
	const (
		turn   = 1_000                 // µs of simulated time
		behind = 50 * time.Millisecond // that are caught up with
	)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	due, last := 0.0, time.Now()
	for ctx.Err() == nil {
		now := time.Now()
		due += float64(min(now.Sub(last), behind).Microseconds()) * p.Speed
		for last = now; due >= turn; due -= turn {
			p.micros += turn
			if step(p.micros / 1000) {
				return
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

// Late is what is known when the server did not answer in time.
func (p *Program) Late(what string, s *station.Station) error {
	link := s.Link()
	text := fmt.Sprintf("%s is not delivered within %v: ", what, p.Timeout)
	if n := link.Stream().Pending(); n > 0 || link.Stream().Measured() == 0 {
		text += fmt.Sprintf("%d rows are not safe", n)
	} else {
		text += fmt.Sprintf("%d commands are not answered", link.Stream().Waiting())
	}
	switch f, reason := link.Failure(), link.Stream().Reason(); {
	case f != nil:
		text += fmt.Sprintf(", %v", f)
	case reason != "":
		text += ", the server refused: " + reason
	default:
		text += fmt.Sprintf(", no plot server answers in session %s at %s", p.Connection.Session, p.place)
	}
	return &cmdline.Error{Text: text, Hint: "is the plot server running? go run ./plotserver -session " + p.Connection.Session}
}

// Fault is what is wrong with the result of a measurement of so many rows, nil if
// nothing is.
func Fault(r station.Result, rows int64) error {
	switch {
	case r.Refused != "":
		return fmt.Errorf("the plot server refused: %s", r.Refused)
	case r.Lost > 0 || r.Missing > 0:
		return fmt.Errorf("%d rows are lost", max(r.Lost, r.Missing))
	case r.Rows != rows:
		return fmt.Errorf("the server has %d rows of %d", r.Rows, rows)
	}
	return nil
}

// Log runs a program that measures for ever: for so many ms of the simulated time, or
// until Ctrl-C, then it has the series saved and plotted, by order, and waits for the
// answers.
func (p *Program) Log(ctx context.Context, s *station.Station, ms int64, step func(now int64), order func(now int64)) error {
	var err error
	ordered := time.Time{}
	stopped := ctx.Done()
	p.Loop(context.WithoutCancel(ctx), func(now int64) bool {
		if ordered.IsZero() {
			step(now)
			select {
			case <-stopped:
			default:
				if now < ms || ms == 0 {
					return false
				}
			}
			order(now)
			ordered = time.Now()
			return false
		}
		s.Turn(now, false, lamp.Sending) // no step: rows from now on would not be in the files
		r := s.Result()
		if st := s.Stream(); st.Waiting() == 0 && st.Pending() == 0 && r.Replies >= 2 {
			err = Fault(r, r.Rows)
			s.Link().Rest()
			return true
		}
		if time.Since(ordered) > p.Timeout {
			err = p.Late("the log", s)
			return true
		}
		return false
	})
	return err
}
