// Package allocs counts allocations in tests, for both compilers: TinyGo puts on
// the heap much that Go keeps on the stack, and its testing.AllocsPerRun is always 0.
package allocs
