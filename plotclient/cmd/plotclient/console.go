package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"unicode/utf8"
)

// console is where a person looks while rows are sent: lines that stay, and, on a
// terminal, one line of progress below them that is written over.
type console struct {
	mu    sync.Mutex
	w     io.Writer
	live  bool // a terminal
	width int  // of the progress line, in characters
}

func newConsole(w io.Writer) *console {
	c := &console{w: w}
	if f, ok := w.(*os.File); ok {
		info, err := f.Stat()
		c.live = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return c
}

// say writes a line that stays.
func (c *console) say(format string, a ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clear()
	fmt.Fprintf(c.w, "plotclient: "+format+"\n", a...)
}

// progress writes over the line of progress; "" removes it.
func (c *console) progress(text string) {
	if !c.live {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clear()
	io.WriteString(c.w, text)
	c.width = utf8.RuneCountInString(text)
}

// clear removes the line of progress with blanks, which every terminal knows.
func (c *console) clear() {
	if c.width > 0 {
		io.WriteString(c.w, "\r"+strings.Repeat(" ", c.width)+"\r")
		c.width = 0
	}
}
