package ina219sim_test

import (
	"errors"
	"math"
	"testing"

	"iotplot/firmware/ina219/ina219sim"
	"iotplot/sessions/ivcurve"
)

func near(got, want, relative float64) bool {
	return math.Abs(got-want) <= relative*math.Abs(want)
}

func newBench(t *testing.T, o ina219sim.BenchOptions) (*ina219sim.Bench, *ina219sim.Clock) {
	t.Helper()
	clock := &ina219sim.Clock{}
	o.Now = clock.Now
	b, err := ina219sim.NewBench(o)
	if err != nil {
		t.Fatal(err)
	}
	return b, clock
}

// TestPublishedReference holds the solver that the bench uses against published values.
func TestPublishedReference(t *testing.T) {
	b, _ := newBench(t, ina219sim.BenchOptions{Cell: ina219sim.Cell{Standard: ivcurve.SingleDiode{
		Photocurrent: 7, SaturationCurrent: 6e-7, Rs: 0.1, Rsh: 20, NNsVth: 0.5,
	}}})
	p, err := b.Truth()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ got, want float64 }{
		"Voc":  {p.Voc, 8.106300147},
		"Isc":  {p.Isc, 6.965172322},
		"Vmp":  {p.Vmp, 6.224339375},
		"Imp":  {p.Imp, 6.136267360},
		"Pmax": {p.Pmax, 38.19421055},
		"FF":   {p.FF, 38.19421055 / 8.106300147 / 6.965172322},
	} {
		if !near(c.got, c.want, 1e-8) {
			t.Errorf("%s = %.10g, want %.10g", name, c.got, c.want)
		}
	}
}

// TestLoadsAreOnTheCurve: whatever the load, voltage and current are a point of the cell, and of
// the load.
func TestLoadsAreOnTheCurve(t *testing.T) {
	b, clock := newBench(t, ina219sim.BenchOptions{ShuntOhms: 0.5})
	onTheCurve := func(name string) (bus, current float64) {
		t.Helper()
		clock.Advance(1_000_000)
		bus, shunt := b.At(clock.Now())
		current = shunt / 0.5
		if want := b.Model().CurrentAt(bus + shunt); math.Abs(current-want) > 1e-9 {
			t.Errorf("%s: %g A at %g V, the cell has %g A there", name, current, bus+shunt, want)
		}
		return bus, current
	}
	for _, ohm := range []float64{0, 1e-3, 1, 10, 28.7, 100, 1000, 1e6, math.Inf(1)} {
		b.SetResistance(ohm)
		bus, current := onTheCurve("resistor")
		switch {
		case math.IsInf(ohm, 1):
			if current != 0 {
				t.Errorf("%g A into an open circuit", current)
			}
		case math.Abs(bus-current*ohm) > 1e-9*max(1, bus):
			t.Errorf("%g V and %g A at %g Ω", bus, current, ohm)
		}
	}
	last := math.Inf(1)
	for level := 0; level <= math.MaxUint16; level += 257 {
		b.SetGate(uint16(level))
		bus, current := onTheCurve("MOSFET")
		if bus > last+1e-9 {
			t.Errorf("gate %d: %g V, below it %g V", level, bus, last)
		}
		last = bus
		switch truth, _ := b.Truth(); level {
		case 0:
			if !near(bus, truth.Voc, 1e-4) {
				t.Errorf("gate 0: %g V, open are %g V", bus, truth.Voc)
			}
		case math.MaxUint16:
			if bus > 0.15 || !near(current, truth.Isc, 0.01) {
				t.Errorf("gate full on: %g V, %g A, shorted are %g A", bus, current, truth.Isc)
			}
		}
	}
	for _, wrong := range []float64{-1, math.NaN(), math.Inf(-1)} {
		b.SetResistance(wrong)
		if bus, _ := onTheCurve("no resistance"); bus != 0 {
			t.Errorf("%g Ω: %g V, want a short circuit", wrong, bus)
		}
	}
}

// TestGateIsFineEnough: 4096 levels give points all along the curve, the flat part too, where
// a current source jumps from the knee to the short circuit.
func TestGateIsFineEnough(t *testing.T) {
	b, clock := newBench(t, ina219sim.BenchOptions{})
	truth, err := b.Truth()
	if err != nil {
		t.Fatal(err)
	}
	gap, lastV, lastI := 0.0, truth.Voc, 0.0
	for level := range 4096 {
		b.SetGate(uint16(level * 16))
		clock.Advance(100_000)
		bus, shunt := b.At(clock.Now())
		v, i := bus+shunt, shunt/0.1
		gap = max(gap, math.Hypot((v-lastV)/truth.Voc, (i-lastI)/truth.Isc))
		lastV, lastI = v, i
	}
	if gap > 0.05 {
		t.Errorf("two neighbouring levels are %.3f apart, Voc and Isc count as 1", gap)
	}
}

// TestLoadSettles: monotonic, 63 % after the time constant, and done after ten.
func TestLoadSettles(t *testing.T) {
	b, clock := newBench(t, ina219sim.BenchOptions{SettleMicros: 10_000})
	b.SetResistance(10)
	clock.Advance(1_000_000)
	from, _ := b.At(clock.Now())
	b.SetResistance(100)
	if v, _ := b.At(clock.Now()); !near(v, from, 1e-9) {
		t.Errorf("%g V at once after a change, %g V before", v, from)
	}
	last := from
	for range 100 {
		clock.Advance(1000)
		v, _ := b.At(clock.Now())
		if v < last-1e-12 {
			t.Errorf("%g V, before it %g V", v, last)
		}
		last = v
	}
	if v, s := b.At(clock.Now()); !near(v/(s/0.1), 100, 0.01) {
		t.Errorf("settled at %g Ω, want 100", v/(s/0.1))
	}

	// A gate at half the way after 0.69 time constants.
	b.SetGate(0)
	clock.Advance(1_000_000)
	b.SetGate(math.MaxUint16)
	clock.Advance(3000)
	b.SetGate(math.MaxUint16) // set again, it goes on from where it is
	clock.Advance(3931)
	half, _ := b.At(clock.Now())
	b.SetGate(math.MaxUint16 / 2)
	clock.Advance(1_000_000)
	if want, _ := b.At(clock.Now()); math.Abs(half-want) > 0.01 {
		t.Errorf("%g V on the way to full on, %g V at half", half, want)
	}

	at, clock := newBench(t, ina219sim.BenchOptions{SettleMicros: -1})
	at.SetResistance(10)
	if v, s := at.At(clock.Now()); !near(v/(s/0.1), 10, 1e-9) {
		t.Errorf("a load without a time constant is at %g Ω, want 10", v/(s/0.1))
	}
}

// TestChangesCountFromWhenTheyAreMade: a conversion that ended before a change is of
// what was before, also when nobody asked in between.
func TestChangesCountFromWhenTheyAreMade(t *testing.T) {
	for name, change := range map[string]func(*ina219sim.Bench) error{
		"resistor": func(b *ina219sim.Bench) error { b.SetResistance(0); return nil },
		"gate":     func(b *ina219sim.Bench) error { b.SetGate(math.MaxUint16); return nil },
		"hand":     func(b *ina219sim.Bench) error { b.TurnByHand(0, 0, 1); return nil },
		"light":    func(b *ina219sim.Bench) error { return b.SetLight(100, 25) },
	} {
		b, clock := newBench(t, ina219sim.BenchOptions{SettleMicros: -1})
		voc := b.Model().VoltageAt(0)
		trigger := func() {
			if err := b.Chip.Tx(0x40, []byte{0, 0x39, 0x9B}, nil); err != nil { // 1064 µs
				t.Fatal(err)
			}
		}
		trigger()
		clock.Advance(1064)
		if err := change(b); err != nil {
			t.Fatal(err)
		}
		clock.Advance(100_000)
		if bus := float64(b.Chip.Register(2)>>3) * 4e-3; math.Abs(bus-voc) > 2e-3 {
			t.Errorf("%s: bus %g V, want %g V as before the change", name, bus, voc)
		}
		trigger()
		clock.Advance(1064)
		if bus := float64(b.Chip.Register(2)>>3) * 4e-3; math.Abs(bus-voc) < 0.5 {
			t.Errorf("%s: bus %g V after the change", name, bus)
		}
	}
}

func TestTurnByHand(t *testing.T) {
	const length = 10_000_000 // 10 s
	run := func(seed uint64, from, to float64) (ohms []float64) {
		b, clock := newBench(t, ina219sim.BenchOptions{Chip: ina219sim.Options{Seed: seed}})
		clock.Advance(12345)
		b.TurnByHand(from, to, length)
		for range 1101 {
			bus, shunt := b.At(clock.Now())
			ohms = append(ohms, bus/(shunt/0.1))
			clock.Advance(length / 1000)
		}
		return ohms
	}
	const whole, end = 1000.3, 0.3
	for seed := range uint64(20) {
		down, up := run(seed, 1, 0), run(seed, 0, 1)
		if !near(down[0], whole, 1e-6) || !near(down[1000], end, 1e-6) || !near(down[1100], end, 1e-6) {
			t.Errorf("seed %d: from %g to %g Ω, and %g later, want %g to %g", seed, down[0], down[1000], down[1100], whole, end)
		}
		if !near(up[0], end, 1e-6) || !near(up[1100], whole, 1e-6) {
			t.Errorf("seed %d: from %g to %g Ω, want %g to %g", seed, up[0], up[1100], end, whole)
		}
		pauses, still, back, jump := 0, 0, 0, 0.0
		for i, r := range down[1:1000] {
			before := down[i]
			if r == before {
				still++
			}
			if r < end*0.999 || r > whole*1.001 {
				t.Fatalf("seed %d: %g Ω is beyond the potentiometer", seed, r)
			}
			switch change := math.Log(r / before); {
			case math.Abs(change) < 0.001:
				pauses++
			case change > 0.002:
				back++
			}
			jump = max(jump, math.Abs(math.Log(r/before)))
		}
		if pauses < 20 || still > 20 || back < 115 { // without the tremor at most 106 are back
			t.Errorf("seed %d: among 1000 steps %d are small, %d nothing, %d back: no hand", seed, pauses, still, back)
		}
		if jump > 0.5 {
			t.Errorf("seed %d: the resistance changes by a factor of %g within 10 ms", seed, math.Exp(jump))
		}
	}
	same := run(1, 1, 0)
	again, another := run(1, 1, 0), run(2, 1, 0)
	differs := false
	for i := range same {
		if same[i] != again[i] {
			t.Fatal("the same seed turns another way")
		}
		differs = differs || same[i] != another[i]
	}
	if !differs {
		t.Error("another seed turns the same way")
	}
}

// TestDefaultCellFitsTheChip: about 6 V and 200 mA, and from dark to more than full sun, from
// frost to a hot roof, within ±40 mV at 0.1 Ω and 16 V.
func TestDefaultCellFitsTheChip(t *testing.T) {
	b, _ := newBench(t, ina219sim.BenchOptions{})
	p, err := b.Truth()
	if err != nil {
		t.Fatal(err)
	}
	if !near(p.Voc, 6.1, 0.02) || !near(p.Isc, 0.2, 0.005) || p.FF < 0.7 || p.FF > 0.82 {
		t.Errorf("the default cell has %+v", p)
	}
	t.Logf("%+v", p)
	lastVoc := 0.0
	for _, temperature := range []float64{75, 50, 25, 0, -20} { // Voc rises as it gets colder
		if err := b.SetLight(1000, temperature); err != nil {
			t.Fatal(err)
		}
		p, err := b.Truth()
		if err != nil {
			t.Fatal(err)
		}
		if p.Voc <= lastVoc {
			t.Errorf("%g °C: Voc %g V, warmer %g V", temperature, p.Voc, lastVoc)
		}
		lastVoc = p.Voc
		wantIsc := 0.2 * (1 + 0.0005*(temperature-25))
		if !near(p.Isc, wantIsc, 0.005) {
			t.Errorf("%g °C: Isc %g A, want %g A", temperature, p.Isc, wantIsc)
		}
	}
	for _, irradiance := range []float64{1, 10, 100, 500, 1000, 1300} {
		for _, temperature := range []float64{-20, 25, 75} {
			if err := b.SetLight(irradiance, temperature); err != nil {
				t.Fatal(err)
			}
			p, err := b.Truth()
			if err != nil {
				t.Fatal(err)
			}
			if p.Voc > 8 || p.Isc*0.1 > 0.04 {
				t.Errorf("%g W/m², %g °C: %+v", irradiance, temperature, p)
			}
			if !near(p.Isc, 0.2*irradiance/1000*(1+0.0005*(temperature-25)), 0.01) {
				t.Errorf("%g W/m², %g °C: Isc %g A is not proportional to the light", irradiance, temperature, p.Isc)
			}
		}
	}
}

func TestDark(t *testing.T) {
	b, clock := newBench(t, ina219sim.BenchOptions{})
	if err := b.SetLight(0, 25); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Truth(); !errors.Is(err, ivcurve.ErrDark) {
		t.Errorf("the truth in the dark: %v, want ErrDark", err)
	}
	for name, connect := range map[string]func(){
		"open":    func() { b.SetResistance(math.Inf(1)) },
		"shorted": func() { b.SetResistance(0) },
		"30 Ω":    func() { b.SetResistance(30) },
		"MOSFET":  func() { b.SetGate(math.MaxUint16) },
		"by hand": func() { b.TurnByHand(1, 0, 1000) },
	} {
		connect()
		clock.Advance(1_000_000)
		if bus, shunt := b.At(clock.Now()); math.Abs(bus) > 1e-12 || math.Abs(shunt) > 1e-12 {
			t.Errorf("%s: %g V and %g V in the dark", name, bus, shunt)
		}
	}
	if err := b.Chip.Err(); err != nil {
		t.Error(err)
	}
}

func TestBenchesThatCannotBe(t *testing.T) {
	var clock ina219sim.Clock
	for name, o := range map[string]ina219sim.BenchOptions{
		"no clock":           {},
		"negative shunt":     {Now: clock.Now, ShuntOhms: -1},
		"endless shunt":      {Now: clock.Now, ShuntOhms: math.Inf(1)},
		"negative load":      {Now: clock.Now, PotOhms: -1},
		"a cell without Rsh": {Now: clock.Now, Cell: ina219sim.Cell{AlphaIsc: 1}},
	} {
		if b, err := ina219sim.NewBench(o); err == nil || b != nil {
			t.Errorf("%s: %v, %v", name, b, err)
		}
	}
	b, _ := newBench(t, ina219sim.BenchOptions{})
	before := b.Model()
	for _, c := range [][2]float64{{-1, 25}, {1000, -274}, {math.NaN(), 25}, {1000, math.NaN()}, {math.Inf(1), 25}} {
		if err := b.SetLight(c[0], c[1]); !errors.Is(err, ivcurve.ErrArguments) {
			t.Errorf("%g W/m², %g °C: %v, want ErrArguments", c[0], c[1], err)
		}
	}
	if b.Model() != before {
		t.Error("a light that cannot be changed the cell")
	}
}
