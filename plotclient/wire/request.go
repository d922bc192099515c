package wire

// Request asks for something to be done with a series: save_series, plot_series or load_series.
type Request struct {
	V2      bool
	ID      string // of the command, for its reply; empty in version 1
	Series  string
	Run     string         // empty means the newest
	Rows    int64          // how many rows the client believes it sent, -1 where it was not said
	File    string         // "" is none; of a plot that has no "file" it is the option filename
	Options map[string]any // a plot's: nil, bool, float64, string, []any, map[string]any; nil where there are none
}

// ParseRequest reads a save_series, plot_series or load_series of either version.
func ParseRequest(t Topic, payload []byte) (Request, error) {
	s := scanner{b: payload}
	r := Request{Rows: -1}
	s.space()
	r.V2 = s.i < len(payload) && payload[s.i] == '{'
	switch {
	case t != TopicSaveSeries && t != TopicPlotSeries && t != TopicLoadSeries:
		s.mistake, s.code = quote(t.String())+" is no request", CodeBadMessage
	case r.V2:
		s.requestV2(&r)
	case t == TopicLoadSeries:
		s.open('{', "{")
	default:
		s.requestV1(t, &r)
	}
	if s.fault == faultNone && s.mistake == "" && s.end() {
		if r.Series == "" {
			s.mistake, s.code = "the series has no name", CodeBadMessage
		}
		if t == TopicPlotSeries && s.mistake == "" {
			s.filename(&r)
		}
	}
	if s.fault != faultNone || s.mistake != "" {
		ask, allowed := r.words(t)
		code, wrong, hint := s.problem()
		return Request{}, &Error{Code: code, ID: r.ID, Series: r.Series, Run: r.Run, First: -1,
			Text: ask + ": " + wrong + allowed + hint}
	}
	return r, nil
}

// words are the beginning and the end of a refusal.
func (r *Request) words(t Topic) (ask, allowed string) {
	ask, allowed = "cannot "+t.String(), ""
	series := "a series"
	if r.Series != "" {
		series = quote(r.Series)
	}
	switch t {
	case TopicSaveSeries:
		ask, allowed = "cannot save "+series, `, a series is saved by ["series", "filename"] or ["series", null]`
	case TopicPlotSeries:
		ask, allowed = "cannot plot "+series, `, a series is plotted by ["series", {"option": value, …}] or ["series", null]`
	case TopicLoadSeries:
		ask = "cannot load " + series
	}
	switch {
	case !r.V2 && t != TopicLoadSeries:
	case t == TopicPlotSeries:
		allowed = `, a series is plotted by {"id":"…","series":"…","options":{…}}`
	default:
		allowed = `, the command is {"id":"…","series":"…","file":"…"}`
	}
	return ask, allowed
}

func (s *scanner) requestV1(t Topic, r *Request) {
	if !s.open('[', "[ or {") {
		return
	}
	name, ok := s.raw("the series' name, a text")
	if !ok {
		return
	}
	r.Series = string(name)
	if !s.more(false, ']') {
		return
	}
	switch {
	case t == TopicSaveSeries:
		s.fileField("the filename", &r.File)
	case s.kind() == KindText && s.i+1 < len(s.b) && s.b[s.i+1] == '"':
		s.skip() // an empty text in place of options
	default:
		s.objectField(CodeBadMessage, "what follows the series", &r.Options)
	}
	if s.fault == faultNone && s.more(false, ']') {
		s.fail(faultByte, s.i, "the end of the list")
	}
}

func (s *scanner) requestV2(r *Request) {
	s.open('{', "")
	for k, ok := s.field(true); ok; k, ok = s.field(false) {
		switch string(k) {
		case "id":
			s.textField(`"id"`, &r.ID)
		case "series":
			s.textField(`"series"`, &r.Series)
		case "run":
			s.textField(`"run"`, &r.Run)
		case "rows":
			s.countField(`"rows"`, &r.Rows, -1)
		case "file":
			s.fileField(`"file"`, &r.File)
		case "options":
			s.objectField(CodeBadMessage, `"options"`, &r.Options)
		default:
			s.skip()
		}
	}
}

// fileField is textField with the code for filenames.
func (s *scanner) fileField(what string, to *string) {
	if k := s.kind(); k != KindText && k != KindNull {
		s.wrong(CodeBadFile, what, "a text or null")
		return
	}
	s.textField(what, to)
}

// filename takes a plot's file from its options, which is where version 1 has it.
func (s *scanner) filename(r *Request) {
	switch name := r.Options["filename"].(type) {
	case nil:
	case string:
		if r.File == "" {
			r.File = name
		}
	default:
		s.mistake = `the option "filename" is ` + kindOf(name).article() + ", it has to be a text or null"
		s.code = CodeBadFile
	}
}

// kindOf is the kind of a value that ParseValue made.
func kindOf(v any) Kind {
	switch v.(type) {
	case nil:
		return KindNull
	case bool:
		return KindBool
	case float64:
		return KindNumber
	case string:
		return KindText
	case []any:
		return KindList
	case map[string]any:
		return KindObject
	}
	return KindNone
}

// AppendRequest appends version 2's save_series, plot_series or load_series. Empty fields, and Rows below 0, are left
// out; so is a plot's File where the option filename says the same.
func AppendRequest(dst []byte, t Topic, r Request) []byte {
	dst = append(dst, '{')
	if r.ID != "" {
		dst = appendText(append(dst, `"id":`...), r.ID)
		dst = append(dst, ',')
	}
	dst = appendText(append(dst, `"series":`...), r.Series)
	if r.Run != "" {
		dst = appendText(append(dst, `,"run":`...), r.Run)
	}
	if r.Rows >= 0 {
		dst = appendInt(append(dst, `,"rows":`...), r.Rows)
	}
	file := r.File
	if name, ok := r.Options["filename"].(string); ok && t == TopicPlotSeries && name == file {
		file = ""
	}
	if file != "" {
		dst = appendText(append(dst, `,"file":`...), file)
	}
	if r.Options != nil {
		dst = appendObject(append(dst, `,"options":`...), r.Options)
	}
	return append(dst, '}')
}
