package sessions_test

import (
	"fmt"
	"os"

	"iotplot/sessions"
)

// Rows go in one by one; a snapshot is written anywhere.
func Example() {
	b := sessions.NewBuilder(sessions.Header{Name: "solar", Columns: []string{"t", "U", "I"}, Units: []string{"s", "V", "A"}})
	b.Append([]float64{0, 0.51, 0.031})
	b.AppendMissing(1)
	b.Append([]float64{0.05, 0.52, 0.030})

	s := b.Series()
	fmt.Println(s.Len(), "rows,", s.Missing(), "missing")
	if err := sessions.Write(os.Stdout, sessions.CSV, s); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 3 rows, 1 missing
	// t,U,I
	// 0.0,0.51,0.031
	// ,,
	// 0.05,0.52,0.03
}

// A name that leaves the folder is refused in words for the one who asked.
func ExampleFolder_Save() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	f, err := sessions.OpenFolder(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Close()

	s := sessions.NewBuilder(sessions.Header{Name: "solar", Columns: []string{"t", "U"}}).Series()
	files, moved, err := f.Save("", s)
	fmt.Println(files, moved, err)
	_, _, err = f.Save("../solar.csv", s)
	fmt.Println(err)
	_, _, err = f.Save("solar.xls", s)
	fmt.Println(err)
	// Output:
	// [solar.pkl solar.csv] [] <nil>
	// cannot use the file name "../solar.csv": it leaves the folder with .., allowed are names inside the folder such as solar.csv or plots/solar.pdf
	// cannot use the file name "solar.xls": ".xls" is no ending of a series' file, allowed are .pkl, .csv, .json, .parquet, .npz and .mat
}
