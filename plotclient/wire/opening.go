package wire

// Opening starts a series, or in version 2 says again that a run goes on.
type Opening struct {
	V2      bool
	ID      string // of the command, for its reply; empty in version 1
	Series  string
	Run     string // empty in version 1
	Next    int64  // index of the row that the client measures next, -1 where it was not said
	Columns []string
	Units   []string       // one a column, or none at all
	Meta    map[string]any // what else the client says of itself: nil, bool, float64, string, []any, map[string]any
	Warning string         // a sentence, if columns had to be given other names
}

// ParseOpening reads a new_series of either version. Column names that cannot be used are mended, see Opening.Warning;
// none at all is refused.
func ParseOpening(payload []byte) (Opening, error) {
	s := scanner{b: payload}
	o := Opening{Next: -1}
	var names columnNames
	s.space()
	o.V2 = s.i < len(payload) && payload[s.i] == '{'
	if o.V2 {
		s.openingV2(&o, &names)
	} else {
		s.openingV1(&o, &names)
	}
	if s.fault == faultNone && s.end() && s.mistake == "" {
		switch {
		case o.Series == "":
			s.mistake, s.code = "the series has no name", CodeBadMessage
		case len(names) == 0:
			s.mistake, s.code = "it has no columns", CodeBadMessage
		case len(o.Units) > len(names):
			s.mistake, s.code = "it has more units than columns", CodeBadMessage
		}
	}
	if s.fault != faultNone || s.mistake != "" {
		ask := "cannot open a series"
		if o.Series != "" {
			ask = "cannot open " + quote(o.Series)
		}
		allowed := `, a series is opened by ["series", "column", …]`
		if o.V2 {
			allowed = `, a series is opened by {"id":"…","series":"…","run":"…","next":0,"columns":["…",…]}`
		}
		code, wrong, hint := s.problem()
		return Opening{}, &Error{Code: code, ID: o.ID, Series: o.Series, Run: o.Run, First: -1,
			Text: ask + ": " + wrong + allowed + hint}
	}
	o.Columns, o.Warning = names.mend()
	for len(o.Units) > 0 && len(o.Units) < len(o.Columns) {
		o.Units = append(o.Units, "")
	}
	return o, nil
}

func (s *scanner) openingV1(o *Opening, names *columnNames) {
	if !s.open('[', "[ or {") {
		return
	}
	s.space()
	name, ok := s.raw("the series' name, a text")
	if !ok {
		return
	}
	o.Series = string(name)
	s.columns(names, false)
}

func (s *scanner) openingV2(o *Opening, names *columnNames) {
	s.open('{', "")
	for k, ok := s.field(true); ok; k, ok = s.field(false) {
		switch string(k) {
		case "id":
			s.textField(`"id"`, &o.ID)
		case "series":
			s.textField(`"series"`, &o.Series)
		case "run":
			s.textField(`"run"`, &o.Run)
		case "next":
			s.countField(`"next"`, &o.Next, -1)
		case "columns":
			*names = (*names)[:0]
			if s.kind() != KindList {
				s.wrong(CodeBadMessage, `"columns"`, "a list of texts")
				continue
			}
			s.open('[', "")
			s.columns(names, true)
		case "units":
			s.textsField(`"units"`, &o.Units)
		case "meta":
			s.objectField(CodeBadMessage, `"meta"`, &o.Meta)
		default:
			s.skip()
		}
	}
}

// columns reads the rest of a list of column names.
func (s *scanner) columns(names *columnNames, first bool) {
	for ; s.fault == faultNone && s.more(first, ']'); first = false {
		k := s.kind()
		switch k {
		case KindText:
			if t, ok := s.text(nil, true); ok {
				*names = append(*names, columnName{string(t), k})
			}
		case KindNumber:
			from := s.i
			if _, ok := s.number(); ok {
				*names = append(*names, columnName{string(s.b[from:s.i]), k})
			}
		default:
			if s.skip() {
				*names = append(*names, columnName{"", k})
			}
		}
	}
}

// AppendOpening appends version 2's new_series. Empty fields, and Next below 0, are left out.
func AppendOpening(dst []byte, o Opening) []byte {
	dst = append(dst, '{')
	if o.ID != "" {
		dst = appendText(append(dst, `"id":`...), o.ID)
		dst = append(dst, ',')
	}
	dst = appendText(append(dst, `"series":`...), o.Series)
	if o.Run != "" {
		dst = appendText(append(dst, `,"run":`...), o.Run)
	}
	if o.Next >= 0 {
		dst = appendInt(append(dst, `,"next":`...), o.Next)
	}
	dst = appendTexts(append(dst, `,"columns":`...), o.Columns)
	if len(o.Units) > 0 {
		dst = appendTexts(append(dst, `,"units":`...), o.Units)
	}
	if o.Meta != nil {
		dst = appendObject(append(dst, `,"meta":`...), o.Meta)
	}
	return append(dst, '}')
}
