// Package link is the server's own connection to a broker: commands and rows
// come in, replies go out. [Embed] reads from the broker inside the server
// without a network between them, [Join] from one elsewhere. Both put what
// arrives into an [Inbox], from which one goroutine takes it in batches.
package link
