// Package hoststream sends rows from a laptop, or any other host, so that none is
// lost: it joins plotclient's Stream, which keeps rows until the plot server has
// them for good, and pahomqtt's connection, which restores itself.
//
// Begin with [Open]. Then call [Stream.Row] for each row, [Stream.Save] and
// [Stream.Plot] at the end, and [Stream.Close], whose error says whether a row is
// missing. There is nothing to poll: rows are gathered and sent, acknowledgements
// awaited and lost connections restored in the background.
package hoststream
