package ina219sim

import "math"

// hand turns a knob: in strokes of the wrist of different reach and haste, each
// smooth, with a rest between them, a little back before some, and a tremor.
type hand struct {
	from, to float64
	micros   int64
	seed     uint64
	stroke   [strokes]stroke
}

const strokes = 6

// stroke begins and ends at parts of the time, and at parts of the way.
type stroke struct{ begin, end, from, to float64 }

func newHand(seed uint64, from, to float64, micros int64) hand {
	h := hand{from: from, to: to, micros: micros, seed: seed}
	var time, way [strokes]float64
	var timeSum, waySum float64
	for i := range strokes {
		time[i] = 0.6 + 0.8*uniform(seed, int64(2*i))
		way[i] = 0.6 + 0.8*uniform(seed, int64(2*i+1))
		timeSum += time[i]
		waySum += way[i]
	}
	t, w := 0.0, 0.0
	for i := range strokes {
		rest := (0.1 + 0.2*uniform(seed, int64(100+i))) * time[i] / timeSum
		back := 0.03 * uniform(seed, int64(200+i)) // the grip slips before the next stroke
		if i == 0 {
			rest, back = 0, 0
		}
		h.stroke[i] = stroke{begin: t + rest, end: t + time[i]/timeSum, from: max(0, w-back), to: w + way[i]/waySum}
		t, w = h.stroke[i].end, h.stroke[i].to
	}
	h.stroke[strokes-1].end, h.stroke[strokes-1].to = 1, 1
	return h
}

// position is where the knob is some µs after the beginning, 0 to 1.
func (h *hand) position(elapsed int64) float64 {
	t := float64(elapsed) / float64(h.micros)
	if t >= 1 {
		return h.to
	}
	way, slid := 0.0, 0.0
	for _, s := range h.stroke {
		if t < s.begin { // resting: the slip happens meanwhile
			if s.begin > slid {
				way += (s.from - way) * smooth((t-slid)/(s.begin-slid))
			}
			break
		}
		way = s.from + (s.to-s.from)*smooth((t-s.begin)/(s.end-s.begin))
		if t < s.end {
			break
		}
		slid = s.end
	}
	const tremor, hertz = 0.002, 9 // of the way; physiological tremor is about 8 to 12 Hz
	phase := 2 * math.Pi * (hertz*float64(elapsed)/1e6 + uniform(h.seed, 300))
	way += tremor * math.Sin(phase) * 4 * t * (1 - t)
	return h.from + (h.to-h.from)*max(0, min(1, way))
}

// smooth goes from 0 to 1 with least jerk (Flash and Hogan, Journal of Neuroscience 5
// (1985) 1688-1703).
func smooth(x float64) float64 {
	x = max(0, min(1, x))
	return x * x * x * (10 - 15*x + 6*x*x)
}
