package journal

import "iotplot/sessions/header"

// RunID is the number of a run in its journal, counted from 1 and never used
// twice. 0 is no run.
type RunID uint32

// Kind tells events apart. Its value is the one in the file.
type Kind uint8

const (
	Opened  Kind = 'O' // a run begins: Run, Header
	Rows    Kind = 'R' // rows of a run: Run, First, Count, Values
	Gap     Kind = 'G' // lost rows: Run, First, Count, Damaged
	Renamed Kind = 'N' // a run's columns get other names: Run, Columns
	Ended   Kind = 'E' // a run was put away: Run; further rows open it again without an event
	Dropped Kind = 'D' // a run was given up: Run; what came of it before is to be forgotten
	Noted   Kind = 'F' // a small fact: Run (0: the session), Note, Payload
)

// NoteLoading is the note of a run whose rows come from a file. Until it is Whole
// they are not all there, and nobody takes the run for one yet.
const (
	NoteLoading = "loading"
	Whole       = "whole"
)

// Event is one thing that the journal tells when it is read. The event and all
// that it points to, Header, Columns and Note excepted, are valid until the
// function it is given to returns.
type Event struct {
	Kind    Kind
	Run     RunID
	Header  header.Header // as it was when the run was opened
	Columns []string      // the new names
	First   int64         // index within the run of the first row
	Count   int64         // rows; counts of a run follow each other without a hole
	Values  []float64     // Count rows × columns, row by row
	Damaged bool          // the gap is not the client's: these rows were in the journal and can't be read
	Note    string
	Payload []byte
}

// Damage is a stretch of a file that holds no intact record.
type Damage struct {
	File     string // name of the segment
	From, To int64  // bytes; both 0: the file is missing
}

// Missing is a stretch of rows that were in the journal and can't be read.
type Missing struct {
	Run         RunID
	Series      string // "" when the run's opening can't be read either
	Name        string // what the client calls the run
	First, Rows int64
}

// Report tells what reading a journal came to.
type Report struct {
	Runs int   // not dropped
	Rows int64 // of those runs, lost ones included
	Lost int64 // of Rows, those that are gaps

	Cut          int64     // bytes of an unfinished write at the end, cut off (by Read: left alone)
	Damage       []Damage  // at most 100 places
	DamagedBytes int64     // of all places
	Missing      []Missing // what the damage took, by run; empty when it took no row
	Unknown      int       // intact records of kinds this version does not know, skipped
}

const maxDamage = 100
