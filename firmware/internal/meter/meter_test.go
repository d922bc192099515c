package meter_test

import (
	"errors"
	"math"
	"testing"

	"iotplot/firmware/ina219"
	"iotplot/firmware/ina219/ina219sim"
	"iotplot/firmware/internal/meter"
)

// desk is a chip whose pins the test sets, and its meter.
type desk struct {
	*meter.Meter
	t          *testing.T
	clock      ina219sim.Clock
	chip       *ina219sim.Chip
	bus, shunt float64 // V
}

func newDesk(t *testing.T, average ina219.ADC) *desk {
	t.Helper()
	d := &desk{t: t}
	d.chip = ina219sim.New(ina219sim.Options{Now: d.clock.Now, Input: func(int64) (float64, float64) { return d.bus, d.shunt }})
	device, err := ina219.New(d.chip, ina219.Options{Settings: meter.Settings(average)})
	if err != nil {
		t.Fatal(err)
	}
	d.Meter = meter.New(device)
	return d
}

// now is a board's clock, which counts whole ms.
func (d *desk) now() int64 { return d.clock.Now() / 1000 }

// next is the next reading that is not Waiting.
func (d *desk) next() (meter.Reading, meter.Status) {
	d.t.Helper()
	for range 10_000 {
		if r, s := d.Poll(d.now()); s != meter.Waiting {
			return r, s
		}
		d.clock.Advance(700)
	}
	d.t.Fatal("no reading in 7 s")
	panic("unreachable")
}

func (d *desk) read(bus, shunt float64) (meter.Reading, meter.Status) {
	d.t.Helper()
	d.chip.CatchUp()
	d.bus, d.shunt = bus, shunt
	d.Begin()
	return d.next()
}

// TestEveryRange reads currents over all ranges, up and down, in both directions: each
// comes out within the range's own resolution.
func TestEveryRange(t *testing.T) {
	d := newDesk(t, ina219.Bits12)
	for _, amps := range []float64{0, 0.1, 0.31, 0.39, 0.41, 0.75, 0.79, 0.81, 1.55, 1.7, 3.1, 0.38, 2.2, 0.01, 0.5, -0.2, -1.2, -3, 3, 0.001} {
		r, s := d.read(5, amps*0.1)
		if s != meter.Good {
			t.Fatalf("%g A: status %v, %v", amps, s, d.Err())
		}
		if diff := math.Abs(float64(r.Amps)*1e-6 - amps); diff > float64(r.Step)*0.51e-6 {
			t.Errorf("%g A is read as %d µA, with steps of %d µA", amps, r.Amps, r.Step)
		}
		// A current of 80 % of a range or less is read in that range or a finer one.
		if want := math.Max(100, 100*math.Exp2(math.Ceil(math.Log2(math.Abs(amps)/0.32)))); amps != 0 && float64(r.Step) > 2*want {
			t.Errorf("%g A is read with steps of %d µA", amps, r.Step)
		}
		// The source has the shunt's voltage on top, or not, if wires are swapped.
		if want := 5 + math.Max(amps, 0)*0.1; math.Abs(float64(r.Volts)*1e-6-want) > 0.0025 {
			t.Errorf("%g A: the source has %d µV, want %g V", amps, r.Volts, want)
		}
	}
	if err := d.chip.Err(); err != nil {
		t.Error(err)
	}
}

func TestBeyondTheRange(t *testing.T) {
	d := newDesk(t, ina219.Bits12)
	for _, shunt := range []float64{0.33, -0.4, 1} {
		if r, s := d.read(5, shunt); s != meter.AtLimit || max(r.Amps, -r.Amps) != 3_200_000 {
			t.Errorf("%g V across the shunt: status %v, %d µA", shunt, s, r.Amps)
		}
	}
	if _, s := d.read(5, 0.1); s != meter.Good {
		t.Error("it does not come back")
	}
}

// TestCurrentThatJumps: a current that is large in every fine range and small in every
// coarse one is read all the same, and never in a range that it does not fit into.
func TestCurrentThatJumps(t *testing.T) {
	d := newDesk(t, ina219.Bits12)
	for range 3 {
		d.Begin()
		var status meter.Status
		var r meter.Reading
		for n := 0; status == meter.Idle || status == meter.Waiting; n++ {
			if n > 1_000 {
				t.Fatal("no reading in 1 s")
			}
			const gain = 3 << 11 // of the configuration register, 0 in the finest range
			r, status = d.Poll(d.now())
			d.bus, d.shunt = 5, 0.01
			if d.chip.Register(0)&gain == 0 {
				d.shunt = 0.1
			}
			d.clock.Advance(1_000)
			d.chip.CatchUp()
		}
		if status != meter.Good || r.Amps != 100_000 {
			t.Errorf("status %v, %d µA, want Good and 100000", status, r.Amps)
		}
	}
}

// TestAverages: a reading takes as long as its average does, and Average changes
// it.
func TestAverages(t *testing.T) {
	d := newDesk(t, ina219.Bits12)
	d.read(3, 0.01)
	d.Average(ina219.Average128)
	before := d.now()
	d.read(3, 0.01)
	if took := d.now() - before; took < 130 || took > 160 {
		t.Errorf("128 samples of both took %d ms", took)
	}
}

// TestFreshReadings: what is measured is the state after Begin, not before.
func TestFreshReadings(t *testing.T) {
	d := newDesk(t, ina219.Average16)
	d.read(1, 0.001)
	for i := range 50 {
		volts := float64(i%5 + 1)
		if r, _ := d.read(volts, 0.001); math.Abs(float64(r.Volts)*1e-6-volts-0.001) > 0.0025 {
			t.Fatalf("%g V is read as %d µV", volts, r.Volts)
		}
	}
}

func TestSensorThatFails(t *testing.T) {
	for name, c := range map[string]struct {
		fail func(c *ina219sim.Chip)
		mend func(c *ina219sim.Chip)
		err  error
	}{
		"unplugged": {func(c *ina219sim.Chip) { c.Unplug(true) }, func(c *ina219sim.Chip) { c.Unplug(false) }, ina219sim.ErrNACK},
		"stuck":     {func(c *ina219sim.Chip) { c.Stick(true) }, func(c *ina219sim.Chip) { c.Stick(false) }, ina219sim.ErrStuck},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, ina219.Bits12)
			d.read(3, 0.01)
			c.fail(d.chip)
			d.Begin()
			start, transfers := d.now(), d.chip.Transfers()
			for range 10 {
				if _, s := d.next(); s != meter.Failed || !d.Failing() {
					t.Fatalf("status %v, failing %v", s, d.Failing())
				}
				if !errors.Is(d.Err(), c.err) {
					t.Fatalf("the error is %v", d.Err())
				}
			}
			if took, n := d.now()-start, d.chip.Transfers()-transfers; took < 3_000 || n > 40 {
				t.Errorf("10 failures in %d ms with %d transfers, which is no pause", took, n)
			}
			c.mend(d.chip)
			if _, s := d.next(); s != meter.Good || d.Failing() {
				t.Errorf("status %v, failing %v after it is mended", s, d.Failing())
			}
		})
	}
}

// TestBrownOut: a chip that was reset is never read as one that measures nothing.
func TestBrownOut(t *testing.T) {
	d := newDesk(t, ina219.Bits12)
	d.read(3, 0.01)
	d.Begin()
	d.Poll(d.now())
	d.clock.Advance(200)
	d.chip.BrownOut()
	r, s := d.next()
	if s == meter.Failed {
		r, s = d.next()
	}
	if s != meter.Good || math.Abs(float64(r.Amps)-100_000) > 100 {
		t.Errorf("status %v, %d µA, want Good and 100000", s, r.Amps)
	}
}

// deaf is a chip that takes everything and never ends a conversion.
type deaf struct{ *ina219sim.Chip }

func (d deaf) Tx(addr uint16, w, r []byte) error {
	err := d.Chip.Tx(addr, w, r)
	if len(r) == 2 && w[0] == 2 {
		r[1] &^= 2
	}
	return err
}

func TestConversionThatNeverEnds(t *testing.T) {
	var clock ina219sim.Clock
	chip := ina219sim.New(ina219sim.Options{Now: clock.Now, Input: func(int64) (float64, float64) { return 1, 0 }})
	device, err := ina219.New(deaf{chip}, ina219.Options{Settings: meter.Settings(ina219.Bits12)})
	if err != nil {
		t.Fatal(err)
	}
	m := meter.New(device)
	m.Begin()
	for n := 0; ; n++ {
		if _, s := m.Poll(clock.Now() / 1000); s == meter.Failed {
			break
		}
		if clock.Advance(1000); n > 1000 {
			t.Fatal("it waits for ever")
		}
	}
	if m.Err() != ina219.ErrNotReady || m.Failures() != 1 {
		t.Errorf("the error is %v, %d failures", m.Err(), m.Failures())
	}
}

func TestClockThatIsSetBack(t *testing.T) {
	d := newDesk(t, ina219.Bits12)
	d.bus, d.shunt = 3, 0.01
	d.Begin()
	d.Poll(1_000_000)
	d.clock.Advance(5_000)
	if _, s := d.Poll(10); s != meter.Waiting && s != meter.Good {
		t.Errorf("status %v", s)
	}
	d.Cancel()
	if _, s := d.Poll(20); s != meter.Idle {
		t.Errorf("status %v after Cancel", s)
	}
}
