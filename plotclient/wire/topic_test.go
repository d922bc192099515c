package wire_test

import (
	"strings"
	"testing"

	"iotplot/plotclient/wire"
)

func TestTopics(t *testing.T) {
	for topic := wire.TopicNewSeries; topic <= wire.TopicServer; topic++ {
		for _, session := range []string{"hopla", "alice/solar", "Größe"} {
			name := string(wire.AppendTopic([]byte("x"), session, topic))[1:]
			if want := session + "/" + topic.String(); name != want {
				t.Errorf("got %s, want %s", name, want)
			}
			if got, ok := wire.ParseTopic(session, name); !ok || got != topic {
				t.Errorf("%s: got %v, %v", name, got, ok)
			}
			for _, other := range []string{session, session + "/", "", name + "/", name + "x", "x" + name, "/" + name,
				session + "x" + name[len(session):], session + "/DATA", session + "//data", session + "/x/data"} {
				if got, ok := wire.ParseTopic(session, other); ok || got != wire.NoTopic {
					t.Errorf("%q is taken for %v", other, got)
				}
			}
		}
		fromServer := topic == wire.TopicAck || topic == wire.TopicReply || topic == wire.TopicServer
		if topic.Command() == fromServer {
			t.Errorf("%v: Command is %v", topic, topic.Command())
		}
	}
	if wire.NoTopic.Command() || wire.NoTopic.String() != "" || wire.Topic(200).String() != "" || wire.Topic(200).Command() {
		t.Error("no topic has a name")
	}
}

func TestCheckSession(t *testing.T) {
	for _, s := range []string{"hopla", "iot49", "alice/solar", "a/b/c", "25 °C", "a$", "a/$b", ".", strings.Repeat("x", 128)} {
		if err := wire.CheckSession(s); err != nil {
			t.Error(err)
		}
	}
	for s, wrong := range map[string]string{
		"":                       "it is empty",
		"a+b":                    "+ is a wildcard of MQTT",
		"a/#":                    "# is a wildcard of MQTT",
		"a\x00b":                 "it holds a control character",
		"a\nb":                   "it holds a control character",
		"a\x7f":                  "it holds a control character",
		"/a":                     "it begins with a slash",
		"a/":                     "it ends with a slash",
		"a//b":                   "it has two slashes in a row",
		"$SYS":                   "a name that begins with $ belongs to the broker",
		"a\xff":                  "it is not UTF-8",
		strings.Repeat("x", 129): "it has 129 bytes",
		strings.Repeat("°", 65):  "it has 130 bytes",
	} {
		err := wire.CheckSession(s)
		if err == nil {
			t.Errorf("%q is taken", s)
			continue
		}
		want := ": " + wrong + ", allowed are up to 128 bytes such as hopla or alice/solar, without + and #"
		if !strings.HasPrefix(err.Error(), "cannot use session \"") || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%q: %v", s, err)
		}
	}
}
