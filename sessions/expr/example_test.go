package expr_test

import (
	"fmt"

	"iotplot/sessions"
	"iotplot/sessions/expr"
)

func ExampleEval() {
	b := sessions.NewBuilder(sessions.Header{
		Name:    "solar",
		Columns: []string{"t", "V", "I"},
		Units:   []string{"s", "V", "mA"},
	})
	b.Append([]float64{0, 2, 300})
	b.Append([]float64{1800, 4, 300})
	b.Append([]float64{3600, 2, 300})
	s := b.Series()

	for _, text := range []string{"P = V*I", "E = integral(V*I, t)/3600", "V*J"} {
		r, err := expr.Eval(text, s)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(r.Name, r.Values, r.Unit)
	}
	// Output:
	// P [600 1200 600] mW
	// E [0 450 900] mWh
	// cannot compute "V*J": there is no column J, there are t, V, I
}
