//go:build tinygo

package board

import "machine"

// Group is one of the machine's groups of PWM channels, machine.PWM0 for example.
type Group interface {
	Configure(config machine.PWMConfig) error
	Channel(pin machine.Pin) (uint8, error)
	Top() uint32
	Set(channel uint8, value uint32)
}

// PWMLevels is the highest level of a [PWM].
const PWMLevels = 4_095

// PWM drives the gate of a load's MOSFET through a filter, 10 kΩ and 1 µF.
type PWM struct {
	group   Group
	channel uint8
}

// pwmPeriod is in ns: 20 kHz, so that the filter leaves a millivolt of ripple.
const pwmPeriod = 50_000

// NewPWM makes a pin a PWM output, at 0.
func NewPWM(group Group, pin machine.Pin) (PWM, error) {
	if err := group.Configure(machine.PWMConfig{Period: pwmPeriod}); err != nil {
		return PWM{}, err
	}
	channel, err := group.Channel(pin)
	p := PWM{group, channel}
	if err == nil {
		p.Set(0)
	}
	return p, err
}

// Set sets the duty cycle: 0 to PWMLevels.
func (p PWM) Set(level int32) {
	level = max(0, min(level, PWMLevels))
	p.group.Set(p.channel, uint32(uint64(p.group.Top())*uint64(level)/PWMLevels))
}
