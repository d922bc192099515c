package canvas

import (
	"math"
	"strconv"
)

// appendNumber writes a number with at most the given decimals and without
// needless zeros; what is not a finite number is 0.
func appendNumber(dst []byte, v float64, decimals int) []byte {
	scale := pow10[decimals]
	n := math.Round(v * scale)
	if math.IsNaN(n) || math.Abs(n) > 1e15 {
		return append(dst, '0')
	}
	i := int64(n)
	if i < 0 {
		dst = append(dst, '-')
		i = -i
	}
	s := int64(scale)
	dst = strconv.AppendInt(dst, i/s, 10)
	frac := i % s
	if frac == 0 {
		return dst
	}
	dst = append(dst, '.')
	for s /= 10; frac > 0; s /= 10 {
		dst = append(dst, byte('0'+frac/s))
		frac %= s
	}
	return dst
}

var pow10 = [...]float64{1, 10, 100, 1e3, 1e4, 1e5, 1e6}

// appendPoint writes two coordinates of the page, true to a hundredth of a
// point (1/7200 inch).
func appendPoint(dst []byte, p point) []byte {
	dst = appendNumber(dst, p.x, 2)
	dst = append(dst, ' ')
	return appendNumber(dst, p.y, 2)
}

// appendNumbers writes numbers with spaces between.
func appendNumbers(dst []byte, decimals int, v ...float64) []byte {
	for i, x := range v {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = appendNumber(dst, x, decimals)
	}
	return dst
}
