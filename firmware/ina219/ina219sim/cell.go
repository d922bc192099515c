package ina219sim

import "iotplot/sessions/ivcurve"

// Cell is a solar cell or panel at any irradiance and temperature.
type Cell = ivcurve.Cell

// DefaultCell is a small panel of ten silicon cells in series, as sold for
// experiments: 6.1 V open, 200 mA shorted at 1000 W/m² and 25 °C. With the 0.1 Ω of the usual
// breakout boards that is half of the INA219's most sensitive range.
func DefaultCell() Cell {
	const (
		cells         = 10
		ideality      = 1.1
		thermal       = 0.0256926 // V, kT/q at 25 °C
		photocurrent  = 0.2003    // A
		saturation    = 8.4e-11   // A
		series, shunt = 1.0, 800.0
	)
	return Cell{
		Standard: ivcurve.SingleDiode{
			Photocurrent:      photocurrent,
			SaturationCurrent: saturation,
			Rs:                series,
			Rsh:               shunt,
			NNsVth:            cells * ideality * thermal,
		},
		AlphaIsc: 0.0005 * photocurrent, // silicon: 0.05 %/K
	}
}
