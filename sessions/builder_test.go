package sessions_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"

	"iotplot/sessions"
)

// numbered gives a builder with names c1 … and rows whose values tell row and
// column: row*1000 + column.
func numbered(columns, rows int) *sessions.Builder {
	b := sessions.NewBuilder(sessions.Header{Name: "numbered", Columns: make([]string, columns)})
	appendNumbered(b, columns, 0, rows)
	return b
}

func appendNumbered(b *sessions.Builder, columns, from, to int) {
	row := make([]float64, columns)
	for i := from; i < to; i++ {
		for c := range row {
			row[c] = float64(i*1000 + c)
		}
		b.Append(row)
	}
}

// checkNumbered tells where a series is not what numbered made, reading it in
// every way there is.
func checkNumbered(s *sessions.Series, columns, rows int) error {
	if s.Len() != rows {
		return fmt.Errorf("Len() = %d, want %d", s.Len(), rows)
	}
	for c := range columns {
		column := s.Column(c)
		if column.Len() != rows {
			return fmt.Errorf("column %d: Len() = %d, want %d", c, column.Len(), rows)
		}
		for i := range rows {
			if got := column.At(i); got != float64(i*1000+c) {
				return fmt.Errorf("column %d: At(%d) = %v", c, i, got)
			}
		}
		i := 0
		for piece := range column.Chunks() {
			if len(piece) == 0 {
				return fmt.Errorf("column %d: empty chunk at row %d", c, i)
			}
			for _, got := range piece {
				if got != float64(i*1000+c) {
					return fmt.Errorf("column %d: Chunks give %v at row %d", c, got, i)
				}
				i++
			}
		}
		if i != rows {
			return fmt.Errorf("column %d: Chunks give %d rows, want %d", c, i, rows)
		}
		all := column.AppendTo([]float64{-1})
		if len(all) != rows+1 || all[0] != -1 || (rows > 0 && all[rows] != column.At(rows-1)) {
			return fmt.Errorf("column %d: AppendTo gives %d values after the first", c, len(all)-1)
		}
	}
	return nil
}

func TestRowsComeBack(t *testing.T) {
	for _, columns := range []int{1, 2, 3, 4, 7, 256, 5000} {
		for _, rows := range []int{0, 1, 7, 8, 9, 15, 16, 17, 127, 128, 129, 1000, 8192, 8193, 70_000} {
			if columns*rows > 2_000_000 {
				continue
			}
			if err := checkNumbered(numbered(columns, rows).Series(), columns, rows); err != nil {
				t.Errorf("%d columns, %d rows: %v", columns, rows, err)
			}
		}
	}
}

func TestChunksMayBeLeft(t *testing.T) {
	seen := 0
	for piece := range numbered(1, 10_000).Series().Column(0).Chunks() {
		if seen += len(piece); seen >= 100 {
			break
		}
	}
	if seen < 100 || seen >= 10_000 {
		t.Errorf("saw %d values", seen)
	}
	var none sessions.Column
	for range none.Chunks() {
		t.Error("the zero column has a chunk")
	}
	if none.Len() != 0 || none.AppendTo(nil) != nil {
		t.Error("the zero column has values")
	}
}

func TestSnapshotStaysWhileTheBuilderGrows(t *testing.T) {
	const columns, step = 3, 977
	b := numbered(columns, 0)
	var snapshots []*sessions.Series
	for i := range 30 {
		snapshots = append(snapshots, b.Series())
		appendNumbered(b, columns, i*step, (i+1)*step)
	}
	for i, s := range snapshots {
		if err := checkNumbered(s, columns, i*step); err != nil {
			t.Errorf("snapshot %d: %v", i, err)
		}
	}
}

// Meant for -race: readers go through snapshots, gaps and names included, while
// the builder goes on.
func TestSnapshotsAreReadWhileTheBuilderGrows(t *testing.T) {
	const columns, readers = 3, 4
	b := sessions.NewBuilder(sessions.Header{Name: "live", Columns: []string{"a", "b", "c"}})
	snapshots := make(chan *sessions.Series, 16)
	var wg sync.WaitGroup
	for range readers {
		wg.Go(func() {
			for s := range snapshots {
				lost := 0
				for _, r := range s.MissingRanges() {
					lost += r.End - r.First
					if v := s.Column(1).At(r.First); !math.IsNaN(v) {
						t.Errorf("row %d is %v, want NaN", r.First, v)
					}
				}
				if lost != s.Missing() {
					t.Errorf("MissingRanges() hold %d rows, Missing() = %d", lost, s.Missing())
				}
				sum, nan := 0.0, 0
				for piece := range s.Column(2).Chunks() {
					for _, v := range piece {
						if math.IsNaN(v) {
							nan++
						} else {
							sum += v
						}
					}
				}
				if nan != lost || sum != float64(2*(s.Len()-lost)) {
					t.Errorf("%d rows: sum %v, %d NaN, %d lost", s.Len(), sum, nan, lost)
				}
				if s.Lookup("a") != 0 && s.Lookup("x") != 0 {
					t.Errorf("columns are %q", s.Columns)
				}
			}
		})
	}
	row := make([]float64, columns)
	for i := range 60_000 {
		row[0], row[1], row[2] = float64(i), 1, 2
		b.Append(row)
		if i%5 == 0 {
			b.AppendMissing(1 + i%3)
		}
		if i%100 == 0 {
			snapshots <- b.Series()
		}
		if i == 30_000 {
			b.Rename([]string{"x", "y", "z"})
		}
	}
	close(snapshots)
	wg.Wait()
}

func TestMissingRows(t *testing.T) {
	type op struct{ rows, lost int } // first rows, then lost ones
	R := func(first, end int) sessions.Range { return sessions.Range{First: first, End: end} }
	for _, test := range []struct {
		name string
		ops  []op
		want []sessions.Range
	}{
		{"none", []op{{5, 0}}, nil},
		{"negative", []op{{5, -3}}, nil},
		{"only lost rows", []op{{0, 3}}, []sessions.Range{R(0, 3)}},
		{"at the start", []op{{0, 3}, {2, 0}}, []sessions.Range{R(0, 3)}},
		{"two told together are one", []op{{4, 3}, {0, 2}}, []sessions.Range{R(4, 9)}},
		{"apart", []op{{1, 1}, {1, 1}, {1, 0}}, []sessions.Range{R(1, 2), R(3, 4)}},
		{"over many blocks", []op{{3, 50_000}, {1, 20_000}}, []sessions.Range{R(3, 50_003), R(50_004, 70_004)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := sessions.NewBuilder(sessions.Header{Columns: []string{"a", "b"}})
			var want []bool // whether the row is lost
			for _, op := range test.ops {
				for range op.rows {
					b.Append([]float64{1, math.NaN()})
				}
				b.AppendMissing(op.lost)
				want = append(want, slices.Repeat([]bool{false}, op.rows)...)
				want = append(want, slices.Repeat([]bool{true}, max(op.lost, 0))...)
			}
			s := b.Series()
			if got := s.MissingRanges(); !slices.Equal(got, test.want) {
				t.Errorf("MissingRanges() = %v, want %v", got, test.want)
			}
			lost := 0
			if s.Len() != len(want) || b.Rows() != len(want) {
				t.Fatalf("Len() = %d, Rows() = %d, want %d", s.Len(), b.Rows(), len(want))
			}
			for i, isLost := range want {
				if got := math.IsNaN(s.Column(0).At(i)); got != isLost {
					t.Fatalf("row %d: lost is %v, want %v", i, got, isLost)
				}
				if isLost {
					lost++
				}
			}
			if s.Missing() != lost || b.Missing() != lost {
				t.Errorf("Missing() = %d and %d, want %d", s.Missing(), b.Missing(), lost)
			}
		})
	}
}

// A client can declare any number of rows lost in a few bytes.
func TestALongGapTakesLittleMemory(t *testing.T) {
	const columns, before, lost = 256, 1000, 1 << 24
	b := numbered(columns, before)
	var m0, m1 runtime.MemStats
	runtime.ReadMemStats(&m0)
	b.AppendMissing(lost)
	runtime.ReadMemStats(&m1)
	if took := m1.TotalAlloc - m0.TotalAlloc; took > 32<<20 {
		t.Errorf("a gap of %d rows took %d bytes", lost, took)
	}
	b.Append(make([]float64, columns))
	s := b.Series()
	if s.Len() != before+lost+1 || s.Missing() != lost {
		t.Errorf("%d rows, %d of them missing", s.Len(), s.Missing())
	}
	for row, want := range map[int]float64{
		before - 1: (before-1)*1000 + 255, before: math.NaN(), before + lost/2: math.NaN(), before + lost - 1: math.NaN(), before + lost: 0,
	} {
		if got := s.Column(255).At(row); got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("row %d is %v, want %v", row, got, want)
		}
	}
}

func TestASnapshotKeepsTheGapItSaw(t *testing.T) {
	b := sessions.NewBuilder(sessions.Header{Columns: []string{"a"}})
	b.AppendMissing(2)
	before := b.Series()
	b.AppendMissing(2)
	if got, want := before.MissingRanges(), []sessions.Range{{First: 0, End: 2}}; !slices.Equal(got, want) {
		t.Errorf("the first snapshot's gaps are %v, want %v", got, want)
	}
	if got, want := b.Series().MissingRanges(), []sessions.Range{{First: 0, End: 4}}; !slices.Equal(got, want) {
		t.Errorf("the second snapshot's gaps are %v, want %v", got, want)
	}
}

func TestRenameKeepsRowsAndOldSnapshots(t *testing.T) {
	b := numbered(2, 3)
	before := b.Series()
	b.Rename([]string{"U", "I"})
	after := b.Series()
	if before.Lookup("c1") != 0 || before.Lookup("U") != -1 {
		t.Errorf("the old snapshot has the columns %q", before.Columns)
	}
	if after.Lookup("I") != 1 || after.Lookup("c1") != -1 {
		t.Errorf("the new snapshot has the columns %q", after.Columns)
	}
	if err := checkNumbered(after, 2, 3); err != nil {
		t.Error(err)
	}
}

func TestColumnNamesAreDistinctAndNotEmpty(t *testing.T) {
	for _, test := range []struct{ in, want []string }{
		{[]string{"t", "V"}, []string{"t", "V"}},
		{[]string{"V", "V", "V"}, []string{"V", "V_2", "V_3"}},
		{[]string{"V", "V_2", "V"}, []string{"V", "V_2", "V_3"}},
		{[]string{"", "V", ""}, []string{"c1", "V", "c3"}},
		{[]string{"c2", ""}, []string{"c2", "c2_2"}},
		{[]string{"a\xff"}, []string{"a\uFFFD"}},
		{nil, []string{}},
	} {
		if got := sessions.NewBuilder(sessions.Header{Columns: test.in}).Series().Columns; !slices.Equal(got, test.want) {
			t.Errorf("columns %q became %q, want %q", test.in, got, test.want)
		}
	}
}

func TestTheBuilderKeepsItsOwnHeader(t *testing.T) {
	h := sessions.Header{Columns: []string{"a"}, Units: []string{"V"}, Meta: map[string]any{"k": 1.0}}
	b := sessions.NewBuilder(h)
	h.Columns[0], h.Units[0], h.Meta["k"] = "x", "x", 2.0
	s := b.Series()
	if s.Columns[0] != "a" || s.Unit(0) != "V" || s.Meta["k"] != 1.0 {
		t.Errorf("the header became %+v", s.Header)
	}
	if got := s.Unit(7); got != "" {
		t.Errorf("Unit(7) = %q", got)
	}
}

func TestMistakesOfTheProgramPanic(t *testing.T) {
	b := numbered(2, 3)
	s := b.Series()
	for name, mistake := range map[string]func(){
		"short row":      func() { b.Append([]float64{1}) },
		"long row":       func() { b.Append([]float64{1, 2, 3}) },
		"names":          func() { b.Rename([]string{"a"}) },
		"column":         func() { s.Column(2) },
		"row below":      func() { s.Column(0).At(-1) },
		"row after last": func() { s.Column(0).At(3) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			mistake()
		}()
	}
	if b.Rows() != 3 {
		t.Errorf("the mistakes left %d rows, want 3", b.Rows())
	}
}

func TestAppendAllocatesNothingWithinABlock(t *testing.T) {
	b := numbered(4, 20_000) // the block has room up to row 24,576
	row := []float64{1, 2, 3, 4}
	if n := testing.AllocsPerRun(1000, func() { b.Append(row) }); n != 0 {
		t.Errorf("Append allocates %v times", n)
	}
}

func TestASnapshotCostsTheSameForAnyLength(t *testing.T) {
	b := numbered(4, 200_000)
	var s *sessions.Series
	if n := testing.AllocsPerRun(100, func() { s = b.Series() }); n > 1 {
		t.Errorf("Series allocates %v times, want once", n)
	}
	if s.Len() != 200_000 {
		t.Errorf("the snapshot has %d rows", s.Len())
	}
}

// Any order of rows and gaps gives what a plain slice would.
func TestBuilderAgainstAPlainSlice(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		columns := 1 + random.IntN(6)
		b := sessions.NewBuilder(sessions.Header{Columns: make([]string, columns)})
		var want [][]float64
		row := make([]float64, columns)
		for range random.IntN(200) {
			if random.IntN(10) == 0 {
				n := random.IntN(3000)
				b.AppendMissing(n)
				want = append(want, slices.Repeat([][]float64{nil}, n)...)
				continue
			}
			if random.IntN(3) == 0 {
				values := make([]float64, columns*random.IntN(3000))
				for i := range values {
					values[i] = random.NormFloat64()
				}
				b.AppendRows(values)
				want = append(want, slices.Collect(slices.Chunk(values, columns))...)
				continue
			}
			for range random.IntN(200) {
				for c := range row {
					row[c] = random.NormFloat64()
				}
				b.Append(row)
				want = append(want, slices.Clone(row))
			}
		}
		s := b.Series()
		if s.Len() != len(want) {
			t.Fatalf("Len() = %d, want %d", s.Len(), len(want))
		}
		for c := range columns {
			i := 0
			for piece := range s.Column(c).Chunks() {
				for _, v := range piece {
					if want[i] == nil != math.IsNaN(v) || (want[i] != nil && want[i][c] != v) || (v == v && s.Column(c).At(i) != v) {
						t.Fatalf("row %d, column %d is %v, want %v", i, c, v, want[i])
					}
					i++
				}
			}
		}
	}
}
