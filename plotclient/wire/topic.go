package wire

// Topic is the last part of a topic name: what a message is about. The topic a message travels on is the session, a
// slash, and this.
type Topic uint8

// The topics of a session. Clients publish the commands, from TopicNewSeries to TopicLoadSeries; the server publishes
// TopicAck, TopicReply and TopicServer.
const (
	NoTopic         Topic = iota
	TopicNewSeries        // start a series
	TopicData             // one row, version 1
	TopicRows             // rows counted from the run's first, version 2
	TopicSaveSeries       // write a series to a file
	TopicPlotSeries       // draw a series to a file
	TopicLoadSeries       // bring a saved series back, version 2
	TopicAck              // the server: how many rows of a run are durable
	TopicReply            // the server: what became of a command
	TopicServer           // the server: whether it is there, retained
)

// names stand in the order of the constants.
var names = [...]string{
	NoTopic:         "",
	TopicNewSeries:  "new_series",
	TopicData:       "data",
	TopicRows:       "rows",
	TopicSaveSeries: "save_series",
	TopicPlotSeries: "plot_series",
	TopicLoadSeries: "load_series",
	TopicAck:        "ack",
	TopicReply:      "reply",
	TopicServer:     "server",
}

// String is the topic's name on the wire, "new_series" for example, and empty for NoTopic.
func (t Topic) String() string {
	if int(t) >= len(names) {
		return ""
	}
	return names[t]
}

// Command says whether the topic is one that clients publish.
func (t Topic) Command() bool { return t >= TopicNewSeries && t <= TopicLoadSeries }

// AppendTopic appends the full topic name, "hopla/new_series" for example.
func AppendTopic(dst []byte, session string, t Topic) []byte {
	dst = append(dst, session...)
	dst = append(dst, '/')
	return append(dst, t.String()...)
}

// ParseTopic finds the topic in a full topic name. It is false for a name outside the session and for one that the
// protocol does not know.
func ParseTopic(session, topic string) (Topic, bool) {
	n := len(session)
	if len(topic) <= n+1 || topic[n] != '/' || topic[:n] != session {
		return NoTopic, false
	}
	switch topic[n+1:] {
	case "new_series":
		return TopicNewSeries, true
	case "data":
		return TopicData, true
	case "rows":
		return TopicRows, true
	case "save_series":
		return TopicSaveSeries, true
	case "plot_series":
		return TopicPlotSeries, true
	case "load_series":
		return TopicLoadSeries, true
	case "ack":
		return TopicAck, true
	case "reply":
		return TopicReply, true
	case "server":
		return TopicServer, true
	}
	return NoTopic, false
}
