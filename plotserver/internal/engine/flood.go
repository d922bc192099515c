package engine

import (
	"fmt"
	"strings"
	"time"

	"iotplot/plotclient/wire"
)

const (
	floodFirst = time.Second      // until a repeated complaint is told again, with its count
	floodLast  = time.Minute      // the longest such wait; it doubles while the flood lasts
	floodKinds = 64               // kinds of complaint told apart at a time
	floodOther = "other messages" // stands for the kinds beyond
)

// floods keeps a flood of the same complaint down to one line with a count.
type floods struct{ by map[string]*flood }

type flood struct {
	topic wire.Topic
	reply wire.Reply
	text  string
	until time.Time
	wait  time.Duration
	count int
}

// first reports whether a complaint is to be told now; otherwise it is counted.
func (f *floods) first(now time.Time, topic wire.Topic, reply wire.Reply, text string) bool {
	key := topic.String() + " " + withoutDigits(text)
	if o := f.by[key]; o != nil {
		o.count++
		return false
	}
	if f.by == nil {
		f.by = make(map[string]*flood, floodKinds+1)
	}
	told := len(f.by) < floodKinds
	if !told {
		key = floodOther
		if o := f.by[key]; o != nil {
			o.count++
			return false
		}
		reply, text = wire.Reply{Command: reply.Command, Code: reply.Code}, "further complaints of many kinds"
	}
	o := &flood{topic: topic, reply: reply, text: text, wait: floodFirst, until: now.Add(floodFirst)}
	if !told {
		o.count = 1
	}
	f.by[key] = o
	return told
}

// flush tells the counts that are due and forgets complaints that have ceased.
func (f *floods) flush(now time.Time, e *Engine) {
	for key, o := range f.by {
		if now.Before(o.until) {
			continue
		}
		if o.count == 0 {
			delete(f.by, key)
			continue
		}
		text := fmt.Sprintf("%s (%s more like it)", o.text, thousands(o.count))
		e.say(text)
		if o.topic == wire.TopicData || o.topic == wire.TopicRows && o.reply.OK {
			e.emit(Reply{withText(o.reply, text)})
		}
		o.count = 0
		o.wait = min(2*o.wait, floodLast)
		o.until = now.Add(o.wait)
	}
}

// withText puts a sentence where it belongs in a reply.
func withText(r wire.Reply, text string) wire.Reply {
	if r.OK {
		r.Warning = text
	} else {
		r.Error = text
	}
	return r
}

// complain tells that something was kept though it was not right.
func (e *Engine) complain(now time.Time, topic wire.Topic, reply wire.Reply, text string) {
	reply.OK = true
	if s := e.series[reply.Series]; s != nil && topic == wire.TopicData && s.v1 != nil {
		reply.Rows = s.v1.count
	}
	if e.floods.first(now, topic, reply, text) {
		e.say(text)
		e.emit(Reply{withText(reply, text)})
	}
}

// refuse tells that a message was refused whose command could not be read.
func (e *Engine) refuse(now time.Time, topic wire.Topic, err error) {
	w := asError(err)
	if w.ID != "" && e.remembered(w.ID) {
		return
	}
	e.refuseAs(now, topic, wire.Reply{ID: w.ID, Command: topic.String(), Series: w.Series}, w)
}

// refuseAs tells that a command was refused. A row of version 1 gets a reply
// unless it is one of a flood; everything else gets its reply always, rows of
// version 2 too, since their client acts on it.
func (e *Engine) refuseAs(now time.Time, topic wire.Topic, reply wire.Reply, err error) {
	w := asError(err)
	reply.OK, reply.Code, reply.Error = false, w.Code, w.Text
	first := e.floods.first(now, topic, reply, w.Text)
	if first {
		e.say(w.Text)
	}
	if first || topic != wire.TopicData {
		e.answer(reply)
	}
}

// withoutDigits makes complaints that differ only in a number one kind.
func withoutDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return -1
		}
		return r
	}, s)
}
