package sessions

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// Format is a kind of file that a series can be saved in. Every format keeps
// each float64 bit for bit, only that the many bit patterns of NaN become one.
type Format int

// The formats, in the order in which they are listed to people.
const (
	Pickle  Format = iota + 1 // Python's pickle: an OrderedDict of lists of floats, by column name
	CSV                       // a line of column names, then a line a row
	JSON                      // everything that is known of the series
	Parquet                   // for large series: pandas, Polars, DuckDB
	NPZ                       // numpy's archive of an array a column
	MAT                       // MATLAB's and Octave's variables, level 5
)

// codec is what a format needs.
type codec struct {
	name    string
	endings []string // the first is the one that is offered
	foreign []string // endings under which others write it
	beside  bool     // units and the like go to a file beside it
	encode  func(*sink, *Series) error
	decode  func(source) (*Series, error)

	// describe gives what a file says of its series without its values; nil when
	// it says nothing.
	describe func(source) (*about, error)
}

func (f Format) codec() (codec, bool) {
	switch f {
	case Pickle:
		return codec{"pickle", []string{".pkl", ".pickle"}, nil, true, encodePickle, decodePickle, nil}, true
	case CSV:
		return codec{"CSV", []string{".csv"}, []string{".txt", ".tsv", ".dat"}, true, encodeCSV, decodeCSV, describeCSV}, true
	case JSON:
		return codec{"JSON", []string{".json"}, nil, false, encodeJSON, decodeJSON, describeJSON}, true
	case Parquet:
		return codec{"Parquet", []string{".parquet"}, nil, false, encodeParquet, decodeParquet, describeParquet}, true
	case NPZ:
		return codec{"NPZ", []string{".npz"}, []string{".npy"}, false, encodeNPZ, decodeNPZ, describeNPZ}, true
	case MAT:
		return codec{"MAT", []string{".mat"}, nil, false, encodeMAT, decodeMAT, describeMAT}, true
	}
	return codec{}, false
}

// Formats gives all formats, in the order in which they are listed to people.
func Formats() []Format {
	var all []Format
	for f := Pickle; ; f++ {
		if _, ok := f.codec(); !ok {
			return all
		}
		all = append(all, f)
	}
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

// Beside says whether the format holds names and numbers only, so that units,
// meta and lost rows are in a file of their own beside it, see [MetaEnding].
func (f Format) Beside() bool {
	c, _ := f.codec()
	return c.beside
}

// FormatOf tells the format from a file name's ending, in small or capital
// letters. A name without ending is a pickle, which is what iot-plot wrote
// under such a name. An unknown ending gives a *[NameError] that names the
// allowed ones.
func FormatOf(filename string) (Format, error) { return formatOf(filename, false) }

// formatOf takes endings that others use as well when a file is to be loaded.
func formatOf(filename string, load bool) (Format, error) {
	ending := strings.ToLower(path.Ext(filename))
	if ending == "" {
		return Pickle, nil
	}
	var offered []string
	for _, f := range Formats() {
		c, _ := f.codec()
		if slices.Contains(c.endings, ending) || load && slices.Contains(c.foreign, ending) {
			return f, nil
		}
		offered = append(offered, c.endings[0])
	}
	return 0, &NameError{
		Name:    filename,
		Wrong:   fmt.Sprintf("%q is no ending of a series' file", ending),
		Allowed: listed(offered),
	}
}

// formatNames lists the formats in a sentence.
func formatNames() string {
	var names []string
	for _, f := range Formats() {
		names = append(names, f.String())
	}
	return listed(names)
}

// listed joins words the way people do.
func listed(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// Write writes a series in a format. It streams: its memory does not depend on
// the number of rows, and the writer gets pieces of about 64 KB. It gives the
// writer's first error as it is.
func Write(w io.Writer, f Format, s *Series) error {
	c, ok := f.codec()
	if !ok {
		return fmt.Errorf("cannot write series %q: %v is no format, there are %s", s.Name, f, formatNames())
	}
	return write(w, c.encode, s)
}

func write(w io.Writer, encode func(*sink, *Series) error, s *Series) error {
	out := &sink{w: w, buf: make([]byte, 0, sinkSize+sinkSlack)}
	if err := encode(out, s); err != nil {
		return err
	}
	out.flush()
	return out.err
}
