package wire_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"iotplot/plotclient/wire"
)

func TestColumns(t *testing.T) {
	const mended = "columns got names that are texts, not empty, and all different: "
	for _, c := range []struct {
		given, want, warning string
	}{
		{`"t", "V"`, "t V", ""},
		{`"sin*cos", " ", "Größe"`, "sin*cos|" + " " + "|Größe", ""},
		{`1, -2.50, 1e3, NaN`, "1 -2.50 1e3 NaN", mended +
			`column 1 (a number) is "1", column 2 (a number) is "-2.50", column 3 (a number) is "1e3", column 4 (a number) is "NaN"`},
		{`"a", "a", "a"`, "a a_2 a_3", mended + `column 2 ("a" again) is "a_2", column 3 ("a" again) is "a_3"`},
		{`"a", "a", "a_2", "a_2", "a"`, "a a_3 a_2 a_2_2 a_4", mended +
			`column 2 ("a" again) is "a_3", column 4 ("a_2" again) is "a_2_2", column 5 ("a" again) is "a_4"`},
		{`"t", "", null`, "t c2 c3", mended + `column 2 (an empty text) is "c2", column 3 (null) is "c3"`},
		{`"", "c1"`, "c1_2 c1", mended + `column 1 (an empty text) is "c1_2"`},
		{`true, [1], {"a": 1}`, "c1 c2 c3", mended +
			`column 1 (true or false) is "c1", column 2 (a list) is "c2", column 3 (an object) is "c3"`},
		{`5, "5"`, "5 5_2", mended + `column 1 (a number) is "5", column 2 ("5" again) is "5_2"`},
		{`"", "", "", "", "", ""`, "c1 c2 c3 c4 c5 c6", mended + `column 1 (an empty text) is "c1", column 2 (an empty text) is "c2", ` +
			`column 3 (an empty text) is "c3", column 4 (an empty text) is "c4" and 2 more`},
	} {
		sep := " "
		if strings.Contains(c.want, "|") {
			sep = "|"
		}
		for _, payload := range []string{`["s", ` + c.given + `]`, `{"series":"s","columns":[` + c.given + `]}`} {
			o, err := wire.ParseOpening([]byte(payload))
			if err != nil {
				t.Errorf("%s: %v", payload, err)
				continue
			}
			if !slices.Equal(o.Columns, strings.Split(c.want, sep)) || o.Warning != c.warning {
				t.Errorf("%s\n got %q, %s\nwant %q, %s", payload, o.Columns, o.Warning, c.want, c.warning)
			}
		}
	}
}

// A hostile list of names takes no longer than a long one.
func BenchmarkColumnsAllEqual(b *testing.B) {
	payload := []byte(`["s"` + strings.Repeat(`, "a"`, 50_000) + `]`)
	b.SetBytes(int64(len(payload)))
	for b.Loop() {
		if o, err := wire.ParseOpening(payload); err != nil || o.Columns[49_999] != fmt.Sprint("a_", 50_000) {
			b.Fatal(o.Columns[49_999], err)
		}
	}
}
