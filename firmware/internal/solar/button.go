package solar

// bounce is for how many ms a button must be the same to be believed.
const bounce = 30

// button makes one push of each time that a button is held.
type button struct {
	raw, held bool
	since     int64
}

func (b *button) pushed(now int64, hardware Button) bool {
	if hardware == nil {
		return false
	}
	if raw := hardware.Pressed(); raw != b.raw {
		b.raw, b.since = raw, now
	}
	if b.raw == b.held || now-b.since < bounce {
		return false
	}
	b.held = b.raw
	return b.held
}
