package render

// thinning gathers things to be painted of which those that fall on the same
// spot of paper can't be told apart. The spots are fine at first and grow when
// there are more things than an output should carry. Of things on one spot the
// last is kept, which is the one that shows.
type thinning[T any] struct {
	key   func(t T, spot float64) [4]int32
	cell  float64
	most  int // 0: mostMarkers
	spot  float64
	items []T
	at    map[[4]int32]int
}

func (g *thinning[T]) add(t T) {
	if g.at != nil {
		k := g.key(t, g.spot)
		if i, ok := g.at[k]; ok {
			g.items[i] = t
			return
		}
		g.at[k] = len(g.items)
	}
	g.items = append(g.items, t)
	for len(g.items) > mostMarkers || g.most > 0 && len(g.items) > g.most {
		g.coarsen()
	}
}

func (g *thinning[T]) coarsen() {
	if g.spot == 0 {
		g.spot = g.cell / 4
	} else {
		g.spot *= 1.5
	}
	g.at = make(map[[4]int32]int, mostMarkers)
	kept := g.items[:0]
	for _, t := range g.items {
		k := g.key(t, g.spot)
		if i, ok := g.at[k]; ok {
			kept[i] = t
			continue
		}
		g.at[k] = len(kept)
		kept = append(kept, t)
	}
	g.items = kept
}

// spotted is the number of the spot a place lies in.
func spotted(v, spot float64) int32 {
	return int32(min(max(v/spot, -1<<30), 1<<30))
}
