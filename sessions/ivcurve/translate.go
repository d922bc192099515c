package ivcurve

// Conditions are those a curve is measured at or brought to.
type Conditions struct {
	Irradiance  float64 // W/m², above 0
	Temperature float64 // of the cell, °C
}

// StandardConditions are 1000 W/m² and 25 °C.
func StandardConditions() Conditions {
	return Conditions{Irradiance: StandardIrradiance, Temperature: StandardTemperature}
}

// Correction holds what procedure 1 has to know of the cell. A zero leaves its
// term out.
type Correction struct {
	Isc   float64 // short-circuit current of the measured curve in A, from Analyze; needed when the irradiance changes
	Alpha float64 // temperature coefficient of the current in A/K
	Beta  float64 // temperature coefficient of the voltage in V/K, negative for silicon
	Rs    float64 // internal series resistance in Ω, from Fit
	Kappa float64 // curve correction factor κ in Ω/K
}

// Translate brings a measured curve, in the generator's convention, from the
// conditions of its measurement to others, by procedure 1 of IEC 60891:2009:
//
//	I2 = I1 + Isc1·(G2/G1 - 1) + α·(T2 - T1)
//	V2 = V1 - Rs·(I2 - I1) - κ·I2·(T2 - T1) + β·(T2 - T1)
//
// It is meant for small steps: for irradiances more than about 20 % apart the
// standard's procedure 2 is the better one. The answer is two new slices of the same length, in V and A; a point that is NaN stays NaN.
// A change of irradiance needs Isc above 0. The error is an *[Error] with
// [ErrArguments].
func Translate(voltage, current []float64, from, to Conditions, c Correction) (v2, i2 []float64, err error) {
	if len(voltage) != len(current) {
		return nil, nil, refuse(ErrArguments, "cannot translate the curve: %d voltages and %d currents, there must be as many of both", len(voltage), len(current))
	}
	for _, at := range []Conditions{from, to} {
		if !(at.Irradiance > 0 && at.Irradiance <= limit) {
			return nil, nil, refuse(ErrArguments, "cannot translate the curve: the irradiance is %g W/m², allowed is above 0 and at most 1e9", at.Irradiance)
		}
		if !(at.Temperature > -kelvin && at.Temperature <= limit) {
			return nil, nil, refuse(ErrArguments, "cannot translate the curve: the temperature is %g °C, allowed is above -273.15", at.Temperature)
		}
	}
	for _, x := range []float64{c.Isc, c.Alpha, c.Beta, c.Rs, c.Kappa} {
		if !finite(x) {
			return nil, nil, refuse(ErrArguments, "cannot translate the curve: the correction has a value of %g, allowed are finite numbers", x)
		}
	}
	if from.Irradiance != to.Irradiance && !(c.Isc > 0) {
		return nil, nil, refuse(ErrArguments, "cannot translate the curve from %g to %g W/m²: Isc is %g A, it must be that of the measured curve", from.Irradiance, to.Irradiance, c.Isc)
	}
	warmer := to.Temperature - from.Temperature
	shift := c.Isc*(to.Irradiance/from.Irradiance-1) + c.Alpha*warmer
	v2, i2 = make([]float64, len(voltage)), make([]float64, len(current))
	for k, i1 := range current {
		i2[k] = i1 + shift
		v2[k] = voltage[k] - c.Rs*shift - c.Kappa*i2[k]*warmer + c.Beta*warmer
	}
	return v2, i2, nil
}
