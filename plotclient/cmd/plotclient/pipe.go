package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/pflag"

	"iotplot/plotclient/cmdline"
	"iotplot/plotclient/hoststream"
)

const pipeHelp = `Starts a measurement and sends it the rows of numbers of the standard input, one
row a line, until it ends or Ctrl-C is typed:

  cat /dev/ttyUSB0 | plotclient pipe solar 't[s]' 'V[V]' 'I[mA]' --plot solar.pdf

Numbers are separated by blanks, tabs, commas or semicolons; -, nan, and nothing
between two commas is a gap. Empty lines and comments (#) are skipped. So are
other lines that are no rows, such as headings and messages of a board; they are
counted. A row with too few values is filled up with gaps, of one with too many
the first ones are kept.

Rows are kept until the server has them for good, and sent again after a fault: a
broker or a server may be restarted meanwhile. For one that does not answer it
waits --timeout at the start and after the end of the input, and as long as the
input goes on. It ends with a code other than 0 if a row did not get there.`

// pipeFlags are what to do when all rows are sent.
type pipeFlags struct {
	save optional
	plot string
}

func pipeGroup() cmdline.Group {
	return cmdline.Group{Title: "At the end", Flags: []string{"save", "plot"}}
}

func (p *pipeFlags) add(fs *pflag.FlagSet) {
	fs.Var(&p.save, "save", "save the series, to SERIES.pkl and SERIES.csv or to this `file`")
	fs.Lookup("save").NoOptDefVal = noFile
	fs.StringVar(&p.plot, "plot", "", "plot the series to this `file`")
}

// optional is a flag that can stand alone or with a text.
type optional struct {
	on   bool
	text string
}

// noFile stands for a flag without a text; nobody can type it.
const noFile = "\x00"

func (o *optional) String() string { return o.text }
func (o *optional) Type() string   { return "string" }
func (o *optional) Set(s string) error {
	o.on, o.text = true, s
	if s == noFile {
		o.text = ""
	}
	return nil
}

func runPipe(ctx context.Context, c *call) error {
	opts, err := checkPipe(c)
	if err != nil {
		return err
	}
	names, units, err := c.columns()
	if err != nil {
		return err
	}
	if c.v1 {
		return pipeVersion1(ctx, c, opts)
	}
	return measure(ctx, c, c.args[0], names, units, func(m *measurement) error {
		p := newPipe(c, m.console)
		p.give = m.stream.Row
		p.stored = func() int64 { return m.stream.Status().Stored() }
		err := p.send(m.ctx, newLines(m.ctx, c.stdin))
		if cause := context.Cause(m.ctx); cause != nil && ctx.Err() == nil {
			err = cause // the server refused, or there is none
		} else if ctx.Err() != nil && errors.Is(err, context.Canceled) {
			err = nil // a row that waited when Ctrl-C came; it is counted by nobody
		}
		if nothing := p.nothing(ctx, err); nothing != nil {
			return nothing
		}
		// Ctrl-C, or a board that was unplugged, has ended the rows, not the work:
		// what was asked for at the end is still done.
		safe := err
		if context.Cause(m.ctx) == nil || ctx.Err() != nil {
			safe = m.flush(ctx)
		}
		fmt.Fprintln(c.stdout, p.summary(m.stream.Status()))
		if safe != nil {
			return errors.Join(err, safe)
		}
		return errors.Join(err, m.end(ctx, opts))
	})
}

// pipeVersion1 sends version 1, which has no answers.
func pipeVersion1(ctx context.Context, c *call, opts []option) error {
	return converse(ctx, c, c.args[0], func(v *conversation) error {
		if err := v.client.NewSeries(v.series, c.args[1:]...); err != nil {
			return err
		}
		p := newPipe(c, newConsole(c.stderr))
		in := newLines(ctx, c.stdin)
		old := &version1Rows{
			client: v.client, series: v.series, console: p.console, rows: &p.rows, ended: in.ended,
			pause: func(d time.Duration) { sleep(ctx, d) }, timeout: c.timeout,
		}
		p.give = old.give
		err := p.send(ctx, in)
		fmt.Fprintln(c.stdout, p.summaryOfVersion1())
		if nothing := p.nothing(ctx, err); nothing != nil {
			return nothing
		}
		if err == nil {
			if err = awaitConnection(v, p.rows.Load()); err != nil {
				return err
			}
		}
		ctx = context.WithoutCancel(ctx)
		if c.pipe.save.on {
			err = errors.Join(err, save(ctx, c, v, c.pipe.save.text))
		}
		if c.pipe.plot != "" {
			err = errors.Join(err, plot(ctx, c, v, c.pipe.plot, opts))
		}
		return err
	})
}

// awaitConnection returns when there is a connection, or with what is known about
// the rows when it does not come back.
func awaitConnection(v *conversation, rows int64) error {
	for end := time.Now().Add(v.timeout); !v.conn.Up(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			return fmt.Errorf("the connection to the broker at %s is lost and did not come back within %v: %s were sent before, and the last ones are lost unless the server comes back with them",
				v.place, v.timeout, count(rows, "row"))
		}
	}
	return nil
}

func checkPipe(c *call) ([]option, error) {
	if len(c.args) < 2 {
		return nil, usage("cat FILE | plotclient pipe solar t V I", "name a series and its columns")
	}
	if c.pipe.save.on && c.pipe.save.text == "" {
		for _, name := range c.args {
			switch strings.ToLower(path.Ext(name)) {
			case ".pkl", ".csv", ".json", ".parquet", ".npz", ".mat":
				return nil, usage("write --save="+name, "the file %s stands where a series or a column is expected", name)
			}
		}
	}
	if name, yes := c.plot.changed(); yes && c.pipe.plot == "" {
		return nil, usage("add --plot FILE", "--%s is for a plot, and none is asked for", name)
	}
	return c.plot.all()
}

// pipe sends lines as rows.
type pipe struct {
	series  string
	columns int
	console *console
	give    func(ctx context.Context, values ...float64) error
	stored  func() int64 // rows that are safe; nil if nobody knows

	values []float64
	began  time.Time

	rows                              atomic.Int64 // given
	lines                             int          // read, of any kind
	short, long, holed, text, tooLong int          // lines, by what is wrong with them
}

func newPipe(c *call, console *console) *pipe {
	return &pipe{series: c.args[0], columns: len(c.args) - 1, console: console}
}

// nothing is the error if there was no row, whatever err ended the input.
func (p *pipe) nothing(ctx context.Context, err error) error {
	switch {
	case p.rows.Load() > 0:
		return nil
	case err != nil:
		return err
	case ctx.Err() != nil:
		return errors.New("interrupted before the first row")
	}
	return fmt.Errorf("no rows were sent: there was no row of numbers in %s of input", count(int64(p.lines), "line"))
}

// send sends all rows of in. It returns nil when in or ctx ends.
func (p *pipe) send(ctx context.Context, in *lines) error {
	p.began = time.Now()
	stop := p.showProgress()
	defer func() {
		p.lines = in.number
		stop()
	}()
	for {
		line, err := in.next()
		switch {
		case err == nil:
			if in.number == 1 {
				line = bytes.TrimPrefix(line, []byte("\ufeff"))
			}
			if !p.parse(line, in.number) {
				continue
			}
			if err := p.give(ctx, p.values...); err != nil {
				return err
			}
			p.rows.Add(1)
		case errors.Is(err, errLineTooLong):
			if p.tooLong++; p.tooLong == 1 {
				p.console.say("line %d is longer than %d bytes and skipped; further ones are counted", in.number, maxLine)
			}
		case errors.Is(err, io.EOF), ctx.Err() != nil:
			return nil
		default:
			return fmt.Errorf("cannot read the standard input after line %d: %w", in.number, err)
		}
	}
}

// parse makes p.values the row of a line, and reports whether there is one. The
// first of each kind of fault is said.
func (p *pipe) parse(line []byte, number int) bool {
	var wrong, first int
	p.values, wrong, first = parseLine(p.values[:0], line)
	n := len(p.values)
	switch {
	case n == 0 || line[skipBlanks(line, 0)] == '#':
		return false
	case isGarbage(line):
		if p.text++; p.text == 1 {
			p.console.say("line %d is not text and skipped: %s; further ones are counted", number, excerpt(line))
		}
		return false
	case hasDecimalCommas(line) && n != p.columns, hasBlankedDecimalCommas(line, p.columns):
		if p.text++; p.text == 1 {
			p.console.say("line %d has decimal commas and is skipped: %s; write 1.5 for 1,5, for example with sed 's/,/./g'", number, excerpt(line))
		}
		return false
	case wrong > 0 && isText(p.values, wrong, first, p.columns):
		if p.text++; p.text == 1 {
			p.console.say("line %d is no row of numbers and skipped: %s; further ones are counted", number, excerpt(line))
		}
		return false
	case wrong > 0:
		if p.holed++; p.holed == 1 {
			p.console.say("line %d has something else than a number as value %d, sent as a gap: %s; further ones are counted", number, first+1, excerpt(line))
		}
	}
	if n == p.columns+1 && endsInSeparator(line) {
		n-- // 1,2,3, is three values
	}
	switch {
	case n < p.columns:
		if p.short++; p.short == 1 {
			p.console.say("line %d has %s for %d columns, the missing ones are sent as gaps; further ones are counted", number, count(int64(n), "value"), p.columns)
		}
		for len(p.values) < p.columns {
			p.values = append(p.values, math.NaN())
		}
	case n > p.columns:
		if p.long++; p.long == 1 {
			p.console.say("line %d has %d values for %s, the first ones are sent; further ones are counted%s", number, n, count(int64(p.columns), "column"), commaHint(line))
		}
	}
	p.values = p.values[:p.columns]
	return true
}

// isText tells messages and headings from rows in which some values are garbled,
// as on a serial line. Rows have mostly numbers, and either begin with one or have
// as many fields as there are columns.
func isText(values []float64, wrong, first, columns int) bool {
	switch {
	case !slices.ContainsFunc(values, func(v float64) bool { return !math.IsNaN(v) }):
		return true
	case first > 0:
		return 2*wrong > len(values)
	}
	return len(values) != columns || 2*wrong >= len(values)
}

// commaHint is for a line that has too many values because its decimal points are
// commas.
func commaHint(line []byte) string {
	if bytes.IndexByte(line, ',') >= 0 && bytes.IndexByte(line, '.') < 0 {
		return "; numbers have a decimal point, not a comma"
	}
	return ""
}

// showProgress writes a line of progress until the function it returns is called.
func (p *pipe) showProgress() (stop func()) {
	if !p.console.live {
		return func() {}
	}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(500 * time.Millisecond)
		defer tick.Stop()
		var before int64
		at := p.began
		for {
			select {
			case now := <-tick.C:
				n := p.rows.Load()
				text := fmt.Sprintf("%s: %s, %s rows/s", p.series, count(n, "row"), rate(n-before, now.Sub(at)))
				if p.stored != nil {
					text += fmt.Sprintf(", %d stored", p.stored())
				}
				p.console.progress(text)
				before, at = n, now
			case <-done:
				p.console.progress("")
				return
			}
		}
	}()
	return func() { close(done); <-ended }
}

// summary is the line, or lines, at the end.
func (p *pipe) summary(v hoststream.Status) string {
	n, took := p.rows.Load(), time.Since(p.began)
	sent := "sent"
	if v.Pending() > 0 {
		sent = "read"
	}
	return fmt.Sprintf("%s: %s %s, %d stored, %d missing, in %.3f s (%s rows/s), run %s", p.series, count(n, "row"), sent,
		v.Stored(), v.Lost, took.Seconds(), rate(v.Durable, took), v.Run) + p.faults()
}

func (p *pipe) summaryOfVersion1() string {
	n, took := p.rows.Load(), time.Since(p.began)
	return fmt.Sprintf("%s: %s sent in %.3f s (%s rows/s)", p.series, count(n, "row"), took.Seconds(), rate(n, took)) + p.faults()
}

// faults is a line for each kind of fault that lines had.
func (p *pipe) faults() (s string) {
	for _, f := range []struct {
		n    int
		what string
	}{
		{p.short, "with too few values, filled up with gaps"},
		{p.long, "with too many values, cut"},
		{p.holed, "with something that is no number, sent as a gap"},
		{p.text, "skipped, being no rows of numbers"},
		{p.tooLong, "skipped, being too long"},
	} {
		if f.n > 0 {
			s += fmt.Sprintf("\n  %s %s", count(int64(f.n), "line"), f.what)
		}
	}
	return s
}

func rate(rows int64, d time.Duration) string {
	if d <= 0 {
		return "0"
	}
	r := float64(rows) / d.Seconds()
	if r < 10 {
		return strconv.FormatFloat(r, 'f', 1, 64)
	}
	return strconv.FormatFloat(r, 'f', 0, 64)
}

// excerpt is the beginning of a line that may hold anything, safe to print.
func excerpt(line []byte) string {
	const most = 40
	line = bytes.TrimSpace(line)
	if len(line) > most {
		return strconv.Quote(string(line[:most])) + "…"
	}
	return strconv.Quote(string(line))
}

// sleep waits for d, or less if ctx is done.
func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
