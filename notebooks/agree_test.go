package notebooks

import (
	"math"
	"path/filepath"
	"testing"

	"iotplot/firmware/ina219/ina219sim"
	"iotplot/plotclient/demo"
	"iotplot/sessions"
	"iotplot/sessions/ivcurve"
)

// The numbers of the notebooks, as they are committed, are held against the Go
// analysis of the same files; TestExecute holds what is committed against what
// the notebooks compute. So this needs no Python.

// measured is a value and its standard uncertainty.
type measured [2]float64

func committed(t *testing.T, name string, into any) {
	t.Helper()
	n, err := read(name + ".ipynb")
	if err != nil {
		t.Fatal(err)
	}
	if err := n.results(into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func load(t *testing.T, file string) *sessions.Series {
	t.Helper()
	s, err := sessions.Load(filepath.Join("data", filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func column(t *testing.T, s *sessions.Series, name string) []float64 {
	t.Helper()
	c, err := s.Named(name)
	if err != nil {
		t.Fatal(err)
	}
	return c.AppendTo(nil)
}

// agree fails unless two values are within k of their uncertainties together.
func agree(t *testing.T, what string, a measured, b, u, k float64) {
	t.Helper()
	if !(a[1] > 0) || !(u >= 0) {
		t.Errorf("%s: no uncertainty: %g ± %g and %g ± %g", what, a[0], a[1], b, u)
	}
	if d := math.Abs(a[0] - b); !(d <= k*math.Hypot(a[1], u)) {
		t.Errorf("%s: the notebook has %g ± %g, Go %g ± %g: that is %.1f uncertainties apart, allowed are %g",
			what, a[0], a[1], b, u, d/math.Hypot(a[1], u), k)
	}
}

// TestSolarCellAgrees: both analyses look at the same points, so that only their ways
// differ, and one standard uncertainty should hold that. Two are allowed.
func TestSolarCellAgrees(t *testing.T) {
	var notebook struct {
		Curves map[string]map[string]measured
		Isc    measured `json:"Isc over G"`
		Voc    measured `json:"Voc over ln G"`
		Rs     measured `json:"Rs of slopes"`
		Truth  map[string]float64
	}
	committed(t, "solar_cell", &notebook)
	files, err := filepath.Glob("data/solar/*.csv")
	if err != nil || len(files) != len(notebook.Curves) || len(files) < 8 {
		t.Fatalf("there are %d files and %d curves in the notebook, want 8 of both at least (%v)", len(files), len(notebook.Curves), err)
	}
	cell := ina219sim.DefaultCell()
	for _, file := range files {
		s := load(t, "solar/"+filepath.Base(file))
		meta := func(name string) float64 {
			v, ok := s.Meta[name].(float64)
			if !ok {
				t.Fatalf("%s: its meta has no number %s", file, name)
			}
			return v
		}
		v, i := column(t, s, "V"), column(t, s, "I")
		r, err := ivcurve.Analyze(v, i, ivcurve.Options{AreaCM2: meta("area"), IrradianceWM2: meta("irradiance")})
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		fit, err := ivcurve.Fit(v, i)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		light := cell.At(meta("irradiance"), meta("temperature"))
		truth, err := light.OperatingPoints()
		if err != nil {
			t.Fatal(err)
		}
		power := meta("area") * 1e-4 * meta("irradiance")
		for _, q := range []struct {
			name           string
			value, u, true float64
		}{
			{"Isc", r.Isc.Value, r.Isc.Uncertainty, truth.Isc},
			{"Voc", r.Voc.Value, r.Voc.Uncertainty, truth.Voc},
			{"Vmp", r.Vmp.Value, r.Vmp.Uncertainty, truth.Vmp},
			{"Imp", r.Imp.Value, r.Imp.Uncertainty, truth.Imp},
			{"Pmax", r.Pmax.Value, r.Pmax.Uncertainty, truth.Pmax},
			{"FF", r.FF.Value, r.FF.Uncertainty, truth.FF},
			{"efficiency", r.Efficiency.Value, r.Efficiency.Uncertainty, truth.Pmax / power},
			{"Rs", fit.Model.Rs, fit.Uncertainty.Rs, light.Rs},
			{"nNsVth", fit.Model.NNsVth, fit.Uncertainty.NNsVth, light.NNsVth},
		} {
			what := s.Name + " " + q.name
			agree(t, what, notebook.Curves[s.Name][q.name], q.value, q.u, 2)
			// And the data are of the cell that they are said to be of.
			agree(t, what+" and the cell's", notebook.Curves[s.Name][q.name], q.true, 0, 4)
		}
	}
	standard := cell.Standard
	agree(t, "Voc over ln G", notebook.Voc, standard.NNsVth, 0, 3)
	agree(t, "Rs from slopes", notebook.Rs, standard.Rs, 0, 3)
	points, err := standard.OperatingPoints()
	if err != nil {
		t.Fatal(err)
	}
	agree(t, "Isc over G", notebook.Isc, points.Isc/ivcurve.StandardIrradiance, 0, 3)
	for name, want := range map[string]float64{
		"Rs": standard.Rs, "n": standard.NNsVth / 0.256926, "Isc": points.Isc, "Voc": points.Voc, "Pmax": points.Pmax,
	} {
		if got := notebook.Truth[name]; !(math.Abs(got/want-1) < 1e-6) {
			t.Errorf("the notebook says that %s of the simulated panel is %g, it is %g", name, got, want)
		}
	}
}

func TestQuickstartAgrees(t *testing.T) {
	var notebook struct {
		Rows  int
		Exact map[string]float64
		Noisy map[string]measured
	}
	committed(t, "quickstart", &notebook)
	for _, file := range []string{"quickstart/sinusoid.csv", "quickstart/sinusoid.pkl"} {
		s := load(t, file)
		if s.Len() != demo.Rows || notebook.Rows != demo.Rows {
			t.Errorf("%s has %d rows, the notebook %d, the example %d", file, s.Len(), notebook.Rows, demo.Rows)
		}
		for i, row := range s.Rows() {
			if want := demo.Row(i); [4]float64(row) != want {
				t.Fatalf("%s: row %d is %v, the example's %v", file, i, row, want)
			}
		}
	}
	// The example is exp(-t)·cos(2πt).
	for _, name := range []string{"amplitude", "tau", "frequency"} {
		if d := math.Abs(notebook.Exact[name] - 1); !(d < 1e-6) {
			t.Errorf("the fit without noise has %s = %g, want 1", name, notebook.Exact[name])
		}
		agree(t, name, notebook.Noisy[name], 1, 0, 3)
	}
}

// TestPowerlogAgrees adds up the same rows in Go.
func TestPowerlogAgrees(t *testing.T) {
	var notebook struct {
		Rows, Lost, Gaps int
		Net              measured
		Sum              measured `json:"rows sum"`
		Off              measured `json:"sensor off"`
		Counter, Charge  float64
	}
	committed(t, "powerlog", &notebook)
	s := load(t, "powerlog/power.csv")
	if s.Len() != notebook.Rows || s.Missing() != notebook.Lost || s.Missing() == 0 {
		t.Errorf("the file has %d rows and lost %d, the notebook says %d and %d, and some should be lost", s.Len(), s.Missing(), notebook.Rows, notebook.Lost)
	}
	at, volts, amps, power, energy := column(t, s, "t"), column(t, s, "V"), column(t, s, "I"), column(t, s, "P"), column(t, s, "E")
	// What is known between rows that follow each other, and what the board's counter
	// has for each gap.
	var sum, charge, gaps, inGaps float64
	last := -1
	for k, p := range power {
		if math.IsNaN(p) {
			continue
		}
		if last >= 0 {
			hours := (at[k] - at[last]) / 3600
			if k == last+1 {
				sum += hours * (p + power[last]) / 2
				charge += hours * (amps[k] + amps[last]) / 2
			} else {
				gaps++
				inGaps += energy[k] - energy[last]
				between := energy[k] - energy[last]
				if s.MissingRanges()[0].First != last+1 {
					between += notebook.Off[0] // the sensor failed
				}
				charge += between / ((volts[k] + volts[last]) / 2)
			}
		}
		last = k
	}
	counter := energy[last] - energy[0]
	near := func(what string, notebook, here float64) {
		if !(math.Abs(notebook-here) <= 2e-6*math.Max(1, math.Abs(here))) {
			t.Errorf("%s: the notebook has %g, Go %g", what, notebook, here)
		}
	}
	near("gaps", float64(notebook.Gaps), gaps)
	near("sum over the rows in Wh", notebook.Sum[0], sum)
	near("the board's counter in Wh", notebook.Counter, counter)
	near("charge in Ah", notebook.Charge, charge)
	near("net energy in Wh", notebook.Net[0], sum+inGaps+notebook.Off[0])
	// The board adds up all readings, the rows are those in which something moved.
	agree(t, "rows and counter", notebook.Sum, counter-inGaps, 0, 1)
	if !(notebook.Net[1] >= notebook.Off[1] && notebook.Off[1] > 0) {
		t.Errorf("the net's uncertainty is %g, that of a part of it %g", notebook.Net[1], notebook.Off[1])
	}
}
