package ina219sim_test

import (
	"errors"
	"testing"

	"iotplot/firmware/ina219/ina219sim"
)

// FuzzTransfers sends anything and compares with what the data sheet says of pointer,
// configuration and calibration. Each transfer is a byte for its lengths (bits 0 … 2 to
// write, 3 … 4 to read), then the bytes to write.
func FuzzTransfers(f *testing.F) {
	f.Add([]byte{0b01_011, 5, 0x12, 0x35, 0b10_000, 0b10_001, 0, 0b10_001, 1})
	f.Add([]byte{0b00_011, 0, 0x80, 0x00, 0b10_001, 0, 0b00_011, 0, 0x01, 0x9F, 0b10_000})
	f.Add([]byte{0b00_011, 1, 0, 0, 0b10_001, 5})
	f.Add([]byte{0b00_001, 7})
	f.Fuzz(func(t *testing.T, program []byte) {
		d := newDesk(t, ina219sim.Options{})
		pointer, registers, dead := 0, map[int]uint16{0: 0x399F, 5: 0}, false
		for len(program) > 0 {
			wn, rn := int(program[0]&7), int(program[0]>>3&3)
			program = program[1:]
			wn = min(wn, len(program))
			w, r := program[:wn], make([]byte, rn)
			program = program[wn:]

			switch {
			case dead:
			case wn == 0 && rn == 0, wn == 2, wn > 3, rn > 2, wn > 0 && w[0] > 5:
				dead = true
			default:
				if wn > 0 {
					pointer = int(w[0])
				}
				if wn == 3 {
					switch v := uint16(w[1])<<8 | uint16(w[2]); {
					case pointer == 5:
						registers[5] = v &^ 1
					case pointer != 0 || v&0xC000 == 0x4000:
						dead = true
					case v&0x8000 != 0:
						registers[0], registers[5] = 0x399F, 0
					default:
						registers[0] = v
					}
				}
			}

			err := d.Tx(0x40, w, r)
			var u *ina219sim.UndefinedError
			if dead != errors.As(err, &u) || (err != nil) != dead || (d.Err() != nil) != dead {
				t.Fatalf("% x, reading %d: %v, want an UndefinedError: %t", w, rn, err, dead)
			}
			want, known := registers[pointer]
			if dead || rn == 0 || !known {
				continue
			}
			got, want := uint16(r[0])<<8, want
			if rn == 2 {
				got |= uint16(r[1])
			} else {
				want &= 0xFF00
			}
			if got != want {
				t.Fatalf("register %d reads 0x%04X, want 0x%04X", pointer, got, want)
			}
			d.clock.Advance(777)
		}
	})
}
