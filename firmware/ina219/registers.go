package ina219

// Register is an address of the table "Summary of Register Set".
type Register uint8

// The registers. Each has 16 bits, the high byte first.
const (
	RegConfiguration Register = iota
	RegShuntVoltage           // signed, 10 µV
	RegBusVoltage             // bits 15 … 3 unsigned, 4 mV; then two flags
	RegPower                  // 20 times the current's step
	RegCurrent                // signed, scaled by the calibration
	RegCalibration
)

// String is the register's name in the data sheet.
func (r Register) String() string {
	switch r {
	case RegConfiguration:
		return "configuration"
	case RegShuntVoltage:
		return "shunt voltage"
	case RegBusVoltage:
		return "bus voltage"
	case RegPower:
		return "power"
	case RegCurrent:
		return "current"
	case RegCalibration:
		return "calibration"
	}
	return "unknown"
}

// Addresses, from the table "Address Pins and Slave Addresses": A1 and A0 both
// at GND give the first, which is how breakout boards come.
const (
	FirstAddress uint16 = 0x40
	LastAddress  uint16 = 0x4F
)

// PowerOnConfiguration is the configuration register after a reset (table "Summary of
// Register Set").
const PowerOnConfiguration uint16 = 0x399F

// RecoveryMicros is the time in µs to wake from power-down (section "Basic ADC
// Functions").
const RecoveryMicros = 40

const (
	reset           uint16 = 1 << 15 // RST, section "Configuration Register"
	conversionReady uint16 = 1 << 1  // CNVR, section "Bus Voltage Register"
	overflow        uint16 = 1       // OVF, the same
	busShift               = 3       // the same: bits 15 … 3 hold the voltage

	shuntStep = 10   // µV, "Electrical Characteristics", 1 LSB step size
	busStep   = 4000 // µV, the same

	powerSteps = 20 // section "Programming the Calibration Register": power LSB = 20 × current LSB

	// scale is the constant 0.04096 of the same section, in nA·µΩ: the multiplier divides
	// by 4096 what steps of 10 µV make, and 4096 × 10 µV = 0.04096 V.
	scale = 40_960_000_000_000
)
