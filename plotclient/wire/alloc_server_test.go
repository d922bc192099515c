//go:build !tinygo

package wire_test

import (
	"testing"

	"iotplot/plotclient/wire"
)

// What a server does for a row allocates nothing either. TinyGo's escape analysis
// doesn't see that, but no board is a server.
func TestServerNoAllocations(t *testing.T) {
	values := append(usualValues(), 1e300)
	dst := make([]byte, 0, 4096)
	data := wire.AppendData(nil, "solär", values...)
	awkward := []byte(`["\u00b0 \ud83d\ude00", null, "text \n", [1, {"a": [true]}], true, 1e999, -1e400, 123456789012345678901234567890, 0.10000000000000000000000000000001]`)
	huge := append(append([]byte(`["s", `), bytesOf('9', 5000)...), ']')
	batch := batchOf(values)
	gaps := []byte(`["s","r",0,[1,null],3,null,"x",[2]]`)
	var row wire.Row
	var rows wire.Rows
	allocateNothing(t,
		work{"ParseData", func() error { return wire.ParseData(data, &row) }},
		work{"ParseData, awkward", func() error { return wire.ParseData(awkward, &row) }},
		work{"ParseData, huge", func() error { return wire.ParseData(huge, &row) }},
		work{"ParseRows", func() error {
			err := wire.ParseRows(batch, &rows)
			rows.Skip(3)
			rows.Whole(4)
			for rows.Next() {
			}
			return err
		}},
		work{"ParseRows, gaps", func() error { return wire.ParseRows(gaps, &rows) }},
		work{"AppendAck", func() error {
			dst = wire.AppendAck(dst[:0], wire.Ack{Series: "solär", Run: "k3f9", Durable: 5})
			return nil
		}},
		// Numbers beyond what sensors give are left to strconv, which allocates under TinyGo.
		work{"AppendData, far out", func() error { dst = wire.AppendData(dst[:0], "s", 1e-11, 5e-324, 1e16, -1e300); return nil }},
	)
}

func bytesOf(c byte, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = c
	}
	return b
}
