// Package sessions holds measured series: named columns of float64 that grow
// row by row, snapshots of them that stay the same while the series grows, and
// the files they are kept in.
//
// [Load] reads a saved series for a report, whatever its format; [Series] has
// its columns, units and all else that is known of it. Package catalog lists all
// that a folder has, package expr computes with columns.
//
// A [Builder] takes the rows and [Builder.Series] gives a snapshot. [Write]
// puts a snapshot on any writer; [OpenFolder] gives a [Folder] that saves it as
// a file and promises three things: nothing is ever written outside the folder,
// a file is there whole or not at all, and a file that holds another
// measurement is moved to the sub-folder history before its name is taken.
package sessions
