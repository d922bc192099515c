// Package faults holds no program: its tests do to the real one what a
// laboratory does, and worse. The server is built and run, and killed; its
// clients are the real ones, over TCP; what stands between them cuts, delays,
// repeats, reorders and loses. The law in each test is that the rows in the
// journal, and in the files that the server writes from it, are the rows that
// were given: each once, and in order.
//
// The tests are short unless they get -faults.full. Package simulated, below,
// does the same to client and engine within one goroutine, with thousands of
// random schedules.
package faults
