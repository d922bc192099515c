package plotclient_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"iotplot/plotclient"
	"iotplot/plotclient/wire"
)

// paper is a Publisher that writes down what is sent.
type paper struct{ lines []string }

func (p *paper) Publish(topic string, payload []byte) error {
	p.lines = append(p.lines, topic+" "+string(payload))
	return nil
}

func (p *paper) take(t *testing.T) string {
	t.Helper()
	if len(p.lines) != 1 {
		t.Fatalf("sent %d messages, want 1: %q", len(p.lines), p.lines)
	}
	line := p.lines[0]
	p.lines = nil
	return line
}

func TestMessages(t *testing.T) {
	var p paper
	c := plotclient.New(&p, "alice/solar")
	for _, test := range []struct {
		name string
		send func() error
		want string
	}{
		{"opening", func() error { return c.NewSeries("sinusoid", "time", "cos") },
			`alice/solar/new_series ["sinusoid", "time", "cos"]`},
		{"row", func() error { return c.Data("sinusoid", 0.025, 1, math.NaN(), math.Inf(-1)) },
			`alice/solar/data ["sinusoid", 0.025, 1.0, NaN, -Infinity]`},
		{"save", func() error { return c.SaveSeries("sinusoid", "") },
			`alice/solar/save_series ["sinusoid", null]`},
		{"save to a file", func() error { return c.SaveSeries("sinusoid", "run1.pkl") },
			`alice/solar/save_series ["sinusoid", "run1.pkl"]`},
		{"plot", func() error { return c.PlotSeries("sinusoid") },
			`alice/solar/plot_series ["sinusoid", {}]`},
		{"plot with options", func() error {
			return c.PlotSeries("sinusoid",
				plotclient.Title(`25 °C "hot"`), plotclient.XLabel("x"), plotclient.YLabel("y"), plotclient.Filename("a.pdf"),
				plotclient.Format("r--", "bs"), plotclient.FigSize(5, 3.5), plotclient.XLog(), plotclient.YLog(),
				plotclient.Grid(false), plotclient.Hist())
		}, `alice/solar/plot_series ["sinusoid", {"title": "25 \u00b0C \"hot\"", "xlabel": "x", "ylabel": "y", "filename": "a.pdf", ` +
			`"format": ["r--", "bs"], "figsize": [5.0, 3.5], "xlog": true, "ylog": true, "grid": false, "hist": true}]`},
		{"plot with options to come", func() error {
			return c.PlotSeries("s", plotclient.Set("dpi", 300), plotclient.Set("alpha", 0.5), plotclient.Set("style", "dark"),
				plotclient.Set("legend", true), plotclient.Set("columns", []string{"V", "I"}), plotclient.Set("xlim", []float64{0, 1.5}),
				plotclient.SetJSON("yerr", `{"V": "sV"}`))
		}, `alice/solar/plot_series ["s", {"dpi": 300, "alpha": 0.5, "style": "dark", "legend": true, "columns": ["V", "I"], ` +
			`"xlim": [0.0, 1.5], "yerr": {"V": "sV"}}]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := test.send(); err != nil {
				t.Fatal(err)
			}
			if got := p.take(t); got != test.want {
				t.Errorf("sent\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestNothingIsSentThatNobodyUnderstands(t *testing.T) {
	var p paper
	c := plotclient.New(&p, "hopla")
	bad := plotclient.New(&p, "hop+la")
	for _, test := range []struct {
		name string
		err  error
		want error // nil is any
	}{
		{"no series", c.NewSeries("", "t"), plotclient.ErrNoSeries},
		{"no columns", c.NewSeries("s"), plotclient.ErrNoColumns},
		{"row without series", c.Data("", 1), plotclient.ErrNoSeries},
		{"row without values", c.Data("s"), plotclient.ErrNoValues},
		{"save of nothing", c.SaveSeries("", "x.csv"), plotclient.ErrNoSeries},
		{"plot of nothing", c.PlotSeries(""), plotclient.ErrNoSeries},
		{"opening in a bad session", bad.NewSeries("s", "t"), nil},
		{"row in a bad session", bad.Data("s", 1), nil},
		{"save in a bad session", bad.SaveSeries("s", ""), nil},
		{"plot in a bad session", bad.PlotSeries("s"), nil},
	} {
		if test.err == nil || test.want != nil && !errors.Is(test.err, test.want) {
			t.Errorf("%s: error %v, want %v", test.name, test.err, test.want)
		}
	}
	if len(p.lines) > 0 {
		t.Errorf("sent all the same: %q", p.lines)
	}
}

type broken struct{ err error }

func (b broken) Publish(string, []byte) error { return b.err }

func TestErrorsOfTheConnectionAreReturned(t *testing.T) {
	want := errors.New("the connection is down")
	c := plotclient.New(broken{want}, "hopla")
	for name, err := range map[string]error{
		"opening": c.NewSeries("s", "t"),
		"row":     c.Data("s", 1),
		"save":    c.SaveSeries("s", ""),
		"plot":    c.PlotSeries("s"),
	} {
		if !errors.Is(err, want) {
			t.Errorf("%s: error %v, want %v", name, err, want)
		}
	}
}

// TestBufferHoldsNothingOfEarlierMessages sends a long message, then a short one.
func TestBufferHoldsNothingOfEarlierMessages(t *testing.T) {
	var p paper
	c := plotclient.New(&p, "hopla")
	if err := c.PlotSeries("s", plotclient.Title(strings.Repeat("long ", 1000))); err != nil {
		t.Fatal(err)
	}
	p.take(t)
	if err := c.Data("s", 1); err != nil {
		t.Fatal(err)
	}
	if got, want := p.take(t), `hopla/data ["s", 1.0]`; got != want {
		t.Errorf("sent %q, want %q", got, want)
	}
}

type nowhere struct{ bytes int }

func (n *nowhere) Publish(topic string, payload []byte) error {
	n.bytes += len(topic) + len(payload)
	return nil
}

func BenchmarkData(b *testing.B) {
	for _, bench := range []struct {
		name string
		row  []float64
	}{
		{"4 decimals", []float64{12.3456, 0.5123, 0.0312, 1.0001}},
		{"full precision", []float64{1.0 / 3, math.Pi, math.Sqrt2, 1e-5 / 7}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			c := plotclient.New(&nowhere{}, "hopla")
			b.ReportAllocs()
			for b.Loop() {
				if err := c.Data("solar", bench.row...); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// printer is a connection for the example; package pahomqtt has a real one.
type printer struct{}

func (printer) Publish(topic string, payload []byte) error {
	_, err := fmt.Fprintf(os.Stdout, "%s %s\n", topic, payload)
	return err
}

func Example() {
	c := plotclient.New(printer{}, "hopla")
	c.NewSeries("solar", "t", "V", "I")
	c.Data("solar", 0, 0.512, 0.031)
	c.Data("solar", 0.5, 0.509, 0.0315)
	c.SaveSeries("solar", "")
	c.PlotSeries("solar", plotclient.Title("Solar cell"), plotclient.Format("r--", "bs"))
	// Output:
	// hopla/new_series ["solar", "t", "V", "I"]
	// hopla/data ["solar", 0.0, 0.512, 0.031]
	// hopla/data ["solar", 0.5, 0.509, 0.0315]
	// hopla/save_series ["solar", null]
	// hopla/plot_series ["solar", {"title": "Solar cell", "format": ["r--", "bs"]}]
}

func ExampleSet() {
	c := plotclient.New(printer{}, "hopla")
	c.PlotSeries("solar", plotclient.Set("dpi", 300), plotclient.Set("columns", []string{"V", "I"}))
	// Output:
	// hopla/plot_series ["solar", {"dpi": 300, "columns": ["V", "I"]}]
}

var _ plotclient.Publisher = printer{}
var _ wire.Option = plotclient.Set("dpi", 300)
