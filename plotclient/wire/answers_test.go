package wire_test

import (
	"reflect"
	"strconv"
	"strings"
	"testing"

	"iotplot/plotclient/wire"
)

func TestReplyNamesWhatFits(t *testing.T) {
	r := wire.Reply{ID: "x7k-3", Command: "save_series", Series: "solar", OK: true, Rows: 125}
	for i := range 40 {
		r.Files = append(r.Files, "history/solar-"+strconv.Itoa(i)+".csv")
	}
	payload := wire.AppendReply(nil, r)
	got, err := wire.ParseReply(payload)
	if err != nil || len(payload) > wire.MaxReply {
		t.Fatalf("%d bytes, %v", len(payload), err)
	}
	k := len(got.Files) - 1
	if len(payload) < wire.MaxReply-60 || !reflect.DeepEqual(got.Files[:k], r.Files[:k]) || got.Files[k] != "and "+strconv.Itoa(40-k)+" more" {
		t.Errorf("%d bytes for %q", len(payload), got.Files)
	}

	r.Files = []string{strings.Repeat("Ω", 400), "b"}
	got, err = wire.ParseReply(wire.AppendReply(nil, r))
	if err != nil || len(got.Files) != 2 || !strings.HasSuffix(got.Files[0], "Ω…") || got.Files[1] != "and 1 more" {
		t.Errorf("a long name arrives as %q, %v", got.Files, err)
	}

	r.Files, r.Warning, r.Error = []string{"solar.pdf"}, strings.Repeat("w", 900), strings.Repeat("e", 900)
	got, err = wire.ParseReply(wire.AppendReply(nil, r))
	if err != nil || got.Files[0] != "solar.pdf" || len(got.Warning) < 100 || len(got.Error) < 100 {
		t.Errorf("long sentences leave %+v, %v", got, err)
	}
}

func TestAckKeepsTheRun(t *testing.T) {
	a := wire.Ack{Series: strings.Repeat("°", 64), Run: strings.Repeat("r", 128), Durable: 1<<63 - 1}
	payload := wire.AppendAck(nil, a)
	got, err := wire.ParseAck(payload)
	if err != nil || got.Run != a.Run || got.Durable != a.Durable || !strings.HasSuffix(got.Series, "°…") {
		t.Errorf("%d bytes: %+v, %v", len(payload), got, err)
	}
	if len(payload) > wire.MaxAck || len(payload) < wire.MaxAck-4 {
		t.Errorf("%d bytes", len(payload))
	}
}

func TestNullIsAbsent(t *testing.T) {
	r, err := wire.ParseReply([]byte(`{"id":null,"ok":null,"rows":null,"files":null,"code":null,"first":null}`))
	if err != nil || !reflect.DeepEqual(r, wire.Reply{}) {
		t.Errorf("%+v, %v", r, err)
	}
	q, err := wire.ParseRequest(wire.TopicPlotSeries, []byte(`{"series":"s","rows":5,"rows":null,"file":null,"options":null}`))
	if want := (wire.Request{V2: true, Series: "s", Rows: -1}); err != nil || !reflect.DeepEqual(q, want) {
		t.Errorf("%+v, %v", q, err)
	}
}
