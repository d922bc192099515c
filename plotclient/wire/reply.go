package wire

import "strconv"

// MaxReply is how many bytes a reply has at the most.
const MaxReply = 512

// Reply says what became of a command.
type Reply struct {
	ID      string // the command's, empty in answer to version 1
	Command string // the command's topic, "plot_series" for example
	Series  string
	Run     string // where the answer is about one; CodeBadRows has no ID to be known by
	OK      bool
	Rows    int64    // how many rows the series had when it was done
	Missing int64    // how many of them are marked as lost
	Files   []string // what was written; the last may say how many more there are
	Warning string   // a sentence, if something was mended or left out
	First   int64    // with CodeBadRows the batch's first row, -1 where it could not be read
	Code    Code     // why not, if not OK
	Error   string   // the same for people
}

// AppendReply appends a reply in at most MaxReply bytes. Fields that are empty or 0 are left out, except rows of a
// command that succeeded. The id is whole up to 100 bytes; names and sentences that do not fit are cut between
// characters, and of the files as many are named as fit, "and 12 more" in place of the rest.
func AppendReply(dst []byte, r Reply) []byte {
	from := len(dst)
	dst = append(dst, '{')
	if r.ID != "" {
		dst = appendCut(append(dst, `"id":`...), r.ID, 102)
		dst = append(dst, ',')
	}
	dst = appendCut(append(dst, `"command":`...), r.Command, 24)
	if r.Series != "" {
		dst = appendCut(append(dst, `,"series":`...), r.Series, 66)
	}
	if r.Run != "" {
		dst = appendCut(append(dst, `,"run":`...), r.Run, 66)
	}
	dst = appendBool(append(dst, `,"ok":`...), r.OK)
	if r.Rows > 0 || r.OK && r.Rows == 0 {
		dst = appendInt(append(dst, `,"rows":`...), r.Rows)
	}
	if r.Missing > 0 {
		dst = appendInt(append(dst, `,"missing":`...), r.Missing)
	}
	if r.Code == CodeBadRows && r.First >= 0 {
		dst = appendInt(append(dst, `,"first":`...), r.First)
	}
	if r.Code != "" {
		dst = appendCut(append(dst, `,"code":`...), string(r.Code), 24)
	}
	// What is left goes to files, warning and error, at most a half to each that another may follow.
	left := func() int { return MaxReply - (len(dst) - from) - len("}") }
	if len(r.Files) > 0 {
		most := left()
		if r.Warning != "" || r.Error != "" {
			most /= 2
		}
		dst = append(dst, `,"files":`...)
		dst = appendFiles(dst, r.Files, most-len(`,"files":`))
	}
	if r.Warning != "" {
		most := left()
		if r.Error != "" {
			most /= 2
		}
		dst = appendCut(append(dst, `,"warning":`...), r.Warning, most-len(`,"warning":`))
	}
	if r.Error != "" {
		dst = appendCut(append(dst, `,"error":`...), r.Error, left()-len(`,"error":`))
	}
	return append(dst, '}')
}

// appendFiles writes a list of names within most bytes.
func appendFiles(dst []byte, files []string, most int) []byte {
	from := len(dst)
	dst = append(dst, '[')
	for i, name := range files {
		before := len(dst)
		if i > 0 {
			dst = append(dst, ',')
		}
		// Room for what has to be said if no further name fits.
		rest := "]"
		if more := len(files) - i - 1; more > 0 {
			rest = `,"and ` + strconv.Itoa(more) + ` more"]`
		}
		room := most - (len(dst) - from) - len(rest)
		at := len(dst)
		dst = appendText(dst, name)
		if len(dst)-at <= room {
			continue
		}
		if i == 0 {
			dst = append(appendCut(dst[:at], name, room), rest...)
			return dst
		}
		return append(dst[:before], `,"and `+strconv.Itoa(len(files)-i)+` more"]`...)
	}
	return append(dst, ']')
}

// ParseReply reads a reply. The result keeps nothing of the payload.
func ParseReply(payload []byte) (Reply, error) {
	s := scanner{b: payload}
	r := Reply{First: -1}
	code := ""
	s.open('{', "{")
	for k, ok := s.field(true); ok; k, ok = s.field(false) {
		switch string(k) {
		case "id":
			s.textField(`"id"`, &r.ID)
		case "command":
			s.textField(`"command"`, &r.Command)
		case "series":
			s.textField(`"series"`, &r.Series)
		case "run":
			s.textField(`"run"`, &r.Run)
		case "ok":
			s.flagField(`"ok"`, &r.OK)
		case "rows":
			s.countField(`"rows"`, &r.Rows, 0)
		case "missing":
			s.countField(`"missing"`, &r.Missing, 0)
		case "files":
			s.textsField(`"files"`, &r.Files)
		case "warning":
			s.textField(`"warning"`, &r.Warning)
		case "first":
			s.countField(`"first"`, &r.First, -1)
		case "code":
			s.textField(`"code"`, &code)
		case "error":
			s.textField(`"error"`, &r.Error)
		default:
			s.skip()
		}
	}
	if s.fault != faultNone || !s.end() || s.mistake != "" {
		code, wrong, _ := s.problem()
		return Reply{}, &Error{Code: code, ID: r.ID, Series: r.Series, Run: r.Run, First: -1,
			Text: "cannot read a reply: " + wrong + `, a reply is {"id":"…","command":"…","ok":true,…}`}
	}
	r.Code = Code(code)
	if r.Code != CodeBadRows {
		r.First = 0
	}
	return r, nil
}
