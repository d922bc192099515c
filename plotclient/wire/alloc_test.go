//go:build !tinygo

package wire_test

import (
	"errors"
	"math"
	"testing"

	"iotplot/plotclient/wire"
)

// The way of a row and of an ack allocates nothing once its buffers have grown.
func TestNoAllocations(t *testing.T) {
	values := append(append([]float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, -1, 1e-7, 1e300}, fourDecimals...), fullPrecision...)
	dst := make([]byte, 0, 4096)
	data := wire.AppendData(nil, "solär", values...)
	awkward := []byte(`["\u00b0 \ud83d\ude00", null, "text \n", [1, {"a": [true]}], true, 1e999, -1e400, 123456789012345678901234567890, 0.10000000000000000000000000000001]`)
	huge := append(append([]byte(`["s", `), bytesOf('9', 5000)...), ']')
	batchPayload := batchOf(values)
	gaps := []byte(`["s","r",0,[1,null],3,null,"x",[2]]`)
	ack := []byte(`["solar","k3f9x2m8q1w7",125]`)
	var row wire.Row
	var rows wire.Rows
	var e wire.Batch
	buf := make([]byte, 8192)
	for _, c := range []struct {
		name string
		do   func() error
	}{
		{"AppendTopic", func() error { dst = wire.AppendTopic(dst[:0], "hopla", wire.TopicData); return nil }},
		{"ParseTopic", func() error {
			if _, ok := wire.ParseTopic("hopla", "hopla/data"); !ok {
				return errors.New("no topic")
			}
			return nil
		}},
		{"AppendData", func() error { dst = wire.AppendData(dst[:0], "solär", values...); return nil }},
		{"ParseData", func() error { return wire.ParseData(data, &row) }},
		{"ParseData, awkward", func() error { return wire.ParseData(awkward, &row) }},
		{"ParseData, huge", func() error { return wire.ParseData(huge, &row) }},
		{"Batch", func() error {
			e.Begin(buf, "solär", "k3f9", 1)
			for e.Row(values...) && e.Lost(2) {
			}
			dst = append(dst[:0], e.Bytes()...)
			return e.Err()
		}},
		{"ParseRows", func() error {
			err := wire.ParseRows(batchPayload, &rows)
			rows.Skip(3)
			rows.Whole(4)
			for rows.Next() {
			}
			return err
		}},
		{"ParseRows, gaps", func() error { return wire.ParseRows(gaps, &rows) }},
		{"AppendAck", func() error {
			dst = wire.AppendAck(dst[:0], wire.Ack{Series: "solär", Run: "k3f9", Durable: 5})
			return nil
		}},
		{"ParseAck", func() error { _, err := wire.ParseAck(ack); return err }},
	} {
		if err := c.do(); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if n := testing.AllocsPerRun(100, func() { c.do() }); n != 0 {
			t.Errorf("%s: %v allocations", c.name, n)
		}
	}
}

func bytesOf(c byte, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = c
	}
	return b
}
