package render

import (
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"

	"iotplot/sessions"
)

func TestNamesInALegendAreOfOneSize(t *testing.T) {
	base := themeOf("")
	marks := []placed{}
	for _, label := range []string{"a", "bb", "a name that is a little too long"} {
		marks = append(marks, placed{mark: &curve{label: label, style: &base}})
	}
	wide := newLegend(marks, point{X: 400, Y: 300}, &base)
	room := wide.width * 0.93
	narrow := newLegend(marks, point{X: room, Y: 300}, &base)
	ratio := narrow.entries[2].box.Width / wide.entries[2].box.Width
	if !(ratio < 0.99) {
		t.Fatalf("the long name has not shrunk: %v", ratio)
	}
	for i, e := range narrow.entries {
		if r := e.box.Width / wide.entries[i].box.Width; r < ratio-0.001 || r > ratio+0.001 {
			t.Errorf("name %d is set at %.3f of its size, the long one at %.3f", i, float64(r), float64(ratio))
		}
	}
	if len(narrow.problems) > 0 {
		t.Errorf("nothing was cut: %v", narrow.problems)
	}
	cut := newLegend(marks, point{X: vg.Length(0.6) * wide.width, Y: 300}, &base)
	if !slices.ContainsFunc(cut.problems, func(p string) bool { return strings.Contains(p, "cut") }) {
		t.Errorf("a name that was cut is not reported")
	}
}

// Curves that all belong to the right axis leave the left one bare, and the
// grid is the right one's.
func TestBareLeftAxis(t *testing.T) {
	s, _, err := decode(map[string]any{"y2": []any{"sin", "cos", "sin*cos"}})
	if err != nil {
		t.Fatal(err)
	}
	base := themeOf("")
	var report Report
	fig, err := plan(s, []*sessions.Series{damped(50)}, &base, &report)
	if err != nil {
		t.Fatal(err)
	}
	fig.ranges(&report)
	fig.layout(vg.Rectangle{Max: point{X: 400, Y: 300}}, &base, &report)
	p := fig.panels[0]
	if n, right := len(p.y.ticks.ticks), p.y2.ticks.labelled(); n != 0 || right < 2 || !p.vacant() {
		t.Errorf("the left axis has %d ticks, the right one %d labels", n, right)
	}
}
