package telemetry_test

import (
	"errors"
	"math"
	"testing"

	"iotplot/firmware/internal/lamp"
	"iotplot/firmware/internal/station/stationtest"
	"iotplot/firmware/internal/telemetry"
	"iotplot/plotclient"
	"iotplot/plotclient/wire"
)

// thermometer counts its readings; at a failing one it has written half of its
// values already.
type thermometer struct {
	n   float64
	err error
}

func (s *thermometer) Read(values []float64) error {
	s.n++
	values[0] = s.n
	if s.err == nil && len(values) > 1 {
		values[1] = 10 * s.n
	}
	return s.err
}

// lazy fills only some of its columns.
type lazy struct{}

func (lazy) Read(values []float64) error { return nil }

func start(t *testing.T, ring int, o telemetry.Options) (*stationtest.Desk, *telemetry.Loop) {
	t.Helper()
	d := stationtest.New(t)
	o.Station, o.Button = d.Options(ring), d
	l, err := telemetry.New(o)
	if err != nil {
		t.Fatal(err)
	}
	d.Step = l.Step
	return d, l
}

func TestRowsAtASteadyPace(t *testing.T) {
	a, b := &thermometer{}, &thermometer{}
	d, _ := start(t, 0, telemetry.Options{Every: 200, Sources: []telemetry.Source{
		{Columns: []string{"T", "H"}, Units: []string{"°C", "%"}, Sensor: a},
		{Columns: []string{"p"}, Sensor: b},
		{Columns: []string{"nothing"}, Sensor: lazy{}},
	}})
	d.Run(10_000)
	d.Push()
	d.Run(5_000)
	rows := d.Rows("telemetry")
	if n := len(rows); n < 70 || n > 77 {
		t.Fatalf("%d rows in 15 s, want 5 a second", n)
	}
	for i, row := range rows {
		n := float64(i + 1)
		if len(row) != 5 || row[1] != n || row[2] != 10*n || row[3] != n || !math.IsNaN(row[4]) || math.Abs(row[0]-0.2*float64(i)) > 1e-9 {
			t.Fatalf("row %d is %v", i, row)
		}
	}
	run := d.Broker.Server.Find("telemetry")
	if run.Columns[1] != "T" || run.Units[0] != "s" || run.Units[1] != "°C" || run.Units[3] != "" {
		t.Errorf("columns %q, units %q", run.Columns, run.Units)
	}
	if c := d.Broker.Server.Commands; len(c) != 2 || c[1].Options["subplots"] != "columns" {
		t.Errorf("the commands are %+v", c)
	}
}

func TestSensorThatFails(t *testing.T) {
	a, b := &thermometer{}, &thermometer{}
	d, _ := start(t, 0, telemetry.Options{Every: 100, Sources: []telemetry.Source{
		{Columns: []string{"T", "H"}, Sensor: a}, {Columns: []string{"p"}, Sensor: b},
	}})
	d.Run(1_000)
	a.err = errors.New("the bus failed")
	d.Run(1_000)
	if n := d.Count(); n != int(lamp.NoSensor) {
		t.Errorf("the lamp flashes %d times", n)
	}
	a.err = nil
	d.Run(1_000)
	gaps := 0
	for i, row := range d.Rows("telemetry") {
		if math.IsNaN(row[1]) != math.IsNaN(row[2]) || math.IsNaN(row[3]) {
			t.Errorf("row %d is %v", i, row)
		}
		if math.IsNaN(row[1]) {
			gaps++
		}
	}
	if gaps < 10 || len(d.Trouble) != 1 || d.Lit && d.Flashes == 0 {
		t.Errorf("%d gaps, trouble %v", gaps, d.Trouble)
	}
}

// TestLongWithoutNetwork: when the ring is full the oldest rows make room, and
// their place is kept.
func TestLongWithoutNetwork(t *testing.T) {
	d, l := start(t, 800, telemetry.Options{Every: 100, Sources: []telemetry.Source{{Columns: []string{"T"}, Sensor: &thermometer{}}}})
	d.Broker.Down = true
	d.Run(60_000)
	d.Broker.Down = false
	d.Until("the rows", func() bool {
		return len(d.Broker.Server.Runs) > 0 && len(d.Rows("telemetry")) > 600
	})
	run := d.Broker.Server.Find("telemetry")
	if lost := run.Lost(); lost < 400 || lost > 700 || int64(lost) > l.Station().Stream().Lost() {
		t.Errorf("%d rows are lost, the stream says %d", lost, l.Station().Stream().Lost())
	}
	for i, row := range run.Rows {
		if row != nil && row[1] != float64(i+1) {
			t.Errorf("row %d is %v", i, row)
		}
	}
	if d.Fed != int(d.Now) {
		t.Errorf("the watchdog was fed %d times in %d turns", d.Fed, d.Now)
	}
}

// TestTurnsThatComeLate: a dial that takes long leaves out rows and makes no heap of
// them.
func TestTurnsThatComeLate(t *testing.T) {
	s := &thermometer{}
	d, _ := start(t, 0, telemetry.Options{Every: 1000, Sources: []telemetry.Source{{Columns: []string{"T"}, Sensor: s}}})
	d.Run(1_500)
	d.Now += 7_300
	d.Run(3_000)
	for i, row := range d.Rows("telemetry") {
		if whole := math.Round(row[0]); math.Abs(row[0]-whole) > 0.002 && i != 2 {
			t.Errorf("row %d is of %g s", i, row[0])
		}
	}
	if n := len(d.Rows("telemetry")); n < 5 || n > 6 {
		t.Errorf("%d rows: %v", n, d.Rows("telemetry"))
	}
}

func TestPlotsByItself(t *testing.T) {
	d, _ := start(t, 0, telemetry.Options{Every: 100, PlotEvery: 10_000, Plot: []wire.Option{plotclient.Filename("x.png")}, Series: "home",
		Sources: []telemetry.Source{{Columns: []string{"T"}, Sensor: &thermometer{}}}})
	d.Run(35_000)
	c := d.Broker.Server.Commands
	if len(c) != 6 || c[5].File != "x.png" || c[5].Series != "home" {
		t.Errorf("%d commands: %+v", len(c), c)
	}
	// Without a network orders do not pile up.
	d.Broker.Cut()
	d.Broker.Down = true
	d.Run(100_000)
	d.Broker.Down = false
	d.Run(60_000)
	for _, err := range d.Trouble {
		if errors.Is(err, plotclient.ErrCommands) {
			t.Errorf("trouble: %v", err)
		}
	}
}

func TestOptions(t *testing.T) {
	for name, c := range map[string]struct {
		sources []telemetry.Source
		want    error
	}{
		"none":      {nil, telemetry.ErrSources},
		"no column": {[]telemetry.Source{{Sensor: &thermometer{}}}, telemetry.ErrSources},
		"no sensor": {[]telemetry.Source{{Columns: []string{"T"}}}, telemetry.ErrSources},
		"units":     {[]telemetry.Source{{Columns: []string{"T"}, Units: []string{"a", "b"}, Sensor: &thermometer{}}}, telemetry.ErrUnits},
	} {
		if _, err := telemetry.New(telemetry.Options{Sources: c.sources}); err != c.want {
			t.Errorf("%s: the error is %v, want %v", name, err, c.want)
		}
	}
	d, _ := start(t, 32, telemetry.Options{Sources: []telemetry.Source{{Columns: []string{"T"}, Sensor: &thermometer{}}}})
	d.Run(5_000)
	if len(d.Trouble) != 1 || d.Trouble[0] != plotclient.ErrRing {
		t.Errorf("trouble with a ring of 32 bytes: %v", d.Trouble)
	}
}
