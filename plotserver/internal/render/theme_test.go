package render

import (
	"image/color"
	"math"
	"testing"
)

// Machado, Oliveira and Fernandes, "A Physiologically-based Model for
// Simulation of Color Vision Deficiency", IEEE TVCG 15 (2009), severity 1, on
// linear RGB.
var sights = []struct {
	name   string
	matrix [3][3]float64
}{
	{"normal", [3][3]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
	{"protanopia", [3][3]float64{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}},
	{"deuteranopia", [3][3]float64{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}},
	{"tritanopia", [3][3]float64{{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}},
}

func linear(v uint8) float64 {
	f := float64(v) / 255
	if f <= 0.04045 {
		return f / 12.92
	}
	return math.Pow((f+0.055)/1.055, 2.4)
}

// oklab is a colour as somebody sees it, in Ottosson's Oklab (2020), times a
// hundred.
func oklab(c color.NRGBA, m [3][3]float64) [3]float64 {
	rgb := [3]float64{linear(c.R), linear(c.G), linear(c.B)}
	var seen [3]float64
	for i := range m {
		for j := range m[i] {
			seen[i] += m[i][j] * rgb[j]
		}
		seen[i] = min(max(seen[i], 0), 1)
	}
	l := math.Cbrt(0.4122214708*seen[0] + 0.5363325363*seen[1] + 0.0514459929*seen[2])
	n := math.Cbrt(0.2119034982*seen[0] + 0.6806995451*seen[1] + 0.1073969566*seen[2])
	s := math.Cbrt(0.0883024619*seen[0] + 0.2817188376*seen[1] + 0.6299787005*seen[2])
	return [3]float64{
		100 * (0.2104542553*l + 0.7936177850*n - 0.0040720468*s),
		100 * (1.9779984951*l - 2.4285922050*n + 0.4505937099*s),
		100 * (0.0259040371*l + 0.7827717662*n - 0.8086757660*s),
	}
}

// lightness is CIE L*, which is what a grey print keeps.
func lightness(c color.NRGBA) float64 {
	y := 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
	if y <= 216.0/24389 {
		return y * 24389 / 27
	}
	return 116*math.Cbrt(y) - 16
}

func TestCycle(t *testing.T) {
	for _, style := range styles {
		t.Run(style.name, func(t *testing.T) {
			for _, sight := range sights {
				for i, a := range style.cycle[:8] {
					for j, b := range style.cycle[:i] {
						p, q := oklab(a, sight.matrix), oklab(b, sight.matrix)
						d := math.Sqrt((p[0]-q[0])*(p[0]-q[0]) + (p[1]-q[1])*(p[1]-q[1]) + (p[2]-q[2])*(p[2]-q[2]))
						// matplotlib's default cycle has 0.7 between its second
						// and third colour.
						if d < 6 {
							t.Errorf("%s: C%d and C%d are %.1f apart", sight.name, i, j, d)
						}
					}
				}
			}
			for i, a := range style.cycle[:4] {
				for j, b := range style.cycle[:i] {
					if d := math.Abs(lightness(a) - lightness(b)); d < 9 {
						t.Errorf("in grey C%d and C%d are %.1f apart", i, j, d)
					}
				}
			}
			for i, c := range style.cycle {
				if d := math.Abs(lightness(c) - lightness(style.background)); d < 25 {
					t.Errorf("C%d is %.1f from the ground", i, d)
				}
			}
		})
	}
}
