package render

import (
	"fmt"
	"math"
	"strings"
)

// planSpectrum draws the spectrum of every column by Welch's method.
func planSpectrum(p *planning) error {
	all, err := p.chosen(false, nil, "")
	if err != nil {
		return err
	}
	p.warnOfFormats(all)
	one := p.panel()
	if !p.spec.ylogGiven {
		one.y.scale = logScale{}
	}
	rates := map[*source]*rate{}
	var curves []*curve
	label := ""
	for k, c := range all {
		r := rates[c.src]
		if r == nil {
			r = p.rateOf(c.src)
			rates[c.src] = r
			if one.x.label == "" {
				one.x.label = r.label
			}
		}
		v := p.curve(c, k, k)
		v.x, v.y = newColumn(floats{}), newColumn(floats{})
		if r.ok() {
			frequencies, values := p.spectrum(c, r)
			v.x, v.y = newColumn(frequencies), newColumn(values)
		}
		of := c.unit
		if of == "" {
			_, of = unitIn(c.name)
		}
		if unit := spectrumLabel(p.spec.scaling, of, r); len(curves) == 0 {
			label = unit
		} else if label != unit {
			label = spectrumLabel(p.spec.scaling, "", r)
		}
		curves = append(curves, v)
		one.marks = append(one.marks, placed{v, one.y})
	}
	one.legend = len(curves) > 1
	one.y.label = label
	return nil
}

// rate is how fast a series was sampled.
type rate struct {
	hertz    float64 // samples in a unit of time
	step     float64
	perSize  string // "Hz", or the reciprocal of what x is in
	label    string // of the axis
	sampling sampling
	x        values
	even     bool
}

func (r *rate) ok() bool { return r.hertz > 0 && r.hertz <= math.MaxFloat64 }

// rateOf finds the sampling rate from the x column.
func (p *planning) rateOf(src *source) *rate {
	r := &rate{x: src.x.column, perSize: "Hz", label: "Frequency [Hz]"}
	name, unit := src.x.name, src.x.unit
	if unit == "" {
		name, unit = unitIn(src.x.name)
	}
	seconds := 1.0
	switch unit {
	case "", "s", "sec", "seconds", "Sekunden":
	case "ms":
		seconds = 1e-3
	case "µs", "μs", "us":
		seconds = 1e-6
	case "ns":
		seconds = 1e-9
	case "min":
		seconds = 60
	case "h":
		seconds = 3600
	case "d":
		seconds = 86400
	default:
		r.perSize = "per " + unit
		r.label = "Frequency [1/" + unit + "]"
	}
	if name == "" || name == "index" {
		r.perSize, r.label = "per row", "Frequency [1/row]"
	}
	r.sampling = samplingOf(src.x.column)
	s := &r.sampling
	who := "the steps of " + shown(src.x.name)
	if !(s.step > 0) || math.IsInf(s.step, 0) {
		if src.x.Len() > 0 {
			p.report.warn(fmt.Sprintf("there is no spectrum: %s are not above zero, which gives no sampling rate", who))
		}
		return r
	}
	r.step, r.hertz, r.even = s.step, 1/(s.step*seconds), s.even
	switch {
	case s.even:
	case !s.rising:
		p.report.warn(fmt.Sprintf("%s are not all above zero; the rows are taken for evenly spaced by %.4g", who, s.step))
		r.even = true
	case s.holes > 0:
		p.report.warn(fmt.Sprintf("%s are uneven, with gaps; the values are interpolated to steps of %.4g", who, s.step))
	default:
		p.report.warn(fmt.Sprintf("%s differ by %.0f %%; the values are interpolated to steps of %.4g", who, 100*s.uneven, s.step))
	}
	return r
}

const mostSamples = 1 << 24 // of an uneven series after interpolation

// spectrum computes a column's spectrum without its value at frequency 0, of
// which nothing is left but what the window lets through of the mean.
func (p *planning) spectrum(c choice, r *rate) (frequencies, out floats) {
	samples := values(c.column)
	if !r.even {
		samples = evenly(r.x, c.column, r.step)
		if samples.Len() >= mostSamples {
			p.report.warn(fmt.Sprintf("the spectrum of %s is that of its first %d interpolated samples", c.label, mostSamples))
		}
	}
	n := samples.Len()
	length := p.spec.nperseg
	if length > n {
		p.report.warn(fmt.Sprintf("nperseg is %d, there are only %d rows", length, n))
	}
	if length == 0 {
		length = segmentFor(n)
	}
	w := newWelch(samples, min(length, longestSegment), r.hertz)
	if w == nil {
		if n > 0 {
			p.report.warn(fmt.Sprintf("there is no spectrum of %s: %d rows have no stretch of %d without gaps", shown(c.label), n, shortestSegment))
		}
		return nil, nil
	}
	if w.shorter {
		p.report.warn(fmt.Sprintf("%s has gaps: its spectrum is made of segments of %d rows", c.label, w.length))
	} else if w.skipped > 0 {
		p.report.warn(fmt.Sprintf("%s has gaps: %d of %d segments were left out", c.label, w.skipped, w.skipped+w.segments))
	}
	if w.bridged > 0 {
		p.report.warn(fmt.Sprintf("short gaps of %s were interpolated", c.label))
	}
	power := w.power
	if p.spec.scaling == "amplitude" {
		power = w.amplitude(r.hertz)
	}
	for k := 1; k < len(power); k++ {
		frequencies = append(frequencies, float64(k)*r.hertz/float64(w.length))
		out = append(out, power[k])
	}
	return frequencies, out
}

// evenly interpolates y to even steps of x, which rises. Where x leaps by more than
// some steps there is a gap, and the steps begin anew behind it; no segment that
// reaches across counts, so it is only as long as it takes to be seen.
func evenly(x, y values, step float64) floats {
	var out floats
	var x0, y0, start float64 // start is where sample from stands
	from := -1
	pairs(x, y, func(xs, ys []float64) {
		for k, at := range xs {
			v := ys[k]
			if !(math.Abs(at) <= math.MaxFloat64) || !(math.Abs(v) <= math.MaxFloat64) {
				continue
			}
			if leap := at-x0 > (longestBridge+1.5)*step; from < 0 || leap {
				for n := 0; from >= 0 && n <= longestBridge; n++ {
					out = append(out, math.NaN())
				}
				start, from = at, len(out)
			}
			// No more than belong to a step: far from zero the next place may be
			// the same.
			for n := 0; n <= longestBridge+1 && len(out) < mostSamples; n++ {
				next := start + float64(len(out)-from)*step
				if !(next <= at+1e-9*step) {
					break
				}
				f := 1.0
				if at > x0 && len(out) > from {
					f = min(max((next-x0)/(at-x0), 0), 1)
				}
				out = append(out, y0*(1-f)+v*f)
			}
			x0, y0 = at, v
		}
	})
	return out
}

// spectrumLabel names the y axis: unit²/Hz, or the unit of amplitudes.
func spectrumLabel(scaling, unit string, r *rate) string {
	if scaling == "amplitude" {
		if unit == "" {
			return "Amplitude"
		}
		return "Amplitude [" + unit + "]"
	}
	if unit == "" {
		return "Power density"
	}
	squared := unit + "²"
	if strings.ContainsAny(unit, "/·* ²³^") {
		squared = "(" + unit + ")²"
	}
	if r.perSize == "Hz" {
		return "Power density [" + squared + "/Hz]"
	}
	return "Power density [" + squared + "·" + strings.TrimPrefix(r.perSize, "per ") + "]"
}
