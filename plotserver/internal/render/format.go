package render

import (
	"fmt"
	"strings"

	"iotplot/plotserver/internal/render/canvas"
)

// Format is a kind of picture file.
type Format = canvas.Format

// The formats.
const (
	PDF = canvas.PDF
	PNG = canvas.PNG
	SVG = canvas.SVG
	JPG = canvas.JPG
	EPS = canvas.EPS
)

// FormatOf finds the format in the ending of a file name: pdf, png, svg, jpg,
// jpeg or eps, in large or small letters. A name without an ending means PNG
// and gets it. Any other ending is refused with an *OptionError.
func FormatOf(filename string) (f Format, name string, err error) {
	base := filename[strings.LastIndexAny(filename, `/\`)+1:]
	if base == "" {
		return 0, "", &OptionError{"filename", fmt.Sprintf("cannot plot to %s: that is no file name, allowed is a name ending in .pdf, .png, .svg, .jpg or .eps", shown(filename))}
	}
	dot := strings.LastIndexByte(base, '.')
	if dot <= 0 {
		return PNG, filename + ".png", nil
	}
	switch strings.ToLower(base[dot+1:]) {
	case "pdf":
		return PDF, filename, nil
	case "png":
		return PNG, filename, nil
	case "svg":
		return SVG, filename, nil
	case "jpg", "jpeg":
		return JPG, filename, nil
	case "eps":
		return EPS, filename, nil
	}
	return 0, "", &OptionError{"filename", fmt.Sprintf("cannot plot to %s: there is no format %s, allowed are .pdf, .png, .svg, .jpg and .eps", shown(filename), shown(base[dot:]))}
}
