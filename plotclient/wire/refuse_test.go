package wire_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"iotplot/plotclient/wire"
)

func checkCut(t *testing.T, m message, n int, err error) {
	t.Helper()
	var e *wire.Error
	switch {
	case !errors.As(err, &e):
		t.Errorf("%s, %s: error is %v", m.name, m.payload[:n], err)
	case !strings.Contains(e.Text, "the payload ends in the middle, after byte "):
		t.Errorf("%s, %s: %s", m.name, m.payload[:n], e.Text)
	case !fromServer(m) && !strings.Contains(e.Text, "\nhint: a MicroPython client counts characters as bytes"):
		t.Errorf("%s, %s: no hint in %s", m.name, m.payload[:n], e.Text)
	}
}

// fromServer says whether the message comes from a server, which cuts nothing.
func fromServer(m message) bool {
	_, err := m.read([]byte("["))
	return strings.HasPrefix(err.Error(), "cannot read an ack") || strings.HasPrefix(err.Error(), "cannot read a reply") ||
		strings.HasPrefix(err.Error(), "cannot read the server's state")
}

const (
	rowIs  = `, a row is ["series", number, …]`
	rowsAr = `, rows are ["series","run",first,[number,…],lost,[number,…],…]`
	openV1 = `, a series is opened by ["series", "column", …]`
	openV2 = `, a series is opened by {"id":"…","series":"…","run":"…","next":0,"columns":["…",…]}`
	saveV1 = `, a series is saved by ["series", "filename"] or ["series", null]`
	plotV1 = `, a series is plotted by ["series", {"option": value, …}] or ["series", null]`
	saveV2 = `, the command is {"id":"…","series":"…","file":"…"}`
	plotV2 = `, a series is plotted by {"id":"…","series":"…","options":{…}}`
)

func bad(series, text string) wire.Error {
	return wire.Error{Code: wire.CodeBadMessage, Series: series, First: -1, Text: text}
}

func badV2(id, series, text string) wire.Error {
	return wire.Error{Code: wire.CodeBadMessage, ID: id, Series: series, First: -1, Text: text}
}

var refusals = []struct {
	name    string
	read    func([]byte) (any, error)
	payload string
	want    wire.Error
}{
	{"empty", readData, ``, bad("", `cannot read a row: the payload is empty`+rowIs)},
	{"no JSON", readData, `hello`, bad("", `cannot read a row: found 'h' at byte 1, expected [`+rowIs)},
	{"no list", readData, `{"a": 1}`, bad("", `cannot read a row: found '{' at byte 1, expected [`+rowIs)},
	{"no name", readData, `[]`, bad("", `cannot read a row: found ']' at byte 2, expected the series' name, a text`+rowIs)},
	{"number for a name", readData, `[1, 2]`, bad("", `cannot read a row: found '1' at byte 2, expected the series' name, a text`+rowIs)},
	{"empty name", readData, `["", 2]`, bad("", `cannot read a row: the series' name is an empty text at byte 2`+rowIs)},
	{"no value", readData, `["s", 1, ]`, bad("s", `cannot read a row of "s": found ']' at byte 10, expected a value`+rowIs)},
	{"no comma", readData, `["s" 1]`, bad("s", `cannot read a row of "s": found '1' at byte 6, expected a comma or ]`+rowIs)},
	{"two values at once", readData, `["s", 1 2]`, bad("s", `cannot read a row of "s": found '2' at byte 9, expected a comma or ]`+rowIs)},
	{"single quotes", readData, `['s', 1]`, bad("", `cannot read a row: found '\'' at byte 2, expected the series' name, a text`+rowIs)},
	{"trailing", readData, `["s", 1] x`, bad("s", `cannot read a row of "s": something follows the end: 'x' at byte 10`+rowIs)},
	{"two payloads", readData, `["s", 1]["s", 1]`, bad("s", `cannot read a row of "s": something follows the end: '[' at byte 9`+rowIs)},
	{"leading zero", readData, `["s", 01]`, bad("s", `cannot read a row of "s": a number begins with 0 at byte 7`+rowIs)},
	{"plus", readData, `["s", +1]`, bad("s", `cannot read a row of "s": found '+' at byte 7, expected a value`+rowIs)},
	{"no digit before the point", readData, `["s", .5]`, bad("s", `cannot read a row of "s": found '.' at byte 7, expected a value`+rowIs)},
	{"no digit after the point", readData, `["s", 5.]`, bad("s", `cannot read a row of "s": found ']' at byte 9, expected a digit`+rowIs)},
	{"no exponent", readData, `["s", 5e+]`, bad("s", `cannot read a row of "s": found ']' at byte 10, expected a digit`+rowIs)},
	{"minus alone", readData, `["s", -]`, bad("s", `cannot read a row of "s": found ']' at byte 8, expected a number`+rowIs)},
	{"minus nan", readData, `["s", -nan]`, bad("s", `cannot read a row of "s": found 'n' at byte 8, expected a number`+rowIs)},
	{"almost nan", readData, `["s", nam]`, bad("s", `cannot read a row of "s": found 'm' at byte 9, expected nan`+rowIs)},
	{"almost true", readData, `["s", truth]`, bad("s", `cannot read a row of "s": found 't' at byte 10, expected true`+rowIs)},
	{"not UTF-8 in the name", readData, "[\"s\xff\", 1]", bad("", `cannot read a row: it is not UTF-8 at byte 4`+rowIs)},
	{"not UTF-8 in a value", readData, "[\"s\", \"\xc3(\"]", bad("s", `cannot read a row of "s": it is not UTF-8 at byte 8`+rowIs)},
	{"half a character as UTF-8", readData, "[\"\xed\xa0\x80\"]", bad("", `cannot read a row: it is not UTF-8 at byte 3`+rowIs)},
	{"not UTF-8 outside", readData, "[\"s\", \xff]", bad("s", `cannot read a row of "s": found the byte 0xff at byte 7, expected a value`+rowIs)},
	{"control character", readData, "[\"a\nb\", 1]", bad("", `cannot read a row: a text holds the unescaped control character 0x0a at byte 4`+rowIs)},
	{"escape", readData, `["a\x", 1]`, bad("", `cannot read a row: a text holds a backslash that begins no escape of JSON at byte 4`+rowIs)},
	{"escape without digits", readData, `["a\u12g4", 1]`, bad("", `cannot read a row: a text holds a backslash that begins no escape of JSON at byte 4`+rowIs)},
	{"deep", readData, `["s", ` + strings.Repeat("[", 16) + strings.Repeat("]", 17),
		bad("s", `cannot read a row of "s": lists and objects stand more than 16 deep in each other at byte 22`+rowIs)},
	{"cut", readData, `["s°", 1`, bad("s°", `cannot read a row of "s°": the payload ends in the middle, after byte 9`+rowIs+
		"\nhint: a MicroPython client counts characters as bytes, and cuts a message that holds one such as ° short: publish text.encode() in place of text")},

	{"opening without columns", readOpening, `["s"]`, bad("s", `cannot open "s": it has no columns`+openV1)},
	{"opening without a name", readOpening, `["", "t"]`, bad("", `cannot open a series: the series has no name`+openV1)},
	{"opening with a list as name", readOpening, `[["t"]]`, bad("", `cannot open a series: found '[' at byte 2, expected the series' name, a text`+openV1)},
	{"opening that is a text", readOpening, `"s"`, bad("", `cannot open a series: found '"' at byte 1, expected [ or {`+openV1)},
	{"opening, object without columns", readOpening, `{"id":"i","series":"s"}`, badV2("i", "s", `cannot open "s": it has no columns`+openV2)},
	{"opening, no name", readOpening, `{"id":"i","columns":["t"]}`, badV2("i", "", `cannot open a series: the series has no name`+openV2)},
	{"opening, run is a number", readOpening, `{"run":5,"columns":["t"],"series":"s","id":"i"}`,
		badV2("i", "s", `cannot open "s": "run" is a number, it has to be a text`+openV2)},
	{"opening, next is a fraction", readOpening, `{"series":"s","next":1.5,"columns":["t"]}`,
		bad("s", `cannot open "s": "next" has to be a whole number from 0 on`+openV2)},
	{"opening, next is negative", readOpening, `{"series":"s","next":-1,"columns":["t"]}`,
		bad("s", `cannot open "s": "next" has to be a whole number from 0 on`+openV2)},
	{"opening, next is too large", readOpening, `{"series":"s","next":9223372036854775808,"columns":["t"]}`,
		bad("s", `cannot open "s": "next" has to be a whole number from 0 on`+openV2)},
	{"opening, columns are a text", readOpening, `{"series":"s","columns":"t"}`,
		bad("s", `cannot open "s": "columns" is a text, it has to be a list of texts`+openV2)},
	{"opening, unit is a number", readOpening, `{"series":"s","columns":["t"],"units":[1]}`,
		bad("s", `cannot open "s": an element of "units" is a number, it has to be a text`+openV2)},
	{"opening, too many units", readOpening, `{"series":"s","columns":["t"],"units":["a","b"]}`,
		bad("s", `cannot open "s": it has more units than columns`+openV2)},
	{"opening, meta is a list", readOpening, `{"series":"s","columns":["t"],"meta":[]}`,
		bad("s", `cannot open "s": "meta" is a list, it has to be an object`+openV2)},
	{"opening, key is no text", readOpening, `{"series":"s",5:1}`, bad("s", `cannot open "s": found '5' at byte 15, expected a key, a text`+openV2)},
	{"opening, no colon", readOpening, `{"series" "s"}`, bad("", `cannot open a series: found '"' at byte 11, expected a colon`+openV2)},
	{"opening, trailing comma", readOpening, `{"series":"s",}`, bad("s", `cannot open "s": found '}' at byte 15, expected a key, a text`+openV2)},

	{"save, filename is a number", readSave, `["s", 5]`, wire.Error{Code: wire.CodeBadFile, Series: "s", First: -1,
		Text: `cannot save "s": the filename is a number, it has to be a text or null` + saveV1}},
	{"save, too much", readSave, `["s", null, 1]`, bad("s", `cannot save "s": found '1' at byte 13, expected the end of the list`+saveV1)},
	{"save, object with a list as file", readSave, `{"file":["x"],"id":"i","series":"s"}`, wire.Error{Code: wire.CodeBadFile,
		ID: "i", Series: "s", First: -1, Text: `cannot save "s": "file" is a list, it has to be a text or null` + saveV2}},
	{"save, rows are a text", readSave, `{"id":"i","series":"s","run":"r","rows":"1"}`, wire.Error{Code: wire.CodeBadMessage,
		ID: "i", Series: "s", Run: "r", First: -1, Text: `cannot save "s": "rows" is a text, it has to be a whole number from 0 on` + saveV2}},
	{"plot, options are a text", readPlot, `["s", "title"]`, bad("s", `cannot plot "s": what follows the series is a text, it has to be an object`+plotV1)},
	{"plot, options are a list", readPlot, `["s", ["a"]]`, bad("s", `cannot plot "s": what follows the series is a list, it has to be an object`+plotV1)},
	{"plot, filename is a number", readPlot, `["s", {"filename": 5}]`, wire.Error{Code: wire.CodeBadFile, Series: "s", First: -1,
		Text: `cannot plot "s": the option "filename" is a number, it has to be a text or null` + plotV1}},
	{"plot, object with a list as options", readPlot, `{"id":"i","series":"s","options":[]}`,
		badV2("i", "s", `cannot plot "s": "options" is a list, it has to be an object`+plotV2)},
	{"load in version 1", readLoad, `["s", "x.csv"]`, bad("", `cannot load a series: found '[' at byte 1, expected {`+saveV2)},

	{"rows, no list", readRows, `{}`, wire.Error{Code: wire.CodeBadRows, First: -1, Text: `cannot read rows: found '{' at byte 1, expected [` + rowsAr}},
	{"rows, no run", readRows, `["s"]`, wire.Error{Code: wire.CodeBadRows, Series: "s", First: -1,
		Text: `cannot read rows of "s": found ']' at byte 5, expected the run` + rowsAr}},
	{"rows, empty run", readRows, `["s","",1]`, wire.Error{Code: wire.CodeBadRows, Series: "s", First: -1,
		Text: `cannot read rows of "s": the run is an empty text at byte 6` + rowsAr}},
	{"rows, no first", readRows, `["s","r",[1]]`, wire.Error{Code: wire.CodeBadRows, Series: "s", Run: "r", First: -1,
		Text: `cannot read rows of "s": found '[' at byte 10, expected the index of the first row, a whole number from 0 on` + rowsAr}},
	{"rows, broken row", readRows, `["s","r",120,[1],[2,x]]`, wire.Error{Code: wire.CodeBadRows, Series: "s", Run: "r", First: 120,
		Text: `cannot read rows of "s": found 'x' at byte 21, expected a value` + rowsAr}},
	{"rows, lost is negative", readRows, `["s","r",120,-3]`, wire.Error{Code: wire.CodeBadRows, Series: "s", Run: "r", First: 120,
		Text: `cannot read rows of "s": found '-' at byte 14, expected a row, or how many are lost` + rowsAr}},
	{"rows, lost is a fraction", readRows, `["s","r",120,1.5]`, wire.Error{Code: wire.CodeBadRows, Series: "s", Run: "r", First: 120,
		Text: `cannot read rows of "s": found '1' at byte 14, expected a row, or how many are lost` + rowsAr}},
	{"rows beyond counting", readRows, `["s","r",9223372036854775800,5,5]`, wire.Error{Code: wire.CodeBadRows, Series: "s", Run: "r",
		First: 9223372036854775800, Text: `cannot read rows of "s": more rows than can be counted at byte 33` + rowsAr}},

	{"ack, too much", readAck, `["s","r",1,2]`, wire.Error{Code: wire.CodeBadMessage, Series: "s", Run: "r", First: -1,
		Text: `cannot read an ack: found '2' at byte 12, expected the end of the list, an ack is ["series","run",rows]`}},
	{"reply, ok is a number", readReply, `{"id":"i","ok":1}`, badV2("i", "", `cannot read a reply: "ok" is a number, it has to be true or false, a reply is {"id":"…","command":"…","ok":true,…}`)},
	{"server without a state", readServer, `{}`, bad("", `cannot read the server's state: it has no state, it is {"state":"online","instance":"…",…}`)},
}

func TestRefusals(t *testing.T) {
	for _, c := range refusals {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.read([]byte(c.payload))
			var e *wire.Error
			if !errors.As(err, &e) {
				t.Fatalf("%s is not refused: %v", c.payload, err)
			}
			if *e != c.want {
				t.Errorf("%s\n got %+v\nwant %+v", c.payload, *e, c.want)
			}
			if !empty(got) {
				t.Errorf("%s: refused, and yet returns %+v", c.payload, got)
			}
		})
	}
}

// empty says whether a parser returned nothing.
func empty(v any) bool {
	switch v := v.(type) {
	case row:
		return v.Series == "" && len(v.Values) == 0 && v.Mended == 0 && v.Was == wire.KindNone
	case rows:
		return v.Series == "" && v.Run == "" && v.First == -1 && v.Rows == nil
	}
	return v == nil || reflect.ValueOf(v).IsZero()
}
