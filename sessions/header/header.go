// Package header holds what is known of a series besides its values. It is a
// package of its own so that the journal, which keeps it, and the package
// sessions, which reads journals, both know it; programs call it
// sessions.Header.
package header

import "time"

// Header is what is known of a series besides its values.
type Header struct {
	Name    string         // the series, as its client calls it
	Run     string         // tells measurements of the same name apart
	Columns []string       // distinct names; the first column is x in a plot
	Units   []string       // one a column or fewer; "" is a column without unit
	Meta    map[string]any // whatever the client told: nil, bool, float64, string, []any, map[string]any
	Started time.Time      // when the run was opened
}
