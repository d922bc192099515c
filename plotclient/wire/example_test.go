package wire_test

import (
	"fmt"

	"iotplot/plotclient/wire"
)

func Example() {
	topic := wire.AppendTopic(nil, "hopla", wire.TopicData)
	payload := wire.AppendData(nil, "solar", 0.025, 0.98, 1)
	fmt.Printf("%s %s\n", topic, payload)

	var row wire.Row // kept from message to message
	if t, ok := wire.ParseTopic("hopla", string(topic)); ok && t == wire.TopicData {
		if err := wire.ParseData(payload, &row); err != nil {
			fmt.Println(err)
		}
		fmt.Printf("%s %v\n", row.Series, row.Values)
	}
	fmt.Println(wire.ParseData([]byte(`["solar", 0.025, oops]`), &row))
	// Output:
	// hopla/data ["solar", 0.025, 0.98, 1.0]
	// solar [0.025 0.98 1]
	// cannot read a row of "solar": found 'o' at byte 18, expected a value, a row is ["series", number, …]
}

func ExampleBatch() {
	buf := make([]byte, 64)
	next := int64(120) // index of the first row that is not sent
	measured := [][]float64{{1.2, 0.51, 0.031}, {1.22, 0.515, 0.0305}, {1.24, 0.52, 0.03}}
	var b wire.Batch
	for len(measured) > 0 {
		b.Begin(buf, "solar", "k3f9", next)
		for len(measured) > 0 && b.Row(measured[0]...) {
			measured = measured[1:]
		}
		if b.Err() != nil {
			fmt.Println(b.Err())
			return
		}
		fmt.Printf("%s\n", b.Bytes())
		next += b.Rows()
	}
	// Output:
	// ["solar","k3f9",120,[1.2,0.51,0.031],[1.22,0.515,0.0305]]
	// ["solar","k3f9",122,[1.24,0.52,0.03]]
}

func ExampleRows() {
	var rows wire.Rows
	if err := wire.ParseRows([]byte(`["solar","k3f9",120,[1.2,0.51],3,[1.24,null]]`), &rows); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d rows of %s from %d on\n", rows.Count(), rows.Series, rows.First)
	for rows.Next() {
		fmt.Println(rows.Lost, rows.Values, rows.Mended, rows.Was)
	}
	// Output:
	// 5 rows of solar from 120 on
	// 0 [1.2 0.51] 0 nothing
	// 3 [] 0 nothing
	// 0 [1.24 NaN] 1 null
}
