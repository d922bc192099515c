package render

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"iotplot/sessions"
)

func TestOptionsOfTheWrongType(t *testing.T) {
	// Every kind of value, and the options that take it.
	kinds := []struct {
		value any
		taken string
	}{
		{true, "xlog ylog grid hist y2log xtime stacked density cumulative equal xinvert yinvert steps fill bars scatter notch means"},
		{"words", "title xlabel ylabel filename y2 y2label columns x clabel xerr yerr v i"},
		{7.0, "area irradiance bins from to every last linthresh fill xerr yerr linewidth markersize hlines vlines"},
		{7.5, "area irradiance from to linthresh fill xerr yerr linewidth markersize hlines vlines"},
		{-1.0, "from to fill hlines vlines"},
		{[]any{}, "format y2 labels steps fill bars xerr yerr band scatter alpha linewidth markersize hlines vlines hspans vspans annotate"},
		{[]any{1.0, 2.0}, "figsize xlim ylim y2lim bins clim xerr yerr linewidth markersize hlines vlines hspans vspans"},
		{[]any{1.0, 2.0, 3.0}, "bins linewidth markersize hlines vlines"},
		{[]any{"r", true}, ""},
		{[]any{"one", "two"}, "y2 columns series labels steps fill bars scatter xerr yerr"},
		{map[string]any{"a": 1.0}, "fill bars xerr yerr band alpha linewidth markersize"},
		{map[string]any{}, "format labels steps fill bars xerr yerr band scatter alpha linewidth markersize"},
		{map[string]any{"a": "r"}, "format labels fill xerr yerr band scatter"},
	}
	for _, d := range descriptors() {
		for _, k := range kinds {
			_, _, err := decode(map[string]any{d.name: k.value})
			takes := false
			for _, name := range strings.Fields(k.taken) {
				takes = takes || name == d.name
			}
			if takes {
				if err != nil {
					t.Errorf("%s %v: %v", d.name, k.value, err)
				}
				continue
			}
			var refused *OptionError
			if !errors.As(err, &refused) || refused.Option != d.name {
				t.Errorf("%s %v: error %v, want one that names the option", d.name, k.value, err)
				continue
			}
			if s := refused.Error(); !strings.Contains(s, d.name) || !strings.Contains(s, "allowed") || strings.HasSuffix(s, ".") || s != strings.ToLower(s[:1])+s[1:] {
				t.Errorf("%s %v: %q is not a sentence with what is allowed", d.name, k.value, s)
			}
		}
	}
}

func TestOptionErrors(t *testing.T) {
	for _, c := range []struct{ options, want string }{
		{`{"xlim": "0,10"}`, `cannot plot with xlim "0,10": it is a text, allowed is a list of two numbers, such as [0, 10]`},
		{`{"xlog": "yes"}`, `cannot plot with xlog "yes": it is a text, allowed is true or false`},
		{`{"figsize": [60, 3]}`, `cannot plot with figsize [60,3]: 60 inches are too many, allowed is 1 to 50 inches`},
		{`{"figsize": [5, 0.5]}`, `cannot plot with figsize [5,0.5]: 0.5 inches are too few, allowed is 1 to 50 inches`},
		{`{"figsize": [5]}`, `cannot plot with figsize [5]: it has 1 values, allowed is a list of two numbers`},
		{`{"style": "xkcd"}`, `cannot plot with style "xkcd": there is no such style, allowed is "paper", "screen" or "dark"`},
		{`{"dpi": 1e9}`, `cannot plot with dpi 1000000000: it is out of range, allowed is a number from 20 to 2400`},
		{`{"xlim": [1, 1]}`, `cannot plot with xlim [1,1]: both ends are the same, allowed is two different numbers`},
		{`{"format": ["r--", 3]}`, `cannot plot with format ["r--",3]: it holds a number, allowed is a list of format strings`},
		{`{"format": ["rb"]}`, `cannot plot with format ["rb"]: format "rb" names two colours, allowed is one`},
	} {
		var options map[string]any
		if err := json.Unmarshal([]byte(c.options), &options); err != nil {
			t.Fatal(err)
		}
		_, _, err := decode(options)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s:\n got %v\nwant %s", c.options, err, c.want)
		}
	}
}

func TestUnknownOptionsAreWarnedOf(t *testing.T) {
	_, warnings, err := decode(map[string]any{"titel": "a", "zzzzzzzz": 1.0, "x_label": "b", "XLOG": true})
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(warnings, "; ")
	want := `option "XLOG" is not known, did you mean xlog?; option "titel" is not known, did you mean title?; ` +
		`option "x_label" is not known, did you mean xlabel?; option "zzzzzzzz" is not known`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestNullMeansLeftOut(t *testing.T) {
	for _, d := range descriptors() {
		s, warnings, err := decode(map[string]any{d.name: nil})
		if err != nil || len(warnings) > 0 {
			t.Errorf("%s: %v %v", d.name, err, warnings)
		} else if s.width != 5 || s.dpi != 200 || !s.grid || s.title.set {
			t.Errorf("%s: null changed a default", d.name)
		}
	}
}

func TestExamplesOfTheDocumentationWork(t *testing.T) {
	for _, d := range Options() {
		var v any
		if err := json.Unmarshal([]byte(d.Example), &v); err != nil {
			t.Errorf("%s: example %s: %v", d.Name, d.Example, err)
			continue
		}
		if _, _, err := decode(map[string]any{d.Name: v}); err != nil {
			t.Errorf("%s: example %s: %v", d.Name, d.Example, err)
		}
		if d.Text == "" || d.Type == "" || d.Default == "" {
			t.Errorf("%s is not described", d.Name)
		}
	}
}

func TestTooManyPixels(t *testing.T) {
	options := map[string]any{"figsize": []any{50.0, 50.0}, "dpi": 300.0}
	_, err := Draw(io.Discard, PNG, []*sessions.Series{damped(3)}, options)
	var refused *OptionError
	if !errors.As(err, &refused) || refused.Option != "figsize" {
		t.Errorf("error %v, want an OptionError for figsize", err)
	}
	if want := "cannot plot with figsize [50, 50] at 300 dpi: that is 225 megapixels, allowed are 100"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func FuzzOptions(f *testing.F) {
	for _, s := range []string{
		`{"title": "x", "figsize": [5, 3], "format": ["r--"]}`, `{"xlim": [null, 1e308]}`, `{"format": {"a": "o"}}`,
		`{"ylim": [-1e-300, 1e300], "ylog": true}`, `{"hist": 1}`, `{"style": "dark", "dpi": 20}`,
	} {
		f.Add([]byte(s))
	}
	series := []*sessions.Series{build("s", []string{"a", "b"}, [][]float64{{1, 2}, {3, math.NaN()}, {-2, 1e200}})}
	f.Fuzz(func(t *testing.T, data []byte) {
		var options map[string]any
		if json.Unmarshal(data, &options) != nil {
			return
		}
		if s, _, err := decode(options); err == nil && s.width*s.height*s.dpi*s.dpi < 1e6 {
			if _, err := Draw(io.Discard, PNG, series, options); err != nil {
				t.Error(err)
			}
		}
	})
}
