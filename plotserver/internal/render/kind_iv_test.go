package render

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"

	"iotplot/sessions"
	"iotplot/sessions/ivcurve"
)

// cell is a small silicon cell of 4 cm², 150 mA.
func cell() ivcurve.SingleDiode {
	return ivcurve.SingleDiode{Photocurrent: 0.15, SaturationCurrent: 2e-11, Rs: 0.25, Rsh: 120, NNsVth: 0.0262}
}

// dimmed is the cell in a part of the light.
func dimmed(part float64) ivcurve.SingleDiode {
	m := cell()
	m.Photocurrent *= part
	return m
}

// sweepOf measures a cell from one voltage to another, in V and mA.
func sweepOf(name string, m ivcurve.SingleDiode, n int, from, to, noise float64) *sessions.Series {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	b := sessions.NewBuilder(sessions.Header{Name: name, Columns: []string{"t", "V", "I"}, Units: []string{"s", "V", "mA"}})
	for k := range n {
		v := from + (to-from)*float64(k)/float64(n-1)
		i := m.CurrentAt(v) * 1000
		b.Append([]float64{float64(k) / 10, v + 0.6*noise*r.NormFloat64(), i + noise*150*r.NormFloat64()})
	}
	return b.Series()
}

func voc(m ivcurve.SingleDiode) float64 {
	p, err := m.OperatingPoints()
	if err != nil {
		return math.NaN()
	}
	return p.Voc
}

// wordsOf draws a PDF and extracts its text.
func wordsOf(t *testing.T, options map[string]any, series ...*sessions.Series) (string, []string) {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext is not installed, Debian has it in poppler-utils")
	}
	var file bytes.Buffer
	report, err := Draw(&file, PDF, series, options)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command("pdftotext", "-layout", "-", "-")
	c.Stdin = &file
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out), report.Warnings
}

// figureIn finds the number behind a name in a text.
func figureIn(t *testing.T, text, pattern string) float64 {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("there is no %s in\n%s", pattern, text)
	}
	v, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestIVFigures holds the figures in the picture to the truth.
func TestIVFigures(t *testing.T) {
	m := cell()
	truth, err := m.OperatingPoints()
	if err != nil {
		t.Fatal(err)
	}
	light := asked(`{"kind": "iv", "area": 4, "irradiance": 1000}`)
	for _, c := range []struct {
		name   string
		series *sessions.Series
	}{
		{"mA", sweepOf("s", m, 400, -0.01, truth.Voc*1.02, 0)},
		{"A and load", build("s", []string{"V [mV]", "I [A]"}, table(400, func(i int) []float64 {
			v := float64(i) / 399 * truth.Voc * 1.02
			return []float64{v * 1000, -m.CurrentAt(v)}
		}))},
		{"turned", withUnits("s", []string{"V", "I"}, []string{"V", "µA"}, table(900, func(i int) []float64 {
			v := truth.Voc * (0.5 - 0.51*math.Cos(float64(i)/30))
			return []float64{v, m.CurrentAt(v) * 1e6}
		}))},
	} {
		text, warnings := wordsOf(t, light, c.series)
		near := func(what, pattern string, want float64) {
			t.Helper()
			got := figureIn(t, text, pattern)
			if math.Abs(got/want-1) > 3e-4 {
				t.Errorf("%s: %s is %v, want %v (warnings %q)\n%s", c.name, what, got, want, warnings, text)
			}
		}
		// The subscripts stand a little lower, and may come out on a line of
		// their own.
		const number = `(\d+\.\d+)(?: ± [\d.]+)? `
		milli, current, volt, volts := 1000.0, "mA", 1.0, "V"
		if c.name == "A and load" {
			milli, current, volt, volts = 1, "A", 1000, "mV"
		}
		all := regexp.MustCompile(number+`(mA|A|mV|V|mW|%)`).FindAllStringSubmatch(text, -1)
		find := func(what string, want float64, unit string) {
			t.Helper()
			for _, f := range all {
				v, _ := strconv.ParseFloat(f[1], 64)
				if f[2] == unit && math.Abs(v/want-1) < 3e-4 {
					if digits := len(strings.Trim(strings.Replace(f[1], ".", "", 1), "0")); digits < 3 {
						t.Errorf("%s: %s has few digits: %s", c.name, what, f[1])
					}
					return
				}
			}
			t.Errorf("%s: there is no %s of %.5g %s (warnings %q)\n%s", c.name, what, want, unit, warnings, text)
		}
		find("Isc", truth.Isc*milli, current)
		find("Voc", truth.Voc*volt, volts)
		find("Vmp", truth.Vmp*volt, volts)
		find("Imp", truth.Imp*milli, current)
		near("Pmax", number+`mW`, truth.Pmax*1000)
		find("FF", truth.FF*100, "%")
		find("efficiency", truth.Pmax/(4e-4*1000)*100, "%")
		if strings.Contains(text, "extrapolated") {
			t.Errorf("%s: something is extrapolated\n%s", c.name, text)
		}
	}
}

func TestIVMarksWhatIsExtrapolated(t *testing.T) {
	m := cell()
	text, warnings := wordsOf(t, asked(`{"kind": "iv"}`), sweepOf("s", m, 60, 0.08, voc(m)*0.97, 0))
	if n := strings.Count(text, " *"); n < 3 || !strings.Contains(text, "* extrapolated") {
		t.Errorf("Isc, Voc and FF are not all marked:\n%s", text)
	}
	if len(warnings) != 2 || !strings.HasPrefix(warnings[0], "Isc is extrapolated") || !strings.HasPrefix(warnings[1], "Voc is extrapolated") {
		t.Errorf("warnings %q", warnings)
	}
}

func TestIVColumns(t *testing.T) {
	rows := [][]float64{{1, 2, 3, 4}}
	for _, c := range []struct {
		columns, units []string
		options, v, i  string
		note           bool
	}{
		{[]string{"t", "V", "I", "P"}, nil, `{}`, "V", "I", false},
		{[]string{"I", "t", "P", "V"}, nil, `{}`, "V", "I", false},
		{[]string{"t", "U [mV]", "I [mA]"}, nil, `{}`, "U", "I", false},
		{[]string{"time", "voltage (V)", "current (A)"}, nil, `{}`, "voltage", "current", false},
		{[]string{"t", "J", "V"}, []string{"s", "mA/cm²", "V"}, `{}`, "V", "J", false},
		{[]string{"t", "shunt", "bus"}, []string{"s", "mA", "V"}, `{}`, "bus", "shunt", false},
		{[]string{"I", "bus", "V2"}, []string{"A", "mV", "V"}, `{}`, "bus", "I", false},
		{[]string{"t", "x", "y"}, nil, `{}`, "x", "y", true},
		{[]string{"t", "x"}, nil, `{}`, "t", "x", true},
		{[]string{"a", "b", "c"}, nil, `{}`, "a", "b", true},
		{[]string{"t", "V", "I", "W"}, nil, `{"v": "W", "i": "V"}`, "W", "V", false},
		{[]string{"t", "V", "I"}, nil, `{"i": "J = I/4"}`, "V", "J", false},
		{[]string{"V", "I", "x"}, nil, `{"i": "V"}`, "I", "V", true},
	} {
		s := build("s", c.columns, nil)
		if c.units != nil {
			s = withUnits("s", c.columns, c.units, [][]float64{rows[0][:len(c.columns)]})
		}
		sp, _, err := decode(asked(c.options))
		if err != nil {
			t.Fatal(err)
		}
		p := &planning{spec: sp, report: &Report{}, figure: &figure{}}
		src, err := p.source(s)
		if err != nil {
			t.Fatal(err)
		}
		v, i, note, err := p.ivColumns(src)
		if err != nil {
			t.Errorf("%q: %v", c.columns, err)
			continue
		}
		if v.name != c.v || i.name != c.i || (note != "") != c.note {
			t.Errorf("%q %s: %s and %s (%q), want %s and %s", c.columns, c.options, v.name, i.name, note, c.v, c.i)
		}
	}
}

func TestIVRefusals(t *testing.T) {
	two := sweepOf("s", cell(), 5, 0, 0.5, 0)
	for _, c := range []struct {
		series  *sessions.Series
		options string
		want    string
	}{
		{build("one", []string{"V"}, nil), `{"kind": "iv"}`, `cannot plot with kind "iv": series "one" has 1 columns, a voltage and a current are needed`},
		{two, `{"kind": "iv", "area": 0}`, "cannot plot with area 0: it is out of range, allowed is a number above 0"},
		{two, `{"kind": "iv", "irradiance": "sun"}`, `cannot plot with irradiance "sun": it is a text, allowed is a number above 0`},
		{two, `{"kind": "iv", "v": 3}`, `cannot plot with v 3: it is a number, allowed is a column or an expression`},
		{two, `{"kind": "spectrum", "nperseg": 3}`, "cannot plot with nperseg 3: it is out of range, allowed is a whole number from 8 to 1048576"},
		{two, `{"kind": "spectrum", "scaling": "loud"}`, `cannot plot with scaling "loud": there is no such choice, allowed is "density" or "amplitude"`},
		{two, `{"kind": "pie"}`, `cannot plot with kind "pie": there is no such kind, allowed is "line", "hist", "iv", "spectrum" or "box"`},
	} {
		_, err := Draw(io.Discard, SVG, []*sessions.Series{c.series}, asked(c.options))
		if err == nil || err.Error() != c.want {
			t.Errorf("%s:\n got %v\nwant %s", c.options, err, c.want)
		}
	}
	if _, err := Draw(io.Discard, SVG, []*sessions.Series{two}, asked(`{"kind": "iv", "v": "nothing"}`)); err == nil || !strings.Contains(err.Error(), "cannot plot with v") {
		t.Errorf("a voltage that is not there: %v", err)
	}
}

// TestIVIsDrawnWithoutAnalysis holds that a curve which can't be analysed is
// a picture all the same, with the reason as a warning.
func TestIVIsDrawnWithoutAnalysis(t *testing.T) {
	m := cell()
	for _, c := range []struct {
		series *sessions.Series
		want   string
	}{
		{sweepOf("s", m, 60, 0, voc(m)*0.9, 0), "cannot find Voc"},
		{sweepOf("s", dimmed(0), 60, 0, 0.6, 0), "no power"},
		{sweepOf("s", m, 3, 0, 0.6, 0), "3 usable points"},
	} {
		var file bytes.Buffer
		report, err := Draw(&file, SVG, []*sessions.Series{c.series}, asked(`{"kind": "iv"}`))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(report.Warnings, func(w string) bool { return strings.Contains(w, c.want) }) {
			t.Errorf("warnings %q, want %q", report.Warnings, c.want)
		}
		if strings.Contains(file.String(), "no data") {
			t.Errorf("%s: nothing is drawn", c.want)
		}
	}
}

// TestIVBox holds that the figures hide no part of the curves.
func TestIVBox(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	placed := 0
	for range 60 {
		m := cell()
		m.Photocurrent *= math.Exp(r.NormFloat64())
		m.Rs *= math.Exp(r.NormFloat64())
		m.Rsh *= math.Exp(2 * r.NormFloat64())
		top, err := m.OperatingPoints()
		if err != nil {
			continue
		}
		series := sweepOf("s", m, 100, 0, top.Voc*1.02, 0)
		size := 3 + 4*r.Float64()
		sp, _, err := decode(map[string]any{"kind": "iv", "figsize": []any{size, size * (0.5 + 0.4*r.Float64())}})
		if err != nil {
			t.Fatal(err)
		}
		base := themeOf(sp.style)
		fig, err := plan(sp, []*sessions.Series{series}, &base, &Report{})
		if err != nil {
			t.Fatal(err)
		}
		fig.ranges(&Report{})
		area := vg.Rectangle{Max: point{X: vg.Length(sp.width) * vg.Inch, Y: vg.Length(sp.height) * vg.Inch}}
		th := fig.layout(area, &base, &Report{})
		fig.place(0.1, &th)
		p := fig.panels[0]
		f := p.figures
		if f == nil || !f.box.shown {
			continue
		}
		placed++
		_, at, labels, ok := f.inside(p.frame, &th)
		if !ok {
			t.Errorf("there is no room for the box that was arranged for (%v inches)", size)
			continue
		}
		if !contains(p.frame, at.Min) || !contains(p.frame, at.Max) {
			t.Error("the box is not within the frame")
		}
		for _, one := range p.marks {
			if one.mark.covers(at) > 0 {
				t.Errorf("the box hides %v points of a curve", one.mark.covers(at))
			}
			for _, l := range labels {
				if _, isLine := one.mark.(ivLine); isLine && one.mark.covers(l.rect) > 0 {
					t.Errorf("a name hides a curve")
				}
			}
		}
	}
	if placed < 30 {
		t.Errorf("the box was inside of the plot in %d cases of 60", placed)
	}
}

func TestIVNumbers(t *testing.T) {
	f := &ivFigures{current: "I"}
	milliamps := electrical{symbol: "A", ten: -3, part: 1}
	for _, c := range []struct {
		v, u float64
		unit electrical
		want string
	}{
		{0.149688, 0, milliamps, "149.7 mA"},
		{0.149688, 0.00012, milliamps, "149.69 ± 0.12 mA"},
		{0.149688, 0.0006, milliamps, "149.7 ± 0.6 mA"},
		{0.149688, 1e-12, milliamps, "149.7 mA"},
		{0.149688, 0.01, milliamps, "149.7 ± 10.0 mA"},
		{0.149688, math.Inf(1), milliamps, "149.7 mA"},
		{0.00999996, 0, milliamps, "10.00 mA"},
		{1234.56, 0, electrical{}, "1235"},
		{3.21e-7, 2e-9, electrical{}, "(3.210 ± 0.020)×$10^{-7}$"},
		{math.NaN(), 1, milliamps, "– mA"},
		{0, 0, milliamps, "0.000 mA"},
		{1e300, 1e298, electrical{}, "(1.000 ± 0.010)×$10^{300}$"},
	} {
		if got := f.write("sc", ivcurve.Quantity{Value: c.v, Uncertainty: c.u}, c.unit).text(true); got != c.want {
			t.Errorf("%v ± %v: %q, want %q", c.v, c.u, got, c.want)
		}
	}
}

func TestElectricalUnits(t *testing.T) {
	for _, c := range []struct {
		text, shown string
		factor      float64
	}{
		{"V", "V", 1}, {"mV", "mV", 1e-3}, {"µA", "µA", 1e-6}, {"uA", "µA", 1e-6}, {"kW", "kW", 1e3},
		{"mA/cm²", "mA/cm²", 1e-3}, {"mA/cm^2", "mA/cm²", 1e-3}, {"A/m²", "A/m²", 1e-4}, {"mA cm⁻²", "mA/cm²", 1e-3},
		{"", "", 0}, {"Ω", "", 0}, {"VA", "", 0}, {"xV", "", 0},
	} {
		u := electricalOf(c.text)
		if u.String() != c.shown || u.known() && math.Abs(u.factor()/c.factor-1) > 1e-12 {
			t.Errorf("%q: %q %v, want %q %v", c.text, u, u.factor(), c.shown, c.factor)
		}
	}
}

// kindExtremes is what no analysis is fond of.
func kindExtremes() []*sessions.Series {
	all := extremes()
	nan, big := math.NaN(), 1e308
	vi := []string{"V", "I"}
	units := []string{"V", "mA"}
	for _, rows := range [][][]float64{
		nil, {{0, 1}}, {{nan, nan}, {nan, nan}}, {{-big, big}, {big, -big}, {0, big}, {1, 1}, {2, 0}, {3, -1}},
		{{0, 5e-324}, {5e-324, 0}, {1e-320, 1e-320}, {0, 0}, {0, 0}, {0, 0}},
		table(40, func(i int) []float64 { return []float64{float64(i), 40 - float64(i)} }),
		table(40, func(i int) []float64 { return []float64{1e-12 * float64(i), 1e-12 * (40 - float64(i))} }),
		table(40, func(i int) []float64 { return []float64{1e6 * float64(i), 1e6 * (40 - float64(i))} }),
	} {
		all = append(all, build("v", vi, rows), withUnits("u", vi, units, rows))
	}
	return all
}

func TestKindsExtremes(t *testing.T) {
	for _, kind := range []string{"iv", "spectrum", "box"} {
		for _, s := range kindExtremes() {
			for i, more := range []string{`{}`, `{"xlog": true, "ylog": true, "y2log": true}`, `{"figsize": [1, 1], "area": 1, "irradiance": 1000, "notch": true, "means": true, "scaling": "amplitude"}`,
				`{"figsize": [1, 9], "xlim": [5, -5], "ylim": [-3, null], "nperseg": 8}`, `{"title": "t", "from": 1, "last": 7, "style": "dark"}`} {
				options := asked(more)
				options["kind"], options["dpi"] = kind, 50.0
				for _, f := range []Format{PNG, SVG} {
					var b bytes.Buffer
					_, err := Draw(&b, f, []*sessions.Series{s}, options)
					if err != nil && !(kind == "iv" && len(s.Columns) < 2) {
						t.Errorf("%s of %s, variant %d, %v: %v", kind, s.Name, i, f, err)
					}
					if f == SVG && bytes.Contains(b.Bytes(), []byte("NaN")) {
						t.Errorf("%s of %s, variant %d: the file holds NaN", kind, s.Name, i)
					}
				}
			}
		}
		if _, err := Draw(io.Discard, PNG, kindExtremes()[:9], map[string]any{"kind": kind, "dpi": 50.0}); err != nil && kind != "iv" {
			t.Errorf("%s of several: %v", kind, err)
		}
	}
}

func BenchmarkIV(b *testing.B) {
	for _, n := range []int{200, 100_000, 1_000_000} {
		for _, noise := range []float64{0, 0.002} {
			series := sweepOf("s", cell(), n, 0, 0.6, noise)
			for _, f := range []Format{PDF, PNG} {
				b.Run(fmt.Sprintf("rows=%d/noise=%v/%v", n, noise, f), func(b *testing.B) {
					var size counting
					b.ReportAllocs()
					for b.Loop() {
						size = 0
						if _, err := Draw(&size, f, []*sessions.Series{series}, map[string]any{"kind": "iv"}); err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(float64(size)/1000, "kB/file")
				})
			}
		}
	}
}

// FuzzKinds draws any numbers with any choice of options: there is a picture,
// or one sentence that refuses an option.
func FuzzKinds(f *testing.F) {
	f.Add(uint64(0), []byte("0123456789abcdef0123456789abcdef"))
	f.Add(uint64(0x123456), []byte("the quick brown fox jumps over the lazy dog, which does not mind"))
	f.Fuzz(func(t *testing.T, choice uint64, data []byte) {
		pick := func(n int) int {
			k := int(choice % uint64(n))
			choice /= uint64(n)
			return k
		}
		options := map[string]any{
			"kind": []string{"iv", "spectrum", "box"}[pick(3)], "figsize": []any{1 + float64(pick(5)), 1 + float64(pick(5))}, "dpi": 30.0,
			"xlog": pick(4) == 0, "ylog": pick(2) == 0, "notch": pick(2) == 0, "means": pick(2) == 0,
		}
		if pick(3) == 0 {
			options["nperseg"], options["scaling"] = float64(8+pick(40)), "amplitude"
		}
		if pick(3) == 0 {
			options["area"], options["irradiance"] = math.Pow(10, float64(pick(14)-5)), 1000.0
		}
		scale, shape := pick(3), pick(3)
		var rows [][]float64
		for k := 0; k+16 <= len(data); k += 16 {
			row := make([]float64, 3)
			for j := range row {
				b := data[k+5*j : k+5*j+5]
				switch scale {
				case 0: // any number at all
					row[j] = math.Float64frombits(uint64(b[0])<<56 | uint64(b[1])<<48 | uint64(b[2])<<30 | uint64(b[3]))
				case 1:
					row[j] = float64(b[0]) - float64(b[1])
				default: // nearly a cell's curve
					row[j] = [3]float64{float64(k), float64(k) / 100, 1 - math.Exp(float64(k)/100-3)}[j] + float64(b[0])*1e-4
				}
			}
			rows = append(rows, row)
		}
		series := []*sessions.Series{withUnits("s", []string{"t", "V", "I"}, []string{"s", "V", []string{"mA", "", "A/cm²"}[shape]}, rows)}
		if pick(2) == 0 {
			series = append(series, sweepOf("light", cell(), 30, 0, 0.6, 0))
		}
		if _, err := Draw(io.Discard, PNG, series, options); err != nil {
			t.Errorf("%v: %v", options, err)
		}
	})
}

// TestIVWithoutOpenCircuit shows what a sweep that ends early has.
func TestIVWithoutOpenCircuit(t *testing.T) {
	m := ivcurve.SingleDiode{Photocurrent: 7, SaturationCurrent: 6e-7, Rs: 0.1, Rsh: 20, NNsVth: 0.5}
	truth, err := m.OperatingPoints()
	if err != nil {
		t.Fatal(err)
	}
	s := withUnits("s", []string{"V", "I"}, []string{"V", "A"}, table(120, func(i int) []float64 {
		v := 0.3 + 7.3*float64(i)/119
		return []float64{v, m.CurrentAt(v)}
	}))
	text, warnings := wordsOf(t, asked(`{"kind": "iv"}`), s)
	if len(warnings) == 0 || !strings.HasPrefix(warnings[0], "cannot find Voc: the curve ends at 7.6 V") {
		t.Errorf("warnings %q, want the one of the analysis", warnings)
	}
	for _, c := range []struct {
		pattern string
		want    float64
	}{{`(\d+\.\d+)(?: ± [\d.]+)? W`, truth.Pmax}, {`(\d+\.\d+)(?: ± [\d.]+)? A \*`, truth.Isc}} {
		if got := figureIn(t, text, c.pattern); math.Abs(got/c.want-1) > 1e-3 {
			t.Errorf("%s is %v, want %v\n%s", c.pattern, got, c.want, text)
		}
	}
	if !strings.Contains(text, "MPP") {
		t.Errorf("the maximum power point has no name in\n%s", text)
	}
	if strings.Contains(text, "FF") || strings.Contains(text, "–") || strings.Contains(text, "oc") {
		t.Errorf("what is missing is shown in\n%s", text)
	}
	// Beside another curve the table has its place.
	text, _ = wordsOf(t, asked(`{"kind": "iv"}`), s, sweepOf("b", cell(), 200, 0, voc(cell()), 0))
	if !strings.Contains(text, "–") || !strings.Contains(text, "FF") {
		t.Errorf("the table is\n%s", text)
	}
}
