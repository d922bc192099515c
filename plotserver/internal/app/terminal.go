package app

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// terminal writes the server's lines, one at a time, each with its time of day.
type terminal struct {
	mu  sync.Mutex
	out io.Writer
	now func() time.Time
}

func (t *terminal) say(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	text = strings.ReplaceAll(text, "\n", "\n          ") // hints stand below their line
	fmt.Fprintf(t.out, "%s  %s\n", t.now().Format("15:04:05"), text)
}

func (t *terminal) print(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	io.WriteString(t.out, text)
}
