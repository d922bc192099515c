package main

import (
	"encoding/json"
	"testing"
)

func TestValuesOfOptions(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"dpi", "300", `300`},
		{"title", "2026", `"2026"`},
		{"title", "V,I", `"V,I"`},
		{"clabel", "25", `"25"`},
		{"grid", "false", `false`},
		{"kind", "iv", `"iv"`},
		{"xlim", "0,10", `[0,10]`},
		{"xlim", "0, 1e1", `[0,10]`},
		{"ylim", ",10", `[null,10]`},
		{"ylim", "0,", `[0,null]`},
		{"clim", "[0,1]", `[0,1]`},
		{"xlim", "0", `0`},
		{"xlim", "low,high", `"low,high"`},
		{"xlim", "0,inf", `"0,inf"`},
		{"figsize", "8x5", `[8,5]`},
		{"figsize", "8,5", `[8,5]`},
		{"figsize", "big", `"big"`},
		{"columns", "V", `"V"`},
		{"columns", "V,I", `["V","I"]`},
		{"columns", `["V","I"]`, `["V","I"]`},
		{"columns", "t, P [mW] = V*I*1e3", `["t","P [mW] = V*I*1e3"]`},
		{"columns", "max(V, I)", `"max(V, I)"`},
		{"columns", `"a,b", c`, `["\"a,b\"","c"]`},
		{"series", "dark,light", `["dark","light"]`},
		{"hlines", `{"value": 3.3}`, `{"value":3.3}`},
		{"unknown", "a,b", `"a,b"`},
	} {
		got, err := json.Marshal(optionValue(test.name, test.text))
		if err != nil || string(got) != test.want {
			t.Errorf("%s=%s: %s, %v, want %s", test.name, test.text, got, err, test.want)
		}
	}
}
