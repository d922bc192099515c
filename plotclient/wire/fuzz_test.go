package wire_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"iotplot/plotclient/wire"
)

// floats takes a number from every 8 bytes.
func floats(b []byte) []float64 {
	out := []float64{}
	for ; len(b) >= 8; b = b[8:] {
		out = append(out, math.Float64frombits(binary.LittleEndian.Uint64(b)))
	}
	return out
}

func bytesOfFloats(values ...float64) []byte {
	var b []byte
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

func sameRow(a, b []float64) bool { return slices.EqualFunc(a, b, same) }

// pythonFloat is Python's repr, from strconv's digits: the slow way to say it.
func pythonFloat(v float64) string {
	switch {
	case v != v:
		return "NaN"
	case math.IsInf(v, 0):
		return strings.TrimPrefix(strconv.FormatFloat(v, 'g', -1, 64), "+") + "inity"
	}
	text := strconv.FormatFloat(v, 'e', -1, 64)
	exponent, _ := strconv.Atoi(text[strings.IndexByte(text, 'e')+1:])
	if v != 0 && (exponent < -4 || exponent >= 16) {
		return text
	}
	text = strconv.FormatFloat(v, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

// What AppendData writes is Python's, and ParseData reads it back bit for bit.
func FuzzData(f *testing.F) {
	f.Add("solar", bytesOfFloats(fourDecimals...))
	f.Add("25 °C\n😀\xff", bytesOfFloats(fullPrecision...))
	f.Add("s", bytesOfFloats(0, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1), 1e16, 1e-5, 123456789.123456))
	f.Add("s", bytesOfFloats(999999999.999999, 1e9, 1e-4, 0.000123, 5e-324, math.MaxFloat64, 1e22, 4.35, 0.1+0.2))
	f.Fuzz(func(t *testing.T, series string, raw []byte) {
		values := floats(raw)
		payload := wire.AppendData(nil, series, values...)
		want := ""
		for _, v := range values {
			want += ", " + pythonFloat(v)
		}
		if !bytes.HasSuffix(payload, []byte(want+"]")) {
			t.Fatalf("got %s, want …%s]", payload, want)
		}
		for _, c := range payload {
			if c < ' ' || c > '~' {
				t.Fatalf("not ASCII: %s", payload)
			}
		}
		var row wire.Row
		err := wire.ParseData(payload, &row)
		if series == "" {
			if err == nil {
				t.Fatal("a row without a name is taken")
			}
			return
		}
		if err != nil || !sameRow(row.Values, values) || row.Mended != 0 {
			t.Fatalf("%s: read as %v, %v", payload, row.Values, err)
		}
		if string(row.Series) != string([]rune(series)) { // U+FFFD for what is not UTF-8
			t.Fatalf("%q became %q", series, row.Series)
		}
	})
}

// Whatever arrives, no parser panics; what it refuses it returns nothing of; what it takes can be written and is then
// read as the same.
func FuzzParse(f *testing.F) {
	for _, m := range messages {
		f.Add([]byte(m.payload))
	}
	for _, c := range refusals {
		f.Add([]byte(c.payload))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		before := bytes.Clone(payload)
		for _, read := range []func([]byte) (any, error){readData, readRows, readOpening, readSave, readPlot, readLoad, readAck,
			readReply, readServer} {
			v, err := read(payload)
			if err == nil {
				stable(t, v, read)
				continue
			}
			var e *wire.Error
			if !errors.As(err, &e) || e.Code == "" || !utf8.ValidString(e.Text) || len(e.Text) > 512 || e.First < -1 {
				t.Fatalf("%q is refused with %#v", payload, err)
			}
			if !empty(v) {
				t.Fatalf("%q is refused, and yet gives %+v", payload, v)
			}
		}
		if !bytes.Equal(before, payload) {
			t.Fatalf("the payload was changed to %q", payload)
		}
	})
}

// stable writes v in its shortest form and reads it again.
func stable(t *testing.T, v any, read func([]byte) (any, error)) {
	write := func(v any) []byte {
		switch v := v.(type) {
		case row:
			return wire.AppendData(nil, v.Series, v.Values...)
		case rows:
			var b wire.Batch
			b.Begin(make([]byte, 1<<16), v.Series, v.Run, v.First)
			for _, r := range v.Rows {
				if r.Lost > 0 {
					b.Lost(r.Lost)
				} else {
					b.Row(r.Values...)
				}
			}
			if b.Err() != nil {
				return nil // a long one
			}
			return b.Bytes()
		case wire.Opening:
			if !v.V2 {
				return wire.AppendNewSeries(nil, v.Series, v.Columns...)
			}
			return wire.AppendOpening(nil, v)
		case wire.Request:
			v.V2 = true
			return wire.AppendRequest(nil, wire.TopicPlotSeries, v)
		case wire.Ack:
			return wire.AppendAck(nil, v)
		case wire.Reply:
			return wire.AppendReply(nil, v)
		case wire.ServerState:
			return wire.AppendServerState(nil, v)
		}
		panic("unknown type")
	}
	text := write(v)
	if text == nil {
		return
	}
	again, err := read(text)
	if err != nil {
		t.Fatalf("%+v, written as %s, is refused: %v", v, text, err)
	}
	if second := write(again); !bytes.Equal(text, second) {
		t.Fatalf("%s, read and written again, is %s", text, second)
	}
}

// depth is how deep brackets stand in each other, those in texts included, so it is an upper bound.
func depth(payload []byte) (most int) {
	d := 0
	for _, c := range payload {
		switch c {
		case '[', '{':
			d++
			most = max(most, d)
		case ']', '}':
			d--
		}
	}
	return most
}

// The value parser reads what encoding/json reads, and besides that only Python's names for what is no number.
func FuzzValue(f *testing.F) {
	for _, m := range messages {
		f.Add([]byte(m.payload))
	}
	for _, c := range refusals {
		f.Add([]byte(c.payload))
	}
	for _, s := range []string{`"\ud83d\ude00\ud800\u0041\udc00\ud800\ud83d\ude00"`, `{"a":1,"a":{"b":[]}}`, `-0`, `1E5`, `[]`, `""`, `tru`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		got, err := wire.ParseValue(payload)
		if err != nil && got != nil {
			t.Fatalf("%q is refused, and yet gives %v", payload, got)
		}
		var want any
		if utf8.Valid(payload) && depth(payload) <= 16 && json.Unmarshal(payload, &want) == nil && (err != nil || !reflect.DeepEqual(got, want)) {
			t.Fatalf("%s\n got %v, %v\nwant %v", payload, got, err, want)
		}
		if err != nil {
			return
		}
		lower := bytes.ToLower(payload)
		if !json.Valid(payload) && !bytes.Contains(lower, []byte("nan")) && !bytes.Contains(lower, []byte("inf")) {
			t.Fatalf("%q is taken as %v", payload, got)
		}
		text := wire.AppendValue(nil, got)
		again, err := wire.ParseValue(text)
		if second := wire.AppendValue(nil, again); err != nil || !bytes.Equal(text, second) {
			t.Fatalf("%s, read and written again, is %s, %v", text, second, err)
		}
	})
}

// A number is read to the same bits as strconv reads it to.
func FuzzNumber(f *testing.F) {
	for _, s := range []string{"0", "-0", "0.1", "9007199254740993", "9007199254740993.0", "0.000000000000000000001", "1e23", "8.5e22",
		"123456789012345678901234567890", "18446744073709551615", "1844674407370955161.5", "1.8446744073709551615", "9223372036854775808e-19",
		"1e309", "1e-400", "1.7976931348623158e308", "1.7976931348623159e308", "2.2250738585072011e-308", "5e-324", "2e-324", "10e-20",
		"0.9999999999999999", "0.99999999999999994448884876874", "1e99999999999999999999", "nan", "-inf", "Infinity", "1e22", "1e-22", "0e999",
		"9007199254740991e22", "9007199254740992e22", "0.000001", "00", "1.", "1e", "--1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := wire.ParseValue([]byte(text))
		got, isNumber := v.(float64)
		if err != nil || !isNumber {
			return
		}
		want, err := strconv.ParseFloat(strings.Trim(text, " \t\r\n"), 64)
		if err != nil && !errors.Is(err, strconv.ErrRange) || !same(got, want) {
			t.Fatalf("%s: got %x, want %x, %v", text, got, want, err)
		}
	})
}

// The same for all that can be written with up to 20 digits: every way that a number is calculated.
func FuzzDecimal(f *testing.F) {
	f.Add(uint64(1<<53+1), int16(0), uint8(3))
	f.Add(uint64(math.MaxUint64), int16(-19), uint8(19))
	f.Add(uint64(9223372036854775809), int16(-1), uint8(0))
	f.Add(uint64(1234567890123456789), int16(-320), uint8(5))
	f.Fuzz(func(t *testing.T, m uint64, ten int16, point uint8) {
		digits := strconv.FormatUint(m, 10)
		texts := []string{digits, digits + "e" + strconv.Itoa(int(ten)), digits + "e" + strconv.Itoa(int(ten%24))}
		if p := int(point) % len(digits); p > 0 {
			texts = append(texts, digits[:p]+"."+digits[p:], digits[:p]+"."+digits[p:]+"E"+strconv.Itoa(int(ten)))
		}
		texts = append(texts, "0."+digits, "0.000"+digits)
		for _, text := range texts {
			got, err := wire.ParseValue([]byte("-" + text))
			want, _ := strconv.ParseFloat("-"+text, 64)
			if err != nil || !same(got.(float64), want) {
				t.Fatalf("-%s: got %x, want %x, %v", text, got, want, err)
			}
		}
	})
}

// A batch never outgrows its buffer, and what it holds is what was added, bit for bit.
func FuzzBatch(f *testing.F) {
	f.Add("solar", "k3f9", int64(120), uint16(200), []byte{3, 1, 2, 0, 3, 4}, bytesOfFloats(fourDecimals...))
	f.Add("a\x00\"", "°\xff", int64(0), uint16(64), []byte{1, 1, 1, 0, 0}, bytesOfFloats(fullPrecision...))
	f.Add("s", "r", int64(5), uint16(90), []byte{7, 7, 7}, bytesOfFloats(math.NaN(), math.Inf(1), math.Inf(-1), 1e-5, 1e300, 1e-300, -0.25))
	f.Fuzz(func(t *testing.T, series, run string, first int64, room uint16, shape, raw []byte) {
		if first < 0 || first > 1<<60 {
			first = 0
		}
		values := floats(raw)
		buf := make([]byte, int(room)+8)
		copy(buf[room:], "untouched")
		b := wire.Batch{}
		b.Begin(buf[:0:room], series, run, first)
		var want []row
		count := int64(0)
		for _, n := range shape {
			held := b.Rows()
			if n == 0 {
				if b.Lost(int64(len(values)) + 1) {
					want = append(want, row{Lost: int64(len(values)) + 1})
					count += int64(len(values)) + 1
				}
			} else if v := values[:min(len(values), int(n))]; b.Row(v...) {
				want = append(want, row{Values: v})
				count++
			} else if b.Rows() != held {
				t.Fatal("a row that does not fit changes the batch")
			}
		}
		if !bytes.HasPrefix([]byte("untouched"), buf[room:]) {
			t.Fatal("the batch outgrew its buffer")
		}
		if b.Rows() != count || (b.Bytes() == nil) != (count == 0) {
			t.Fatalf("%d rows in %s, want %d", b.Rows(), b.Bytes(), count)
		}
		if count == 0 || series == "" || run == "" {
			return
		}
		var r wire.Rows
		if err := wire.ParseRows(b.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		if r.First != first || r.Count() != count || utf8.ValidString(series) && string(r.Series) != series ||
			utf8.ValidString(run) && string(r.Run) != run {
			t.Fatalf("%s: read as %+v", b.Bytes(), r)
		}
		for i, w := range want {
			if !r.Next() || r.Lost != w.Lost || !sameRow(r.Values, w.Values) || r.Mended != 0 {
				t.Fatalf("%s: row %d is %v, want %v", b.Bytes(), i, r.Values, w)
			}
		}
		if r.Next() {
			t.Fatalf("%s: one row too many", b.Bytes())
		}
	})
}

// Answers keep to their size whatever is in them, and what is not cut comes back as it was.
func FuzzAnswers(f *testing.F) {
	f.Add("x7k-1", "plot_series", "solar", "k3f9", "a.pdf", uint8(3), "warning", "error", int64(125), true)
	f.Add(strings.Repeat("°", 99), strings.Repeat("\x00", 99), strings.Repeat(`"`, 300), strings.Repeat("😀", 80),
		strings.Repeat("Größe/", 30), uint8(200), strings.Repeat("\n°", 400), strings.Repeat("\xff°", 400), int64(math.MaxInt64), false)
	f.Fuzz(func(t *testing.T, id, command, series, run, file string, files uint8, warning, text string, n int64, ok bool) {
		r := wire.Reply{ID: id, Command: command, Series: series, Run: run, OK: ok, Rows: max(n, 0), Missing: max(n/2, 0),
			Warning: warning, Error: text}
		if !ok {
			r.Code, r.First = wire.CodeBadRows, max(n/3, -1)
		}
		for i := range files {
			r.Files = append(r.Files, file+strconv.Itoa(int(i)))
		}
		payload := wire.AppendReply(nil, r)
		if len(payload) > wire.MaxReply || !json.Valid(payload) || !utf8.Valid(payload) {
			t.Fatalf("%d bytes: %s", len(payload), payload)
		}
		got, err := wire.ParseReply(payload)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct{ got, want string }{{got.ID, id}, {got.Command, command}, {got.Series, series}, {got.Run, run},
			{got.Warning, warning}, {got.Error, text}} {
			checkCutText(t, c.got, c.want)
		}
		if got.OK != r.OK || got.Rows != r.Rows || got.Missing != r.Missing || got.Code != r.Code || got.First != r.First {
			t.Fatalf("%s: read as %+v", payload, got)
		}
		if len(got.Files) > len(r.Files) || (len(got.Files) == 0) != (len(r.Files) == 0) {
			t.Fatalf("%s: read as %q", payload, got.Files)
		}
		if k := len(got.Files); k > 0 && k < len(r.Files) {
			if want := "and " + strconv.Itoa(len(r.Files)-k+1) + " more"; got.Files[k-1] != want {
				t.Fatalf("%s: no %q", payload, want)
			}
		}

		ack := wire.AppendAck(nil, wire.Ack{Series: series, Run: run, Durable: r.Rows})
		if len(ack) > wire.MaxAck || !json.Valid(ack) || !utf8.Valid(ack) {
			t.Fatalf("%d bytes: %s", len(ack), ack)
		}
		a, err := wire.ParseAck(ack)
		if err != nil || a.Durable != r.Rows {
			t.Fatalf("%s: read as %+v, %v", ack, a, err)
		}
		checkCutText(t, a.Series, series)
		checkCutText(t, a.Run, run)

		state := wire.ServerState{State: "s" + id, Instance: run, Version: text, Problem: text + run, Limits: wire.Limits{Payload: int(r.Rows >> 33),
			Columns: int(r.Rows >> 34), Name: int(r.Rows >> 35), Series: int(r.Rows >> 36), Runs: int(r.Rows >> 37)}}
		said := wire.AppendServerState(nil, state)
		if len(said) > wire.MaxReply || !json.Valid(said) {
			t.Fatalf("%d bytes: %s", len(said), said)
		}
		if s, err := wire.ParseServerState(said); err != nil || s.Limits != state.Limits {
			t.Fatalf("%s: read as %+v, %v", said, s, err)
		} else {
			checkCutText(t, s.Problem, state.Problem)
		}
	})
}

// checkCutText makes sure that a text arrived whole, or as its beginning and an ellipsis.
func checkCutText(t *testing.T, got, want string) {
	t.Helper()
	want = string([]rune(want)) // U+FFFD for what is not UTF-8
	if got == want {
		return
	}
	if head, ok := strings.CutSuffix(got, "…"); !ok || !strings.HasPrefix(want, head) || len(head) >= len(want) {
		t.Fatalf("%q arrived as %q", want, got)
	}
}

// Mended columns are as many as were given, none empty, all different; names that can stay do.
func FuzzColumns(f *testing.F) {
	f.Add("a,a,a_2,a_2,,c5,a_2_2,5")
	f.Add(",,c1,c1_2,c2,c2")
	f.Fuzz(func(t *testing.T, list string) {
		if !utf8.ValidString(list) {
			return
		}
		given := strings.Split(list, ",")
		o, err := wire.ParseOpening(wire.AppendNewSeries(nil, "s", given...))
		if err != nil || len(o.Columns) != len(given) {
			t.Fatalf("%q: %q, %v", given, o.Columns, err)
		}
		seen, first, changed := map[string]bool{}, map[string]bool{}, false
		for i, name := range o.Columns {
			if name == "" || seen[name] {
				t.Fatalf("%q became %q", given, o.Columns)
			}
			seen[name] = true
			if given[i] != "" && !first[given[i]] && name != given[i] {
				t.Fatalf("%q became %q", given, o.Columns)
			}
			first[given[i]] = true
			changed = changed || name != given[i]
		}
		if changed != (o.Warning != "") {
			t.Fatalf("%q became %q, and is told %q", given, o.Columns, o.Warning)
		}
	})
}
