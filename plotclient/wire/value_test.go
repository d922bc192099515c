package wire_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"iotplot/plotclient/wire"
)

func TestValueDepth(t *testing.T) {
	for _, pair := range [][2]string{{"[", "]"}, {`{"a":`, "}"}} {
		for n := 1; n <= 18; n++ {
			text := strings.Repeat(pair[0], n) + "1" + strings.Repeat(pair[1], n)
			_, err := wire.ParseValue([]byte(text))
			if (err == nil) != (n <= 16) {
				t.Errorf("%s: %v", text, err)
			}
			// Stepping over a value has the same limit as reading it: here it stands two deep already.
			_, err = wire.ParseReply([]byte(`{"more":[` + text + `]}`))
			if (err == nil) != (n <= 14) {
				t.Errorf("%s: %v", text, err)
			}
		}
	}
}

func TestAppendValue(t *testing.T) {
	for want, v := range map[string]any{
		`null`:               nil,
		`true`:               true,
		`1e22`:               1e22,
		`0.1`:                0.1,
		`-7`:                 -7,
		`8`:                  int64(8),
		`"°\n\u0001"`:        "°\n\x01",
		`["a","b"]`:          []string{"a", "b"},
		`[1,2.5]`:            []float64{1, 2.5},
		`[]`:                 []any{},
		`{}`:                 map[string]any{},
		`{"a":[1,{}],"b":1}`: map[string]any{"b": 1, "a": []any{1.0, map[string]any{}}},
	} {
		if got := string(wire.AppendValue(nil, v)); got != want {
			t.Errorf("%v: got %s, want %s", v, got, want)
		}
	}
	if got := string(wire.AppendValue(nil, struct{}{})); got != "null" {
		t.Errorf("a type that no payload has: %s", got)
	}
}

func TestRefusalsStayShort(t *testing.T) {
	name := strings.Repeat("°", 5000)
	_, err := wire.ParseRequest(wire.TopicPlotSeries, wire.AppendPlot(nil, name, wire.Number("filename", 1)))
	var e *wire.Error
	if !errors.As(err, &e) || e.Series != name || len(e.Text) > 400 || !utf8.ValidString(e.Text) ||
		!strings.HasPrefix(e.Text, `cannot plot "°°°`) || !strings.Contains(e.Text, `°…": the option "filename" is a number`) {
		t.Errorf("%v", err)
	}
}

func TestFilenameKinds(t *testing.T) {
	for raw, kind := range map[string]string{"1": "a number", "true": "true or false", "[]": "a list", "{}": "an object"} {
		r, err := wire.ParseRequest(wire.TopicPlotSeries, wire.AppendPlot(nil, "s", wire.JSON("filename", raw)))
		var e *wire.Error
		if !errors.As(err, &e) || e.Code != wire.CodeBadFile || !reflect.DeepEqual(r, wire.Request{}) ||
			!strings.Contains(e.Text, `the option "filename" is `+kind+`, it has to be a text or null`) {
			t.Errorf("%s: %+v, %v", raw, r, err)
		}
	}
}

func TestRequestOfNoRequest(t *testing.T) {
	for _, topic := range []wire.Topic{wire.NoTopic, wire.TopicData, wire.TopicReply} {
		if r, err := wire.ParseRequest(topic, []byte(`["s"]`)); err == nil {
			t.Errorf("%v gives %+v", topic, r)
		}
	}
}
