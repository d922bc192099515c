package wire

import (
	"strconv"
	"unicode/utf8"
)

// Code says in one word why something was refused, for programs; people read the text beside it.
type Code string

// The codes of refusals.
const (
	CodeUnknownSeries Code = "unknown_series" // no series of that name
	CodeUnknownRun    Code = "unknown_run"    // the series has no such run
	CodeRunTaken      Code = "run_taken"      // the run holds rows already: draw another random text
	CodeBadRows       Code = "bad_rows"       // a batch of rows that cannot be read
	CodeBadMessage    Code = "bad_message"    // not JSON, not UTF-8, wrong shape, no name
	CodeBadOption     Code = "bad_option"     // a plot option that is unknown or has a wrong value
	CodeBadFile       Code = "bad_file"       // a filename that cannot be used
	CodeTooLarge      Code = "too_large"      // beyond one of the server's Limits
	CodeBusy          Code = "busy"           // too much under way: try again
	CodeDiskFull      Code = "disk_full"      // no room for the file
	CodeFailed        Code = "failed"         // anything else that went wrong while doing it
)

// Error is a refusal. It carries what could be read of the message before it was refused, so that it can be answered.
type Error struct {
	Code   Code
	ID     string // the command's id, empty where it has none or it could not be read
	Series string // empty where it could not be read
	Run    string // empty where it has none or it could not be read
	First  int64  // with CodeBadRows the index of the batch's first row, -1 where it could not be read; else unused
	Text   string // one sentence for people, maybe with a hint on a second line; positions count bytes from 1
}

// Error is the text.
func (e *Error) Error() string { return e.Text }

// quote puts a name between quotation marks for a message to people; a long one is cut.
func quote(name string) string {
	const most = 64
	if len(name) > most {
		cut := most
		for cut > 0 && !utf8.RuneStart(name[cut]) {
			cut--
		}
		name = name[:cut] + "…"
	}
	return strconv.Quote(name)
}
