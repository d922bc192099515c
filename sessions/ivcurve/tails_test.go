package ivcurve

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestFewValuesAreManyUncertaintiesOff measures curves a thousand times. The fits that
// happen to have the least scatter must not make a value seem better known than it is.
func TestFewValuesAreManyUncertaintiesOff(t *testing.T) {
	const times = 1000
	names := [...]string{"Isc", "Voc", "Pmax", "FF"}
	for _, c := range []struct {
		points        int
		noise         float64
		three, five   float64 // allowed percentage beyond 3 and 5 uncertainties
		threeV, fiveV float64 // of Voc, near which an even sweep has few points
	}{
		{24, 1e-3, 2, 0.3, 2, 0.3},
		{24, 1e-2, 2, 0.3, 6, 1.5},
		{60, 1e-3, 1, 0.3, 2, 0.3},
		{60, 1e-2, 1, 0.3, 2, 0.3},
		{200, 1e-3, 1, 0.2, 1, 0.2},
		{200, 1e-2, 1, 0.2, 1, 0.2},
	} {
		for which, m := range singles {
			truth, err := m.OperatingPoints()
			if err != nil {
				t.Fatal(err)
			}
			r := rand.New(rand.NewPCG(7, uint64(c.points)))
			v0, i0 := sweep(m, c.points, -0.02, 1.02)
			var beyond3, beyond5 [len(names)]int
			for range times {
				v, i := noisy(r, m, v0, i0, c.noise, c.noise)
				got, err := Analyze(v, i, Options{})
				if err != nil {
					t.Fatal(err)
				}
				want := [...]float64{truth.Isc, truth.Voc, truth.Pmax, truth.FF}
				for k, q := range [...]Quantity{got.Isc, got.Voc, got.Pmax, got.FF} {
					off := math.Abs(q.Value-want[k]) / q.Uncertainty
					if off > 3 {
						beyond3[k]++
					}
					if off > 5 {
						beyond5[k]++
					}
				}
			}
			for k, name := range names {
				three, five := c.three, c.five
				if name == "Voc" {
					three, five = c.threeV, c.fiveV
				}
				a, b := 100*float64(beyond3[k])/times, 100*float64(beyond5[k])/times
				t.Logf("%d points, noise %g, cell %d: %s beyond 3 uncertainties %.1f %%, beyond 5 %.1f %%", c.points, c.noise, which, name, a, b)
				if a > three || b > five {
					t.Errorf("%d points, noise %g, cell %d: %s is beyond 3 uncertainties in %.1f %%, beyond 5 in %.1f %%; allowed are %g and %g %%", c.points, c.noise, which, name, a, b, three, five)
				}
			}
		}
	}
}
