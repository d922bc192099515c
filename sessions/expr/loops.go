package expr

// The loops below are what the time goes into, so the common operators stand in
// them without a call. dst and an operand may be the same memory.

func elementwise(dst, a []float64, s *step) {
	a = a[:len(dst)]
	if s.op == opNeg {
		for i := range dst {
			dst[i] = -a[i]
		}
		return
	}
	for i := range dst {
		dst[i] = s.one(a[i])
	}
}

func withBoth(dst, a, b []float64, s *step) {
	a, b = a[:len(dst)], b[:len(dst)]
	switch s.op {
	case opAdd:
		for i := range dst {
			dst[i] = a[i] + b[i]
		}
	case opSub:
		for i := range dst {
			dst[i] = a[i] - b[i]
		}
	case opMul:
		for i := range dst {
			dst[i] = a[i] * b[i]
		}
	case opDiv:
		for i := range dst {
			dst[i] = a[i] / b[i]
		}
	default:
		for i := range dst {
			dst[i] = s.two(a[i], b[i])
		}
	}
}

func withRight(dst, a []float64, b float64, s *step) {
	a = a[:len(dst)]
	switch {
	case s.op == opAdd:
		for i := range dst {
			dst[i] = a[i] + b
		}
	case s.op == opSub:
		for i := range dst {
			dst[i] = a[i] - b
		}
	case s.op == opMul:
		for i := range dst {
			dst[i] = a[i] * b
		}
	case s.op == opDiv:
		for i := range dst {
			dst[i] = a[i] / b
		}
	case s.op == opPow && b == 2:
		for i := range dst {
			dst[i] = a[i] * a[i]
		}
	default:
		for i := range dst {
			dst[i] = s.two(a[i], b)
		}
	}
}

func withLeft(dst []float64, a float64, b []float64, s *step) {
	b = b[:len(dst)]
	switch s.op {
	case opAdd:
		for i := range dst {
			dst[i] = a + b[i]
		}
	case opSub:
		for i := range dst {
			dst[i] = a - b[i]
		}
	case opMul:
		for i := range dst {
			dst[i] = a * b[i]
		}
	case opDiv:
		for i := range dst {
			dst[i] = a / b[i]
		}
	default:
		for i := range dst {
			dst[i] = s.two(a, b[i])
		}
	}
}
