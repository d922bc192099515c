package wire

import (
	"math"
	"strconv"
)

// appendPython writes a number as Python's repr and json.dumps do: the shortest digits that read back as the same
// number, a point or an exponent in every one, the exponent from 1e16 on and below 1e-4.
func appendPython(dst []byte, v float64) []byte {
	from := len(dst)
	dst, plain := appendShortest(dst, v)
	if !plain {
		return dst
	}
	for _, c := range dst[from:] {
		if c == '.' {
			return dst
		}
	}
	return append(dst, '.', '0')
}

// appendNumber writes a number for version 2, which saves what it can: 1 and not 1.0, 1e-5 and not 1e-05.
func appendNumber(dst []byte, v float64) []byte {
	from := len(dst)
	dst, plain := appendShortest(dst, v)
	if plain {
		return dst
	}
	for i := from; i < len(dst); i++ {
		if dst[i] != 'e' {
			continue
		}
		to := i + 1
		if dst[to] == '-' {
			to++
		}
		rest := i + 2
		if dst[rest] == '0' {
			rest++
		}
		return append(dst[:to], dst[rest:]...)
	}
	return dst
}

// appendShortest writes v, and says whether it did so in plain digits, without exponent or name.
func appendShortest(dst []byte, v float64) (_ []byte, plain bool) {
	abs := math.Abs(v)
	if abs < 1e9 && abs >= 1e-4 {
		// What sensors give has six decimals at the most. Then v × 10⁶ is near a whole number of at most 15 digits,
		// and dividing it again, two exact numbers, finds v itself: those digits are v's, and no shorter ones are,
		// since two numbers of 15 digits are never the same float64.
		n := uint64(abs*1e6 + 0.5)
		if float64(n)/1e6 == abs {
			if v < 0 {
				dst = append(dst, '-')
			}
			return appendMillionths(dst, n), true
		}
	}
	if abs >= 1e-9 && abs < 1e16 {
		if v < 0 {
			dst = append(dst, '-')
		}
		if d := shortest(abs); abs < 1e-4 {
			return d.appendExponent(dst), false
		} else {
			return d.appendPlain(dst), true
		}
	}
	switch {
	case v != v:
		return append(dst, "NaN"...), false
	case v > math.MaxFloat64:
		return append(dst, "Infinity"...), false
	case v < -math.MaxFloat64:
		return append(dst, "-Infinity"...), false
	case v == 0:
		return strconv.AppendFloat(dst, v, 'f', -1, 64), true
	}
	return strconv.AppendFloat(dst, v, 'e', -1, 64), false
}

// appendMillionths writes n/10⁶ without zeros at its end.
func appendMillionths(dst []byte, n uint64) []byte {
	whole, part := n/1e6, uint32(n%1e6)
	dst = strconv.AppendUint(dst, whole, 10)
	if part == 0 {
		return dst
	}
	digits := [7]byte{'.'}
	for i := 6; i > 0; i-- {
		digits[i] = byte('0' + part%10)
		part /= 10
	}
	end := 7
	for digits[end-1] == '0' {
		end--
	}
	return append(dst, digits[:end]...)
}

func appendInt(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) }

func appendBool(dst []byte, v bool) []byte { return strconv.AppendBool(dst, v) }
