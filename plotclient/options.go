package plotclient

import (
	"strconv"

	"iotplot/plotclient/wire"
)

// Title is the text above the plot. TeX mathematics stands between dollar signs.
func Title(text string) wire.Option { return wire.Text("title", text) }

// XLabel is the text below the x axis, usually a quantity and its unit: Time [s].
func XLabel(text string) wire.Option { return wire.Text("xlabel", text) }

// YLabel is the text beside the y axis.
func YLabel(text string) wire.Option { return wire.Text("ylabel", text) }

// Filename is the file to draw to, inside the server's folder. Its ending chooses
// the format: pdf, png, svg, jpg or eps. Without this option it is <series>.pdf.
func Filename(name string) wire.Option { return wire.Text("filename", name) }

// Format is how each y column is drawn, one matplotlib format string a column:
// "r--" is a red dashed line, "bs" are blue squares.
func Format(marks ...string) wire.Option { return wire.Texts("format", marks...) }

// FigSize is the plot's width and height in inches. Without this option it is 5
// by 3.
func FigSize(width, height float64) wire.Option { return wire.Numbers("figsize", width, height) }

// XLog makes the x axis logarithmic.
func XLog() wire.Option { return wire.Flag("xlog", true) }

// YLog makes the y axis logarithmic.
func YLog() wire.Option { return wire.Flag("ylog", true) }

// Grid turns the grid on or off. Without this option it is on.
func Grid(on bool) wire.Option { return wire.Flag("grid", on) }

// Hist draws a histogram of the columns instead of curves.
func Hist() wire.Option { return wire.Flag("hist", true) }

// Set is any option by its name, also one that a newer server knows and this
// package does not: Set("dpi", 300), Set("columns", []string{"V", "I"}). What
// the server does not know or does not allow is in its reply.
func Set[T string | bool | int | float64 | []string | []float64](name string, value T) wire.Option {
	switch v := any(value).(type) {
	case string:
		return wire.Text(name, v)
	case bool:
		return wire.Flag(name, v)
	case int:
		// Through JSON, so that 300 is sent as 300, as Python does, not as 300.0.
		return wire.JSON(name, strconv.Itoa(v))
	case float64:
		return wire.Number(name, v)
	case []string:
		return wire.Texts(name, v...)
	case []float64:
		return wire.Numbers(name, v...)
	}
	panic("unreachable: the constraint of Set lists these types only")
}

// SetJSON is any option by its name, its value being JSON text: an option that is
// an object or a list of mixed values, {"V": "sV"}.
func SetJSON(name, json string) wire.Option { return wire.JSON(name, json) }
