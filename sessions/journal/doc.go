// Package journal keeps every row of a session on disk: an append-only record of
// openings, rows, gaps, renamings and endings, from which a server that was
// killed builds all its series again. [Open] is the function to use first: it
// tells what the journal holds and gives a [Journal] to append to. [Read] and
// [Sessions] are for tools, beside a server that runs.
//
// Who appends never waits for the disk and is never refused: records go to
// memory, and a goroutine of the journal writes and syncs them, many at once (a
// group commit). Options.Durable then tells how many rows of which run survive
// the program being killed and, unless Options.NoSync is set, the computer
// losing its power. While the disk is full or failing nothing is told durable;
// the records stay in memory and are written, in order and from the last durable
// byte on, when it works again. Only the caller knows which rows somebody else
// still holds, so it decides what to do about memory: Journal.Backlog and
// Journal.WaitBelow say how much waits. A client that resends what was not
// acknowledged can be refused for a while; one that does not is better kept.
//
// What can't be read, after damage to the disk, costs the records it lies in and
// no others: every record has a checksum, its own index within its run and, in
// its head, its place; every file begins with what is known of the open runs.
// The rows in between become a gap, so that later ones keep their index, and
// [Report] says what is missing. See FORMAT.md beside the code.
//
// No storage library is behind this. Key-value stores (bbolt, pebble, badger)
// pay for a key, an index and a second copy, in a tree or by compaction, for
// what is one sequential stream that is read once, at the start. Libraries for
// write-ahead logs (tidwall/wal, HashiCorp's raft-wal, etcd's wal package) come
// nearer, but they are made for a log that consensus or a snapshot stands
// behind: they index entries of a single sequence and truncate it from its ends,
// where here single runs are dropped from the middle; and damage before the end
// is an error for them, to be healed by another replica, where here all that is
// intact must come back. A row of 32 bytes is also too small to be an entry, so
// batching, tables of runs and compaction would have to be written on top
// anyway. What they would save is the file handling in three small files.
package journal
