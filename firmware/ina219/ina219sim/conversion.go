package ina219sim

import "math"

// conversion is what is under way.
type conversion struct {
	running    bool
	cfg        configuration
	begin      int64 // µs
	done       int   // samples taken
	shunt, bus float64
}

// start begins a conversion, after so many µs.
func (c *Chip) start(after int64) {
	c.conversion = conversion{
		running: true,
		cfg:     decode(c.register[regConfiguration]),
		begin:   c.o.Now() + after,
	}
}

func (c *Chip) micros(a adc) int64 {
	if c.o.Slowest {
		return a.slowest
	}
	return a.micros
}

// length is the time that a whole conversion takes.
func (c *Chip) length(cfg configuration) int64 {
	return int64(cfg.shuntSamples())*c.micros(cfg.shunt) + int64(cfg.busSamples())*c.micros(cfg.bus)
}

// CatchUp takes all samples that the time until now has brought. Transfers do so
// themselves; an [Input] that is about to be something else at once, rather than as a function of
// time, has to have it called before.
func (c *Chip) CatchUp() {
	now := c.o.Now()
	for v := &c.conversion; v.running; {
		length := c.length(v.cfg)
		if missed := (now - v.begin) / length; v.cfg.continuous && v.done == 0 && missed > 1 {
			v.begin += (missed - 1) * length // of those that nobody reads only the last one counts
		}
		if !c.sample(now) {
			return
		}
		c.finish()
		v.running = v.cfg.continuous
		v.begin += length
		v.done, v.shunt, v.bus = 0, 0, 0
	}
}

// sample takes the samples until now and reports whether the conversion is complete:
// first all of the shunt voltage, then all of the bus voltage (section "Basic ADC
// Functions").
func (c *Chip) sample(now int64) bool {
	v := &c.conversion
	n := v.cfg.shuntSamples()
	for ; v.done < n+v.cfg.busSamples(); v.done++ {
		inShunt := v.done < n
		var end, width int64
		if inShunt {
			width = c.micros(v.cfg.shunt)
			end = v.begin + int64(v.done+1)*width
		} else {
			width = c.micros(v.cfg.bus)
			end = v.begin + int64(n)*c.micros(v.cfg.shunt) + int64(v.done-n+1)*width
		}
		if end > now {
			return false
		}
		bus, shunt := c.o.Input(end - width/2)
		c.survive(bus, shunt)
		if inShunt {
			limit := 4096 * float64(v.cfg.gain)
			v.shunt += quantise((shunt+c.o.ShuntNoise*gauss(c.o.Seed, end))/10e-6, limit, v.cfg.gain<<(12-v.cfg.shunt.bits))
		} else {
			v.bus += quantise((bus+c.o.BusNoise*gauss(c.o.Seed, end))/4e-3, 8192, 1<<(12-v.cfg.bus.bits))
		}
	}
	return true
}

// quantise rounds a sample, in the register's steps, to a whole multiple of the converter's
// own, up to the limit of its inputs. (That of the registers is less: see finish.)
func quantise(value, limit float64, step int) float64 {
	s := float64(step)
	return max(-limit, min(limit, s*math.Round(value/s)))
}

// survive holds the pins against "Absolute Maximum Ratings" and the note that the
// 32 V range does not mean 32 V.
func (c *Chip) survive(bus, shunt float64) {
	switch {
	case c.err != nil:
	case !(bus <= 26 && bus+shunt <= 26):
		c.err = undefined("%.3f V at its pins, 26 V is the most", max(bus, bus+shunt))
	case !(bus >= -0.3 && bus+shunt >= -0.3):
		c.err = undefined("%.3f V at its pins, -0.3 V is the least", min(bus, bus+shunt))
	}
}
