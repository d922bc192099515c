package engine

import (
	"iotplot/sessions"
	"iotplot/sessions/journal"
)

// Journal is where everything that makes up the series is written down: the
// methods of a *[journal.Journal] that append. They go to memory, never wait and
// never fail; what of it is durable is told to the engine by Durable.
type Journal interface {
	OpenRun(h sessions.Header) (journal.RunID, error)
	AppendRow(run journal.RunID, row []float64) journal.Position
	Rows(run journal.RunID, values []float64) journal.Position
	Gap(run journal.RunID, n int64) journal.Position
	Rename(run journal.RunID, columns []string) journal.Position
	End(run journal.RunID) journal.Position
	Drop(run journal.RunID) journal.Position
	Note(run journal.RunID, note string, payload []byte) (journal.Position, error)
	Backlog() int64 // bytes that are not durable yet
}

var _ Journal = (*journal.Journal)(nil)

// The notes that the engine makes in the journal about its runs.
const (
	noteVersion = "version" // "1": the run is one of version 1, which names none
	noteSaved   = "saved"   // how many rows a file has that somebody asked for
	noteCopied  = "copied"  // how many rows the copy in the history has, and what file it is
	// NoteInstance is a note about the session: a name under which a server
	// announced itself that had this journal.
	NoteInstance = "instance"
)

// noJournal stands in where there is none: rows are as durable as they get when
// they are in memory.
type noJournal struct{ runs journal.RunID }

func (n *noJournal) OpenRun(sessions.Header) (journal.RunID, error) {
	n.runs++
	return n.runs, nil
}

func (*noJournal) AppendRow(journal.RunID, []float64) journal.Position { return 0 }
func (*noJournal) Rows(journal.RunID, []float64) journal.Position      { return 0 }
func (*noJournal) Gap(journal.RunID, int64) journal.Position           { return 0 }
func (*noJournal) Rename(journal.RunID, []string) journal.Position     { return 0 }
func (*noJournal) End(journal.RunID) journal.Position                  { return 0 }
func (*noJournal) Drop(journal.RunID) journal.Position                 { return 0 }
func (*noJournal) Backlog() int64                                      { return 0 }

func (*noJournal) Note(journal.RunID, string, []byte) (journal.Position, error) { return 0, nil }
