package wire

import (
	"math"
	"math/bits"
)

// decimal is the number digits × 10^ten.
type decimal struct {
	digits uint64
	ten    int
}

// fives are the powers of five that shortest multiplies by.
var fives = [...]uint64{
	1, 5, 25, 125, 625, 3125, 15625, 78125, 390625, 1953125, 9765625, 48828125, 244140625, 1220703125, 6103515625,
	30517578125, 152587890625, 762939453125, 3814697265625, 19073486328125, 95367431640625, 476837158203125,
	2384185791015625, 11920928955078125, 59604644775390625, 298023223876953125, 1490116119384765625,
}

// shortest finds the fewest digits that read back as v, which lies between 1e-9 and 1e16, and of those the ones next
// to v (Steele and White 1990, How to print floating point numbers accurately). In this range all products fit into 128
// bits, so it needs neither tables nor long numbers, and none of strconv's memory: TinyGo takes that from the heap.
func shortest(v float64) decimal {
	raw := math.Float64bits(v)
	exp := int(raw>>52) - 1023 // 2^exp <= v
	m := raw&(1<<52-1) | 1<<52 // v is m × 2^(exp-52)

	// Scaled by 10^k, v has 17 digits, or 18: 1233/4096 is the logarithm of two, closely enough.
	k := 16 - exp*1233>>12
	five := fives[k]
	drop := uint(54 - k - exp) // the scaled number is 4m × 5^k / 2^drop

	// Every number between the two that lie halfway to v's neighbours reads back as v. (These two themselves do so at
	// times; in this range they never have fewer digits than v.) Below a power of two the neighbour is nearer.
	hi, lo := bits.Mul64(4*m, five)
	above, carry := bits.Add64(lo, 2*five, 0)
	most, _ := shift(hi+carry, above, drop)
	gap := 2 * five
	if m == 1<<52 {
		gap = five
	}
	below, borrow := bits.Sub64(lo, gap, 0)
	least, rest := shift(hi-borrow, below, drop)
	if rest != 0 {
		least++
	}

	cut := 0
	for most/10 >= (least+9)/10 {
		most /= 10
		least = (least + 9) / 10
		cut++
	}

	// What is between least and most has the fewest digits. Take what is nearest to v, the even one of two.
	scaled, rest := shift(hi, lo, drop)
	ten := wholeTens[cut]
	digits := scaled / ten
	half := ten / 2
	over := scaled - digits*ten
	if cut == 0 {
		half, over, rest = 1<<drop/2, rest, 0
	}
	if over > half || over == half && (rest != 0 || digits&1 != 0) {
		digits++
	}
	return decimal{max(digits, least), cut - k}
}

// shift divides a number of 128 bits by 2^drop, where drop is below 64 and the result has 64 bits.
func shift(hi, lo uint64, drop uint) (whole, rest uint64) {
	return hi<<(64-drop) | lo>>drop, lo & (1<<drop - 1)
}

// appendPlain writes a number without exponent.
func (d decimal) appendPlain(dst []byte) []byte {
	whole := d.digits
	var part [27]byte
	at := len(part)
	places := -d.ten
	for ; places >= 8; places -= 8 {
		at -= 8
		putEight(part[at:at+8], uint32(whole%1e8))
		whole /= 1e8
	}
	for ; places > 0; places-- {
		at--
		part[at] = byte('0' + whole%10)
		whole /= 10
	}
	dst = appendInt(dst, int64(whole))
	for ; d.ten > 0; d.ten-- {
		dst = append(dst, '0')
	}
	if at == len(part) {
		return dst
	}
	return append(append(dst, '.'), part[at:]...)
}

// putEight writes eight digits. None of them waits for the one before it, and all are found in 32 bits, which is what
// boards have.
func putEight(p []byte, n uint32) {
	high, low := n/1e4, n%1e4
	putTwo(p[0:2], high/100)
	putTwo(p[2:4], high%100)
	putTwo(p[4:6], low/100)
	putTwo(p[6:8], low%100)
}

func putTwo(p []byte, n uint32) { p[0], p[1] = byte('0'+n/10), byte('0'+n%10) }

// appendExponent writes a number with one digit before the point, and an exponent of at least two digits.
func (d decimal) appendExponent(dst []byte) []byte {
	from := len(dst)
	dst = appendInt(dst, int64(d.digits))
	exp := d.ten + len(dst) - from - 1
	if len(dst)-from > 1 {
		dst = append(dst, 0)
		copy(dst[from+2:], dst[from+1:])
		dst[from+1] = '.'
	}
	dst = append(dst, 'e')
	if exp < 0 {
		dst = append(dst, '-')
		exp = -exp
	} else {
		dst = append(dst, '+')
	}
	if exp < 10 {
		dst = append(dst, '0')
	}
	return appendInt(dst, int64(exp))
}
