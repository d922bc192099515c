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

	"iotplot/plotclient"
	"iotplot/plotclient/cmdline"
	"iotplot/plotclient/pahomqtt"
	"iotplot/plotclient/wire"
)

const pipeHelp = `Starts a series and sends it the rows of numbers of the standard input, one row
a line, until it ends or Ctrl-C is typed:

  cat /dev/ttyUSB0 | plotclient pipe solar t V I --plot solar.pdf

Numbers are separated by blanks, tabs, commas or semicolons; -, nan, and nothing
between two commas is a gap. Empty lines and comments (#) are skipped. So are
other lines that are no rows, such as headings and messages of a board; they are
counted. A row with too few values is filled up with gaps, of one with too many
the first ones are kept.`

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
	return converse(ctx, c, c.args[0], func(v *conversation) error {
		if err := startPipe(ctx, c, v); err != nil {
			return err
		}
		p := &pipe{
			client:  v.client,
			series:  v.series,
			columns: len(c.args) - 1,
			console: newConsole(c.stderr),
			replies: v.replies,
			pause:   func(d time.Duration) { sleep(ctx, d) },
			timeout: c.timeout,
		}
		err := p.send(ctx, newLines(ctx, c.stdin))
		fmt.Fprintln(c.stdout, p.summary())
		rows := p.rows.Load()
		switch {
		case rows == 0 && err != nil:
			return err
		case rows == 0 && ctx.Err() != nil:
			return errors.New("interrupted before the first row")
		case rows == 0:
			return fmt.Errorf("no rows were sent: there was no row of numbers in %s of input", count(int64(p.lines), "line"))
		}
		if err == nil {
			if err = awaitConnection(v, rows); err != nil {
				return err
			}
		}
		// Ctrl-C, or a board that was unplugged, has ended the rows, not the work:
		// what was asked for at the end is still done.
		if ending := endPipe(context.WithoutCancel(ctx), c, v, opts, rows); err == nil {
			err = ending
		}
		return err
	})
}

// startPipe opens the series.
func startPipe(ctx context.Context, c *call, v *conversation) error {
	if err := v.client.NewSeries(v.series, c.args[1:]...); err != nil || c.v1 {
		return err
	}
	// Its answer first: rows could overtake it, and without a server they would go
	// nowhere.
	r, err := v.answer(ctx, wire.TopicNewSeries)
	if err != nil {
		return err
	}
	if r.Warning != "" {
		fmt.Fprintln(c.stderr, "plotclient:", r.Warning)
	}
	return nil
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

// endPipe saves and plots the rows.
func endPipe(ctx context.Context, c *call, v *conversation, opts []option, rows int64) error {
	if c.pipe.save.on {
		if err := save(ctx, c, v, c.pipe.save.text, rows); err != nil {
			return err
		}
	}
	if c.pipe.plot != "" {
		return plot(ctx, c, v, c.pipe.plot, opts, rows)
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
	client  *plotclient.Client
	series  string
	columns int
	console *console
	replies <-chan wire.Reply
	pause   func(time.Duration)
	timeout time.Duration
	ended   <-chan struct{} // closed when the input has ended

	values []float64
	began  time.Time
	took   time.Duration

	rows                              atomic.Int64 // sent
	lines                             int          // read, of any kind
	short, long, holed, text, tooLong int          // lines, by what is wrong with them
}

// send sends all rows of in. It returns nil when in or ctx ends.
func (p *pipe) send(ctx context.Context, in *lines) error {
	p.began, p.ended = time.Now(), in.ended
	stop := p.showProgress()
	defer func() {
		p.took = time.Since(p.began)
		p.lines = in.number
		stop()
		p.hear()
	}()
	for {
		line, err := in.next()
		p.hear()
		switch {
		case err == nil:
			if in.number == 1 {
				line = bytes.TrimPrefix(line, []byte("\ufeff"))
			}
			if !p.parse(line, in.number) {
				continue
			}
			if err := p.publish(ctx); err != nil {
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

// publish sends p.values. While the connection is down it waits, and the row with
// it, so that none is lost; when the input has ended, no longer than for p.timeout.
func (p *pipe) publish(ctx context.Context) error {
	err := p.client.Data(p.series, p.values...)
	if !errors.Is(err, pahomqtt.ErrDown) {
		return err
	}
	p.console.say("%v; waiting for it to come back", err)
	var end time.Time
	for {
		p.pause(200 * time.Millisecond)
		err = p.client.Data(p.series, p.values...)
		switch {
		case err == nil:
			p.console.say("the connection is back")
			return nil
		case !errors.Is(err, pahomqtt.ErrDown):
			return err
		case ctx.Err() != nil:
			return fmt.Errorf("ended while the connection to the broker was down, the last row is lost: %w", err)
		}
		select {
		case <-p.ended:
			if now := time.Now(); end.IsZero() {
				end = now.Add(p.timeout)
			} else if now.After(end) {
				return fmt.Errorf("gave up %v after the end of the input, the rest of it is not sent, and of the %s sent the last ones are lost unless the server comes back with them: %w",
					p.timeout, count(p.rows.Load(), "row"), err)
			}
		default:
		}
	}
}

// hear says what the server has complained about so far.
func (p *pipe) hear() {
	for {
		select {
		case r := <-p.replies:
			switch {
			case r.Error != "":
				p.console.say("the plot server refused: %s", r.Error)
			case r.Warning != "":
				p.console.say("the plot server says: %s", r.Warning)
			}
		default:
			return
		}
	}
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
				p.console.progress(fmt.Sprintf("%s: %s, %s rows/s", p.series, count(n, "row"), rate(n-before, now.Sub(at))))
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
func (p *pipe) summary() string {
	n := p.rows.Load()
	s := fmt.Sprintf("%s: %s sent in %.3f s (%s rows/s)", p.series, count(n, "row"), p.took.Seconds(), rate(n, p.took))
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
