package sessions_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"iotplot/sessions"
)

// A small file may have as many columns of one name as there may be at all; to
// tell them apart is not to take the square of that.
func TestManyColumnsOfOneName(t *testing.T) {
	const n = 65_535
	text := strings.Repeat("a,", n-1) + "a\n" + strings.Repeat("1,", n-1) + "1\n"
	s, err := read(sessions.CSV, text)
	if err != nil {
		t.Fatal(err)
	}
	want := make([]string, n)
	for i := range want {
		want[i] = fmt.Sprintf("a_%d", i+1)
	}
	want[0] = "a"
	if !slices.Equal(s.Columns, want) {
		t.Errorf("%d columns, the last is %q", len(s.Columns), s.Columns[len(s.Columns)-1])
	}

	// What MATLAB can't have as a name is mended, to the same one here.
	long := strings.Repeat("x", 70)
	for i := range want {
		want[i] = fmt.Sprintf("%s%d", long, i)
	}
	b := sessions.NewBuilder(sessions.Header{Name: "s", Columns: want})
	b.Append(make([]float64, n))
	var mat bytes.Buffer
	if err := sessions.Write(&mat, sessions.MAT, b.Series()); err != nil {
		t.Fatal(err)
	}
	again, err := read(sessions.MAT, mat.String())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(again.Columns, want) {
		t.Error("the names are others when they are read again")
	}
}
