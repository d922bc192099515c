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
		// Eight digits at a time (Lemire 2021, Number parsing at a gigabyte per second), which four, as sensors give
		// them, are not worth.
		for len(b)-i >= 8 && b[i+4]-'0' <= 9 {
			p := b[i : i+8]
			c := uint64(p[0]) | uint64(p[1])<<8 | uint64(p[2])<<16 | uint64(p[3])<<24 |
				uint64(p[4])<<32 | uint64(p[5])<<40 | uint64(p[6])<<48 | uint64(p[7])<<56
			c ^= 0x3030303030303030 // digits become 0 to 9, and all other bytes more
			if (c+0x7676767676767676|c)&0x8080808080808080 != 0 {
				break
			}
			c = c*10 + c>>8 // two digits in every other byte
			const pairs = 0xff | 0xff<<32
			m = m*1e8 + (c&pairs*(100|1000000<<32)+c>>16&pairs*(1|10000<<32))>>32
			i += 8
		}
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
		v = scaled(m, -ten)
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

// tenths are 10^-1 to 10^-19, times the powers of two that make 64 bits of them, rounded down.
var tenths = [...]uint64{0,
	1 << 67 / 10, 1 << 70 / 100, 1 << 73 / 1000, 1 << 77 / 10000, 1 << 80 / 100000, 1 << 83 / 1000000,
	1 << 87 / 10000000, 1 << 90 / 100000000, 1 << 93 / 1000000000, 1 << 97 / 10000000000, 1 << 100 / 100000000000,
	1 << 103 / 1000000000000, 1 << 107 / 10000000000000, 1 << 110 / 100000000000000, 1 << 113 / 1000000000000000,
	1 << 117 / 10000000000000000, 1 << 120 / 100000000000000000, 1 << 123 / 1000000000000000000,
	1 << 127 / 10000000000000000000}

// scaled is m / 10^k, rounded to the nearest float64, halves to even. A multiplication finds it where the digits that
// tenths lacks can't matter, which is nearly always (Lemire 2021, Number parsing at a gigabyte per second); where they
// can, it takes a division. k is from 1 to 19 and m is not 0.
func scaled(m uint64, k int) float64 {
	lm, lt := bits.LeadingZeros64(m), bits.LeadingZeros64(wholeTens[k])
	m <<= lm
	// The product is too small, by less than m.
	hi, lo := bits.Mul64(m, tenths[k])
	_, carry := bits.Add64(lo, m, 0)
	drop := int(9 + hi>>63)
	mant := hi >> drop // 54 bits, and something behind them that is not 0
	if (hi+carry)>>drop != mant {
		return divide(m>>lm, wholeTens[k])
	}
	// At 1<<53 the addition carries into the exponent, which is right.
	return math.Float64frombits(uint64(drop-62-lm+lt+1075-1)<<52 + (mant+1)>>1)
}

// divide is m / d, rounded to the nearest float64, halves to even. It takes one division of 128 bits by 64: numbers of
// 16 to 19 digits need nothing more.
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
