package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"iotplot/plotclient/cmdline"
	"iotplot/plotclient/demo"
	"iotplot/plotclient/wire"
)

// complaintAfter is how long a single row waits for a complaint. A row that is
// good gets no answer, so this is all that can be waited for.
const complaintAfter = 300 * time.Millisecond

func runDemo(ctx context.Context, c *call) error {
	if len(c.args) > 0 {
		return usage("", "unexpected argument %q: demo has none", c.args[0])
	}
	if c.v1 {
		return converse(ctx, c, demo.Series, func(v *conversation) error {
			what := count(demo.Rows, "row") + ", with the commands to save and to plot them,"
			return sent(c, v, demo.Run(ctx, v.client, nil), what)
		})
	}
	return measure(ctx, c, demo.Series, demo.Columns(), nil, func(m *measurement) error {
		return demo.Play(m.ctx, m.stream, func(t wire.Topic, r wire.Reply) { report(c.stdout, demo.Series, t, r) })
	})
}

func runNew(ctx context.Context, c *call) error {
	if len(c.args) < 2 {
		return usage("plotclient new solar t V I", "name a series and its columns")
	}
	names, units, err := c.columns()
	if err != nil {
		return err
	}
	return converse(ctx, c, c.args[0], func(v *conversation) error {
		if c.v1 {
			return sent(c, v, v.client.NewSeries(v.series, names...), "the command to start it")
		}
		// Without a run, because the rows that plotclient data sends have none.
		r, err := v.open(ctx, wire.Opening{Series: v.series, Columns: names, Units: units})
		if err != nil {
			return err
		}
		report(c.stdout, v.series, wire.TopicNewSeries, r)
		return nil
	})
}

func runData(ctx context.Context, c *call) error {
	if len(c.args) < 2 {
		return usage("plotclient data solar 0.5 1.23 -", "name a series and the values of a row")
	}
	var values []float64
	for _, arg := range c.args[1:] {
		// One value an argument, so that nothing depends on blanks and commas.
		v, ok := parseNumber([]byte(strings.TrimSpace(arg)))
		if !ok {
			hint := "a gap is written - or nan"
			if strings.Contains(arg, ",") {
				hint = "values are separated by blanks, and have a decimal point: 1.5"
			}
			return usage(hint, "cannot send %q as a value: it is not a number", arg)
		}
		values = append(values, v)
	}
	return converse(ctx, c, c.args[0], func(v *conversation) error {
		if err := v.client.Data(v.series, values...); err != nil || c.v1 {
			return sent(c, v, err, "1 row")
		}
		return awaitComplaint(ctx, c, v)
	})
}

// awaitComplaint prints what the server has to say about a row, if anything.
func awaitComplaint(ctx context.Context, c *call, v *conversation) error {
	timer := time.NewTimer(complaintAfter)
	defer timer.Stop()
	for {
		select {
		case r := <-v.replies:
			if r.ID != "" || r.Command != wire.TopicData.String() {
				continue
			}
			if !r.OK {
				return fmt.Errorf("the plot server refused: %s", orCode(r))
			}
			fmt.Fprintf(c.stdout, "%s: row kept; %s\n", v.series, r.Warning)
			return nil
		case <-timer.C:
			if v.state() != wire.StateOnline {
				return v.silence(complaintAfter)
			}
			fmt.Fprintf(c.stdout, "%s: 1 row sent\n", v.series)
			return nil
		case <-ctx.Done():
			return errInterrupted
		}
	}
}

func runSave(ctx context.Context, c *call) error {
	switch {
	case len(c.args) == 0:
		return usage("plotclient save solar", "name the series to save")
	case len(c.args) > 2:
		return usage("plotclient save SERIES [FILE]", "unexpected argument %q", c.args[2])
	}
	file := ""
	if len(c.args) == 2 {
		file = c.args[1]
	}
	if err := c.checkRun(); err != nil {
		return err
	}
	return converse(ctx, c, c.args[0], func(v *conversation) error {
		return save(ctx, c, v, file)
	})
}

// checkRun refuses a run where none can be named.
func (c *call) checkRun() error {
	if c.v1 && c.run != "" {
		return usage("leave --run or --v1 out", "version 1 knows no runs")
	}
	return nil
}

// save has the series saved.
func save(ctx context.Context, c *call, v *conversation, file string) error {
	if c.v1 {
		return sent(c, v, v.client.SaveSeries(v.series, file), "the command to save it")
	}
	r, err := v.request(ctx, wire.TopicSaveSeries, wire.Request{Series: v.series, Run: c.run, File: file, Rows: -1})
	if err != nil {
		return err
	}
	report(c.stdout, v.series, wire.TopicSaveSeries, r)
	return nil
}

func runLoad(ctx context.Context, c *call) error {
	switch {
	case len(c.args) < 2:
		return usage("plotclient load solar solar.csv", "name the series, and the file in the server's folder")
	case len(c.args) > 2:
		return usage("plotclient load SERIES FILE", "unexpected argument %q", c.args[2])
	case c.v1:
		return usage("leave --v1 out", "iot-plot's own server loads no files")
	}
	return converse(ctx, c, c.args[0], func(v *conversation) error {
		r, err := v.request(ctx, wire.TopicLoadSeries, wire.Request{Series: v.series, File: c.args[1], Rows: -1})
		if err != nil {
			return err
		}
		report(c.stdout, v.series, wire.TopicLoadSeries, r)
		return nil
	})
}

func runPlot(ctx context.Context, c *call) error {
	if len(c.args) == 0 {
		return usage("plotclient plot solar solar.pdf", "name the series to plot")
	}
	file, pairs := "", []string(nil)
	for _, arg := range c.args[1:] {
		switch _, _, ok := cmdline.CutOption(arg); {
		case ok:
			pairs = append(pairs, arg)
		case file == "":
			file = arg
		default:
			return usage("options are written OPTION=VALUE, texts with blanks in quotes", "unexpected argument %q: the file is %s already", arg, file)
		}
	}
	opts, err := c.plot.all(pairs...)
	if err != nil {
		return err
	}
	if err := c.checkRun(); err != nil {
		return err
	}
	return converse(ctx, c, c.args[0], func(v *conversation) error {
		return plot(ctx, c, v, file, opts)
	})
}

// plot has the series drawn.
func plot(ctx context.Context, c *call, v *conversation, file string, opts []option) error {
	if file != "" {
		opts = append(opts[:len(opts):len(opts)], option{"filename", file})
	}
	if c.v1 {
		return sent(c, v, v.client.PlotSeries(v.series, version1(opts)...), "the command to plot it")
	}
	r, err := v.request(ctx, wire.TopicPlotSeries, wire.Request{Series: v.series, Run: c.run, Options: object(opts), Rows: -1})
	if err != nil {
		return err
	}
	report(c.stdout, v.series, wire.TopicPlotSeries, r)
	return nil
}

// sent is what can be said when no answer is waited for.
func sent(c *call, v *conversation, err error, what string) error {
	if err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "%s: %s was sent\n", v.series, what)
	return nil
}

// report prints the server's answer.
func report(w io.Writer, series string, t wire.Topic, r wire.Reply) {
	var b bytes.Buffer
	b.WriteString(series)
	files := strings.Join(r.Files, ", ")
	switch t {
	case wire.TopicNewSeries:
		b.WriteString(": started")
		if r.Rows > 0 {
			b.WriteString(", with " + count(r.Rows, "row") + " that came before")
		}
	case wire.TopicSaveSeries:
		b.WriteString(": " + count(r.Rows, "row") + " saved to " + files)
	case wire.TopicPlotSeries:
		b.WriteString(": " + count(r.Rows, "row") + " plotted to " + files)
	case wire.TopicLoadSeries:
		b.WriteString(": " + count(r.Rows, "row") + " loaded from " + files)
	}
	if r.Missing > 0 {
		b.WriteString(", " + strconv.FormatInt(r.Missing, 10) + " of them missing")
	}
	if r.Warning != "" {
		b.WriteString("\n  " + r.Warning)
	}
	b.WriteByte('\n')
	w.Write(b.Bytes())
}

func count(n int64, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.FormatInt(n, 10) + " " + what
}
