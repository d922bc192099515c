package main

import (
	"bytes"
	"encoding/csv"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"iotplot/firmware/ina219/ina219sim"
	"iotplot/sessions"
)

// report runs the program on a folder and gives that of the report.
func report(t *testing.T, folder string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "report")
	var stdout, stderr bytes.Buffer
	if err := run([]string{"-o", out, folder}, &stdout, &stderr); err != nil {
		t.Fatal(err)
	}
	if stderr.Len() > 0 {
		t.Errorf("it warns:\n%s", &stderr)
	}
	if !strings.Contains(stdout.String(), "report.html") {
		t.Errorf("it says %q", &stdout)
	}
	return out
}

func text(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// values reads curves.csv, by series and column.
func valuesOf(t *testing.T, dir string) map[string]map[string]float64 {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text(t, dir, "curves.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]float64{}
	for _, row := range rows[1:] {
		all[row[0]] = map[string]float64{}
		for k, name := range rows[0] {
			v, err := strconv.ParseFloat(row[k], 64)
			if err != nil {
				v = math.NaN()
			}
			all[row[0]][name] = v
		}
	}
	return all
}

// TestNotebooksData reports on what the notebooks are about, and finds the cell
// that was measured.
func TestNotebooksData(t *testing.T) {
	out := report(t, filepath.Join("..", "data"))
	got := valuesOf(t, out)
	if len(got) != 8 {
		t.Fatalf("it reports %d curves, want 8", len(got))
	}
	for name, v := range got {
		light := ina219sim.DefaultCell().At(v["G[W/m2]"], v["T[C]"])
		truth, err := light.OperatingPoints()
		if err != nil {
			t.Fatal(err)
		}
		for column, want := range map[string]float64{
			"Isc[A]": truth.Isc, "Voc[V]": truth.Voc, "Vmp[V]": truth.Vmp, "Imp[A]": truth.Imp, "Pmax[W]": truth.Pmax, "FF": truth.FF,
			"efficiency": truth.Pmax / (60e-4 * v["G[W/m2]"]), "Rs[Ohm]": light.Rs, "nNsVth[V]": light.NNsVth,
		} {
			if u := v["u("+column+")"]; !(u > 0) || !(math.Abs(v[column]-want) <= 4*u) {
				t.Errorf("%s: %s is %g ± %g, the cell's is %g", name, column, v[column], u, want)
			}
		}
	}
	md, page := text(t, out, "report.md"), text(t, out, "report.html")
	for _, want := range []string{
		"| G1000 | 1000 | 25 |", "| G1000-50C |", "Isc is extrapolated", "µA for each W/m²", "series resistance",
		"237 rows lost, from the counter", "gap from 16:10 to 16:35", "| between rows that follow each other | 20.33 | 840.8 |",
	} {
		if !strings.Contains(md, want) {
			t.Errorf("report.md has no %q", want)
		}
	}
	if strings.Count(page, "data:image/png;base64,") != strings.Count(md, "![Figure") || strings.Contains(page, "src=\"iv.png") {
		t.Error("the page does not hold its figures in itself")
	}
	for _, name := range []string{"iv", "pv", "isc", "voc", "slopes", "power-power", "series-sinusoid"} {
		if !strings.Contains(md, "(<"+name+".png>)") {
			t.Errorf("report.md does not show %s.png", name)
		}
		f, err := os.Open(filepath.Join(out, name+".png"))
		if err != nil {
			t.Error(err)
			continue
		}
		if p, err := png.Decode(f); err != nil || p.Bounds().Dx() < 500 {
			t.Errorf("%s.png is no picture of 500 pixels (%v)", name, err)
		}
		f.Close()
		if pdf := text(t, out, name+".pdf"); !strings.HasPrefix(pdf, "%PDF-") {
			t.Errorf("%s.pdf is no PDF", name)
		}
	}
	again := report(t, filepath.Join("..", "data"))
	if text(t, again, "report.md") != md || text(t, again, "report.html") != page {
		t.Error("a second report of the same folder is another one")
	}
}

// save puts a series into a folder.
func save(t *testing.T, dir, file string, s *sessions.Series) {
	t.Helper()
	f, err := sessions.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, _, err := f.Save(file, s); err != nil {
		t.Fatal(err)
	}
}

// sweep measures a cell from one part of Voc to another.
func sweep(h sessions.Header, from, to, volt, ampere float64) *sessions.Series {
	cell := ina219sim.DefaultCell().Standard
	p, err := cell.OperatingPoints()
	if err != nil {
		panic(err)
	}
	b := sessions.NewBuilder(h)
	for k := range 100 {
		v := p.Voc * (from + (to-from)*float64(k)/99)
		b.Append([]float64{v / volt, cell.CurrentAt(v) / ampere})
	}
	return b.Series()
}

// TestUnitsAndNames: the columns may have other names, units with prefixes and either
// sign, and nothing is told of the light.
func TestUnitsAndNames(t *testing.T) {
	dir := t.TempDir()
	save(t, dir, "a.csv", sweep(sessions.Header{Name: "a", Run: "1", Columns: []string{"voltage", "current"}, Units: []string{"mV", "mA"}}, -0.02, 1.02, 1e-3, 1e-3))
	save(t, dir, "b.json", sweep(sessions.Header{Name: "b|*", Run: "2", Columns: []string{"U", "I"}, Units: []string{"V", "A"}}, -0.02, 1.02, 1, -1))
	save(t, dir, "c.csv", sweep(sessions.Header{Name: "c", Run: "3", Columns: []string{"V", "I"}}, -0.02, 1.02, 1, 1))
	out := report(t, dir)
	truth, err := ina219sim.DefaultCell().Standard.OperatingPoints()
	if err != nil {
		t.Fatal(err)
	}
	got := valuesOf(t, out)
	for _, name := range []string{"a", "b|*", "c"} {
		v := got[name]
		if !(math.Abs(v["Pmax[W]"]/truth.Pmax-1) < 1e-4 && math.Abs(v["Isc[A]"]/truth.Isc-1) < 1e-4) {
			t.Errorf("%s: Pmax is %g and Isc %g, want %g and %g", name, v["Pmax[W]"], v["Isc[A]"], truth.Pmax, truth.Isc)
		}
		if v["efficiency"] == v["efficiency"] {
			t.Errorf("%s: an efficiency of %g without any light", name, v["efficiency"])
		}
	}
	if md := text(t, out, "report.md"); strings.Contains(md, "Dependence on light") || !strings.Contains(md, `| b\|\* |`) {
		t.Errorf("report.md is\n%s", md)
	}
}

// TestIncompleteCurve: what is there is reported, and what is missing said.
func TestIncompleteCurve(t *testing.T) {
	dir := t.TempDir()
	save(t, dir, "half.csv", sweep(sessions.Header{Name: "half", Run: "1", Columns: []string{"V", "I"}, Units: []string{"V", "A"}}, -0.02, 0.5, 1, 1))
	out := report(t, dir)
	v := valuesOf(t, out)["half"]
	if v["Isc[A]"] != v["Isc[A]"] || v["Voc[V]"] == v["Voc[V]"] {
		t.Errorf("Isc is %g and Voc %g, want a number and none", v["Isc[A]"], v["Voc[V]"])
	}
	if md := text(t, out, "report.md"); !strings.Contains(md, "half: ") {
		t.Errorf("it does not say what is missing:\n%s", md)
	}
}

// TestOtherSeries: a voltage and a current that are no I-V curve are drawn, and it is said why they are
// not analysed.
func TestOtherSeries(t *testing.T) {
	dir := t.TempDir()
	b := sessions.NewBuilder(sessions.Header{Name: "idle", Run: "1", Columns: []string{"t", "V", "I"}, Units: []string{"s", "V", "A"}})
	for k := range 50 {
		b.Append([]float64{float64(k), 5, 0})
	}
	save(t, dir, "idle.csv", b.Series())
	again := sessions.NewBuilder(sessions.Header{Name: "idle", Run: "3", Columns: []string{"t", "V", "I"}, Units: []string{"s", "V", "A"}})
	again.Append([]float64{0, 1, 0})
	again.Append([]float64{1, 2, 0})
	save(t, dir, "idle-again.csv", again.Series())
	save(t, dir, "empty.json", sessions.NewBuilder(sessions.Header{Name: "empty", Run: "2", Columns: []string{"x", "y"}}).Series())
	md := text(t, report(t, dir), "report.md")
	for _, want := range []string{"idle: ", "series-idle.png", "series-idle-2.png", "empty has no rows"} {
		if !strings.Contains(md, want) {
			t.Errorf("report.md has no %q:\n%s", want, md)
		}
	}
}

func TestRefusals(t *testing.T) {
	var out bytes.Buffer
	for want, args := range map[string][]string{
		"name one":        nil,
		"holds no series": {t.TempDir()},
		"nowhere":         {filepath.Join(t.TempDir(), "nowhere")},
		"flag":            {"-x"},
	} {
		if err := run(args, &out, &out); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: the error is %v, want %q in it", args, err, want)
		}
	}
}

func TestFitLine(t *testing.T) {
	x, y, u := []float64{1, 2, 3, 4}, []float64{5, 7, 9, 11}, []float64{1, 1, 1, 1}
	l, ok := fitLine(x, y, u)
	// Of equal weights: ub² = 1/Σ(x-x̄)² = 1/5, ua² = 1/4 + 2.5²/5.
	if !ok || math.Abs(l.a-3) > 1e-12 || math.Abs(l.b-2) > 1e-12 || math.Abs(l.ub-math.Sqrt(0.2)) > 1e-12 || math.Abs(l.ua-math.Sqrt(1.5)) > 1e-12 || l.chi2 > 1e-20 {
		t.Errorf("the line is %+v, %v", l, ok)
	}
	if _, ok := fitLine([]float64{1, 1}, []float64{1, 2}, []float64{1, 1}); ok {
		t.Error("a line through points of one x")
	}
	if _, ok := fitLine([]float64{1, 2}, []float64{1, 2}, []float64{1, 0}); ok {
		t.Error("a line through a point without uncertainty")
	}
}

func TestPlusMinus(t *testing.T) {
	for want, v := range map[string][2]float64{
		"1.234 ± 0.012": {1.2341, 0.0123}, "123 ± 46": {123.4, 45.6}, "0.20007": {0.20007, 0}, "–": {math.NaN(), 1}, "∞": {math.Inf(1), 1},
	} {
		if got := pm(v[0], v[1]); got != want {
			t.Errorf("pm(%v, %v) is %q, want %q", v[0], v[1], got, want)
		}
	}
}

// TestEnergyAcrossZero: a straight line of power through zero is counted on both sides.
func TestEnergyAcrossZero(t *testing.T) {
	b := sessions.NewBuilder(sessions.Header{Columns: []string{"t", "P", "E"}, Units: []string{"s", "mW", "Wh"}})
	b.Append([]float64{0, 3000, 0})
	b.Append([]float64{3600, -1000, 1})
	b.AppendMissing(2)
	b.Append([]float64{4 * 3600, -1000, -2})
	l := newEnergyLog(b.Series())
	if l == nil || math.Abs(l.sum-1) > 1e-12 || math.Abs(l.out-1.125) > 1e-12 || math.Abs(l.in-0.125) > 1e-12 || len(l.gaps) != 1 ||
		l.gaps[0] != (gap{from: 1, to: 4, lost: 2, rows: 2, counted: -3}) || l.counted() != -2 {
		t.Errorf("the log is %+v", l)
	}
}
