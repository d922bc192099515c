package wire_test

import (
	"errors"
	"slices"
	"testing"

	"iotplot/plotclient/wire"
)

func TestBatchFills(t *testing.T) {
	const whole = `["s","r",7,[1,2],[3,4]]`
	for room := range len(whole) + 3 {
		var b wire.Batch
		b.Begin(make([]byte, 0, room), "s", "r", 7)
		rows := 0
		for rows < 2 && b.Row(float64(2*rows+1), float64(2*rows+2)) {
			rows++
		}
		want, text := 2, whole
		switch {
		case room < len(`["s","r",7,[1,2]]`):
			want, text = 0, ""
		case room < len(whole):
			want, text = 1, `["s","r",7,[1,2]]`
		}
		if rows != want || string(b.Bytes()) != text {
			t.Errorf("%d bytes hold %d rows, %s; want %d", room, rows, b.Bytes(), want)
		}
		if full := want > 0; full == errors.Is(b.Err(), wire.ErrNoRoom) {
			t.Errorf("%d bytes: %v", room, b.Err())
		}
		b.Begin(make([]byte, 100), "s", "r", 8)
		if !b.Row(1) || b.Err() != nil || string(b.Bytes()) != `["s","r",8,[1]]` {
			t.Errorf("begun again: %s, %v", b.Bytes(), b.Err())
		}
	}
}

func TestBatchKeepsItsFirstError(t *testing.T) {
	var b wire.Batch
	if b.Row(1) || !errors.Is(b.Err(), wire.ErrNoBatch) || b.Bytes() != nil || b.Rows() != 0 {
		t.Errorf("a batch that was not begun: %v", b.Err())
	}
	b.Begin(make([]byte, 100), "s", "r", 0)
	b.Row(1)
	if b.Lost(0) || b.Lost(2) || b.Row(1) || !errors.Is(b.Err(), wire.ErrLost) {
		t.Errorf("0 lost rows: %v", b.Err())
	}
	if string(b.Bytes()) != `["s","r",0,[1]]` || b.Rows() != 1 {
		t.Errorf("what was added before: %s", b.Bytes())
	}
}

func TestRowsSkip(t *testing.T) {
	for n, want := range []struct {
		first, count int64
		rows         []float64 // its value for a row, minus their number for lost ones
	}{
		{10, 6, []float64{1, -3, 2, 3}},
		{11, 5, []float64{-3, 2, 3}},
		{12, 4, []float64{-2, 2, 3}},
		{13, 3, []float64{-1, 2, 3}},
		{14, 2, []float64{2, 3}},
		{15, 1, []float64{3}},
		{16, 0, nil},
		{16, 0, nil},
	} {
		var r wire.Rows
		if err := wire.ParseRows([]byte(`["s","r",10,[1,9],3,[2],[3]]`), &r); err != nil {
			t.Fatal(err)
		}
		r.Skip(int64(n))
		if r.First != want.first || r.Count() != want.count {
			t.Errorf("skip %d: first %d, count %d", n, r.First, r.Count())
		}
		for _, v := range want.rows {
			if !r.Next() || v < 0 && r.Lost != int64(-v) || v > 0 && r.Values[0] != v {
				t.Errorf("skip %d: %d lost, %v, want %v", n, r.Lost, r.Values, v)
			}
		}
		if r.Next() || r.Values != nil {
			t.Errorf("skip %d: too many rows", n)
		}
	}
}

func TestRowsWhole(t *testing.T) {
	for _, test := range []struct {
		payload string
		skip    int64
		want    []float64
		next    float64 // the value after them, minus the number of lost rows, 0 for the end
	}{
		{`["s","r",0,[1,2],[3,4]]`, 0, []float64{1, 2, 3, 4}, 0},
		{`["s","r",0,[1,2],[3,4]]`, 1, []float64{3, 4}, 0},
		{`["s","r",0,[1,2],5,[3,4]]`, 0, []float64{1, 2}, -5},
		{`["s","r",0,[1,2],[3],[5,6]]`, 0, []float64{1, 2}, 3},
		{`["s","r",0,[1,2],[3,4,5]]`, 0, []float64{1, 2}, 3},
		{`["s","r",0,[1,2],[3,null]]`, 0, []float64{1, 2}, 3},
		{`["s","r",0,5,[3,4]]`, 0, nil, -5},
		{`["s","r",0,5,[3,4]]`, 5, []float64{3, 4}, 0},
		{`["s","r",0]`, 0, nil, 0},
	} {
		var r wire.Rows
		if err := wire.ParseRows([]byte(test.payload), &r); err != nil {
			t.Fatal(err)
		}
		r.Skip(test.skip)
		if got := r.Whole(2); !slices.Equal(got, test.want) {
			t.Errorf("%s after %d: %v, want %v", test.payload, test.skip, got, test.want)
		}
		if ok := r.Next(); ok != (test.next != 0) || ok && r.Lost > 0 && test.next != -float64(r.Lost) || ok && r.Lost == 0 && test.next != r.Values[0] {
			t.Errorf("%s: then %v %d %v, want %v", test.payload, ok, r.Lost, r.Values, test.next)
		}
	}
}
