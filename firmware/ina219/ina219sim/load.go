package ina219sim

import (
	"math"

	"iotplot/sessions/ivcurve"
)

type kind uint8

const (
	resistor kind = iota
	mosfet
	potentiometer
)

// scaleOhms turns resistances into positions from 0 (short) to 1 (open), between which a
// load can settle whatever they are.
const scaleOhms = 30

func position(ohm float64) float64 { return 1 - scaleOhms/(ohm+scaleOhms) }

// load is what is connected, and where it comes from.
type load struct {
	kind     kind
	position float64 // of a resistor
	gate     float64 // V, of a MOSFET
	hand     hand

	from, gateFrom float64 // where position and gate were at the beginning
}

// settled gives where position and gate are some µs after the beginning.
func (l *load) settled(elapsed, tau int64) (position, gate float64) {
	left := 0.0
	if tau > 0 {
		left = math.Exp(-float64(max(elapsed, 0)) / float64(tau))
	}
	if left < 1e-12 {
		return l.position, l.gate
	}
	return l.position + (l.from-l.position)*left, l.gate + (l.gateFrom-l.gate)*left
}

// intoResistor gives voltage and current of a cell at a resistance.
func intoResistor(m ivcurve.SingleDiode, ohm float64) (voltage, current float64) {
	m.Rs += ohm
	current = m.CurrentAt(0)
	return current * ohm, current
}

const (
	potEnd   = 0.3  // Ω that are left at the stop
	potTaper = 81.0 // a tenth of the resistance at half the way, as audio taper potentiometers have it
)

func potentiometerOhms(whole, position float64) float64 {
	return potEnd + whole*(math.Pow(potTaper, position)-1)/(potTaper-1)
}

// A small logic-level MOSFET.
const (
	gateSupply = 3.3  // V at the highest level
	threshold  = 1.6  // V
	gain       = 2.0  // A/V²
	lambda     = 0.02 // 1/V, channel length modulation
	softness   = 0.07 // V, over which it begins to conduct
)

// drain gives the drain current: the square law, with the weak inversion below the
// threshold smoothly joined to it, after Enz, Krummenacher and Vittoz, Analog Integrated
// Circuits and Signal Processing 8 (1995) 83-114 (with a slope factor of 1).
func drain(gate, voltage float64) float64 {
	forward := softplus(gate - threshold)
	reverse := softplus(gate - threshold - voltage)
	return gain / 2 * (forward*forward - reverse*reverse) * (1 + lambda*voltage)
}

// softplus is x where it is well above 0 and nearly 0 well below.
func softplus(x float64) float64 {
	if x > 40*softness {
		return x
	}
	return softness * math.Log1p(math.Exp(x/softness))
}

// intoMOSFET finds where the cell's falling and the MOSFET's rising current meet, by
// false position (Illinois).
func intoMOSFET(m ivcurve.SingleDiode, gate float64) (voltage, current float64) {
	low, high := 0.0, m.VoltageAt(0)
	fLow, fHigh := m.CurrentAt(low), m.CurrentAt(high)-drain(gate, high)
	if !(high > 0 && fLow > 0 && fHigh < 0) {
		return max(high, 0), 0
	}
	side := 0
	for range 100 {
		voltage = (low*fHigh - high*fLow) / (fHigh - fLow)
		f := m.CurrentAt(voltage) - drain(gate, voltage)
		switch {
		case f > 0:
			low, fLow = voltage, f
			if side > 0 {
				fHigh /= 2
			}
			side = 1
		case f < 0:
			high, fHigh = voltage, f
			if side < 0 {
				fLow /= 2
			}
			side = -1
		}
		if math.Abs(f) < 1e-12 || high-low < 1e-12 {
			break
		}
	}
	return voltage, m.CurrentAt(voltage)
}
