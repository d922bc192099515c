//go:build !tinygo

package sinusoid_test

import (
	"testing"

	"iotplot/firmware/internal/sinusoid"
	"iotplot/plotclient/demo"
)

// TestSameAsTheDemo: a board sends what plotclient demo sends.
func TestSameAsTheDemo(t *testing.T) {
	if sinusoid.Series != demo.Series || sinusoid.Rows != demo.Rows || sinusoid.Step != demo.Step || sinusoid.File != demo.File {
		t.Error("names or numbers differ")
	}
	for i := range demo.Rows {
		if sinusoid.Row(i) != demo.Row(i) {
			t.Errorf("row %d differs", i)
		}
	}
}
