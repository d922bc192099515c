package demo_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"iotplot/plotclient"
	"iotplot/plotclient/demo"
	"iotplot/plotclient/wire"
)

type paper struct {
	lines []string
	fail  int // the message, counted from 1, that cannot be sent
}

var errDown = errors.New("the connection is down")

func (p *paper) Publish(topic string, payload []byte) error {
	if len(p.lines)+1 == p.fail {
		return errDown
	}
	p.lines = append(p.lines, topic+" "+string(payload))
	return nil
}

func TestRun(t *testing.T) {
	var p paper
	var asked []string
	err := demo.Run(context.Background(), plotclient.New(&p, "hopla"), func(_ context.Context, command wire.Topic) error {
		asked = append(asked, fmt.Sprintf("%s after %d", command, len(p.lines)))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"new_series after 1", "save_series after 202", "plot_series after 203"}; !slices.Equal(asked, want) {
		t.Errorf("asked for answers %q, want %q", asked, want)
	}
	if len(p.lines) != 203 {
		t.Fatalf("sent %d messages, want 203", len(p.lines))
	}
	for i, want := range map[int]string{
		0:   `hopla/new_series ["sinusoid", "time", "cos", "sin", "sin*cos"]`,
		1:   `hopla/data ["sinusoid", 0.0, 1.0, 0.0, 0.0]`,
		201: `hopla/save_series ["sinusoid", null]`,
		202: `hopla/plot_series ["sinusoid", {"filename": "mqtt_plotter_example.pdf", "title": "Damped exponential decay $e^{-t} \\cos(2\\pi t)$", "xlabel": "Time [s]", "ylabel": "Voltage [mV]"}]`,
	} {
		if p.lines[i] != want {
			t.Errorf("message %d\n%s\nwant\n%s", i, p.lines[i], want)
		}
	}
	for i, line := range p.lines[1:201] {
		if !strings.HasPrefix(line, `hopla/data ["sinusoid", `) {
			t.Fatalf("row %d: %s", i, line)
		}
	}
}

func TestRow(t *testing.T) {
	for i := range demo.Rows {
		row := demo.Row(i)
		x := 0.025 * float64(i)
		decay := math.Exp(-x)
		want := [4]float64{x, math.Cos(2*math.Pi*x) * decay, math.Sin(2*math.Pi*x) * decay, math.Sin(2*math.Pi*x) * math.Cos(2*math.Pi*x) * decay}
		for j := range row {
			if math.Abs(row[j]-want[j]) > 1e-14 {
				t.Errorf("row %d column %d: %v, want %v", i, j, row[j], want[j])
			}
		}
	}
}

func TestRunEndsAtTheFirstError(t *testing.T) {
	for _, fail := range []int{1, 2, 201, 202, 203} {
		p := paper{fail: fail}
		err := demo.Run(context.Background(), plotclient.New(&p, "hopla"), nil)
		if !errors.Is(err, errDown) || len(p.lines) != fail-1 {
			t.Errorf("message %d failed: error %v after %d messages", fail, err, len(p.lines))
		}
	}
	refused := errors.New("refused")
	var p paper
	err := demo.Run(context.Background(), plotclient.New(&p, "hopla"), func(context.Context, wire.Topic) error { return refused })
	if !errors.Is(err, refused) || len(p.lines) != 1 {
		t.Errorf("a refusal: error %v after %d messages", err, len(p.lines))
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := demo.Run(ctx, plotclient.New(&paper{}, "hopla"), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: error %v", err)
	}
}

// memory is a stream that has everything at once.
type memory struct {
	said []string
	fail int // the call, counted from 1, that fails
}

func (m *memory) call(text string) error {
	if len(m.said)+1 == m.fail {
		return errDown
	}
	m.said = append(m.said, text)
	return nil
}

func (m *memory) Row(_ context.Context, values ...float64) error {
	return m.call(fmt.Sprint(values))
}

func (m *memory) Save(_ context.Context, filename string) (wire.Reply, error) {
	return wire.Reply{OK: true, Files: []string{"a.csv"}}, m.call("save " + filename)
}

func (m *memory) Plot(_ context.Context, options ...wire.Option) (wire.Reply, error) {
	return wire.Reply{OK: true, Files: []string{demo.File}}, m.call(fmt.Sprint("plot ", len(options)))
}

func TestPlay(t *testing.T) {
	var m memory
	var files []string
	err := demo.Play(t.Context(), &m, func(_ wire.Topic, r wire.Reply) { files = append(files, r.Files...) })
	if err != nil || len(m.said) != demo.Rows+2 || m.said[0] != "[0 1 0 0]" || m.said[demo.Rows] != "save " || m.said[demo.Rows+1] != "plot 4" {
		t.Errorf("%v, said %q", err, m.said)
	}
	if want := []string{"a.csv", demo.File}; !slices.Equal(files, want) {
		t.Errorf("files %q, want %q", files, want)
	}
	for _, fail := range []int{1, 200, 201, 202} {
		m := memory{fail: fail}
		if err := demo.Play(t.Context(), &m, nil); !errors.Is(err, errDown) || len(m.said) != fail-1 {
			t.Errorf("call %d failed: %v after %d", fail, err, len(m.said))
		}
	}
}
