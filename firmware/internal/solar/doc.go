// Package solar measures I-V curves of solar cells with an INA219 and a load, and
// sends them to a plot server. It is the whole of a board's program, without the
// hardware: begin with [New], then call [Loop.Step] for ever.
//
// # By hand
//
// Without a Load a student turns a potentiometer for Options.HandTime. All readings
// are looked at, and those are kept that lie spread along the curve, however fast
// or unevenly the knob was turned: where it rested, readings are averaged, where it
// moved, they are taken as they are. It ends early when both ends were seen and
// nothing new comes, or when the button is pressed.
//
// # Driven
//
// A Load is anything whose strength the board sets: a MOSFET whose gate gets a
// filtered PWM or a DAC's voltage. First the curve is scouted: from both ends, the
// widest gap along the curve is halved until none is wide, because nearly all of a
// gate's range does nothing at all and a few millivolts do everything. Then the
// chosen levels are measured from open to short circuit, each after it has settled,
// averaged. Afterwards the load is off.
//
// # What is sent
//
// One run of the series for each sweep, a row a point from open to short circuit: t
// in s since the sweep began, V in V, I in A, P in W. V is that of the cell's own
// terminals, with the shunt's share. A point at which the sensor failed is a row of
// gaps; one whose current is beyond the sensor's range has a voltage and a gap.
// Then the series is saved, and plotted with kind "iv".
//
// A sweep that cannot be delivered waits in memory, one more can be measured
// meanwhile, and none is forgotten. A sensor that fails is brought back; the sweep
// goes on, or ends when the sensor stays away. Nothing waits for ever, and nothing
// allocates during a sweep.
package solar
