package render

// stepKind is where the steps of a curve stand, in matplotlib's words.
type stepKind int

const (
	noSteps     stepKind = iota
	stepsBefore          // "pre": a value holds from the row before
	stepsAfter           // "post": a value holds until the next row
	stepsMiddle          // "mid": half-way to both sides
)

var stepNames = [...]string{"", "pre", "post", "mid"}

// stepper adds the corners of steps to rows of x and any number of heights.
type stepper struct {
	kind  stepKind
	out   func(pieces [][]float64)
	last  []float64
	going bool
	block [][]float64
}

const stepBlock = 1024

func (s *stepper) feed(pieces [][]float64) {
	if s.block == nil {
		s.block = make([][]float64, len(pieces))
		for k := range s.block {
			s.block[k] = make([]float64, 0, 3*stepBlock)
		}
		s.last = make([]float64, len(pieces))
	}
	n := len(pieces[0])
	for from := 0; from < n; from += stepBlock {
		to := min(from+stepBlock, n)
		s.corners(pieces, from, to)
		s.out(s.block)
	}
}

func (s *stepper) corners(pieces [][]float64, from, to int) {
	xs := s.block[0][:0]
	x0, going := s.last[0], s.going
	for _, x := range pieces[0][from:to] {
		if going {
			switch s.kind {
			case stepsBefore:
				xs = append(xs, x0)
			case stepsAfter:
				xs = append(xs, x)
			case stepsMiddle:
				m := x0*0.5 + x*0.5
				xs = append(xs, m, m)
			}
		}
		xs = append(xs, x)
		x0, going = x, true
	}
	s.block[0], s.last[0] = xs, x0
	for k := 1; k < len(pieces); k++ {
		ys := s.block[k][:0]
		y0, going := s.last[k], s.going
		for _, y := range pieces[k][from:to] {
			if going {
				switch s.kind {
				case stepsBefore:
					ys = append(ys, y)
				case stepsAfter:
					ys = append(ys, y0)
				case stepsMiddle:
					ys = append(ys, y0, y)
				}
			}
			ys = append(ys, y)
			y0, going = y, true
		}
		s.block[k], s.last[k] = ys, y0
	}
	s.going = true
}

// walk feeds columns to visit, as steps where there are any.
func walk(columns []values, steps stepKind, visit func(pieces [][]float64)) {
	if steps != noSteps {
		visit = (&stepper{kind: steps, out: visit}).feed
	}
	together(columns, visit)
}
