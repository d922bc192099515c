package wire_test

import (
	"math"
	"reflect"
	"testing"

	"iotplot/plotclient/wire"
)

// What a sensor gives, and what a program computes.
var (
	fourDecimals  = []float64{12.3456, 0.5123, 3.3012, 0.0312}
	fullPrecision = []float64{0.1234567890123456, 98.76543210987654, -3.141592653589793, 0.0007071067811865475}
)

// batchOf is a batch of 64 rows, about what a client sends at once.
func batchOf(values []float64) []byte {
	var e wire.Batch
	e.Begin(make([]byte, 16<<10), "solar", "k3f9x2m8q1w7", 120)
	for range 64 {
		e.Row(values...)
	}
	return e.Bytes()
}

// same is equality that tells -0 from 0 and takes every NaN for the same.
func same(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b
}

// row is what a test compares of a wire.Row or of one element of wire.Rows. NaN is written as gap, so that it equals
// itself.
type row struct {
	Series string
	Lost   int64
	Values []float64
	Mended int
	Was    wire.Kind
}

type rows struct {
	Series, Run string
	First       int64
	Rows        []row
}

const gap = -4321.5

func gaps(values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		if out[i] = v; v != v {
			out[i] = gap
		}
	}
	return out
}

func readData(payload []byte) (any, error) {
	var r wire.Row
	err := wire.ParseData(payload, &r)
	return row{Series: string(r.Series), Values: gaps(r.Values), Mended: r.Mended, Was: r.Was}, err
}

func readRows(payload []byte) (any, error) {
	var r wire.Rows
	err := wire.ParseRows(payload, &r)
	out := rows{Series: string(r.Series), Run: string(r.Run), First: r.First}
	for r.Next() {
		out.Rows = append(out.Rows, row{Lost: r.Lost, Values: gaps(r.Values), Mended: r.Mended, Was: r.Was})
	}
	return out, err
}

func readOpening(payload []byte) (any, error) { return wire.ParseOpening(payload) }
func readSave(payload []byte) (any, error)    { return wire.ParseRequest(wire.TopicSaveSeries, payload) }
func readPlot(payload []byte) (any, error)    { return wire.ParseRequest(wire.TopicPlotSeries, payload) }
func readLoad(payload []byte) (any, error)    { return wire.ParseRequest(wire.TopicLoadSeries, payload) }
func readAck(payload []byte) (any, error)     { return wire.ParseAck(payload) }
func readReply(payload []byte) (any, error)   { return wire.ParseReply(payload) }
func readServer(payload []byte) (any, error)  { return wire.ParseServerState(payload) }

// batch makes a write of the rows, a nil row standing for lost rows.
func batch(series, run string, first int64, add func(b *wire.Batch)) func([]byte) []byte {
	return func(dst []byte) []byte {
		var b wire.Batch
		b.Begin(make([]byte, 4096), series, run, first)
		add(&b)
		return append(dst, b.Bytes()...)
	}
}

type message struct {
	name    string
	payload string
	read    func([]byte) (any, error)
	value   any
	write   func([]byte) []byte // nil: nobody here writes it so
}

func opening(o wire.Opening) func([]byte) []byte {
	return func(dst []byte) []byte { return wire.AppendOpening(dst, o) }
}

func request(t wire.Topic, r wire.Request) func([]byte) []byte {
	return func(dst []byte) []byte { return wire.AppendRequest(dst, t, r) }
}

var (
	fullOpening = wire.Opening{V2: true, ID: "x7k-1", Series: "solar", Run: "k3f9", Next: 0,
		Columns: []string{"t", "V", "I"}, Units: []string{"s", "V", "A"}, Meta: map[string]any{"device": "esp32-1"}}
	bareOpening = wire.Opening{V2: true, Series: "Größe", Next: -1, Columns: []string{"t"}}
	fullSave    = wire.Request{V2: true, ID: "x7k-2", Series: "solar", Run: "k3f9", Rows: 125, File: "a/b.csv"}
	fullPlot    = wire.Request{V2: true, ID: "x7k-3", Series: "solar", Run: "k3f9", Rows: 0,
		Options: map[string]any{"title": "25 °C", "xlog": true, "figsize": []any{5.0, 3.0}, "x": nil}}
	filePlot = wire.Request{V2: true, Series: "s", Rows: -1, File: "x.pdf", Options: map[string]any{"filename": "x.pdf"}}
	done     = wire.Reply{ID: "x7k-3", Command: "plot_series", Series: "solar", OK: true, Rows: 125, Missing: 3,
		Files: []string{"solar.pdf"}}
	refused = wire.Reply{ID: "x7k-3", Command: "plot_series", Code: wire.CodeUnknownRun, Error: "one sentence for people"}
	badRows = wire.Reply{Command: "rows", Series: "solar", Run: "k3f9", First: 120, Code: wire.CodeBadRows, Error: "e"}
	online  = wire.ServerState{State: wire.StateOnline, Instance: "ab12", Version: "1.0", Limits: wire.DefaultLimits()}
	full    = wire.ServerState{State: wire.StateOnline, Instance: "ab12", Problem: "the disk is full"}
)

// messages are read to their value and, where there is a write, written from it.
var messages = []message{
	// Version 1.
	{"new_series", `["sinusoid", "time", "cos", "sin"]`, readOpening,
		wire.Opening{Series: "sinusoid", Next: -1, Columns: []string{"time", "cos", "sin"}},
		func(dst []byte) []byte { return wire.AppendNewSeries(dst, "sinusoid", "time", "cos", "sin") }},
	{"new_series with escapes", `["s", "\u00b0C", "\ud83d\ude00"]`, readOpening,
		wire.Opening{Series: "s", Next: -1, Columns: []string{"°C", "😀"}},
		func(dst []byte) []byte { return wire.AppendNewSeries(dst, "s", "°C", "😀") }},
	{"new_series of MicroPython", `["s", "°C"]`, readOpening,
		wire.Opening{Series: "s", Next: -1, Columns: []string{"°C"}}, nil},
	{"data", `["sinusoid", 0.025, 0.98, 0.15]`, readData,
		row{Series: "sinusoid", Values: []float64{0.025, 0.98, 0.15}},
		func(dst []byte) []byte { return wire.AppendData(dst, "sinusoid", 0.025, 0.98, 0.15) }},
	{"data without values", `["s"]`, readData, row{Series: "s", Values: []float64{}},
		func(dst []byte) []byte { return wire.AppendData(dst, "s") }},
	{"data of Python", `["s", NaN, Infinity, -Infinity, 1e-05, 1e+16, 0.0]`, readData,
		row{Series: "s", Values: []float64{gap, math.Inf(1), math.Inf(-1), 1e-5, 1e16, 0}},
		func(dst []byte) []byte {
			return wire.AppendData(dst, "s", math.NaN(), math.Inf(1), math.Inf(-1), 1e-5, 1e16, 0)
		}},
	{"data of MicroPython", `["s", nan, inf, -inf]`, readData,
		row{Series: "s", Values: []float64{gap, math.Inf(1), math.Inf(-1)}}, nil},
	{"data with integers", `["s", 0, -7, 123456789012345678901234567890, -0]`, readData,
		row{Series: "s", Values: []float64{0, -7, 123456789012345678901234567890, math.Copysign(0, -1)}}, nil},
	{"data beyond float64", `["s", 1e999, -1e309, 1e-999]`, readData,
		row{Series: "s", Values: []float64{math.Inf(1), math.Inf(-1), 0}}, nil},
	{"data with truth", `["s", true, false]`, readData, row{Series: "s", Values: []float64{1, 0}}, nil},
	{"data with null", `["s", 1, null, "x"]`, readData,
		row{Series: "s", Values: []float64{1, gap, gap}, Mended: 2, Was: wire.KindNull}, nil},
	{"data with text", `["s", "1.5", 2]`, readData,
		row{Series: "s", Values: []float64{gap, 2}, Mended: 1, Was: wire.KindText}, nil},
	{"data with list", `["s", [1, [2]], 2]`, readData,
		row{Series: "s", Values: []float64{gap, 2}, Mended: 1, Was: wire.KindList}, nil},
	{"data with object", `["s", {"a": [1], "b": {}}, 2]`, readData,
		row{Series: "s", Values: []float64{gap, 2}, Mended: 1, Was: wire.KindObject}, nil},
	{"data with space", " \t\r\n[ \"s\"\n,\t1 ,2\r ] \n", readData, row{Series: "s", Values: []float64{1, 2}}, nil},
	{"data without space", `["s",1,2]`, readData, row{Series: "s", Values: []float64{1, 2}}, nil},
	{"data with an escaped name", `["\u00b0\/\ud800x", 1]`, readData, row{Series: "°/\ufffdx", Values: []float64{1}}, nil},
	{"save with defaults", `["s", null]`, readSave, wire.Request{Series: "s", Rows: -1},
		func(dst []byte) []byte { return wire.AppendSave(dst, "s", "") }},
	{"save, name only", `["s"]`, readSave, wire.Request{Series: "s", Rows: -1}, nil},
	{"save, empty name", `["s", ""]`, readSave, wire.Request{Series: "s", Rows: -1}, nil},
	{"save to a file", `["s", "run1.pkl"]`, readSave, wire.Request{Series: "s", Rows: -1, File: "run1.pkl"},
		func(dst []byte) []byte { return wire.AppendSave(dst, "s", "run1.pkl") }},
	{"plot with defaults", `["s", {}]`, readPlot, wire.Request{Series: "s", Rows: -1, Options: map[string]any{}},
		func(dst []byte) []byte { return wire.AppendPlot(dst, "s") }},
	{"plot, name only", `["s"]`, readPlot, wire.Request{Series: "s", Rows: -1}, nil},
	{"plot, null", `["s", null]`, readPlot, wire.Request{Series: "s", Rows: -1}, nil},
	{"plot, empty text", `["s", ""]`, readPlot, wire.Request{Series: "s", Rows: -1}, nil},
	{"plot with no filename", `["s", {"filename": null}]`, readPlot,
		wire.Request{Series: "s", Rows: -1, Options: map[string]any{"filename": nil}}, nil},
	{"plot with options",
		`["s", {"title": "e$^{-t} \\cos$", "xlog": true, "dpi": 200.0, "figsize": [5.0, 3.5], "format": ["r--", "o"], "bins": {"a": 1}, "raw": "[1", "filename": "x.pdf"}]`,
		readPlot,
		wire.Request{Series: "s", Rows: -1, File: "x.pdf", Options: map[string]any{"title": `e$^{-t} \cos$`, "xlog": true,
			"dpi": 200.0, "figsize": []any{5.0, 3.5}, "format": []any{"r--", "o"}, "bins": map[string]any{"a": 1.0},
			"raw": "[1", "filename": "x.pdf"}},
		func(dst []byte) []byte {
			return wire.AppendPlot(dst, "s", wire.Text("title", `e$^{-t} \cos$`), wire.Flag("xlog", true),
				wire.Number("dpi", 200), wire.Numbers("figsize", 5, 3.5), wire.Texts("format", "r--", "o"),
				wire.JSON("bins", `{"a": 1}`), wire.JSON("raw", "[1"), wire.Text("filename", "x.pdf"))
		}},

	// Version 2.
	{"opening",
		`{"id":"x7k-1","series":"solar","run":"k3f9","next":0,"columns":["t","V","I"],"units":["s","V","A"],"meta":{"device":"esp32-1"}}`,
		readOpening, fullOpening, opening(fullOpening)},
	{"opening, least", `{"series":"Größe","columns":["t"]}`, readOpening, bareOpening, opening(bareOpening)},
	{"opening with more than is known",
		` {"new":[{"series":"x"}], "series":"a", "id":null, "units":["m"], "meta":null, "columns":["t",1.50],"next":null} `, readOpening,
		wire.Opening{V2: true, Series: "a", Next: -1, Columns: []string{"t", "1.50"}, Units: []string{"m", ""},
			Warning: `columns got names that are texts, not empty, and all different: column 2 (a number) is "1.50"`}, nil},
	{"save", `{"id":"x7k-2","series":"solar","run":"k3f9","rows":125,"file":"a/b.csv"}`, readSave, fullSave,
		request(wire.TopicSaveSeries, fullSave)},
	{"load", `{"id":"x7k-2","series":"solar","run":"k3f9","rows":125,"file":"a/b.csv"}`, readLoad, fullSave,
		request(wire.TopicLoadSeries, fullSave)},
	{"plot",
		`{"id":"x7k-3","series":"solar","run":"k3f9","rows":0,"options":{"figsize":[5,3],"title":"25 °C","x":null,"xlog":true}}`,
		readPlot, fullPlot, request(wire.TopicPlotSeries, fullPlot)},
	{"plot to a file", `{"series":"s","options":{"filename":"x.pdf"}}`, readPlot, filePlot,
		request(wire.TopicPlotSeries, filePlot)},
	{"rows", `["solar","k3f9",120,[1.2,0.51,0.031],3,[1.24,0.52,0.03]]`, readRows,
		rows{"solar", "k3f9", 120, []row{{Values: []float64{1.2, 0.51, 0.031}}, {Lost: 3, Values: []float64{}},
			{Values: []float64{1.24, 0.52, 0.03}}}},
		batch("solar", "k3f9", 120, func(b *wire.Batch) {
			b.Row(1.2, 0.51, 0.031)
			b.Lost(3)
			b.Row(1.24, 0.52, 0.03)
		})},
	{"rows with every kind of number", `["s","r",0,[NaN,Infinity,-Infinity,-0,1e-5,1e300,1.5e-300,1000000,0.1]]`, readRows,
		rows{"s", "r", 0, []row{{Values: []float64{gap, math.Inf(1), math.Inf(-1), math.Copysign(0, -1), 1e-5, 1e300,
			1.5e-300, 1e6, 0.1}}}},
		batch("s", "r", 0, func(b *wire.Batch) {
			b.Row(math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1), 1e-5, 1e300, 1.5e-300, 1e6, 0.1)
		})},
	{"rows without values", `["s","r",9,[],[]]`, readRows,
		rows{"s", "r", 9, []row{{Values: []float64{}}, {Values: []float64{}}}},
		batch("s", "r", 9, func(b *wire.Batch) { b.Row(); b.Row() })},
	{"rows that are wrong", ` [ "s" , "r" , 1 , [ 1 , null, "x" ] , "no row" , null , 0 , [ true , nan , -inf ] , {"a":1} ] `, readRows,
		rows{"s", "r", 1, []row{
			{Values: []float64{1, gap, gap}, Mended: 2, Was: wire.KindNull},
			{Values: []float64{}, Mended: 1, Was: wire.KindText},
			{Values: []float64{}, Mended: 1, Was: wire.KindNull},
			{Values: []float64{1, gap, math.Inf(-1)}},
			{Values: []float64{}, Mended: 1, Was: wire.KindObject}}}, nil},
	{"no rows", `["s","r",1]`, readRows, rows{"s", "r", 1, nil}, nil},
	{"ack", `["solar","k3f9",125]`, readAck, wire.Ack{Series: "solar", Run: "k3f9", Durable: 125},
		func(dst []byte) []byte {
			return wire.AppendAck(dst, wire.Ack{Series: "solar", Run: "k3f9", Durable: 125})
		}},
	{"ack with escapes", `["a\"b","r\n",0]`, readAck, wire.Ack{Series: `a"b`, Run: "r\n"},
		func(dst []byte) []byte { return wire.AppendAck(dst, wire.Ack{Series: `a"b`, Run: "r\n"}) }},
	{"reply", `{"id":"x7k-3","command":"plot_series","series":"solar","ok":true,"rows":125,"missing":3,"files":["solar.pdf"]}`,
		readReply, done, func(dst []byte) []byte { return wire.AppendReply(dst, done) }},
	{"refusal", `{"id":"x7k-3","command":"plot_series","ok":false,"code":"unknown_run","error":"one sentence for people"}`,
		readReply, refused, func(dst []byte) []byte { return wire.AppendReply(dst, refused) }},
	{"refused rows", `{"command":"rows","series":"solar","run":"k3f9","ok":false,"first":120,"code":"bad_rows","error":"e"}`,
		readReply, badRows, func(dst []byte) []byte { return wire.AppendReply(dst, badRows) }},
	{"server", `{"state":"online","instance":"ab12","version":"1.0","limits":{"payload":262144,"columns":256,"name":128,"series":1024,"runs":64}}`,
		readServer, online, func(dst []byte) []byte { return wire.AppendServerState(dst, online) }},
	{"server with a full disk", `{"state":"online","instance":"ab12","problem":"the disk is full"}`,
		readServer, full, func(dst []byte) []byte { return wire.AppendServerState(dst, full) }},
	{"server gone", `{"state":"offline","instance":"ab12"}`, readServer,
		wire.ServerState{State: wire.StateOffline, Instance: "ab12"},
		func(dst []byte) []byte {
			return wire.AppendServerState(dst, wire.ServerState{State: wire.StateOffline, Instance: "ab12"})
		}},
}

func TestMessages(t *testing.T) {
	for _, m := range messages {
		t.Run(m.name, func(t *testing.T) {
			got, err := m.read([]byte(m.payload))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, m.value) {
				t.Errorf("reading %s\n got %+v\nwant %+v", m.payload, got, m.value)
			}
			if m.write == nil {
				return
			}
			if got := string(m.write(nil)); got != m.payload {
				t.Errorf("writing\n got %s\nwant %s", got, m.payload)
			}
			if got := string(m.write([]byte("before"))); got != "before"+m.payload {
				t.Errorf("appending: got %s", got)
			}
		})
	}
}

// Every shorter text is refused as a message that ends in the middle, with the hint for what most often cuts one.
func TestCutShort(t *testing.T) {
	for _, m := range messages {
		first := 0
		for m.payload[first] != '[' && m.payload[first] != '{' {
			first++
		}
		last := len(m.payload)
		for m.payload[last-1] != ']' && m.payload[last-1] != '}' {
			last--
		}
		for n := first + 1; n < last; n++ {
			_, err := m.read([]byte(m.payload[:n]))
			checkCut(t, m, n, err)
		}
	}
}
