// Package catalog lists what was measured: every session, series and run below
// a folder, from the saved files and from the journals, also while a server runs
// there.
//
//	c, err := catalog.Open("/home/ann/lab")
//	for _, run := range c.Runs {
//		fmt.Println(run.Session, run.Name, run.Started, run.Rows)
//	}
//	series, err := c.Load(c.Find("solar")[0])
//
// It is a package of its own because a journal is made of series, so that the
// package sessions can't know journals.
package catalog
