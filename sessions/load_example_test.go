package sessions_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"iotplot/sessions"
	"iotplot/sessions/expr"
)

// A report opens what was saved months ago.
func ExampleLoad() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "solar.csv")
	os.WriteFile(file, []byte("t,V,I\n0,0.60,0.000\n1,0.50,0.030\n,,\n3,0.00,0.032\n"), 0o666)
	os.WriteFile(file+sessions.MetaEnding, []byte(`{"columns": ["t", "V", "I"], "units": ["s", "V", "A"], "meta": {"cell": "7"}, "rows": 4, "missing": [[2, 3]]}`), 0o666)

	s, err := sessions.Load(file)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.Name, s.Columns, s.Units, s.Meta, s.Len(), "rows, lost:", s.MissingRanges())
	voltage, err := s.Named("V")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f V on average\n", voltage.Stats().Mean)
	power, err := expr.Eval("P = V*I", s)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(power.Name, power.Values, power.Unit)
	for i, row := range s.Slice(0, 2).Rows() {
		fmt.Println(i, row)
	}
	// Output:
	// solar [t V I] [s V A] map[cell:7] 4 rows, lost: [{2 3}]
	// 0.367 V on average
	// P [0 0.015 NaN 0] W
	// 0 [0 0.6 0]
	// 1 [1 0.5 0.03]
}
