package render

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"iotplot/sessions"
)

// TestWelchKeepsThePower holds the scale of the density: its integral over
// frequency is the variance (Parseval's theorem), for segments that fit a stationary
// signal.
func TestWelchKeepsThePower(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	const rate = 250.0
	for _, length := range []int{64, 65, 256, 1000} {
		samples := make(floats, 200_000)
		variance := 0.0
		for i := range samples {
			samples[i] = 3 + 2*r.NormFloat64()
			variance += (samples[i] - 3) * (samples[i] - 3) / float64(len(samples))
		}
		w := newWelch(samples, length, rate)
		sum := 0.0
		for _, p := range w.power {
			sum += p * rate / float64(length)
		}
		// The mean that each segment is freed of takes a little with it.
		if math.Abs(sum/variance-1) > 0.01+2/float64(length) {
			t.Errorf("length %d: power %v, variance %v", length, sum, variance)
		}
		if math.Abs(w.power[length/4]/(variance*2/rate)-1) > 0.15 {
			t.Errorf("length %d: density %v, want %v", length, w.power[length/4], variance*2/rate)
		}
	}
}

func TestWelchGivesTheAmplitude(t *testing.T) {
	const rate = 1000.0
	for _, length := range []int{100, 200, 1000, 2500} {
		samples := make(floats, 10_000)
		for i := range samples {
			samples[i] = 7 + 1.7*math.Sin(2*math.Pi*50*float64(i)/rate+0.3)
		}
		w := newWelch(samples, length, rate)
		if got := w.amplitude(rate)[50*length/rate]; math.Abs(got/1.7-1) > 1e-6 {
			t.Errorf("length %d: amplitude %v, want 1.7", length, got)
		}
	}
}

// TestWelchAgreesWithScipy compares every density with scipy's.
func TestWelchAgreesWithScipy(t *testing.T) {
	python := "/usr/bin/python3"
	if err := exec.Command(python, "-c", "import scipy.signal").Run(); err != nil {
		if python = "python3"; exec.Command(python, "-c", "import scipy.signal").Run() != nil {
			t.Skip("scipy is not installed, Debian has it in python3-scipy")
		}
	}
	r := rand.New(rand.NewPCG(2, 2))
	samples := make(floats, 3001)
	for i := range samples {
		samples[i] = math.Sin(float64(i)/7) + r.NormFloat64() + float64(i)/1000
	}
	for _, length := range []int{3001, 256, 255, 1000, 8} {
		in, err := json.Marshal(map[string]any{"x": []float64(samples), "n": length})
		if err != nil {
			t.Fatal(err)
		}
		c := exec.Command(python, "-c", `import json, sys, scipy.signal as s
q = json.load(sys.stdin)
print(json.dumps([list(s.welch(q["x"], 12.5, nperseg=q["n"])[1]), list((2*s.welch(q["x"], 12.5, nperseg=q["n"], scaling="spectrum")[1])**.5)]))`)
		c.Stdin = strings.NewReader(string(in))
		out, err := c.Output()
		if err != nil {
			t.Fatal(err)
		}
		var want [2][]float64
		if err := json.Unmarshal(out, &want); err != nil {
			t.Fatal(err)
		}
		w := newWelch(samples, length, 12.5)
		got := [2][]float64{w.power, w.amplitude(12.5)}
		for kind := range got {
			if len(got[kind]) != len(want[kind]) {
				t.Fatalf("length %d: %d values, want %d", length, len(got[kind]), len(want[kind]))
			}
			for k, v := range want[kind] {
				if kind == 1 && (k == 0 || 2*k == length) {
					continue // no pair of frequencies, so no sine of the double power
				}
				if math.Abs(got[kind][k]-v) > 1e-9*math.Abs(v)+1e-15 {
					t.Errorf("length %d, value %d of kind %d: %v, want %v", length, k, kind, got[kind][k], v)
					break
				}
			}
		}
	}
}

func TestSegments(t *testing.T) {
	for _, n := range []int{0, 7, 8, 11, 12, 777, 778, 5000} {
		for _, length := range []int{2, 3, 8, 9, 500} {
			samples := make(slice, n)
			for i := range samples {
				samples[i] = float64(i)
			}
			from := 0
			segments(samples, length, func(s []float64) {
				if len(s) != length || s[0] != float64(from) || s[length-1] != float64(from+length-1) {
					t.Fatalf("%d samples: segment %v…%v of %d at %d", n, s[0], s[len(s)-1], len(s), from)
				}
				from += length - length/2
			})
			if n >= length && from+length <= n || n < length && from > 0 {
				t.Errorf("%d samples in segments of %d: the last begins before %d", n, length, from)
			}
		}
	}
}

// TestSampling judges x columns.
func TestSampling(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	column := func(x func(i int) float64) values {
		out := make(slice, 2000)
		for i := range out {
			out[i] = x(i)
		}
		return out
	}
	for _, c := range []struct {
		name string
		x    values
		step float64
		even bool
	}{
		{"even", column(func(i int) float64 { return 3 + 0.01*float64(i) }), 0.01, true},
		{"unix", column(func(i int) float64 { return 1.7e9 + 0.001*float64(i) }), 0.001, true},
		{"coarse clock", column(func(i int) float64 { return math.Floor(float64(i)*3.3) / 1000 }), 0.0033, true},
		{"a little jitter", column(func(i int) float64 { return float64(i) + 0.02*r.Float64() }), 1, true},
		{"lost rows", column(func(i int) float64 {
			if i%50 == 7 {
				return math.NaN()
			}
			return float64(i)
		}), 1, true},
		{"jitter", column(func(i int) float64 { return float64(i) + 0.9*r.Float64() }), 1, false},
		{"a hole", column(func(i int) float64 {
			if i > 1000 {
				return float64(i) + 40
			}
			return float64(i)
		}), 1, false},
	} {
		s := samplingOf(c.x)
		if s.even != c.even || !s.rising || math.Abs(s.step/c.step-1) > 0.05 || c.even && math.Abs(s.step/c.step-1) > 1e-3 {
			t.Errorf("%s: %+v, want a step of %v, even %v", c.name, s, c.step, c.even)
		}
	}
	if s := samplingOf(slice{3, 2, 1}); s.step > 0 || s.rising {
		t.Errorf("falling: %+v", s)
	}
}

func TestSpectrumWarnings(t *testing.T) {
	wave := func(n int, unit string, x func(i int) float64, y func(i int) float64) *sessions.Series {
		return withUnits("s", []string{"t", "a"}, []string{unit, "mV"}, table(n, func(i int) []float64 { return []float64{x(i), y(i)} }))
	}
	line := func(i int) float64 { return float64(i) / 100 }
	sine := func(i int) float64 { return math.Sin(float64(i)) }
	for _, c := range []struct {
		series       *sessions.Series
		options      string
		label, warns string
	}{
		{wave(1000, "s", line, sine), `{}`, "Frequency [Hz]|Power density [mV²/Hz]", ""},
		{wave(1000, "ms", line, sine), `{"scaling": "amplitude"}`, "Frequency [Hz]|Amplitude [mV]", ""},
		{wave(1000, "m", line, sine), `{}`, "Frequency [1/m]|Power density [mV²·m]", ""},
		{wave(1000, "s", func(i int) float64 { return float64(i%100) / 100 }, sine), `{}`, "Frequency [Hz]|Power density [mV²/Hz]", "not all above zero"},
		{wave(1000, "s", func(i int) float64 { return line(i) + 0.004*math.Sin(float64(i*i)) }, sine), `{}`, "Frequency [Hz]|Power density [mV²/Hz]", "interpolated to steps"},
		{wave(100, "s", line, sine), `{"nperseg": 1000}`, "Frequency [Hz]|Power density [mV²/Hz]", "nperseg is 1000, there are only 100 rows"},
		{wave(1000, "s", func(int) float64 { return 1 }, sine), `{}`, "Frequency [Hz]|Power density [mV²/Hz]", "no sampling rate"},
		{wave(1000, "s", line, func(i int) float64 {
			if i%100 == 5 {
				return math.NaN()
			}
			return sine(i)
		}), `{}`, "Frequency [Hz]|Power density [mV²/Hz]", "short gaps of a [mV] were interpolated"},
		{wave(3000, "s", line, func(i int) float64 {
			if i > 300 && i < 320 {
				return math.NaN()
			}
			return sine(i)
		}), `{}`, "Frequency [Hz]|Power density [mV²/Hz]", "segments were left out"},
		{wave(1000, "s", line, func(i int) float64 {
			if i%100 < 10 {
				return math.NaN()
			}
			return sine(i)
		}), `{}`, "Frequency [Hz]|Power density [mV²/Hz]", "made of segments of 64 rows"},
	} {
		options := asked(c.options)
		options["kind"] = "spectrum"
		s, _, err := decode(options)
		if err != nil {
			t.Fatal(err)
		}
		th, report := themeOf(s.style), &Report{}
		f, err := plan(s, []*sessions.Series{c.series}, &th, report)
		if err != nil {
			t.Fatal(err)
		}
		p := f.panels[0]
		if got := p.x.label + "|" + p.y.label; got != c.label {
			t.Errorf("%s: labels %s, want %s", c.warns, got, c.label)
		}
		if got := strings.Join(report.Warnings, "; "); !strings.Contains(got, c.warns) || c.warns == "" && got != "" {
			t.Errorf("warnings %q, want %q", got, c.warns)
		}
	}
}

// TestSpectrumFindsTheFrequency follows a wave through units, holes and
// jitter to its place on the axis.
func TestSpectrumFindsTheFrequency(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	at := 0.0
	for _, c := range []struct {
		name, unit string
		x          func(i int) float64
		want       float64
	}{
		{"seconds", "s", func(i int) float64 { return float64(i) / 200 }, 20},
		{"milliseconds", "ms", func(i int) float64 { return float64(i) / 200 }, 20_000},
		{"minutes", "min", func(i int) float64 { return float64(i) / 200 }, 20.0 / 60},
		{"jitter", "s", func(i int) float64 { return (float64(i) + 0.6*r.Float64()) / 200 }, 20},
		{"steps from row to row", "s", func(i int) float64 { at += (0.7 + 0.6*r.Float64()) / 200; return at }, 20},
	} {
		series := withUnits("s", []string{"t", "a"}, []string{c.unit, ""}, table(4000, func(i int) []float64 {
			x := c.x(i)
			return []float64{x, math.Sin(2 * math.Pi * 20 * x)}
		}))
		s, _, err := decode(asked(`{"kind": "spectrum", "scaling": "amplitude"}`))
		if err != nil {
			t.Fatal(err)
		}
		th := themeOf(s.style)
		f, err := plan(s, []*sessions.Series{series}, &th, &Report{})
		if err != nil {
			t.Fatal(err)
		}
		curve := f.panels[0].marks[0].mark.(*curve)
		best, most := 0.0, 0.0
		for k := range curve.y.Len() {
			if v := curve.y.At(k); v > most {
				best, most = curve.x.At(k), v
			}
		}
		if math.Abs(best/c.want-1) > 0.02 || math.Abs(most-1) > 0.25 {
			t.Errorf("%s: amplitude %v at %v Hz, want 1 at %v", c.name, most, best, c.want)
		}
	}
}

// TestEvenly holds what interpolation to even steps gives, and that it is not
// longer for wide gaps.
func TestEvenly(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct{ x, y, want []float64 }{
		{[]float64{0, 1, 2, 3}, []float64{0, 2, 4, 6}, []float64{0, 2, 4, 6}},
		{[]float64{0, 0.5, 2, 3.5}, []float64{0, 1, 4, 7}, []float64{0, 2, 4, 6}},
		{[]float64{0, nan, 2, 3}, []float64{0, 9, 4, nan}, []float64{0, 2, 4}},
		{[]float64{0, 1, 1e9, 1e9 + 1}, []float64{5, 6, 7, 8}, []float64{5, 6, nan, nan, nan, nan, nan, 7, 8}},
		{[]float64{0, 1, 100.5, 101.5}, []float64{5, 6, 7, 8}, []float64{5, 6, nan, nan, nan, nan, nan, 7, 8}},
		{nil, nil, nil},
	} {
		got := evenly(slice(c.x), slice(c.y), 1)
		same := len(got) == len(c.want)
		for i := 0; same && i < len(got); i++ {
			same = math.Abs(got[i]-c.want[i]) < 1e-12 || got[i] != got[i] && c.want[i] != c.want[i]
		}
		if !same {
			t.Errorf("%v: %v, want %v", c.x, got[:min(len(got), 20)], c.want)
		}
	}
	if n := len(evenly(slice{0, 1, 1e300, 1e300}, slice{1, 2, 3, 4}, 1)); n > 20 {
		t.Errorf("%d samples where steps are lost in rounding", n)
	}
}

func BenchmarkKinds(b *testing.B) {
	series := []*sessions.Series{noisy(1_000_000)}
	for _, options := range []string{`{"kind": "spectrum"}`, `{"kind": "box"}`, `{"kind": "spectrum", "last": 500000}`} {
		for _, f := range []Format{PDF, PNG} {
			b.Run(fmt.Sprintf("%s/%v", options, f), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := Draw(io.Discard, f, series, asked(options)); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
