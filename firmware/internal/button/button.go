// Package button makes one push of each time that a button is held, however its
// contact bounces. The zero value of [Button] is ready.
package button

// Contact is the button itself, at the hardware's edge. It need not be debounced.
type Contact interface{ Pressed() bool }

// bounce is for how many ms a contact must be the same to be believed.
const bounce = 30

// Button watches a contact.
type Button struct {
	raw, held bool
	since     int64
}

// Pushed reports whether a push has just begun. Call it every few milliseconds,
// with the time in ms. A contact that is nil is never pushed.
func (b *Button) Pushed(now int64, contact Contact) bool {
	if contact == nil {
		return false
	}
	if raw := contact.Pressed(); raw != b.raw {
		b.raw, b.since = raw, now
	}
	if b.raw == b.held || now-b.since < bounce {
		return false
	}
	b.held = b.raw
	return b.held
}
