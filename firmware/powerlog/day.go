//go:build !tinygo

package main

import (
	"math"
	"math/rand/v2"

	"iotplot/firmware/ina219/ina219sim"
)

// day is a simulated day, from midnight, of a garden lamp with a solar panel and a battery.
// The sensor is in the battery's lead: current into the board and the lamp counts as
// positive, current from the panel as negative. At ten past four the sensor's plug is
// loose for 25 minutes.
type day struct {
	panel  ina219sim.Cell
	clouds [2][]float64 // noise by which the sky is made: of 6 and of 45 minutes

	second int64   // that all below is of
	charge float64 // in the battery, Ah
	volts  float64 // of the battery
	amps   float64 // out of it
}

const (
	daySeconds = 24 * 3600
	dayEvery   = 30_000 // ms

	capacity   = 2.0  // Ah, of a lithium cell
	resistance = 0.15 // Ω, of the cell and its wires
	beginsWith = 0.40 // of its capacity
	board      = 0.025
	lamp       = 0.150 // A, from half past six to half past ten
	diode      = 0.35  // V, between panel and battery
	looseFrom  = 16*3600 + 10*60
	looseTo    = looseFrom + 25*60
)

func newDay(seed uint64) *day {
	d := &day{panel: ina219sim.DefaultCell(), second: -1, charge: beginsWith * capacity}
	r := rand.New(rand.NewPCG(seed, 1))
	for k, n := range []int{300, 40} {
		for range n {
			d.clouds[k] = append(d.clouds[k], r.Float64())
		}
	}
	d.advance(0)
	return d
}

// at is what the chip's pins have, which is the same however often it is asked.
func (d *day) at(micros int64) (bus, shunt float64) {
	d.advance(micros / 1e6)
	const ohms = 0.1
	return d.volts - ohms*d.amps, ohms * d.amps
}

// loose says whether the sensor's plug is.
func (d *day) loose(ms int64) bool { return ms >= looseFrom*1000 && ms < looseTo*1000 }

func (d *day) advance(to int64) {
	for d.second < to {
		d.second++
		d.amps = d.load() - d.sun()
		d.charge -= d.amps / 3600
		full := max(0, min(1, d.charge/capacity))
		d.volts = 3.45 + 0.55*full + 0.2*math.Pow(full, 8) - resistance*d.amps
	}
}

func (d *day) load() float64 {
	if hour := math.Mod(float64(d.second)/3600, 24); hour >= 18.5 && hour < 22.5 {
		return board + lamp
	}
	return board
}

// sun is the panel's current into the battery in A, through a diode.
func (d *day) sun() float64 {
	hour := math.Mod(float64(d.second)/3600, 24)
	height := math.Sin(math.Pi * (hour - 6) / 12)
	if height <= 0 {
		return 0
	}
	clear := 950 * math.Pow(height, 1.2)
	// More clouds towards the evening.
	sky := 0.35*smooth(d.clouds[0], float64(d.second)/360) + 0.65*smooth(d.clouds[1], float64(d.second)/2700)
	cover := step((sky - 0.56 + 0.02*(hour-8)) / 0.25)
	irradiance := clear * (1 - 0.75*cover)
	i := d.panel.At(irradiance, 15+8*height+0.025*irradiance).CurrentAt(d.volts + diode)
	return max(0, i)
}

// smooth goes through random values, one a unit of x, without corners.
func smooth(values []float64, x float64) float64 {
	whole, part := math.Modf(x)
	a, b := values[int(whole)%len(values)], values[int(whole+1)%len(values)]
	return a + (b-a)*step(part)
}

// step goes from 0 to 1 without corners.
func step(x float64) float64 {
	x = max(0, min(1, x))
	return x * x * (3 - 2*x)
}
