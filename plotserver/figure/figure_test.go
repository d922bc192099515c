package figure_test

import (
	"bytes"
	"fmt"
	"image/png"
	"math"
	"strings"
	"testing"

	"iotplot/plotserver/figure"
	"iotplot/sessions"
)

func damped() *sessions.Series {
	b := sessions.NewBuilder(sessions.Header{Name: "damped", Columns: []string{"t", "u"}, Units: []string{"s", "mV"}})
	for i := range 200 {
		t := float64(i) / 40
		b.Append([]float64{t, math.Exp(-t) * math.Cos(2*math.Pi*t)})
	}
	return b.Series()
}

func ExampleDraw() {
	b := sessions.NewBuilder(sessions.Header{Name: "line", Columns: []string{"x", "y"}})
	for i := range 10 {
		b.Append([]float64{float64(i), float64(2 * i)})
	}
	var picture bytes.Buffer
	_, err := figure.Draw(&picture, "line.svg", figure.Options{"title": "A line", "xlim": []float64{0, 9}}, b.Series())
	fmt.Println(strings.HasPrefix(picture.String(), "<?xml"), err)
	// Output: true <nil>
}

func TestGoValuesAreOptions(t *testing.T) {
	var picture bytes.Buffer
	warnings, err := figure.Draw(&picture, "a.png", figure.Options{
		"figsize": [2]int{4, 3}, "dpi": 100, "format": []string{"r--"}, "hlines": []any{map[string]float64{"value": 0.5}},
	}, damped())
	if err != nil || len(warnings) > 0 {
		t.Fatal(warnings, err)
	}
	p, err := png.Decode(&picture)
	if err != nil {
		t.Fatal(err)
	}
	if s := p.Bounds().Size(); s.X != 400 || s.Y != 300 {
		t.Errorf("the picture has %v pixels, want 400 × 300", s)
	}
}

func TestNothingIsWrittenWithAnError(t *testing.T) {
	for name, c := range map[string]struct {
		file    string
		options figure.Options
		want    string
	}{
		"ending":     {"a.gif", nil, "gif"},
		"value":      {"a.pdf", figure.Options{"xlim": 3}, "xlim"},
		"not a text": {"a.pdf", figure.Options{"title": func() {}}, "an option is no text"},
		"not finite": {"a.pdf", figure.Options{"area": math.NaN()}, "NaN"},
	} {
		var out bytes.Buffer
		if _, err := figure.Draw(&out, c.file, c.options, damped()); err == nil || !strings.Contains(err.Error(), c.want) || out.Len() > 0 {
			t.Errorf("%s: the error is %v with %d bytes written, want %q in it", name, err, out.Len(), c.want)
		}
	}
	var out bytes.Buffer
	if _, err := figure.Draw(&out, "a.pdf", nil); err == nil {
		t.Error("no series is no error")
	}
}

func TestWarningsSayWhatIsNotShown(t *testing.T) {
	var out bytes.Buffer
	warnings, err := figure.Draw(&out, "a.pdf", figure.Options{"colour": "red"}, damped())
	if err != nil || len(warnings) != 1 || !strings.Contains(warnings[0], "colour") {
		t.Errorf("the warnings are %q, the error is %v", warnings, err)
	}
}
