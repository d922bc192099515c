package render

import (
	"math"
	"slices"
)

// ranked gives exact order statistics of a column in memory that does not
// grow with it: a radix search, which counts the values by 16 bits of their
// ranks' place at a time. Values that are not finite don't count.
type ranked struct {
	column *column
	n      int       // finite values
	sorted []float64 // all of them, where they are few
}

const fewValues = 1 << 16

func newRanked(c *column) *ranked {
	r := &ranked{column: c}
	if c.Len() <= fewValues {
		r.sorted = make([]float64, 0, c.Len())
	}
	for chunk := range c.Chunks() {
		for _, v := range chunk {
			if math.Abs(v) <= math.MaxFloat64 {
				r.n++
				if c.Len() <= fewValues {
					r.sorted = append(r.sorted, v)
				}
			}
		}
	}
	slices.Sort(r.sorted)
	return r
}

// quantiles gives the values below which the given parts (0 to 1) of the column
// lie, interpolated linearly between neighbours: numpy's default, and definition 7 of Hyndman and Fan,
// The American Statistician 50 (1996) 361-365. NaN without any value.
func (r *ranked) quantiles(parts ...float64) []float64 {
	out := make([]float64, len(parts))
	if r.n == 0 {
		for i := range out {
			out[i] = math.NaN()
		}
		return out
	}
	var ranks []int
	for _, p := range parts {
		at := p * float64(r.n-1)
		low := min(int(at), r.n-1)
		ranks = append(ranks, low, min(low+1, r.n-1))
	}
	found := r.at(ranks)
	for i, p := range parts {
		at := p * float64(r.n-1)
		f := at - math.Floor(at)
		a, b := found[2*i], found[2*i+1]
		if a == b || f == 0 {
			out[i] = a
		} else {
			out[i] = a*(1-f) + b*f
		}
	}
	return out
}

// at gives the values of ranks, counted from 0 in ascending order.
func (r *ranked) at(ranks []int) []float64 {
	out := make([]float64, len(ranks))
	if r.sorted != nil {
		for i, k := range ranks {
			out[i] = r.sorted[k]
		}
		return out
	}
	// A search a distinct prefix: ranks that are neighbours share theirs until
	// the last bits.
	type search struct {
		prefix uint64
		counts []int32
	}
	prefix := make([]uint64, len(ranks))
	left := slices.Clone(ranks)
	for shift := 48; shift >= 0; shift -= 16 {
		var searches []search
		for _, p := range prefix {
			if !slices.ContainsFunc(searches, func(s search) bool { return s.prefix == p }) {
				searches = append(searches, search{p, make([]int32, 1<<16)})
			}
		}
		for chunk := range r.column.Chunks() {
			for _, v := range chunk {
				if !(math.Abs(v) <= math.MaxFloat64) {
					continue
				}
				k := sortable(v) >> shift
				for i := range searches {
					if searches[i].prefix == k>>16 {
						searches[i].counts[k&0xffff]++
						break
					}
				}
			}
		}
		for i := range ranks {
			s := searches[slices.IndexFunc(searches, func(s search) bool { return s.prefix == prefix[i] })]
			digit := 0
			for left[i] >= int(s.counts[digit]) {
				left[i] -= int(s.counts[digit])
				digit++
			}
			prefix[i] = prefix[i]<<16 | uint64(digit)
		}
	}
	for i, p := range prefix {
		out[i] = unsortable(p)
	}
	return out
}

// sortable maps numbers to integers of the same order.
func sortable(v float64) uint64 {
	b := math.Float64bits(v)
	if b>>63 != 0 {
		return ^b
	}
	return b | 1<<63
}

func unsortable(k uint64) float64 {
	if k>>63 != 0 {
		return math.Float64frombits(k &^ (1 << 63))
	}
	return math.Float64frombits(^k)
}
