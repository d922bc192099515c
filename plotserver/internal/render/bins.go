package render

import (
	"fmt"
	"iter"
	"math"
	"strings"

	"iotplot/sessions"
)

// binsOption is the option bins: a number of them, their edges, or a rule. The
// zero value was left out.
type binsOption struct {
	count int
	edges []float64
	rule  string
}

const (
	usualBins = 10
	mostBins  = 1000 // a bar each is all that a picture can show
)

// rules give the width of a bin as numpy.histogram_bin_edges does, for n values
// from which all other figures come. Source: its documentation, and the papers
// named there (Sturges 1926; Scott 1979; Freedman and Diaconis 1981).
var rules = []struct {
	name  string
	width func(f facts) float64
}{
	{"auto", func(f facts) float64 {
		// Freedman and Diaconis, but not more bins than twice the root rule has;
		// where half of the values are equal, Sturges.
		if w := max(f.freedman(), f.extent/math.Sqrt(f.n)/2); f.freedman() > 0 {
			return min(w, f.sturges())
		}
		return f.sturges()
	}},
	{"sturges", facts.sturges},
	{"fd", facts.freedman},
	{"sqrt", func(f facts) float64 { return f.extent / math.Sqrt(f.n) }},
	{"scott", func(f facts) float64 { return math.Cbrt(24*math.Sqrt(math.Pi)/f.n) * f.deviation }},
	{"rice", func(f facts) float64 { return f.extent / (2 * math.Cbrt(f.n)) }},
}

// facts are what rules look at.
type facts struct {
	n, extent, deviation, quartiles float64
}

func (f facts) sturges() float64  { return f.extent / (math.Log2(f.n) + 1) }
func (f facts) freedman() float64 { return 2 * f.quartiles / math.Cbrt(f.n) }

func ruleNames() string {
	var names []string
	for _, r := range rules {
		names = append(names, `"`+r.name+`"`)
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

func setBins(s *spec, v any) *refusal {
	switch v := v.(type) {
	case float64:
		if v != math.Trunc(v) || !(v >= 1 && v <= mostBins) {
			return &refusal{"it is out of range", fmt.Sprintf("a whole number from 1 to %d", mostBins)}
		}
		s.bins = binsOption{count: int(v)}
	case string:
		for _, r := range rules {
			if r.name == v {
				s.bins = binsOption{rule: v}
				return nil
			}
		}
		return &refusal{"there is no such rule", ruleNames()}
	case []any:
		if len(v) < 2 || len(v) > mostBins+1 {
			return &refusal{fmt.Sprintf("it has %d edges", len(v)), fmt.Sprintf("2 to %d", mostBins+1)}
		}
		var edges []float64
		for i, e := range v {
			x, ok := e.(float64)
			if !ok {
				return &refusal{wrong: "it holds " + kindOf(e)}
			}
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return &refusal{wrong: "its numbers are not finite"}
			}
			if i > 0 && x <= edges[i-1] {
				return &refusal{"its edges do not ascend", "edges from small to large"}
			}
			edges = append(edges, x)
		}
		s.bins = binsOption{edges: edges}
	default:
		return &refusal{wrong: "it is " + kindOf(v)}
	}
	return nil
}

// edges of the bins of some values; nil where there are none. On a logarithmic
// axis bins are equally wide in the logarithm. cut tells that a rule asked for
// more bins than there may be.
func (b binsOption) of(all values, logarithmic bool) (edges []float64, cut bool) {
	if b.edges != nil {
		return b.edges, false
	}
	given := newColumn(all)
	c := given
	if logarithmic {
		c = newColumn(logarithms{all})
	}
	s := c.extent()
	if s.empty() {
		return nil, false
	}
	n := max(b.count, 1)
	if b.count == 0 {
		n = usualBins
	}
	equal := s.lo == s.hi
	if equal {
		s = around(s.lo)
		if b.rule != "" {
			n = 1
		}
	} else if b.rule != "" {
		n, cut = b.number(c)
	}
	edges = make([]float64, n+1)
	for i := range edges {
		f := float64(i) / float64(n)
		edges[i] = s.lo*(1-f) + s.hi*f
	}
	edges[0], edges[n] = s.lo, s.hi
	if logarithmic {
		scale := logScale{}
		for i := range edges {
			edges[i] = scale.inverse(edges[i])
		}
		if ends := given.positives(); !equal {
			// There and back, the ends may be off by a rounding, and the smallest
			// and largest values would fall out.
			for i := range edges {
				edges[i] = min(max(edges[i], ends.lo), ends.hi)
			}
			edges[0], edges[n] = ends.lo, ends.hi
		}
	}
	return edges, cut
}

// number is how many bins the rule asks for.
func (b binsOption) number(c *column) (n int, cut bool) {
	s := c.extent()
	// In parts of the extent, which may be beyond float64.
	unit := s.half()
	f := facts{extent: 2}
	for chunk := range c.Chunks() {
		for _, v := range chunk {
			if v >= s.lo && v <= s.hi {
				f.n++
			}
		}
	}
	if b.rule == "scott" {
		f.deviation = deviation(c) / unit * 2
	}
	if b.rule == "auto" || b.rule == "fd" {
		q := newRanked(newColumn(sampled(c))).quantiles(0.25, 0.75)
		f.quartiles = (q[1]*0.5 - q[0]*0.5) / unit * 2
	}
	for _, r := range rules {
		if r.name != b.rule {
			continue
		}
		width := r.width(f)
		if !(width > 0) {
			return 1, false
		}
		// A hair less, so that rounding makes no bin more.
		want := math.Ceil(f.extent / width * (1 - 1e-12))
		return int(min(max(want, 1), mostBins)), want > mostBins
	}
	return usualBins, false
}

// deviation is half the standard deviation of the finite values.
func deviation(c *column) float64 {
	s := c.extent()
	each := func(visit func(v float64)) {
		for chunk := range c.Chunks() {
			for _, v := range chunk {
				if v >= s.lo && v <= s.hi {
					visit(v)
				}
			}
		}
	}
	n, sum, squares := 0.0, 0.0, 0.0
	origin, scale := s.lo*0.5, s.half()
	each(func(v float64) { n++; sum += v*0.5 - origin })
	mean := sum / n
	each(func(v float64) {
		d := (v*0.5 - origin - mean) / scale
		squares += d * d
	})
	return scale * math.Sqrt(squares/n)
}

// manyValues is how many quartiles are taken of; of more they are taken of one
// in so many, which no longer moves the width of a bin that one can see.
const manyValues = 4 << 20

func sampled(v values) values {
	n := v.Len()
	if n <= manyValues {
		return v
	}
	return picked{v, rows{kept: []sessions.Range{{First: 0, End: n}}, every: n/manyValues + 1}, 0}
}

// joined is several columns after one another.
type joined []*column

func (j joined) Len() int {
	n := 0
	for _, c := range j {
		n += c.Len()
	}
	return n
}

func (j joined) At(i int) float64 {
	for _, c := range j {
		if i < c.Len() {
			return c.At(i)
		}
		i -= c.Len()
	}
	panic("render: no such row")
}

func (j joined) Chunks() iter.Seq[[]float64] {
	return func(yield func([]float64) bool) {
		for _, c := range j {
			for chunk := range c.Chunks() {
				if !yield(chunk) {
					return
				}
			}
		}
	}
}

// logarithms is a column's logarithms, NaN where there is none.
type logarithms struct{ values }

func (l logarithms) At(i int) float64 { return logScale{}.forward(l.values.At(i)) }

func (l logarithms) Chunks() iter.Seq[[]float64] {
	return func(yield func([]float64) bool) {
		var buffer [1024]float64
		for chunk := range l.values.Chunks() {
			for len(chunk) > 0 {
				n := min(len(chunk), len(buffer))
				for i, v := range chunk[:n] {
					buffer[i] = logScale{}.forward(v)
				}
				if !yield(buffer[:n]) {
					return
				}
				chunk = chunk[n:]
			}
		}
	}
}
