package link

// Wake has a Take that waits return at once with what is there, possibly
// nothing; one that does not wait now returns at once the next time it would.
// It is for the goroutine that takes to look at something else than messages.
func (in *Inbox) Wake() { in.signal() }
