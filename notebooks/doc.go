// Package notebooks holds reports of saved series, as Jupyter notebooks, and the
// series they are about. The command report, in a folder of its own, writes such a
// report in Go.
//
// The tests here execute each notebook from a clean kernel, compare what it prints
// and draws with what is committed, and its results with the Go analysis of the same
// files. After a change of a notebook or of the data
//
//	go test ./notebooks -update
//
// executes the notebooks and keeps what they print and draw.
package notebooks

//go:generate go run ./internal/makedata
