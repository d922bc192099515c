package sessions_test

import (
	"slices"
	"strings"
	"testing"

	"iotplot/sessions"
)

// A first row of nothing but gaps tells the delimiter too, also where names hold
// others that stand in quotes.
func TestGapsTellTheDelimiter(t *testing.T) {
	for text, names := range map[string][]string{
		"c1,\" ;;\"\n,\n,\n":           {"c1", " ;;"},
		"t,\"/\t\t\"\n,\n1,2\n":        {"t", "/\t\t"},
		"t;\",,\"\n;\n1;2\n":           {"t", ",,"},
		"\",\"\"\",\";;a;\",_\n,,\n\n": {",\"", ";;a;", "_"},
	} {
		s, err := sessions.Read(strings.NewReader(text), int64(len(text)), sessions.CSV)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		} else if !slices.Equal(s.Columns, names) {
			t.Errorf("%q has columns %q, want %q", text, s.Columns, names)
		}
	}
}
