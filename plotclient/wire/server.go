package wire

// The states of a server.
const (
	StateOnline  = "online"
	StateOffline = "offline" // its last will, too
)

// ServerState is what a server says of itself, retained.
type ServerState struct {
	State    string // StateOnline, StateOffline
	Instance string // random, another one at each start
	Version  string // empty when offline
	Limits   Limits // zero when offline
	Problem  string // a sentence, while rows can't be made durable; empty when all is well
}

// AppendServerState appends {"state":"online","instance":"…","version":"…","limits":{…},"problem":"…"} in at most 512
// bytes. An empty version, zero limits and no problem are left out.
func AppendServerState(dst []byte, v ServerState) []byte {
	const most = 66
	from := len(dst)
	dst = appendCut(append(dst, `{"state":`...), v.State, most)
	if v.Instance != "" {
		dst = appendCut(append(dst, `,"instance":`...), v.Instance, most)
	}
	if v.Version != "" {
		dst = appendCut(append(dst, `,"version":`...), v.Version, most)
	}
	if v.Limits != (Limits{}) {
		dst = appendInt(append(dst, `,"limits":{"payload":`...), int64(v.Limits.Payload))
		dst = appendInt(append(dst, `,"columns":`...), int64(v.Limits.Columns))
		dst = appendInt(append(dst, `,"name":`...), int64(v.Limits.Name))
		dst = appendInt(append(dst, `,"series":`...), int64(v.Limits.Series))
		dst = appendInt(append(dst, `,"runs":`...), int64(v.Limits.Runs))
		dst = append(dst, '}')
	}
	if v.Problem != "" {
		dst = appendCut(append(dst, `,"problem":`...), v.Problem, min(MaxReply-(len(dst)-from)-len("}")-len(`,"problem":`), 200))
	}
	return append(dst, '}')
}

// ParseServerState reads what a server says of itself. The result keeps nothing of the payload.
func ParseServerState(payload []byte) (ServerState, error) {
	s := scanner{b: payload}
	v := ServerState{}
	s.open('{', "{")
	for k, ok := s.field(true); ok; k, ok = s.field(false) {
		switch string(k) {
		case "state":
			s.textField(`"state"`, &v.State)
		case "instance":
			s.textField(`"instance"`, &v.Instance)
		case "version":
			s.textField(`"version"`, &v.Version)
		case "limits":
			s.limits(&v.Limits)
		case "problem":
			s.textField(`"problem"`, &v.Problem)
		default:
			s.skip()
		}
	}
	if s.fault == faultNone && s.end() && s.mistake == "" && v.State == "" {
		s.mistake, s.code = "it has no state", CodeBadMessage
	}
	if s.fault != faultNone || s.mistake != "" {
		code, wrong, _ := s.problem()
		return ServerState{}, &Error{Code: code, First: -1,
			Text: "cannot read the server's state: " + wrong + `, it is {"state":"online","instance":"…",…}`}
	}
	return v, nil
}

func (s *scanner) limits(l *Limits) {
	*l = Limits{}
	switch s.kind() {
	case KindObject:
	case KindNull:
		s.word("null")
		return
	default:
		s.wrong(CodeBadMessage, `"limits"`, "an object")
		return
	}
	s.open('{', "")
	for k, ok := s.field(true); ok; k, ok = s.field(false) {
		switch string(k) {
		case "payload":
			s.limit(`"payload"`, &l.Payload)
		case "columns":
			s.limit(`"columns"`, &l.Columns)
		case "name":
			s.limit(`"name"`, &l.Name)
		case "series":
			s.limit(`"series"`, &l.Series)
		case "runs":
			s.limit(`"runs"`, &l.Runs)
		default:
			s.skip()
		}
	}
}

// limit reads a limit; one beyond what an int holds on a board is the largest int.
func (s *scanner) limit(what string, to *int) {
	const most = int(^uint(0) >> 1)
	n := int64(0)
	s.countField(what, &n, 0)
	*to = int(min(n, int64(most)))
}
