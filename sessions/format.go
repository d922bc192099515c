package sessions

import (
	"fmt"
	"io"
	"path"
	"strings"
)

// Format is a kind of file that a series can be saved in. Every format keeps
// each float64 bit for bit, only that the many bit patterns of NaN become one.
type Format int

// The formats, in the order in which they are listed to people.
const (
	Pickle Format = iota + 1 // Python's pickle: an OrderedDict of lists of floats, by column name
	CSV                      // a line of column names, then a line a row
	JSON                     // everything that is known of the series
)

// codec is what a format needs; reading joins it when series are loaded.
type codec struct {
	name    string
	endings []string // the first is the one that is offered
	encode  func(*sink, *Series) error
}

func (f Format) codec() (codec, bool) {
	switch f {
	case Pickle:
		return codec{"pickle", []string{".pkl", ".pickle"}, encodePickle}, true
	case CSV:
		return codec{"CSV", []string{".csv"}, encodeCSV}, true
	case JSON:
		return codec{"JSON", []string{".json"}, encodeJSON}, true
	}
	return codec{}, false
}

// String gives the format's name, for messages.
func (f Format) String() string {
	if c, ok := f.codec(); ok {
		return c.name
	}
	return fmt.Sprintf("Format(%d)", int(f))
}

// Ending gives the format's usual ending with its dot, such as ".pkl".
func (f Format) Ending() string {
	if c, ok := f.codec(); ok {
		return c.endings[0]
	}
	return ""
}

// FormatOf tells the format from a file name's ending, in small or capital
// letters. A name without ending is a pickle, which is what iot-plot wrote
// under such a name. An unknown ending gives a *[NameError] that names the
// allowed ones.
func FormatOf(filename string) (Format, error) {
	ending := strings.ToLower(path.Ext(filename))
	if ending == "" {
		return Pickle, nil
	}
	var offered []string
	for f := Pickle; ; f++ {
		c, ok := f.codec()
		if !ok {
			break
		}
		for _, e := range c.endings {
			if e == ending {
				return f, nil
			}
		}
		offered = append(offered, c.endings[0])
	}
	last := len(offered) - 1
	return 0, &NameError{
		Name:    filename,
		Wrong:   fmt.Sprintf("%q is no ending of a series' file", ending),
		Allowed: strings.Join(offered[:last], ", ") + " and " + offered[last],
	}
}

// Write writes a series in a format. It streams: its memory does not depend on
// the number of rows, and the writer gets pieces of about 64 KB. It gives the
// writer's first error as it is.
func Write(w io.Writer, f Format, s *Series) error {
	c, ok := f.codec()
	if !ok {
		return fmt.Errorf("cannot write series %q: %v is no format, there are %v, %v and %v", s.Name, f, Pickle, CSV, JSON)
	}
	out := &sink{w: w, buf: make([]byte, 0, sinkSize+sinkSlack)}
	if err := c.encode(out, s); err != nil {
		return err
	}
	out.flush()
	return out.err
}
