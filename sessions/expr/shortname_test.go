package expr

import (
	"strings"
	"testing"

	"iotplot/sessions"
)

func TestColumnsWithoutTheirUnits(t *testing.T) {
	b := sessions.NewBuilder(sessions.Header{Name: "s", Columns: []string{"t [s]", "V [mV]", "I (A)", "T [°C]", "T [K]", "q", "e [V]", "R (mean)", "P", "P [W]"}})
	b.Append([]float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
	s := b.Series()
	for _, c := range []struct {
		text, name, unit string
		value            float64
	}{
		{"V", "V [mV]", "mV", 2}, {" V ", "V [mV]", "mV", 2}, {"V*I", "V*I", "mW", 6}, {"`V`*2/2", "`V`*2/2", "", 2},
		{"x = I", "x", "A", 3}, {`"T [K]" - 1`, `"T [K]" - 1`, "", 4},
		{"e", "e", "", 2.718281828459045}, {`"e"`, "e [V]", "V", 7}, {"P", "P", "", 9}, {"R", "R (mean)", "", 8}, {"V/t", "V/t", "mV/s", 2},
	} {
		r, err := Eval(c.text, s)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if r.Name != c.name || r.Values[0] != c.value || c.unit != "" && r.Unit != c.unit {
			t.Errorf("%s: %q in %q, %v, want %q in %q, %v", c.text, r.Name, r.Unit, r.Values[0], c.name, c.unit, c.value)
		}
	}
	for text, want := range map[string]string{
		"T":   `T could be "T [°C]" or "T [K]", write one of them with its unit and the quotes`,
		"T*V": `T could be "T [°C]" or "T [K]"`,
		"U":   `there is no column U, there are "t [s]", "V [mV]"`,
	} {
		if _, err := Eval(text, s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", text, err, want)
		}
	}
	columns := []string{"V [V]", "V [mV]", "P", "P [W]", "a b (A)", "[x]", "()", "I"}
	for i, want := range []string{"", "", "", "", "a b", "", "", ""} {
		if got := ShortName(columns, i); got != want {
			t.Errorf("%s may be called %q, want %q", columns[i], got, want)
		}
	}
	if e, err := Compile("a b", columns); err != nil || e.Name() != "a b (A)" {
		t.Errorf("a name that is no expression: %v", err)
	}
}
