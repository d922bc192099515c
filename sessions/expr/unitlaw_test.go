package expr

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"iotplot/sessions"
)

// inUnits makes a series of the same measurement, its columns t, V, I and d
// (a length) written in units of these sizes.
func inUnits(names []string, sizes []float64) *sessions.Series {
	b := sessions.NewBuilder(sessions.Header{Name: "solar", Columns: []string{"t", "V", "I", "d"}, Units: names})
	for i := range 5 {
		x := float64(i)
		row := []float64{10 + 7*x*x, 3 + x, .5 + x/10, 2 + x/3}
		for k := range row {
			row[k] /= sizes[k]
		}
		b.Append(row)
	}
	return b.Series()
}

// size gives what a unit is worth in V, A, s and m.
func size(u unit) float64 {
	v := math.Pow(10, float64(u.ten)) * math.Pow(60, float64(u.sixty))
	for _, f := range u.rest {
		v *= math.Pow(10, float64(f.prefix*f.exp))
	}
	return v
}

// growProduct makes an expression whose unit follows from those of its columns.
// All its values are positive, so that no digits are lost.
func growProduct(r *rand.Rand, levels int) string {
	if levels == 0 {
		return []string{"t", "V", "I", "d"}[r.IntN(4)]
	}
	a, b := growProduct(r, levels-1), growProduct(r, levels-1)
	switch r.IntN(12) {
	case 0, 1, 2:
		return a + "*" + b
	case 3, 4, 5:
		return a + "/(" + b + ")"
	case 6:
		return "sqrt(" + a + "*" + a + ")"
	case 7:
		return "(" + a + ")²"
	case 8:
		return "(" + a + "/(" + b + ") + mean(" + a + "/(" + b + ")))"
	case 9:
		return "integral(" + a + ", t)"
	case 10:
		return "deriv(cumsum(" + a + "), t)"
	}
	return "max(" + a + ")"
}

// A measurement is the same whatever units its columns are written in, so the
// result's value times its unit is the same too. A wrong unit breaks this. The
// factors in front convert, so they change the number and the unit together.
func TestUnitsAreNeverWrong(t *testing.T) {
	times := map[string]float64{"s": 1, "ms": 1e-3, "min": 60, "h": 3600}
	volts := map[string]float64{"V": 1, "mV": 1e-3, "kV": 1e3, "W/A": 1}
	amperes := map[string]float64{"A": 1, "mA": 1e-3, "uA": 1e-6, "As/s": 1}
	lengths := map[string]float64{"m": 1, "mm": 1e-3, "cm": 1e-2, "km": 1e3}
	pick := func(r *rand.Rand, from map[string]float64) (string, float64) {
		n := r.IntN(len(from))
		for _, name := range []string{"s", "ms", "min", "h", "V", "mV", "kV", "W/A", "A", "mA", "uA", "As/s", "m", "mm", "cm", "km"} {
			if v, ok := from[name]; ok {
				if n == 0 {
					return name, v
				}
				n--
			}
		}
		panic("no such unit")
	}
	r := rand.New(rand.NewPCG(7, 8))
	derived := 0
	for range 8000 {
		text := growProduct(r, r.IntN(4))
		plain, err := Eval(text, inUnits([]string{"s", "V", "A", "m"}, []float64{1, 1, 1, 1}))
		if err != nil {
			continue // too many functions of whole columns
		}
		var names []string
		var sizes []float64
		for _, from := range []map[string]float64{times, volts, amperes, lengths} {
			name, v := pick(r, from)
			names, sizes = append(names, name), append(sizes, v)
		}
		converted := fmt.Sprintf("(%s)*%g", text, []float64{1, 1, 1e3, 1e-3, 60, 1. / 3600, 100}[r.IntN(7)])
		got, err := Eval(converted, inUnits(names, sizes))
		if err != nil {
			t.Fatal(err)
		}
		if got.Unit == "" || plain.Unit == "" {
			continue
		}
		u, ok := parseUnit(got.Unit)
		w, ok2 := parseUnit(plain.Unit)
		if !ok || !ok2 {
			t.Fatalf("%s has the units %q and %q, which can't be read", text, got.Unit, plain.Unit)
		}
		derived++
		for i, v := range got.Values {
			a, b := v*size(u), plain.Values[i]*size(w)
			if math.Abs(a-b) > 1e-9*math.Abs(b) {
				t.Fatalf("row %d of %s with the units %q is %v %s, but it is %v %s in plain units", i, converted, names, v, got.Unit, plain.Values[i], plain.Unit)
			}
		}
	}
	if derived < 2000 {
		t.Errorf("only %d units were derived", derived)
	}
}
