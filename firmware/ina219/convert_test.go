package ina219

import (
	"math/big"
	"testing"
)

// nearest rounds a fraction, halves away from zero, without any bound.
func nearest(num, den *big.Int) *big.Int {
	twice := new(big.Int).Lsh(new(big.Int).Abs(num), 1)
	q := twice.Add(twice, den)
	q.Quo(q, new(big.Int).Lsh(den, 1))
	if num.Sign() < 0 {
		q.Neg(q)
	}
	return q
}

func product(of ...int64) *big.Int {
	p := big.NewInt(1)
	for _, f := range of {
		p.Mul(p, big.NewInt(f))
	}
	return p
}

// checkConversions holds the integers against fractions of any length. The laws are
// written in the data sheet's units: 10 µV, 4 mV, 4096, 5000.
func checkConversions(t *testing.T, a, b uint16, microOhms int64, calibration uint16) {
	if microOhms < leastShunt || microOhms > mostShunt || calibration&^1 == 0 {
		return
	}
	calibration &^= 1
	signed := int64(int16(a))
	check := func(name string, got int64, num, den *big.Int) {
		t.Helper()
		want := nearest(num, den)
		if !want.IsInt64() || want.Int64() != got {
			t.Errorf("%s of 0x%04X, 0x%04X with %d µΩ and calibration %d: %d, want %v", name, a, b, microOhms, calibration, got, want)
		}
	}
	one := big.NewInt(1)
	check("shunt voltage", int64(shuntMicroVolts(a)), product(signed, 10), one)
	check("bus voltage", int64(busMicroVolts(b)), product(int64(b)/8, 4000), one)
	// A = V/Ω
	check("current by Ohm", shuntMicroAmps(a, microOhms), product(signed, 10, 1_000_000), big.NewInt(microOhms))
	check("power by Ohm", microWatts(b, a, microOhms), product(int64(b)/8, 4000, signed, 10), big.NewInt(microOhms))
	// The current register is shunt × calibration / 4096, so a step is 4096 × 10 µV / calibration / shunt.
	check("current", registerMicroAmps(a, calibration, microOhms), product(signed, 4096, 10, 1_000_000), product(int64(calibration), microOhms))
	// The power register is current × bus / 5000, so a step is 5000 × 4 mV of the current's.
	check("power", registerMicroWatts(a, calibration, microOhms), product(int64(a), 20, 4096, 10, 1_000_000), product(int64(calibration), microOhms))
}

// conversions are cases at and near the ends of what the registers hold.
func conversions(each func(a, b uint16, microOhms int64, calibration uint16)) {
	registers := [...]uint16{0, 1, 2000, 2995 << 3, 10000, 0x7FFF, 0x8000, 0x8001, 0xFFFF, 0xFFF8}
	for _, a := range registers {
		for _, b := range registers {
			for _, shunt := range [...]int64{leastShunt, 2_000, 100_000, 123_457, mostShunt} {
				for _, calibration := range [...]uint16{2, 4096, 11_702, 20_480, 0xFFFE} {
					each(a, b, shunt, calibration)
				}
			}
		}
	}
}

func TestConversions(t *testing.T) {
	conversions(func(a, b uint16, microOhms int64, calibration uint16) {
		checkConversions(t, a, b, microOhms, calibration)
	})
}

func FuzzConversions(f *testing.F) {
	conversions(func(a, b uint16, microOhms int64, calibration uint16) {
		if a == b {
			f.Add(a, b, microOhms, calibration)
		}
	})
	f.Fuzz(checkConversions)
}

// FuzzCalibration holds CalibrationRegister against the data sheet's formula in
// fractions of any length.
func FuzzCalibration(f *testing.F) {
	for _, shunt := range []int64{0, 9, leastShunt, 2_000, 3_000, 100_000, mostShunt, mostShunt + 1} {
		for _, lsb := range []int64{-1, 0, 1, 10_000, 700_000, 1_000_000, 2_048_000_000_000, 2_048_000_000_001, 1 << 62} {
			f.Add(shunt, lsb)
		}
	}
	f.Fuzz(func(t *testing.T, shunt, lsb int64) {
		got, err := CalibrationRegister(shunt, lsb)
		if shunt < leastShunt || shunt > mostShunt {
			if err != ErrShunt || got != 0 {
				t.Fatalf("%d µΩ: %d, %v, want ErrShunt", shunt, got, err)
			}
			return
		}
		var want *big.Int
		if lsb > 0 {
			// 0.04096/(LSB·1e-9 · shunt·1e-6), truncated
			want = new(big.Int).Quo(new(big.Int).Mul(big.NewInt(4096), product(10, 1_000_000_000)), product(lsb, shunt))
		}
		if want == nil || want.Cmp(big.NewInt(2)) < 0 || want.Cmp(big.NewInt(0xFFFF)) > 0 {
			if err != ErrCurrentLSB || got != 0 {
				t.Fatalf("%d µΩ, %d nA: %d, %v, want ErrCurrentLSB", shunt, lsb, got, err)
			}
			return
		}
		if err != nil || int64(got) != want.Int64()/2*2 {
			t.Fatalf("%d µΩ, %d nA: %d, %v, want %v, made even", shunt, lsb, got, err, want)
		}
	})
}

// FuzzCurrentLSB: whatever the shunt and the largest current, there is a calibration, the largest
// current fits the register, and the step is one of 1, 2, 5, 10 … and not larger than needed.
func FuzzCurrentLSB(f *testing.F) {
	f.Add(int64(100_000), int64(0))
	f.Add(int64(100_000), int64(400_000))
	f.Add(int64(2_000), int64(15_000_000))
	f.Add(int64(leastShunt), int64(1))
	f.Add(int64(1_000_000), int64(163_835)) // 32,767 steps of 5 µA
	f.Add(int64(1_000_000), int64(163_836)) // not quite
	f.Add(int64(mostShunt), int64(320))
	f.Add(int64(mostShunt), int64(321))
	f.Fuzz(func(t *testing.T, shunt, most int64) {
		lsb, err := currentLSB(shunt, most)
		switch {
		case shunt < leastShunt || shunt > mostShunt:
			if err != ErrShunt {
				t.Fatalf("%d µΩ: %v, want ErrShunt", shunt, err)
			}
			return
		case most < 0 || most > 320_000_000_000/shunt:
			if err != ErrMaxCurrent {
				t.Fatalf("%d µΩ, %d µA: %v, want ErrMaxCurrent", shunt, most, err)
			}
			return
		case err != nil:
			t.Fatalf("%d µΩ, %d µA: %v", shunt, most, err)
		}
		if most == 0 {
			most = 320_000_000_000 / shunt
		}
		calibration, err := CalibrationRegister(shunt, lsb)
		if err != nil || calibration < 2 || calibration > 0x8000 {
			t.Fatalf("%d µΩ, %d µA: a step of %d nA gives %d, %v", shunt, most, lsb, calibration, err)
		}
		if 32_767*lsb < 1_000*most {
			t.Fatalf("%d µΩ, %d µA do not fit steps of %d nA", shunt, most, lsb)
		}
		digit := lsb
		for digit%10 == 0 {
			digit /= 10
		}
		if digit != 1 && digit != 2 && digit != 5 {
			t.Fatalf("%d µΩ, %d µA: a step of %d nA is not round", shunt, most, lsb)
		}
		smaller := lsb / 2
		if digit == 5 {
			smaller = lsb / 5 * 2
		}
		if c, err := CalibrationRegister(shunt, smaller); smaller > 0 && 32_767*smaller >= 1_000*most && err == nil && c < 0x8000 {
			t.Fatalf("%d µΩ, %d µA: a step of %d nA, where %d nA are enough", shunt, most, lsb, smaller)
		}
	})
}
