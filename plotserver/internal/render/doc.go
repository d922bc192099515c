// Package render draws plots of series to files: PDF, PNG, SVG, JPG and EPS.
// Draw is the one to use first; FormatOf finds the format from a file name.
//
// A drawing is decided in steps, each in files of its own: options are checked
// against tables of descriptors (option.go, options_*.go), which with the
// series give a figure of panels with axes and marks (plan.go, plan_marks.go);
// scales choose limits and ticks (scale.go, tick.go); the layout measures the
// labels and makes room for them (layout.go); marks are reduced to what the
// output can show (reduce.go), and their texts find a place (settling.go); only
// then is anything painted (pen.go). Text is set by typeset, and paper of every
// format comes from canvas; gonum/plot's vg lies underneath.
//
// Whatever the options and the data are, Draw returns a picture or an error in
// bounded time and memory, and never panics. The same input gives the same
// picture.
package render
