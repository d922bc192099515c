package wire_test

import (
	"math"
	"testing"

	"iotplot/plotclient/wire"
)

// python holds what Python 3's json.dumps writes for these numbers, which are given by their bits.
var python = []struct {
	value float64
	text  string
}{
	{0x1.999999999999ap-4, "0.1"},
	{0x1.0000000000000p+0, "1.0"},
	{-0x1.0000000000000p+0, "-1.0"},
	{0x0.0p+0, "0.0"},
	{math.Copysign(0, -1), "-0.0"},
	{0x1.4f8b588e368f1p-17, "1e-05"},
	{0x1.f75104d551d69p-17, "1.5e-05"},
	{0x1.a36e2eb1c432dp-14, "0.0001"},
	{0x1.f75104d551d69p-14, "0.00012"},
	{0x1.06243162a38e4p-10, "0.00099999"},
	{0x1.a36e2eb1c432cp-14, "9.999999999999999e-05"},
	{0x1.02e85be111841p-13, "0.000123456789"},
	{0x1.c6bf526340000p+49, "1000000000000000.0"},
	{0x1.1c37937e08000p+53, "1e+16"},
	{0x1.1c37937e07fffp+53, "9999999999999998.0"},
	{0x1.b69b4ba630f35p+56, "1.2345678901234568e+17"},
	{0x1.1eb2d66005835p+997, "1.5e+300"},
	{0x1.0f0cf064dd592p+73, "1e+22"},
	{0x1.b1ae4d6e2ef50p+69, "1e+21"},
	{0x0.0000000000001p-1022, "5e-324"},
	{0x1.0000000000000p-1022, "2.2250738585072014e-308"},
	{0x1.fffffffffffffp+1023, "1.7976931348623157e+308"},
	{-0x1.fffffffffffffp+1023, "-1.7976931348623157e+308"},
	{0x1.3333333333334p-2, "0.30000000000000004"},
	{0x1.5555555555555p-2, "0.3333333333333333"},
	{0x1.5555555555555p-1, "0.6666666666666666"},
	{0x1.921fb54442d18p+1, "3.141592653589793"},
	{-0x1.5bf0a8b145769p+1, "-2.718281828459045"},
	{0x1.9000000000000p+6, "100.0"},
	{0x1.e848000000000p+19, "1000000.0"},
	{0x1.e240c9fbe76c9p+16, "123456.789"},
	{0x1.dcd64fffffff8p+29, "999999999.999999"},
	{0x1.dcd6500000000p+29, "1000000000.0"},
	{0x1.dcd6500400000p+29, "1000000000.5"},
	{0x1.999999999999ap-6, "0.025"},
	{0x1.f5c28f5c28f5cp-1, "0.98"},
	{0x1.3333333333333p-3, "0.15"},
	{0x1.dcd64fffffff8p+29, "999999999.999999"},
	{0x1.d6f34547e6b40p+26, "123456789.123456"},
	{0x1.1666666666666p+2, "4.35"},
	{0x1.0c6f7a0b5ed8dp-20, "1e-06"},
	{0x1.78c29dccccccdp+23, "12345678.9"},
	{0x1.249ad2594c37dp+332, "1e+100"},
	{0x1.bff2ee48e0530p-333, "1e-100"},
	{-0x1.ad7f29abcaf48p-24, "-1e-07"},
	{0x1.bf08eb0000000p+34, "30000000000.0"},
	{0x1.0000000000000p+53, "9007199254740992.0"},
	{0x1.0000000000001p+53, "9007199254740994.0"},
	{0x1.0000000000000p+63, "9.223372036854776e+18"},
	{0x1.a36e4a2ea40cap-14, "0.0001000001"},
	{0x1.0000000000000p-1, "0.5"},
	{0x1.0000000000000p-2, "0.25"},
	{0x1.0000000000000p-6, "0.015625"},
	{-0x1.1126666666666p+8, "-273.15"},
	{0x1.0000000000000p+1023, "8.98846567431158e+307"},
	{math.NaN(), "NaN"},
	{math.Inf(1), "Infinity"},
	{math.Inf(-1), "-Infinity"},
}

// pythonTexts holds what it writes for these texts.
var pythonTexts = []struct{ value, text string }{
	{"solar", `"solar"`},
	{"", `""`},
	{"a\"b\\c/", `"a\"b\\c/"`},
	{"\x0a\x0d\x09\x08\x0c\x00\x1f\x7f", `"\n\r\t\b\f\u0000\u001f\u007f"`},
	{"25 °C", `"25 \u00b0C"`},
	{"Ω µA", `"\u03a9 \u00b5A"`},
	{"日本", `"\u65e5\u672c"`},
	{"😀x", `"\ud83d\ude00x"`},
	{"\uffff\u2028", `"\uffff\u2028"`},
}

func TestPythonFloats(t *testing.T) {
	for _, c := range python {
		if got, want := string(wire.AppendData(nil, "s", c.value)), `["s", `+c.text+`]`; got != want {
			t.Errorf("%x: got %s, want %s", c.value, got, want)
		}
		var row wire.Row
		if err := wire.ParseData([]byte(`["s", `+c.text+`]`), &row); err != nil || len(row.Values) != 1 || !same(row.Values[0], c.value) {
			t.Errorf("%s: read as %v, %v", c.text, row.Values, err)
		}
	}
}

func TestPythonTexts(t *testing.T) {
	for _, c := range pythonTexts {
		if got, want := string(wire.AppendNewSeries(nil, c.value)), `[`+c.text+`]`; got != want {
			t.Errorf("%q: got %s, want %s", c.value, got, want)
		}
		if v, err := wire.ParseValue([]byte(c.text)); err != nil || v != c.value {
			t.Errorf("%s: read as %q, %v", c.text, v, err)
		}
	}
	if got, want := string(wire.AppendNewSeries(nil, "a\xffb")), `["a\ufffdb"]`; got != want {
		t.Errorf("not UTF-8: got %s, want %s", got, want)
	}
}
