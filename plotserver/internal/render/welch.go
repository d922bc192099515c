package render

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/dsp/fourier"
)

// welch estimates the spectrum of evenly spaced samples by Welch's method (IEEE
// Transactions on Audio and Electroacoustics 15, 1967, 70-73): the mean of
// the periodograms of segments that overlap by half, each freed of its mean and
// tapered with a periodic Hann window. Its scaling is that of
// scipy.signal.welch: one-sided, so that the density's integral over frequency
// is the signal's variance.
type welch struct {
	power    []float64 // unit²/Hz, from frequency 0 to half the rate
	segments int
	length   int // of a segment
	skipped  int // segments with gaps, left out
	bridged  int // missing samples that were interpolated, counted in each segment
	shorter  bool
}

// amplitude is the density as the amplitude of a sine wave at each frequency.
func (w *welch) amplitude(rate float64) []float64 {
	out := make([]float64, len(w.power))
	for k, p := range w.power {
		out[k] = math.Sqrt(2 * p * rate * hannNoise(w.length))
		if k == 0 || 2*k == w.length {
			out[k] /= math.Sqrt2 // these have no twin at negative frequencies
		}
	}
	return out
}

// hannNoise is Σw²/(Σw)², which tells what a density in Hz⁻¹ makes of a sine.
func hannNoise(n int) float64 {
	sum, squares := 0.0, 0.0
	for _, w := range hann(n) {
		sum += w
		squares += w * w
	}
	return squares / (sum * sum)
}

// hann is the periodic window of a length, that of a segment in an endless row
// of overlapping ones.
func hann(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/float64(n))
	}
	if n == 1 {
		w[0] = 1
	}
	return w
}

const (
	shortestSegment = 8
	longestSegment  = 1 << 20
	usualSegment    = 256
)

// segmentFor is the length of segments where none is asked for: a power of two
// that gives about eight segments, but not below 256 as long as there are so many samples.
func segmentFor(n int) int {
	if n <= usualSegment {
		return n
	}
	l := usualSegment
	for l*2 <= n*2/9 && l < 1<<16 {
		l *= 2
	}
	return l
}

// newWelch analyses samples, of which those that are not finite are missing.
// Short gaps are interpolated, segments with long ones are left out; when all have
// one, segments are halved until one is whole. The answer is nil where that does not
// help.
func newWelch(samples values, length int, rate float64) *welch {
	n := samples.Len()
	shorter := false
	for length = min(length, n); length >= min(shortestSegment, n) && length >= 2; length /= 2 {
		w := &welch{length: length, shorter: shorter}
		if w.run(samples, rate); w.segments > 0 {
			return w
		}
		shorter = true
	}
	return nil
}

func (w *welch) run(samples values, rate float64) {
	l := w.length
	window := hann(l)
	squares := 0.0
	for _, v := range window {
		squares += v * v
	}
	fft := fourier.NewFFT(l)
	segment := make([]float64, l)
	coefficients := make([]complex128, l/2+1)
	sum := make([]float64, l/2+1)
	w.bridged = 0
	segments(samples, l, func(raw []float64) {
		copy(segment, raw)
		bridged := bridge(segment)
		// Scaled by the largest against overflow of the squares.
		mean, most := 0.0, 0.0
		for _, v := range segment {
			mean += v / float64(l)
		}
		for i, v := range segment {
			segment[i] = v - mean
			most = max(most, math.Abs(segment[i]))
		}
		if !(most <= math.MaxFloat64) { // NaN as well
			w.skipped++
			return
		}
		w.segments++
		w.bridged += bridged
		if most == 0 {
			return
		}
		for i := range segment {
			segment[i] = segment[i] / most * window[i]
		}
		fft.Coefficients(coefficients, segment)
		scale := 2 / (rate * squares)
		for k, c := range coefficients {
			sum[k] += (real(c)*real(c) + imag(c)*imag(c)) * scale * most * most
		}
	})
	if w.segments == 0 {
		return
	}
	w.power = sum
	for k := range sum {
		sum[k] /= float64(w.segments)
	}
	sum[0] /= 2
	if l%2 == 0 {
		sum[l/2] /= 2
	}
}

// segments hands on stretches of a length that overlap by half, each as long
// as visit runs.
func segments(samples values, length int, visit func([]float64)) {
	window := make([]float64, 0, length)
	for chunk := range samples.Chunks() {
		for len(chunk) > 0 {
			n := min(length-len(window), len(chunk))
			window = append(window, chunk[:n]...)
			if chunk = chunk[n:]; len(window) == length {
				visit(window)
				kept := copy(window, window[length-length/2:])
				window = window[:kept]
			}
		}
	}
}

const longestBridge = 4 // missing samples that are interpolated

// bridge interpolates gaps of a few samples and counts those.
func bridge(samples []float64) (bridged int) {
	last := -1
	for k, v := range samples {
		if !(math.Abs(v) <= math.MaxFloat64) {
			continue
		}
		if gap := k - last - 1; gap > 0 && gap <= longestBridge && last >= 0 {
			for j := last + 1; j < k; j++ {
				f := float64(j-last) / float64(k-last)
				samples[j] = samples[last]*(1-f) + v*f
			}
			bridged += gap
		}
		last = k
	}
	return bridged
}

// sampling is what the x column tells of the rate.
type sampling struct {
	step   float64 // median, refined to the mean where the steps are even
	even   bool    // samples can be taken as they come
	uneven float64 // largest deviation of the usual steps from the median, as a part of it
	holes  int     // steps of more than one and a half
	rising bool
}

const mostSteps = 1 << 16 // that the median is taken of

// samplingOf judges the x column.
func samplingOf(x values) sampling {
	var s sampling
	stride := max(1, x.Len()/mostSteps)
	steps := make([]float64, 0, min(x.Len(), 2*mostSteps))
	previous, first, last := math.NaN(), math.NaN(), math.NaN()
	firstAt, lastAt, row := 0, 0, 0
	s.rising = true
	for chunk := range x.Chunks() {
		for _, v := range chunk {
			if !(math.Abs(v) <= math.MaxFloat64) {
				v = math.NaN()
			}
			if d := v - previous; d == d {
				if !(d > 0) {
					s.rising = false
				}
				if row%stride == 0 {
					steps = append(steps, d)
				}
			}
			if v == v {
				if first != first {
					first, firstAt = v, row
				}
				if v < last {
					s.rising = false // also across a gap
				}
				last, lastAt = v, row
			}
			previous = v
			row++
		}
	}
	if len(steps) == 0 {
		return s
	}
	slices.Sort(steps)
	s.step = steps[len(steps)/2]
	if !(s.step > 0) || math.IsInf(s.step, 0) {
		return s
	}
	usual := steps[:len(steps)*19/20+1]
	s.uneven = max(usual[len(usual)-1]-s.step, s.step-steps[(len(steps)-1)/20]) / s.step
	for _, d := range steps {
		if d > 1.5*s.step {
			s.holes++
		}
	}
	mean := (last - first) / float64(max(lastAt-firstAt, 1))
	if s.rising && s.holes == 0 && math.Abs(mean-s.step) < 0.5*s.step {
		// Clocks that count in coarse units make single steps wrong, not their
		// mean.
		s.even = s.uneven < 0.1 || math.Abs(mean-s.step) < 0.1*s.step && s.uneven < 0.5
		if s.even {
			s.step = mean
		}
	}
	return s
}
