package wire

// MaxAck is how many bytes an ack has at the most.
const MaxAck = 256

// Ack says that the first Durable rows of a run survive the server.
type Ack struct {
	Series, Run string
	Durable     int64
}

// AppendAck appends ["series","run",durable] in at most MaxAck bytes: a run of up to 128 bytes is whole, since clients
// know their acks by it, and a series' name is cut to what is left.
func AppendAck(dst []byte, a Ack) []byte {
	const run = 128 + len(`""`)
	var room [run]byte
	text := appendCut(room[:0], a.Run, run)
	dst = appendCut(append(dst, '['), a.Series, MaxAck-len("[,,-9223372036854775808]")-len(text))
	dst = append(append(dst, ','), text...)
	dst = appendInt(append(dst, ','), a.Durable)
	return append(dst, ']')
}

// ParseAck reads an ack. It allocates nothing, unless a name has escapes: the names are part of the payload, so they
// are valid only while that is, and have to be copied to be kept.
func ParseAck(payload []byte) (Ack, error) {
	s := scanner{b: payload}
	var series, run []byte
	var n int64
	ok := s.open('[', "[") && s.element(true, "the series' name")
	if ok {
		series, ok = s.raw("the series' name, a text")
	}
	if ok = ok && s.element(false, "the run"); ok {
		run, ok = s.raw("the run, a text")
	}
	if ok = ok && s.element(false, "the number of rows"); ok {
		if n, ok = s.count(); !ok {
			s.fail(faultByte, s.i, "the number of rows")
		}
	}
	if ok && s.more(false, ']') {
		ok = s.fail(faultByte, s.i, "the end of the list")
	}
	if !ok || s.fault != faultNone || !s.end() {
		code, wrong, _ := s.problem()
		return Ack{}, &Error{Code: code, Series: string(series), Run: string(run), First: -1,
			Text: "cannot read an ack: " + wrong + `, an ack is ["series","run",rows]`}
	}
	return Ack{Series: view(series), Run: view(run), Durable: n}, nil
}
