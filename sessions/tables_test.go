package sessions_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"iotplot/sessions"
)

var nan, inf = math.NaN(), math.Inf(1)

// table is what a text should be read as.
type table struct {
	names   []string
	columns [][]float64
}

// otherTables are written by other programs.
var otherTables = map[string]table{
	"t,V\r\n1,2\r\n3,4.5\r\n":                        {[]string{"t", "V"}, [][]float64{{1, 3}, {2, 4.5}}},
	"t,V\r\r\n1,2\r\r\n3,4.5\r\r\n":                  {[]string{"t", "V"}, [][]float64{{1, 3}, {2, 4.5}}},
	"t,V\r1,2\r3,4.5\r":                              {[]string{"t", "V"}, [][]float64{{1, 3}, {2, 4.5}}},
	"\xef\xbb\xbft;V\r\n0,5;-1,25E-03\r\n;2\r\n":     {[]string{"t", "V"}, [][]float64{{0.5, nan}, {-1.25e-3, 2}}},
	"t\tT [°C]\n0,5\t1\n\t\n2.5\tNA\n":               {[]string{"t", "T [°C]"}, [][]float64{{0.5, nan, 2.5}, {1, nan, nan}}},
	"sep=;\nt;V\n1;2\n":                              {[]string{"t", "V"}, [][]float64{{1}, {2}}},
	"sep=,\nt,V\n1,2\n":                              {[]string{"t", "V"}, [][]float64{{1}, {2}}},
	"1,2\n3,4\n":                                     {[]string{"c1", "c2"}, [][]float64{{1, 3}, {2, 4}}},
	"0,5;1\n1,5;2\n":                                 {[]string{"c1", "c2"}, [][]float64{{0.5, 1.5}, {1, 2}}},
	"# made by a logger\n# t,V\n1,2\n3,4":            {[]string{"t", "V"}, [][]float64{{1, 3}, {2, 4}}},
	"# t V\n1.0e+00 2.0e+00\n3 4\n":                  {[]string{"t", "V"}, [][]float64{{1, 3}, {2, 4}}},
	"t   V\n1   2\n  3 -4  \n":                       {[]string{"t", "V"}, [][]float64{{1, 3}, {2, -4}}},
	"# a note\nt,V\n\n1,2\n# another\n3,4\n\n\n":     {[]string{"t", "V"}, [][]float64{{1, 3}, {2, 4}}},
	"t,V,,\n1,2,,\n3,4,,\n":                          {[]string{"t", "V"}, [][]float64{{1, 3}, {2, 4}}},
	"t,,V\n1,2,3\n":                                  {[]string{"t", "c2", "V"}, [][]float64{{1}, {2}, {3}}},
	"V,V\n1,2\n":                                     {[]string{"V", "V_2"}, [][]float64{{1}, {2}}},
	"\"t\",\"V, of A\"\n\"1\",\"2,5\"\n":             {[]string{"t", "V, of A"}, [][]float64{{1}, {2.5}}},
	" t , V \n 1 , +2 \n":                            {[]string{"t", "V"}, [][]float64{{1}, {2}}},
	"V\n1\n\n3\n\n":                                  {[]string{"V"}, [][]float64{{1, nan, 3}}},
	"a,b,c,d\nnan,NaN,null,None\n-,n/a,#N/A,1\n":     {[]string{"a", "b", "c", "d"}, [][]float64{{nan, nan}, {nan, nan}, {nan, nan}, {nan, 1}}},
	"a,b\n#DIV/0!,1\n#NUM!,2\n":                      {[]string{"a", "b"}, [][]float64{{nan, nan}, {1, 2}}},
	"a,b\ninf,-Infinity\n1e400,-1e-400\n":            {[]string{"a", "b"}, [][]float64{{inf, inf}, {-inf, math.Copysign(0, -1)}}},
	"a,b\nTRUE,false\n":                              {[]string{"a", "b"}, [][]float64{{1}, {0}}},
	"a;b\n":                                          {[]string{"a", "b"}, [][]float64{nil, nil}},
	"a;b":                                            {[]string{"a", "b"}, [][]float64{nil, nil}},
	"a,b\n123456789012345,0.1234567890123456789\n":   {[]string{"a", "b"}, [][]float64{{123456789012345}, {0.1234567890123456789}}},
	"a,b\n.5,5.\n-.25,-7\n":                          {[]string{"a", "b"}, [][]float64{{0.5, -0.25}, {5, -7}}},
	"\"two\r\nlines\",b\r\n1,2\r\n":                  {[]string{"two\r\nlines", "b"}, [][]float64{{1}, {2}}},
	wide("\ufefft\tV [µV]\r\n0,5\t1\r\n", false):     {[]string{"t", "V [µV]"}, [][]float64{{0.5}, {1}}},
	wide("\ufefft\t🌞\r\n"+rows(3000), true):          {[]string{"t", "🌞"}, [][]float64{ones(3000, 0.5), ones(3000, 1)}},
	"t,V\n" + strings.Repeat("0", 5000) + ",1\n":     {},
	"t,V\n0." + strings.Repeat("1", 400) + ",1e00\n": {[]string{"t", "V"}, [][]float64{{1.0 / 9}, {1}}},
}

func rows(n int) string { return strings.Repeat("0,5\t1\r\n", n) }
func ones(n int, v float64) []float64 {
	return slices.Repeat([]float64{v}, n)
}

// wide is UTF-16.
func wide(text string, bigEnd bool) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		if bigEnd {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return string(b)
}

// badTables are refused, each with its sentence.
var badTables = []string{
	"", "it is empty",
	"\n\n", "it is empty",
	"t,V\n1,2\n3\n", "line 3 has 1 values, but line 1 has names for 2",
	"t,V\n1,2\n3,4,5\n", "line 3 has 3 values, but line 1 has names for 2",
	"t,V\n1,2\n3,x\n", `line 3: "x" in column "V" is not a number`,
	"t,V\n13:37:00,2\n", `line 2: "13:37:00" in column "t" is not a number`,
	"t;V\n1.234,5;2\n", `line 2: "1.234,5" in column "t" is not a number`,
	"t,V\n1,2\n3", "it ends in the middle of line 3",
	"\"t,V\n1,2\n", "never closed",
	"PK\x03\x04xl", "a spreadsheet or an archive",
	"t,V\n1,2\n" + strings.Repeat("0", 17<<20), "line 3 has more than 16 MB",
	strings.Repeat(",", 70_000) + "x\n", "line 1 has 70001 columns, more than 65535",
}

func TestOtherTables(t *testing.T) {
	for in, want := range otherTables {
		s, err := read(sessions.CSV, in)
		if want.names == nil {
			if err == nil {
				t.Errorf("%.60q is read as %q", in, s.Columns)
			}
			continue
		}
		if err != nil {
			t.Errorf("%.60q: %v", in, err)
			continue
		}
		if !slices.Equal(s.Columns, want.names) {
			t.Errorf("%.60q: names %q, want %q", in, s.Columns, want.names)
			continue
		}
		for i := range want.columns {
			if got := s.Column(i).AppendTo(nil); !slices.EqualFunc(got, want.columns[i], same) {
				t.Errorf("%.60q: column %d is %v, want %v", in, i, got[:min(len(got), 10)], want.columns[i][:min(len(got), 10)])
			}
		}
	}
}

func TestBadTables(t *testing.T) {
	for i := 0; i < len(badTables); i += 2 {
		in, want := badTables[i], badTables[i+1]
		if s, err := read(sessions.CSV, in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, %v, want a word about %q", in, s, err, want)
		}
	}
}

// otherJSON holds texts and what is read: names and the first row, or an error.
var otherJSON = []string{
	`{"t": [1, 2.5], "V": [NaN, -Infinity]}`, "t=1 V=NaN",
	"\xef\xbb\xbf{ \"t\" :\n[ 1 ,2 ] , \"note\": \"x\\\"]\", \"more\": {\"a\": [1, \"]\"]}, \"n\": -3.5e2, \"V\":[true,null]}\n", "t=1 V=1",
	`[{"t": 1, "V": 2}, {"V": 3}]`, "t=1 V=2",
	`[{"t": 1}, {"t": 2, "V": 3}]`, `row 1 has "V", which the first row has not`,
	`[{"t": 1, "t": 2}]`, `row 0 has "t" twice`,
	`{"columns": ["V", "t"], "data": {"t": [1], "V": [2]}}`, "V=2 t=1",
	`{"columns": ["V"], "data": {"t": [1], "V": [2]}}`, "V=2 t=1",
	`{"columns": ["V", "x"], "data": {"V": [2]}}`, `names the column "x" and holds no values`,
	`{"t": [1], "t": [2]}`, `two columns named "t"`,
	`{"t": [1, 2], "V": [1]}`, `column "V" has 1 values, but column "t" has 2`,
	`{"t": [1, "x"]}`, `row 1 of column "t"`,
	`{"t": [1, [2]]}`, `row 1 of column "t"`,
	`{"t": [1, nul]}`, `"nul" is not a number`,
	`{"t": [1 2]}`, "where",
	`{"t": [1,]}`, `row 1 of column "t"`,
	`{"t": [1]} x`, "where the end should be",
	`{"t": [1]`, "ends too early",
	`{}`, "holds no column",
	`[]`, "holds no column",
	`3`, "where an object should be",
	`{"data": {"t": [1]}, "started": "yesterday"}`, "yesterday",
	`{"data": {"t": [1]}, "units": 3}`, "units",
}

func TestOtherJSON(t *testing.T) {
	for i := 0; i < len(otherJSON); i += 2 {
		in, want := otherJSON[i], otherJSON[i+1]
		s, err := read(sessions.JSON, in)
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			var first []string
			for i, name := range s.Columns {
				first = append(first, name+"="+fmt.Sprint(s.Column(i).At(0)))
			}
			got = strings.Join(first, " ")
		}
		if err == nil && got != want || err != nil && !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}
