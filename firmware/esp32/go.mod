module iotplot/firmware/esp32

go 1.25.0

require (
	iotplot v0.0.0
	tinygo.org/x/drivers v0.37.0
	tinygo.org/x/espradio v0.3.0
)

replace iotplot => ../..
