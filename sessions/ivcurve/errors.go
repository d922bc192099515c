package ivcurve

import (
	"errors"
	"fmt"
)

// What an error of this package is about; use errors.Is.
var (
	// ErrArguments: the slices, options or parameters themselves are unusable.
	ErrArguments = errors.New("unusable arguments")
	// ErrFewPoints: too few usable or too few different points.
	ErrFewPoints = errors.New("too few points")
	// ErrDark: the points give no power anywhere.
	ErrDark = errors.New("no power")
	// ErrIncomplete: a part of the curve is missing that the value needs.
	ErrIncomplete = errors.New("incomplete curve")
	// ErrScatter: the points scatter so much that they show no curve.
	ErrScatter = errors.New("no curve")
)

// Error is every error of this package: one sentence for people and what it is
// about, one of the Err values above.
type Error struct {
	Text string
	Err  error
}

func (e *Error) Error() string { return e.Text }
func (e *Error) Unwrap() error { return e.Err }

func refuse(kind error, format string, args ...any) *Error {
	return &Error{Text: fmt.Sprintf(format, args...), Err: kind}
}
