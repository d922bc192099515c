// Package figure draws series as the plot server does, for Go programs that write
// reports. Begin with [Draw].
//
// It is the server's drawing and nothing else of it: no network, no journal, no
// folder.
package figure

import (
	"encoding/json"
	"fmt"
	"io"

	"iotplot/plotserver/internal/render"
	"iotplot/sessions"
)

// Options are those of a plot command, which the README lists, by their names. Their
// values are whatever encoding/json writes as what is asked for there: []string{"V",
// "I"} and [2]float64{0, 1} are lists.
type Options map[string]any

// Draw draws series into one picture and writes it, whole or not at all unless w
// itself fails. The ending of filename chooses the format: pdf, png, svg, jpg or eps;
// no file is opened. The warnings are a sentence each about what the picture does
// not show as asked. The error says, for an option, which value is allowed.
//
// The same series and options give the same picture. Draw may be called from several
// goroutines at once.
func Draw(w io.Writer, filename string, options Options, series ...*sessions.Series) (warnings []string, err error) {
	format, _, err := render.FormatOf(filename)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(options)
	if err != nil {
		return nil, fmt.Errorf("cannot plot: an option is no text, number, list or object: %w", err)
	}
	var decoded map[string]any
	if err := json.Unmarshal(text, &decoded); err != nil {
		return nil, fmt.Errorf("cannot plot: %w", err)
	}
	report, err := render.Draw(w, format, series, decoded)
	return report.Warnings, err
}
