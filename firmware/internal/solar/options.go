package solar

import (
	"errors"

	"iotplot/firmware/ina219"
	"iotplot/firmware/internal/button"
	"iotplot/firmware/internal/station"
	"iotplot/plotclient/wire"
)

// Load is a load that the board drives: 0 is off, the highest level the strongest.
type Load interface{ Set(level int32) }

// Options are what New needs: Sensor and Station; the rest may be left out.
type Options struct {
	Station station.Options

	// Sensor is the chip's driver, made with meter.Settings. The cell's plus is wired
	// to IN+, the load between IN- and ground.
	Sensor *ina219.Device

	Load  Load  // nil: the load is turned by hand
	Level int32 // the highest level of Load: 255 for a DAC of 8 bits; 0 is 65,535

	// Button begins a sweep, and ends one that is made by hand. nil: there is none.
	Button button.Contact
	AtOnce bool  // the first sweep begins when the board is switched on
	Every  int64 // ms from the end of one sweep to the next; 0: only on the button

	Series   string        // "" is solar
	File     string        // to plot to; "" leaves it to the server
	SaveAs   string        // to save to; "" leaves it to the server
	Title    string        // of the plot; "" is none
	Options  []wire.Option // of the plot, beside these
	Points   int           // along the curve, 8 to 90; 0 is 48
	HandTime int64         // ms that a sweep by hand takes at the most; 0 is 20,000
	Settle   int64         // ms that a driven load gets at the least before it is measured; 0 is 5
	Average  ina219.ADC    // of each reading; 0 (Bits12) is Average16 driven and Average8 by hand
}

// The errors of New.
var (
	ErrSensor = errors.New("cannot make a solar program without a sensor: set Options.Sensor")
	ErrMode   = errors.New("cannot make a solar program: the sensor's driver needs the settings of meter.Settings")
	ErrPoints = errors.New("cannot make a solar program: a curve has 8 to 90 points")
	ErrLevel  = errors.New("cannot make a solar program: the load's highest level must be at least 8")
)

const (
	defaultSeries   = "solar"
	defaultPoints   = 48
	defaultHandTime = 20_000 // ms
	defaultSettle   = 5      // ms
	defaultLevel    = 65_535
)

func (o *Options) check() error {
	if o.Points == 0 {
		o.Points = defaultPoints
	}
	if o.Level == 0 {
		o.Level = defaultLevel
	}
	switch {
	case o.Sensor == nil:
		return ErrSensor
	case o.Sensor.Settings().Mode != ina219.Triggered:
		return ErrMode
	case o.Points < 8 || o.Points > most-6:
		return ErrPoints
	case o.Level < 8:
		return ErrLevel
	}
	if o.Series == "" {
		o.Series = defaultSeries
	}
	if o.HandTime <= 0 {
		o.HandTime = defaultHandTime
	}
	if o.Settle <= 0 {
		o.Settle = defaultSettle
	}
	if o.Average == ina219.Bits12 {
		o.Average = ina219.Average8
		if o.Load != nil {
			o.Average = ina219.Average16
		}
	}
	return nil
}
