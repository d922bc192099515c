package expr

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"iotplot/sessions"
)

// naive is an expression written with all its parentheses, and its values
// computed row by row in the plainest way there is.
type naive struct {
	text   string
	values []float64
}

// randomSeries has three columns with gaps, longer than several blocks.
func randomSeries(r *rand.Rand, rows int) *sessions.Series {
	b := sessions.NewBuilder(sessions.Header{Name: "random", Columns: []string{"t", "V", "I [A]"}, Units: []string{"s", "V", "A"}})
	at := 0.0
	for range rows {
		at += r.Float64()
		row := []float64{at, math.Round(r.NormFloat64()*40) / 8, r.NormFloat64()}
		if r.IntN(9) == 0 {
			row[r.IntN(3)] = math.NaN()
		}
		b.Append(row)
	}
	return b.Series()
}

// grow makes a random expression of at most so many levels.
func grow(r *rand.Rand, s *sessions.Series, levels int) naive {
	rows := s.Len()
	each := func(f func(i int) float64) []float64 {
		out := make([]float64, rows)
		for i := range out {
			out[i] = f(i)
		}
		return out
	}
	if levels == 0 || r.IntN(8) == 0 {
		switch r.IntN(4) {
		case 0:
			v := float64(r.IntN(40)) / 8
			return naive{strconv.FormatFloat(v, 'f', -1, 64), each(func(int) float64 { return v })}
		case 1:
			return naive{"index", each(func(i int) float64 { return float64(i) })}
		default:
			c := r.IntN(3)
			return naive{[]string{"t", "V", "`I [A]`"}[c], s.Column(c).AppendTo(nil)}
		}
	}
	a := grow(r, s, levels-1)
	if r.IntN(3) == 0 {
		switch r.IntN(8) {
		case 0:
			return naive{"(-" + a.text + ")", each(func(i int) float64 { return -a.values[i] })}
		case 1:
			return naive{"sqrt(" + a.text + ")", each(func(i int) float64 { return math.Sqrt(a.values[i]) })}
		case 2:
			return naive{"(" + a.text + ")²", each(func(i int) float64 { return a.values[i] * a.values[i] })}
		case 3:
			return naive{"diff(" + a.text + ")", each(func(i int) float64 {
				if i == 0 {
					return math.NaN()
				}
				return a.values[i] - a.values[i-1]
			})}
		case 4:
			n := r.IntN(2*rows+3) - rows - 1
			return naive{fmt.Sprintf("shift(%s, %d)", a.text, n), each(func(i int) float64 {
				if i-n < 0 || i-n >= rows {
					return math.NaN()
				}
				return a.values[i-n]
			})}
		case 5:
			sum := 0.0
			return naive{"cumsum(" + a.text + ")", each(func(i int) float64 {
				if math.IsNaN(a.values[i]) {
					return a.values[i]
				}
				sum += a.values[i]
				return sum
			})}
		case 6:
			most := math.NaN()
			for _, v := range a.values {
				if math.IsNaN(most) || v > most {
					most = v
				}
			}
			return naive{"max(" + a.text + ")", each(func(int) float64 { return most })}
		default:
			b := grow(r, s, levels-1)
			sum, last := 0.0, -1
			return naive{"integral(" + a.text + ", " + b.text + ")", each(func(i int) float64 {
				if math.IsNaN(a.values[i]) || math.IsNaN(b.values[i]) {
					return math.NaN()
				}
				if last >= 0 {
					sum += float64((b.values[i] - b.values[last]) * (a.values[i]/2 + a.values[last]/2))
				}
				last = i
				return sum
			})}
		}
	}
	b := grow(r, s, levels-1)
	infix := func(sign string, f func(a, b float64) float64) naive {
		return naive{"(" + a.text + sign + b.text + ")", each(func(i int) float64 { return f(a.values[i], b.values[i]) })}
	}
	switch r.IntN(6) {
	case 0:
		return infix("+", func(a, b float64) float64 { return a + b })
	case 1:
		return infix(" - ", func(a, b float64) float64 { return a - b })
	case 2:
		return infix("·", func(a, b float64) float64 { return a * b })
	case 3:
		return infix("/", func(a, b float64) float64 { return a / b })
	case 4:
		return naive{"min(" + a.text + "," + b.text + ")", each(func(i int) float64 { return min(a.values[i], b.values[i]) })}
	}
	return naive{"((" + a.text + ")**(" + b.text + "))", each(func(i int) float64 {
		switch x, y := a.values[i], b.values[i]; {
		case math.IsNaN(x) || math.IsNaN(y):
			return math.NaN()
		case y == 2:
			return x * x
		case y == 3:
			return x * x * x
		default:
			return math.Pow(x, y)
		}
	})}
}

// Whatever the expression: the values are the naive ones to the last bit, some
// of the rows are a part of all of them, and the expression as it prints itself
// is the same expression.
func TestLaws(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		s := randomSeries(r, 1+r.IntN(40))
		if r.IntN(50) == 0 {
			s = randomSeries(r, 2500)
		}
		want := grow(r, s, 1+r.IntN(5))
		e, err := Compile(want.text, s.Columns)
		if err != nil {
			if !strings.Contains(err.Error(), "functions of whole columns") && !strings.Contains(err.Error(), "bytes long") {
				t.Fatal(err)
			}
			continue
		}
		got, err := e.Eval(s)
		if err != nil {
			t.Fatal(err)
		}
		if !sameAll(got.Values, want.values) {
			t.Fatalf("%s is\n %v, want\n %v", want.text, got.Values, want.values)
		}
		checkRanges(t, r, e, s, got.Values)
		again, err := Compile(e.String(), s.Columns)
		if err != nil || again.String() != e.String() {
			t.Fatalf("%s is printed as %s, which is read as %v, %v", want.text, e, again, err)
		}
		values, err := again.Eval(s)
		if err != nil || !sameAll(values.Values, got.Values) {
			t.Fatalf("%s is printed as %s, which has other values (%v)", want.text, e, err)
		}
	}
}

func checkRanges(t *testing.T, r *rand.Rand, e *Expr, s *sessions.Series, all []float64) {
	t.Helper()
	from := r.IntN(s.Len())
	to := from + 1 + r.IntN(s.Len()-from)
	part, err := e.EvalRows(s, from, to)
	if err != nil || !sameAll(part.Values, all[from:to]) {
		t.Fatalf("rows %d to %d of %s are %v, %v, want %v", from, to, e, part.Values, err, all[from:to])
	}
}

// The functions whose plain version rounds differently, or needs more words,
// against their definition.
func TestWindowsAgainstTheirDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 400 {
		s := randomSeries(r, 1+r.IntN(60))
		x, y := s.Column(0).AppendTo(nil), s.Column(1).AppendTo(nil)
		n := 1 + r.IntN(80)
		average := make([]float64, len(y))
		slope := make([]float64, len(y))
		for i := range y {
			sum, count := 0.0, 0
			for k := max(i-n/2, 0); k < min(i-n/2+n, len(y)); k++ {
				if !math.IsNaN(y[k]) {
					sum += y[k]
					count++
				}
			}
			average[i] = sum / float64(count)
			if math.IsNaN(y[i]) {
				average[i] = math.NaN()
			}
			// numpy.gradient's formula between two neighbours.
			ok := func(k int) bool { return k >= 0 && k < len(y) && !math.IsNaN(x[k]) && !math.IsNaN(y[k]) }
			switch {
			case !ok(i):
				slope[i] = math.NaN()
			case ok(i-1) && ok(i+1):
				hs, hd := x[i]-x[i-1], x[i+1]-x[i]
				slope[i] = (hs*hs*y[i+1] + (hd*hd-hs*hs)*y[i] - hd*hd*y[i-1]) / (hs * hd * (hs + hd))
			case ok(i - 1):
				slope[i] = (y[i] - y[i-1]) / (x[i] - x[i-1])
			case ok(i + 1):
				slope[i] = (y[i+1] - y[i]) / (x[i+1] - x[i])
			default:
				slope[i] = math.NaN()
			}
		}
		for text, want := range map[string][]float64{fmt.Sprintf("movavg(V, %d)", n): average, "deriv(V, t)": slope} {
			e, err := Compile(text, s.Columns)
			if err != nil {
				t.Fatal(err)
			}
			got, err := e.Eval(s)
			if err != nil || !slices.EqualFunc(got.Values, want, func(a, b float64) bool {
				return same(a, b) || math.Abs(a-b) <= 1e-7*max(1, math.Abs(a))
			}) {
				t.Fatalf("%s is\n %v, %v, want\n %v", text, got.Values, err, want)
			}
			checkRanges(t, r, e, s, got.Values)
		}
	}
}

// Every function gives the same rows whether all rows are asked for or some,
// also across the borders of blocks and of the series' memory.
func TestRangesOfEveryFunction(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	s := randomSeries(r, 5000)
	args := strings.NewReplacer("a", "V", "b", "t", "…", "1", "n", "777", "y", "`I [A]`", "x", "t")
	for _, f := range Functions() {
		e, err := Compile(f.Name+"("+args.Replace(f.Args)+")", s.Columns)
		if err != nil {
			t.Fatal(err)
		}
		all, err := e.Eval(s)
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			checkRanges(t, r, e, s, all.Values)
		}
	}
}

// Any text is an expression that prints itself and is computed, or an error;
// nothing else happens.
func FuzzCompile(f *testing.F) {
	for _, text := range []string{
		"V*I", "P = V*I*1e3", "sin*cos", `"sin*cos" * 2`, "`V [V]`/2", "E [W/m²] = V*812.5", "-2^-V²·3", "movavg(V, 2*2)", "shift(I, -1)",
		"integral(V*I, t)/3600", "min(V)+min(V, I, 3)", "atan2(t, V) ** 2", `"a""b" [x] = "a""b"`, "((V))", "1e3+.5-5.", "nan*inf*index*π", "= V", "V == I", "\"", "0x1p3", "V²³",
		`"P [mW]" = V`, "V + I", "a=b", "(V + I)", "x [y=z] = V",
	} {
		f.Add(text)
	}
	units := []string{"s", "V", "mA", "", "%", "W/m²", "°C", "V", "dB", "m"}
	columns := []string{"t", "V", "I", "sin*cos", "V [V]", `a"b`, "V + I", "a=b", "P = V", "(V + I)"}
	b := sessions.NewBuilder(sessions.Header{Name: "fuzz", Columns: columns, Units: units})
	for i := range 12 {
		b.Append([]float64{float64(i), math.Sqrt(float64(i)), float64(i*i%7) - 3, 1, 2, 3, 4, 5, 6, math.NaN()})
	}
	s := b.Series()
	f.Fuzz(func(t *testing.T, text string) {
		e, err := Compile(text, columns)
		if err != nil {
			if e != nil || len(err.Error()) > 2000 {
				t.Errorf("%q gives %v together with the error %v", text, e, err)
			}
			return
		}
		got, err := e.Eval(s)
		if err != nil || len(got.Values) != s.Len() {
			t.Fatalf("%q gives %d values and the error %v", text, len(got.Values), err)
		}
		again, err := Compile(e.String(), columns)
		if err != nil {
			if strings.Contains(err.Error(), "bytes long") || strings.Contains(err.Error(), "nested deeper") {
				return // printing may need more room than the text did
			}
			t.Fatalf("%q is printed as %q, which is refused: %v", text, e, err)
		}
		values, err := again.Eval(s)
		if err != nil || again.String() != e.String() || !sameAll(values.Values, got.Values) || values.Unit != got.Unit ||
			e.named && values.Name != got.Name {
			t.Errorf("%q is %+v and is printed as %q, which is %+v, %v, printed as %q", text, got, e, values, err, again)
		}
	})
}
