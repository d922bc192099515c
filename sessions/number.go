package sessions

import (
	"math"
	"strconv"
)

// appendNumber appends a finite value the way Python's repr writes it: the
// shortest digits that give the same float64 again, always with a point or an
// exponent, so that readers which tell integers from floats (pandas, Python's
// json) find floats in every row and keep the sign of -0.0.
func appendNumber(dst []byte, v float64) []byte {
	abs := math.Abs(v)
	if abs >= 1e16 || (abs < 1e-4 && abs != 0) {
		return strconv.AppendFloat(dst, v, 'e', -1, 64)
	}
	if whole := int64(v); float64(whole) == v {
		if whole == 0 && math.Signbit(v) {
			dst = append(dst, '-')
		}
		return append(strconv.AppendInt(dst, whole, 10), '.', '0')
	}
	return strconv.AppendFloat(dst, v, 'f', -1, 64)
}
