package ivcurve

import "math"

// Standard test conditions, those of IEC 60904-1 and ASTM E1036.
const (
	StandardIrradiance  = 1000.0 // W/m²
	StandardTemperature = 25.0   // °C
)

const (
	kelvin    = 273.15         // 0 °C in K
	boltzmann = 8.617333262e-5 // eV/K, CODATA 2018
)

// Cell is a cell or module at any irradiance and temperature, after De Soto,
// Klein and Beckman, Solar Energy 80 (2006) 78-88.
type Cell struct {
	Standard     SingleDiode // at StandardIrradiance and StandardTemperature
	AlphaIsc     float64     // temperature coefficient of Isc in A/K
	BandGap      float64     // at 25 °C in eV; 0 stands for silicon's 1.121
	BandGapSlope float64     // relative change of the band gap in 1/K; 0 stands for silicon's -0.0002677
}

// At gives the parameters at an irradiance in W/m² and a cell temperature in °C.
// In the dark (0 W/m²) there is no shunt, as the model has it. A negative irradiance
// or a temperature at or below absolute zero give parameters that
// [SingleDiode.Check] refuses.
func (c Cell) At(irradiance, temperature float64) SingleDiode {
	gap, gapSlope := c.BandGap, c.BandGapSlope
	if gap == 0 {
		gap = 1.121
	}
	if gapSlope == 0 {
		gapSlope = -0.0002677
	}
	const t0 = StandardTemperature + kelvin
	t := temperature + kelvin
	sun := irradiance / StandardIrradiance
	m := c.Standard
	if !(t > 0) {
		m.NNsVth = math.NaN()
		return m
	}
	m.Photocurrent = sun * (m.Photocurrent + c.AlphaIsc*(t-t0))
	m.NNsVth *= t / t0
	hot := gap * (1 + gapSlope*(t-t0))
	m.SaturationCurrent *= math.Pow(t/t0, 3) * math.Exp(gap/(boltzmann*t0)-hot/(boltzmann*t))
	m.Rsh /= sun
	return m
}
