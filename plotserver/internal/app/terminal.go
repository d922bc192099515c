package app

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	// terminalLines is how many lines wait for a terminal that takes none, one
	// that is stopped with Ctrl-S for example.
	terminalLines = 1024
	// lastWords bounds the wait for such a terminal when the server ends.
	lastWords = 200 * time.Millisecond
)

// terminal writes the server's lines, each with its time of day. It never waits
// for the terminal: a server that could not say something would not store rows.
type terminal struct {
	lines chan string
	quit  chan struct{}
	done  chan struct{}
	now   func() time.Time
}

func newTerminal(out io.Writer, now func() time.Time) *terminal {
	t := &terminal{lines: make(chan string, terminalLines), quit: make(chan struct{}), done: make(chan struct{}), now: now}
	go t.write(out)
	return t
}

func (t *terminal) write(out io.Writer) {
	defer close(t.done)
	for {
		select {
		case line := <-t.lines:
			io.WriteString(out, line) // there is nobody to tell about an error
		case <-t.quit:
			for {
				select {
				case line := <-t.lines:
					io.WriteString(out, line)
				default:
					return
				}
			}
		}
	}
}

// say writes a line with the time; hints stand below their line. Whatever clients
// and files made of the text, it can't play with the terminal.
func (t *terminal) say(text string) {
	text = visible(text)
	text = strings.ReplaceAll(text, "\n", "\n          ")
	t.print(fmt.Sprintf("%s  %s\n", t.now().Format("15:04:05"), text))
}

// visible writes control characters, other than the end of a line, so that they
// can be seen.
func visible(text string) string {
	control := func(r rune) bool {
		return r != '\n' && (unicode.IsControl(r) || !unicode.IsPrint(r) && !unicode.IsSpace(r))
	}
	if utf8.ValidString(text) && strings.IndexFunc(text, control) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if control(r) {
			q := strconv.QuoteRune(r)
			b.WriteString(q[1 : len(q)-1])
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// print writes text as it is. It is dropped when too much waits already.
func (t *terminal) print(text string) {
	select {
	case t.lines <- text:
	default:
	}
}

// close writes what waits, unless the terminal takes nothing. What is said after
// it is not seen.
func (t *terminal) close() {
	close(t.quit)
	select {
	case <-t.done:
	case <-time.After(lastWords):
	}
}
