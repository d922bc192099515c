package wire_test

import (
	"errors"
	"math"
	"testing"

	"iotplot/plotclient/internal/allocs"
	"iotplot/plotclient/wire"
)

type work struct {
	name string
	do   func() error
}

func allocateNothing(t *testing.T, works ...work) {
	t.Helper()
	for _, w := range works {
		if err := w.do(); err != nil {
			t.Errorf("%s: %v", w.name, err)
			continue
		}
		if n := allocs.PerRun(t, 100, func() { w.do() }); n != 0 {
			t.Errorf("%s: %v allocations", w.name, n)
		}
	}
}

func usualValues() []float64 {
	return append(append([]float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, -1, 1e-7, 1e15}, fourDecimals...), fullPrecision...)
}

// What boards do for a row and for an ack allocates nothing once its buffers have grown.
func TestNoAllocations(t *testing.T) {
	values := usualValues()
	dst := make([]byte, 0, 4096)
	ack := []byte(`["solar","k3f9x2m8q1w7",125]`)
	var e wire.Batch
	buf := make([]byte, 8192)
	allocateNothing(t,
		work{"AppendTopic", func() error { dst = wire.AppendTopic(dst[:0], "hopla", wire.TopicData); return nil }},
		work{"ParseTopic", func() error {
			if _, ok := wire.ParseTopic("hopla", "hopla/data"); !ok {
				return errors.New("no topic")
			}
			return nil
		}},
		work{"AppendData", func() error { dst = wire.AppendData(dst[:0], "solär", values...); return nil }},
		work{"Batch", func() error {
			e.Begin(buf, "solär", "k3f9", 1)
			for e.Row(values...) && e.Lost(2) {
			}
			dst = append(dst[:0], e.Bytes()...)
			return e.Err()
		}},
		work{"ParseAck", func() error { _, err := wire.ParseAck(ack); return err }},
	)
}
