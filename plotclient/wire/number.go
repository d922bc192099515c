package wire

import (
	"math"
	"math/bits"
	"strconv"
)

// tens are the powers of ten that a float64 holds exactly.
var tens = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
	1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// wholeTens are the powers of ten that a uint64 holds.
var wholeTens = [...]uint64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
	1e16, 1e17, 1e18, 1e19}

// number reads a number, which may be one of Python's names for what is none. The result is the float64 nearest to what
// is written, ±Inf where that is beyond the largest.
func (s *scanner) number() (float64, bool) {
	b, i := s.b, s.i
	from := i
	minus := false
	if i < len(b) && b[i] == '-' {
		minus = true
		i++
	}
	// The digits without their point, which overflow m when there are more than 19.
	var m uint64
	whole := i
	for i < len(b) {
		c := b[i] - '0'
		if c > 9 {
			break
		}
		m = m*10 + uint64(c)
		i++
	}
	digits := i - whole
	if digits == 0 {
		return s.name(i, minus)
	}
	if digits > 1 && b[whole] == '0' {
		return 0, s.fail(faultZeros, whole, "")
	}
	places := digits
	ten := 0 // the value is m × 10^ten
	if i < len(b) && b[i] == '.' {
		i++
		part := i
		for i < len(b) {
			c := b[i] - '0'
			if c > 9 {
				break
			}
			m = m*10 + uint64(c)
			i++
		}
		if i == part {
			return 0, s.fail(faultByte, i, "a digit")
		}
		digits += i - part
		ten = part - i
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		e := 0
		if e, i = s.exponent(i + 1); s.fault != faultNone {
			return 0, false
		}
		ten += e
		places += e
	}
	s.i = i
	if digits > 19 {
		return s.slow(from, i, places), true
	}
	v := 0.0
	switch {
	case m < 1<<53 && -22 <= ten && ten <= 0:
		// Two exact numbers and one rounding (Clinger 1990, How to read floating point numbers accurately).
		v = float64(m) / tens[-ten]
	case m < 1<<53 && 0 < ten && ten <= 22:
		v = float64(m) * tens[ten]
	case m == 0:
	case -19 <= ten && ten < 0:
		v = divide(m, wholeTens[-ten])
	default:
		return s.slow(from, i, places), true
	}
	if minus {
		v = -v
	}
	return v, true
}

// exponent reads what stands behind the e. One that would overflow stops growing, far beyond what a float64 can be.
func (s *scanner) exponent(i int) (e, next int) {
	b := s.b
	minus := false
	if i < len(b) && (b[i] == '+' || b[i] == '-') {
		minus = b[i] == '-'
		i++
	}
	from := i
	for i < len(b) && b[i]-'0' <= 9 {
		if e < 1<<24 {
			e = e*10 + int(b[i]-'0')
		}
		i++
	}
	if i == from {
		s.fail(faultByte, i, "a digit")
	}
	if minus {
		e = -e
	}
	return e, i
}

// divide is m / d, rounded to the nearest float64, halves to even. It takes one division of 128 bits by 64: numbers of
// 16 to 19 digits, which programs write for full precision, need nothing more.
func divide(m, d uint64) float64 {
	lm, ld := bits.LeadingZeros64(m), bits.LeadingZeros64(d)
	m <<= lm
	// m/2 < d, both having their highest bit set before the shift, so the quotient has 63 or 64 bits.
	q, rest := bits.Div64(m>>1, m<<63, d<<ld)
	drop := 11 - bits.LeadingZeros64(q)
	mant := q >> drop
	half := uint64(1) << (drop - 1)
	low := q & (half<<1 - 1)
	if low > half || low == half && (rest != 0 || mant&1 != 0) {
		mant++ // at 1<<53 the addition below carries into the exponent, which is right
	}
	e := drop - 63 + ld - lm
	return math.Float64frombits(uint64(e+1075-1)<<52 + mant)
}

// slow leaves the number in b[from:to], which is well written, to strconv. Its first digit has the place value of
// 10^(places-1), if it is no zero.
func (s *scanner) slow(from, to, places int) float64 {
	text := s.b[from:to]
	minus := text[0] == '-'
	if minus {
		text = text[1:]
	}
	v := math.Inf(1)
	if places <= 309 || text[0] == '0' {
		// The error can only say that the number is out of range; the infinity that is wanted comes with it. Numbers
		// far out do not get here, because strconv would copy their text into the error.
		v, _ = strconv.ParseFloat(view(text), 64)
	}
	if minus {
		v = -v
	}
	return v
}

// name reads NaN, nan, Infinity or inf at i.
func (s *scanner) name(i int, minus bool) (float64, bool) {
	v, word := math.Inf(1), ""
	if i < len(s.b) {
		switch s.b[i] {
		case 'I':
			word = "Infinity"
		case 'i':
			word = "inf"
		case 'N':
			v, word = math.NaN(), "NaN"
		case 'n':
			v, word = math.NaN(), "nan"
		}
	}
	if word == "" || minus && v != v {
		return 0, s.fail(faultByte, i, "a number")
	}
	s.i = i
	if !s.word(word) {
		return 0, false
	}
	if minus {
		v = -v
	}
	return v, true
}

// count reads a whole number from 0 on, written as such.
func (s *scanner) count() (int64, bool) {
	i, n := s.i, int64(0)
	for i < len(s.b) && s.b[i]-'0' <= 9 {
		c := int64(s.b[i] - '0')
		if n > (math.MaxInt64-c)/10 {
			return 0, false
		}
		n = n*10 + c
		i++
	}
	if i == s.i || i-s.i > 1 && s.b[s.i] == '0' {
		return 0, false
	}
	if i < len(s.b) && (s.b[i] == '.' || s.b[i]|0x20 == 'e') {
		return 0, false
	}
	s.i = i
	return n, true
}
