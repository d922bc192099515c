package sessions

// Slice gives the rows [from, to) as a series of its own: the values are not
// copied. Bounds beyond the series are moved to its ends, so that Slice(0, 100)
// gives all of a shorter one.
func (s *Series) Slice(from, to int) *Series {
	from = min(max(from, 0), s.n)
	to = min(max(to, from), s.n)
	part := *s
	part.from += from
	part.n = to - from
	part.gaps, part.gap, part.missing = nil, Range{}, 0
	for _, r := range s.MissingRanges() {
		r = Range{First: max(r.First, from) - from, End: min(r.End, to) - from}
		if r.First < r.End {
			part.missing += r.End - r.First
			part.gaps = append(part.gaps, r)
		}
	}
	if last := len(part.gaps) - 1; last >= 0 {
		part.gaps, part.gap = part.gaps[:last:last], part.gaps[last]
	}
	return &part
}

// Slice gives the values of the rows [from, to), which are not copied; bounds
// are moved like those of [Series.Slice].
func (c Column) Slice(from, to int) Column {
	from = min(max(from, 0), c.n)
	to = min(max(to, from), c.n)
	c.from += from
	c.n = to - from
	return c
}
