module tinygo.org/x/espradio

go 1.24.0

require tinygo.org/x/drivers v0.37.0
