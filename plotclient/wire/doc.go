// Package wire is iotplot's protocol, defined once and in both directions: what clients and plot server write to each
// other's topics, in both of its generations. GRAMMAR.md beside this file states it as a grammar.
//
// A client's messages are made with the Append functions, which add one payload to a buffer of the caller's and return
// it as append does. A server reads them with the Parse functions. Every parser takes the whole payload or refuses it:
// on error there is no half result, and the *[Error] says what was asked, what is wrong and where, and what is allowed,
// so that its text can be sent back as it is.
//
// Start with [AppendTopic] and [AppendData] to write, with [ParseTopic] and [ParseData] to read.
//
// The package runs on microcontrollers: it needs neither fmt nor encoding/json nor reflect, holds no state, and
// allocates nothing for a row or an ack in either direction.
package wire
