package sessions_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"iotplot/sessions"
)

func TestStats(t *testing.T) {
	for _, test := range []struct {
		name   string
		values []float64
		want   sessions.Stats
	}{
		{"values", []float64{1, 2, 3, 4}, sessions.Stats{Count: 4, Min: 1, Max: 4, Mean: 2.5, Std: math.Sqrt(5.0 / 3)}},
		{"gaps and infinities", []float64{nan, 2, inf, nan, 4, -inf}, sessions.Stats{Count: 2, Gaps: 2, Infinite: 2, Min: 2, Max: 4, Mean: 3, Std: math.Sqrt2}},
		{"one", []float64{nan, 7}, sessions.Stats{Count: 1, Gaps: 1, Min: 7, Max: 7, Mean: 7, Std: nan}},
		{"none", []float64{nan}, sessions.Stats{Gaps: 1, Min: nan, Max: nan, Mean: nan, Std: nan}},
		{"empty", nil, sessions.Stats{Min: nan, Max: nan, Mean: nan, Std: nan}},
		{"far from zero", []float64{1e9, 1e9 + 1, 1e9 + 2}, sessions.Stats{Count: 3, Min: 1e9, Max: 1e9 + 2, Mean: 1e9 + 1, Std: 1}},
		{"huge", []float64{-1e308, 1e308}, sessions.Stats{Count: 2, Min: -1e308, Max: 1e308, Mean: 0, Std: math.Sqrt2 * 1e308}},
	} {
		s := series(sessions.Header{}, test.values)
		got := s.Column(0).Stats()
		near := func(a, b float64) bool { return same(a, b) || math.Abs(a-b) <= 1e-12*math.Abs(b) }
		if got.Count != test.want.Count || got.Gaps != test.want.Gaps || got.Infinite != test.want.Infinite ||
			!near(got.Min, test.want.Min) || !near(got.Max, test.want.Max) || !near(got.Mean, test.want.Mean) || !near(got.Std, test.want.Std) {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
}

func TestSlices(t *testing.T) {
	b := sessions.NewBuilder(sessions.Header{Name: "s", Columns: []string{"n", "m"}})
	for i := range 100 {
		switch {
		case i%10 == 3:
			b.AppendMissing(1)
		default:
			b.Append([]float64{float64(i), -float64(i)})
		}
	}
	whole := b.Series()
	for from := -1; from < 102; from += 3 {
		for to := from - 1; to < 103; to += 7 {
			s := whole.Slice(from, to).Slice(0, 1000)
			first, end := max(from, 0), min(max(to, from, 0), 100)
			first = min(first, 100)
			if s.Len() != end-first {
				t.Fatalf("Slice(%d, %d) has %d rows", from, to, s.Len())
			}
			missing := 0
			for i, row := range s.Rows() {
				want := float64(first + i)
				if (first+i)%10 == 3 {
					missing++
					want = nan
				}
				if !same(row[0], want) || !same(s.Column(1).At(i), -want) {
					t.Fatalf("Slice(%d, %d): row %d is %v, want %v", from, to, i, row, want)
				}
			}
			if s.Missing() != missing || len(s.MissingRanges()) != missing {
				t.Fatalf("Slice(%d, %d): missing %v, want %d", from, to, s.MissingRanges(), missing)
			}
		}
	}
}

func TestNamed(t *testing.T) {
	s := series(sessions.Header{Name: "solar", Columns: []string{"t", "V"}}, []float64{1}, []float64{2})
	if c, err := s.Named("V"); err != nil || !slices.Equal(c.AppendTo(nil), []float64{2}) {
		t.Errorf("V is %v, %v", c, err)
	}
	if _, err := s.Named("U"); err == nil || !strings.Contains(err.Error(), `series "solar" has no column "U", it has "t", "V"`) {
		t.Errorf("U: %v", err)
	}
}
