// Package sessions holds measured series: named columns of float64 that grow
// row by row, snapshots of them that stay the same while the series grows, and
// the files they are kept in.
//
// [Load] reads a saved series for a report, whatever its format; [Series] has
// its columns, units and all else that is known of it. [Open] lists every session,
// series and run of a folder, from the saved files and from the journals, also
// while a server runs there:
//
//	c, err := sessions.Open("/home/ann/lab")
//	for _, run := range c.Runs {
//		fmt.Println(run.Session, run.Name, run.Started, run.Rows)
//	}
//	series, err := c.Load(c.Find("solar")[0])
//
// Package expr computes with columns, package journal keeps what is recorded.
//
// A [Builder] takes the rows and [Builder.Series] gives a snapshot. [Write]
// puts a snapshot on any writer; [OpenFolder] gives a [Folder] that saves it as
// a file and promises three things: nothing is ever written outside the folder,
// a file is there whole or not at all, and a file that holds another
// measurement is moved to the sub-folder history before its name is taken.
package sessions
