package expr

import (
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"iotplot/sessions"
)

var nan = math.NaN()

// table makes a series of columns, each written as name, or name and unit with
// a bar between.
func table(columns map[string][]float64, order ...string) *sessions.Series {
	h := sessions.Header{Name: "solar"}
	for _, c := range order {
		name, unit, _ := strings.Cut(c, "|")
		h.Columns = append(h.Columns, name)
		h.Units = append(h.Units, unit)
	}
	b := sessions.NewBuilder(h)
	for i := range columns[h.Columns[0]] {
		row := make([]float64, len(h.Columns))
		for k, name := range h.Columns {
			row[k] = columns[name][i]
		}
		b.Append(row)
	}
	return b.Series()
}

// same compares values of which NaN is one.
func same(a, b float64) bool { return a == b || a != a && b != b }

func sameAll(a, b []float64) bool { return slices.EqualFunc(a, b, same) }

func near(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(a, b float64) bool {
		return same(a, b) || math.Abs(a-b) <= 1e-12*max(math.Abs(a), math.Abs(b), 1e-3)
	})
}

func TestValues(t *testing.T) {
	s := table(map[string][]float64{
		"t": {0, 1, 2, 4}, "V": {1, 2, 3, 4}, "I": {4, 3, nan, -1},
		"sin*cos": {7, 8, 9, 10}, "sin": {2, 2, 2, 2}, "cos": {3, 3, 3, 3},
		"V [V]": {5, 5, 5, 5}, "2nd": {6, 6, 6, 6}, "P = V*I": {0, 0, 0, 1},
		`a"b`: {1, 1, 1, 1}, "µA": {1, 2, 3, 4}, "V₀": {1, 0, 0, 0}, "°C": {20, 21, 22, 23},
	}, "t", "V", "I", "sin*cos", "sin", "cos", "V [V]", "2nd", "P = V*I", `a"b`, "µA", "V₀", "°C")
	tests := []struct {
		text string
		want []float64
	}{
		// Columns before everything else.
		{"sin*cos", []float64{7, 8, 9, 10}},
		{" sin*cos ", []float64{7, 8, 9, 10}},
		{"sin * cos", []float64{6, 6, 6, 6}},
		{"Q = sin*cos", []float64{7, 8, 9, 10}},
		{`"sin*cos" * 2`, []float64{14, 16, 18, 20}},
		{"`sin*cos`*2", []float64{14, 16, 18, 20}},
		{"sin*cos*1", []float64{6, 6, 6, 6}},
		{"sin(0)*cos", []float64{0, 0, 0, 0}},
		{"V [V]", []float64{5, 5, 5, 5}},
		{"Q = V [V]", []float64{5, 5, 5, 5}},
		{"P = V*I", []float64{0, 0, 0, 1}},
		{"P=V*I", []float64{4, 6, nan, -4}},
		{"2nd", []float64{6, 6, 6, 6}},
		{`"2nd"+0`, []float64{6, 6, 6, 6}},
		{`"a""b"*3`, []float64{3, 3, 3, 3}},
		{"`a\"b`*3", []float64{3, 3, 3, 3}},
		{"µA+V₀+°C", []float64{22, 23, 25, 27}},
		// The other µ that looks the same.
		{"\u03bcA", []float64{1, 2, 3, 4}},
		{"\"\u03bcA\"+\u03bcA", []float64{2, 4, 6, 8}},
		// Numbers, signs and grouping.
		{"2^3^2", []float64{512, 512, 512, 512}},
		{"2**3**2", []float64{512, 512, 512, 512}},
		{"-2^2", []float64{-4, -4, -4, -4}},
		{"2^-1", []float64{.5, .5, .5, .5}},
		{"--V", []float64{1, 2, 3, 4}},
		{"+V-+1", []float64{0, 1, 2, 3}},
		{"V-1-1", []float64{-1, 0, 1, 2}},
		{"V/2/2", []float64{.25, .5, .75, 1}},
		{"V-(1-1)", []float64{1, 2, 3, 4}},
		{"2/V*2", []float64{4, 2, 2. / 3 * 2, 1}},
		{".5*V+5.+1e1+1E-1*10", []float64{16.5, 17, 17.5, 18}},
		{"2·V", []float64{2, 4, 6, 8}},
		{"2×V−1", []float64{1, 3, 5, 7}},
		{"V÷2", []float64{.5, 1, 1.5, 2}},
		{"V²", []float64{1, 4, 9, 16}},
		{"V³", []float64{1, 8, 27, 64}},
		{"2^V²", []float64{2, 16, 512, 65536}},
		{"-V²", []float64{-1, -4, -9, -16}},
		{"\tV\n+ V ", []float64{2, 4, 6, 8}},
		// Constants.
		{"index", []float64{0, 1, 2, 3}},
		{"index*2+1", []float64{1, 3, 5, 7}},
		{"pi-π", []float64{0, 0, 0, 0}},
		{"ln(e)", []float64{1, 1, 1, 1}},
		{"-inf", []float64{math.Inf(-1), math.Inf(-1), math.Inf(-1), math.Inf(-1)}},
		{"V+nan", []float64{nan, nan, nan, nan}},
		// Gaps, also where package math has other ideas.
		{"V*I", []float64{4, 6, nan, -4}},
		{"I^0", []float64{1, 1, nan, 1}},
		{"1^I", []float64{1, 1, nan, 1}},
		{"pow(1, I)", []float64{1, 1, nan, 1}},
		{"min(I, -inf)", []float64{math.Inf(-1), math.Inf(-1), nan, math.Inf(-1)}},
		{"hypot(I, inf)", []float64{math.Inf(1), math.Inf(1), nan, math.Inf(1)}},
		{"sign(I)", []float64{1, 1, nan, -1}},
		{"sqrt(I)", []float64{2, math.Sqrt(3), nan, nan}},
		{"1/(V-1)", []float64{math.Inf(1), 1, .5, 1. / 3}},
		// Functions of a row.
		{"max(V, I, 3)", []float64{4, 3, nan, 4}},
		{"min(V, 2)", []float64{1, 2, 2, 2}},
		{"min(3, V)", []float64{1, 2, 3, 3}},
		{"round(V/2)", []float64{1, 1, 2, 2}},
		{"atan2(0, -V)", []float64{math.Pi, math.Pi, math.Pi, math.Pi}},
		{"log10(10^V)", []float64{1, 2, 3, 4}},
		{"hypot(3*V, 4*V)", []float64{5, 10, 15, 20}},
		// Functions of whole columns.
		{"mean(I)", []float64{2, 2, 2, 2}},
		{"V-mean(V)", []float64{-1.5, -.5, .5, 1.5}},
		{"median(V)", []float64{2.5, 2.5, 2.5, 2.5}},
		{"median(I)", []float64{3, 3, 3, 3}},
		{"std(V)", []float64{math.Sqrt(5. / 3), math.Sqrt(5. / 3), math.Sqrt(5. / 3), math.Sqrt(5. / 3)}},
		{"min(I)", []float64{-1, -1, -1, -1}},
		{"max(I)", []float64{4, 4, 4, 4}},
		{"sum(I)", []float64{6, 6, 6, 6}},
		{"t-first(t)+last(I)", []float64{-1, 0, 1, 3}},
		{"mean(nan*V)", []float64{nan, nan, nan, nan}},
		{"std(first(V))", []float64{0, 0, 0, 0}},
		{"diff(t)", []float64{nan, 1, 1, 2}},
		{"diff(I)", []float64{nan, -1, nan, nan}},
		{"cumsum(I)", []float64{4, 7, nan, 6}},
		{"cumsum(1)", []float64{1, 2, 3, 4}},
		{"integral(V, t)", []float64{0, 1.5, 4, 11}},
		{"cumtrapz(1, t)", []float64{0, 1, 2, 4}},
		{"integral(I, t)", []float64{0, 3.5, nan, 6.5}},
		{"deriv(t^2, t)", []float64{1, 2, 4, 6}},
		{"deriv(I, t)", []float64{-1, -1, nan, nan}},
		{"deriv(V, sin)", []float64{nan, nan, nan, nan}},
		{"movavg(V, 1)", []float64{1, 2, 3, 4}},
		{"movavg(V, 2)", []float64{1, 1.5, 2.5, 3.5}},
		{"movavg(V, 3)", []float64{1.5, 2, 3, 3.5}},
		{"movavg(I, 3)", []float64{3.5, 3.5, nan, -1}},
		{"movavg(V, 1e9)", []float64{2.5, 2.5, 2.5, 2.5}},
		{"shift(V, 1)", []float64{nan, 1, 2, 3}},
		{"shift(V, -3)", []float64{4, nan, nan, nan}},
		{"shift(V, 2*2)", []float64{nan, nan, nan, nan}},
		{"shift(V, -1e9)", []float64{nan, nan, nan, nan}},
		{"norm(-V)", []float64{-.25, -.5, -.75, -1}},
		{"norm(0*V)", []float64{nan, nan, nan, nan}},
		{"cumsum(diff(cumsum(V)))", []float64{nan, 2, 5, 9}},
		{"sum(movavg(V, 3)*V)", []float64{28.5, 28.5, 28.5, 28.5}},
	}
	for _, tt := range tests {
		got, err := Eval(tt.text, s)
		if err != nil {
			t.Errorf("%v", err)
		} else if !near(got.Values, tt.want) {
			t.Errorf("%s is %v, want %v", tt.text, got.Values, tt.want)
		}
	}
}

func TestNames(t *testing.T) {
	tests := []struct{ text, name, unit, canonical string }{
		{"V", "V", "V", "V"},
		{" V ", "V", "V", "V"},
		{`"V"`, "V", "V", "V"},
		{"(V)", "V", "V", "V"},
		{" V*I ", "V*I", "W", "V*I"},
		{"P=V*I", "P", "W", "P = V*I"},
		{"$P_{max}$ = V*I", "$P_{max}$", "W", `"$P_{max}$" = V*I`},
		{"P [mW] = 1000*V*I", "P", "mW", "P [mW] = 1000*V*I"},
		{"P[a.u.]=V*3", "P", "a.u.", "P [a.u.] = V*3"},
		{`"P [mW]" = V`, "P [mW]", "V", `"P [mW]" = V`},
		{`"a=b" [m] = V`, "a=b", "m", `"a=b" [m] = V`},
		{"P [] = V", "P", "V", "P = V"},
		{"2nd power = V²", "2nd power", "V²", `"2nd power" = V^2`},
		{`"x=y"*2`, `"x=y"*2`, "", `"x=y"*2`},
		{"Q = x=y", "Q", "m", `Q = "x=y"`},
		{"(V)+(I*(2))-(-1)", "(V)+(I*(2))-(-1)", "", "V + I*2 - -1"},
		{"V-(I-1)", "V-(I-1)", "", "V - (I - 1)"},
		{"(V^2)^3", "(V^2)^3", "V⁶", "(V^2)^3"},
		{"V^(2^3)", "V^(2^3)", "V⁸", "V^2^3"},
		{"(-V)^2", "(-V)^2", "V²", "(-V)^2"},
		{"V/(V*I)", "V/(V*I)", "1/A", "V/(V*I)"},
		// "V + V" is a column of its own, so the sum is written differently.
		{"V+V", "V+V", "V", "(V + V)"},
	}
	columns := []string{"V", "I", "x=y", "V + V"}
	for _, tt := range tests {
		e, err := Compile(tt.text, columns)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if unit := e.Unit([]string{"V", "A", "m", "s"}); e.Name() != tt.name || unit != tt.unit || e.String() != tt.canonical {
			t.Errorf("%s has name %q, unit %q and is written %s, want %q, %q, %s",
				tt.text, e.Name(), unit, e, tt.name, tt.unit, tt.canonical)
		}
	}
}

func TestErrors(t *testing.T) {
	tests := []struct {
		text, want string
		offset     int
	}{
		{"V*J", `cannot compute "V*J": there is no column J, there are t, V, I, "I-sc"`, 2},
		{"I-sc*2", `cannot compute "I-sc*2": there is no column sc, there are t, V, I, "I-sc"`, 2},
		{"`V [V]`", "cannot compute \"`V [V]`\": there is no column \"V [V]\", there are t, V, I, \"I-sc\"", 0},
		{`"J"`, "cannot compute `\"J\"`: there is no column J, there are t, V, I, \"I-sc\"", 0},
		{"sin*2", `cannot compute "sin*2": there is no column sin, the function is written sin(a), there are t, V, I, "I-sc"`, 0},
		{"sqr(V)", `cannot compute "sqr(V)": there is no function sqr, did you mean sqrt(a)?`, 0},
		{"Intergral(V, t)", `cannot compute "Intergral(V, t)": there is no function Intergral, did you mean integral(y, x)?`, 0},
		{"V(I)", `cannot compute "V(I)": there is no function V, to multiply the column write V*(…)`, 0},
		{"deriv(V)", `cannot compute "deriv(V)": deriv(y, x) takes 2 arguments, not 1`, 0},
		{"sqrt()", `cannot compute "sqrt()": sqrt(a) takes 1 argument, not 0`, 0},
		{"max()", `cannot compute "max()": max(a, b, …) takes 1 to 16 arguments, not 0`, 0},
		{"movavg(V, 2.5)", `cannot compute "movavg(V, 2.5)": the n of movavg(y, n) at character 11 has to be a whole number of rows from 1 on that is the same for all rows`, 10},
		{"shift(V, V)", `cannot compute "shift(V, V)": the n of shift(y, n) at character 10 has to be a whole number of rows such as -1 that is the same for all rows`, 9},
		{"movavg(V, nan)", `cannot compute "movavg(V, nan)": the n of movavg(y, n) at character 11 has to be a whole number of rows from 1 on that is the same for all rows`, 10},
		{"", `cannot compute "": it is empty, expected is a column or an expression such as V*I`, 0},
		{" ", `cannot compute " ": it is empty, expected is a column or an expression such as V*I`, 0},
		{"= V", `cannot compute "= V": the name in front of = is missing, expected is something like P = V*I`, 0},
		{"P =", `cannot compute "P =": something is missing at the end, expected is a number, a column or a function`, 3},
		{"V == 3", `cannot compute "V == 3": there is = at character 4, expected is a number, a column or a function`, 3},
		{"a = V = 3", `cannot compute "a = V = 3": the = at character 7 has no meaning there, allowed is one = behind the result's name`, 6},
		{"V*", `cannot compute "V*": something is missing at the end, expected is a number, a column or a function`, 2},
		{"µ·*V", `cannot compute "µ·*V": there is no column µ, there are t, V, I, "I-sc"`, 0},
		{"V·*V", `cannot compute "V·*V": there is * at character 3, expected is a number, a column or a function`, 3},
		{"(V", `cannot compute "(V": the ( at character 1 is not closed`, 2},
		{"sin(V", `cannot compute "sin(V": the ( at character 4 is not closed`, 5},
		{"V)", `cannot compute "V)": the ) at character 2 closes nothing`, 1},
		{"V I", `cannot compute "V I": an operator is missing in front of I at character 3, names with spaces are written in quotes`, 2},
		{"V (I)", `cannot compute "V (I)": an operator is missing in front of the ( at character 3, a function's ( follows its name directly`, 2},
		{"2V", `cannot compute "2V": an operator is missing behind 2 at character 2, and a name that starts with a digit is written in quotes`, 0},
		{"0,5", `cannot compute "0,5": the comma at character 2 is not between a function's arguments, decimals are written with a point`, 1},
		{"V²²", `cannot compute "V²²": the ² at character 3 follows another power, write ^ with the whole exponent`, 3},
		{"V & I", `cannot compute "V & I": "&" at character 3 has no meaning, names with such characters are written in quotes`, 2},
		{"V.x", `cannot compute "V.x": "." at character 2 has no meaning, names with such characters are written in quotes`, 1},
		{"1e999", `cannot compute "1e999": the number 1e999 is too large, the largest is 1.8e308`, 0},
		{`"V`, "cannot compute `\"V`: the quote that opens at character 1 is not closed", 0},
		{"V\xff", `cannot compute "V\xff": it is not UTF-8 text`, 0},
	}
	for _, tt := range tests {
		_, err := Compile(tt.text, []string{"t", "V", "I", "I-sc"})
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%q gives %v, want an *Error", tt.text, err)
		} else if e.Error() != tt.want || e.Offset != tt.offset || e.Text != tt.text {
			t.Errorf("%q gives\n %s (%d), want\n %s (%d)", tt.text, e, e.Offset, tt.want, tt.offset)
		}
	}
}

func TestBounds(t *testing.T) {
	tests := []struct{ text, want string }{
		{strings.Repeat("V", 2001), "it is 2001 bytes long, at most 2000 are allowed"},
		{strings.Repeat("(", 200) + "V", "it is nested deeper than 100 levels at character 101"},
		{strings.Repeat("-", 200) + "V", "it is nested deeper than 100 levels at character 101"},
		{strings.Repeat("V^", 200) + "V", "it is nested deeper than 100 levels at character 201"},
		{strings.Repeat("sin(", 200) + "V", "it is nested deeper than 100 levels at character 401"},
		{strings.Repeat("V^V+", 101) + "V", "it has more than 200 operators and functions"},
		{strings.Repeat("V+", 201) + "V", "it has more than 200 operators and functions"},
		{strings.Repeat("diff(V)+", 20) + "V", "it has more than 16 functions of whole columns"},
		{"max(V" + strings.Repeat(", V", 16) + ")", "max(a, b, …) takes 1 to 16 arguments, not 17"},
	}
	for _, tt := range tests {
		_, err := Compile(tt.text, []string{"V"})
		if err == nil || !strings.HasSuffix(err.Error(), ": "+tt.want) {
			t.Errorf("%.20q… gives %v, want … %s", tt.text, err, tt.want)
		} else if len(err.Error()) > 300 {
			t.Errorf("the error has %d bytes: %v", len(err.Error()), err)
		}
	}
	// What is allowed at most works: 90 levels, 200 operators.
	s := table(map[string][]float64{"V": {1, 2}}, "V")
	for text, want := range map[string]float64{
		strings.Repeat("(V+", 90) + "V" + strings.Repeat(")", 90): 91,
		"V" + strings.Repeat("+V", 200):                           201,
	} {
		got, err := Eval(text, s)
		if err != nil || !sameAll(got.Values, []float64{want, 2 * want}) {
			t.Errorf("%.20s… gives %v, %v, want %v and its double", text, got.Values, err, want)
		}
	}
	// A column with a long name is that column all the same.
	long := strings.Repeat("x", 3000)
	if _, err := Compile(long, []string{long}); err != nil {
		t.Error(err)
	}
}

func TestManyColumnsAreNotAllListed(t *testing.T) {
	_, err := Compile("nope", strings.Split(strings.Repeat("column ", 200), " "))
	if err == nil || !strings.HasSuffix(err.Error(), " and 189 more") || len(err.Error()) > 300 {
		t.Errorf("the error is %v", err)
	}
}

func TestNearestOfManyColumns(t *testing.T) {
	columns := strings.Fields(strings.Repeat("other ", 30) + "Voltage")
	_, err := Compile("2*voltag", columns)
	if err == nil || !strings.Contains(err.Error(), "there is no column voltag, the nearest is Voltage, there are other, ") {
		t.Errorf("the error is %v", err)
	}
}

func TestColumns(t *testing.T) {
	columns := []string{"t", "V", "I", "P"}
	e, err := Compile("I*V + V", columns)
	if err != nil {
		t.Fatal(err)
	}
	if got := e.Columns(); !slices.Equal(got, []int{1, 2}) {
		t.Errorf("it reads the columns %v, want 1 and 2", got)
	}
	if i, ok := e.Column(); ok {
		t.Errorf("it is column %d", i)
	}
	e, err = Compile("Power = P", columns)
	if err != nil {
		t.Fatal(err)
	}
	if i, ok := e.Column(); !ok || i != 3 {
		t.Errorf("it is column %d, %v, want 3", i, ok)
	}
}

// One expression serves several series whose columns stand in other orders.
func TestEvalOfAnotherSeries(t *testing.T) {
	e, err := Compile("V/I", []string{"t", "V", "I"})
	if err != nil {
		t.Fatal(err)
	}
	other := table(map[string][]float64{"I": {2, 4}, "V": {1, 1}}, "I|mA", "V|V")
	got, err := e.Eval(other)
	if err != nil || got.Unit != "kΩ" || !sameAll(got.Values, []float64{.5, .25}) {
		t.Errorf("it gives %v, %v", got, err)
	}
	_, err = e.Eval(table(map[string][]float64{"V": {1}}, "V"))
	const want = `cannot compute "V/I": there is no column I in the series "solar", there are V`
	if err == nil || err.Error() != want {
		t.Errorf("the error is %v, want %s", err, want)
	}
}

func TestRowsOutsideAreLeftOut(t *testing.T) {
	s := table(map[string][]float64{"V": {1, 2, 3}}, "V")
	empty := table(map[string][]float64{"V": {}}, "V")
	for _, tt := range []struct {
		s        *sessions.Series
		from, to int
		want     []float64
	}{
		{s, 1, 2, []float64{3}}, {s, -5, 1, []float64{1}}, {s, 2, 99, []float64{6}},
		{s, 2, 1, nil}, {s, 9, 12, nil}, {s, -2, -1, nil}, {s, 0, 0, nil}, {empty, 0, 5, nil},
	} {
		e, err := Compile("cumsum(V) + 0*mean(V)", tt.s.Columns)
		if err != nil {
			t.Fatal(err)
		}
		got, err := e.EvalRows(tt.s, tt.from, tt.to)
		if err != nil || !sameAll(got.Values, tt.want) {
			t.Errorf("rows %d to %d are %v, %v, want %v", tt.from, tt.to, got.Values, err, tt.want)
		}
	}
}

// The mean of time stamps is right to the last digit, and infinite values do
// not become gaps.
func TestSumsKeepTheirDigits(t *testing.T) {
	b := sessions.NewBuilder(sessions.Header{Name: "clock", Columns: []string{"t", "big"}})
	for i := range 100_001 {
		b.Append([]float64{1.7e9 + float64(i)/10, 1})
	}
	b.Append([]float64{nan, math.Inf(1)})
	for text, want := range map[string]float64{"mean(t)": 1.7e9 + 5000, "sum(big)": math.Inf(1), "median(t)": 1.7e9 + 5000} {
		got, err := Eval(text, b.Series())
		if err != nil || got.Values[7] != want {
			t.Errorf("%s is %v, %v, want %v", text, got.Values[7], err, want)
		}
	}
}

// A large value that has left the window leaves no trace.
func TestMovingAverageForgets(t *testing.T) {
	values := make([]float64, 50)
	for i := range values {
		values[i] = 0.1
	}
	values[20], values[30] = 1e20, math.Inf(1)
	got, err := Eval("movavg(V, 5)", table(map[string][]float64{"V": values}, "V"))
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range got.Values {
		switch {
		case i >= 18 && i <= 22 && v < 1e18, i >= 28 && i <= 32 && !math.IsInf(v, 1):
			t.Errorf("row %d is %v, its window has the large value in it", i, v)
		case (i < 18 || i > 22 && i < 28 || i > 32) && math.Abs(v-0.1) > 1e-15:
			t.Errorf("row %d is %v, want 0.1", i, v)
		}
	}
}

// The allocations do not grow with the rows.
func TestNoAllocationARow(t *testing.T) {
	b := sessions.NewBuilder(sessions.Header{Name: "long", Columns: []string{"t", "V", "I"}})
	for i := range 200_000 {
		b.Append([]float64{float64(i), 2, 3})
	}
	s := b.Series()
	for _, text := range []string{"sqrt(V^2 + I^2)*1e3", "max(V, I, index)", "V - mean(V)", "movavg(deriv(V, t), 100)", "integral(V*I, t)"} {
		e, err := Compile(text, s.Columns)
		if err != nil {
			t.Fatal(err)
		}
		n := testing.AllocsPerRun(3, func() {
			if _, err := e.Eval(s); err != nil {
				t.Fatal(err)
			}
		})
		if n > 150 {
			t.Errorf("%s allocates %v times for %d rows", text, n, s.Len())
		}
	}
}

// One expression computes in several goroutines, of snapshots of a series that
// grows.
func TestConcurrentUse(t *testing.T) {
	e, err := Compile("cumsum(V)*sign(index + 1)", []string{"V"})
	if err != nil {
		t.Fatal(err)
	}
	b := sessions.NewBuilder(sessions.Header{Name: "live", Columns: []string{"V"}})
	var wait sync.WaitGroup
	for rows := 1; rows <= 3000; rows++ {
		b.Append([]float64{1})
		if rows%500 != 0 {
			continue
		}
		s := b.Series()
		wait.Go(func() {
			got, err := e.Eval(s)
			if err != nil || len(got.Values) != rows || got.Values[rows-1] != float64(rows) {
				t.Errorf("%d rows give %d values, %v", rows, len(got.Values), err)
			}
		})
	}
	wait.Wait()
}
