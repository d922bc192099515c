package ina219

// Bus is an I²C bus. Tx writes w, then reads into r after a repeated start;
// either may be empty. Addresses have 7 bits. TinyGo's machine.I2C has this method.
type Bus interface {
	Tx(addr uint16, w, r []byte) error
}

// transfer is the transfers' memory: fields, because what is passed to an
// interface's method would else be allocated at each call.
type transfer struct {
	bus     Bus
	address uint16
	tries   int
	out     [3]byte
	in      [2]byte
	failure Error
}

// read sends the register's pointer and reads two bytes (section "Writing to and
// Reading from the INA219").
func (t *transfer) read(r Register) (uint16, error) {
	t.out[0] = byte(r)
	if err := t.try(r, t.out[:1], t.in[:]); err != nil {
		return 0, err
	}
	return uint16(t.in[0])<<8 | uint16(t.in[1]), nil
}

// write sends the register's pointer and two bytes.
func (t *transfer) write(r Register, value uint16) error {
	t.out[0], t.out[1], t.out[2] = byte(r), byte(value>>8), byte(value)
	return t.try(r, t.out[:], nil)
}

// writeAndCheck also reads back.
func (t *transfer) writeAndCheck(r Register, value uint16) error {
	if err := t.write(r, value); err != nil {
		return err
	}
	got, err := t.read(r)
	if err == nil && got != value {
		t.failure = Error{Kind: ErrNotKept, Address: t.address, Register: r, Tries: 1, Got: got, Want: value}
		return &t.failure
	}
	return err
}

// try repeats a transfer that fails. All of them may be repeated: the worst is that a
// conversion starts again.
func (t *transfer) try(r Register, out, in []byte) error {
	var err error
	for range t.tries {
		if err = t.bus.Tx(t.address, out, in); err == nil {
			return nil
		}
	}
	t.failure = Error{Kind: ErrBus, Address: t.address, Register: r, Write: in == nil, Tries: t.tries, Err: err}
	return &t.failure
}
