package wire

// Option is one option of a plot, a name and a value of any type. The server says what options there are.
type Option struct {
	name    string
	kind    optionKind
	flag    bool
	number  float64
	text    string
	texts   []string
	numbers []float64
}

type optionKind uint8

const (
	optionText optionKind = iota
	optionNumber
	optionFlag
	optionTexts
	optionNumbers
	optionJSON
)

// Text is an option such as title or filename.
func Text(name, v string) Option { return Option{name: name, kind: optionText, text: v} }

// Number is an option such as dpi.
func Number(name string, v float64) Option {
	return Option{name: name, kind: optionNumber, number: v}
}

// Flag is an option such as xlog or grid.
func Flag(name string, v bool) Option { return Option{name: name, kind: optionFlag, flag: v} }

// Texts is an option such as format. It keeps v, which must not change before the option is used.
func Texts(name string, v ...string) Option { return Option{name: name, kind: optionTexts, texts: v} }

// Numbers is an option such as figsize. It keeps v, which must not change before the option is used.
func Numbers(name string, v ...float64) Option {
	return Option{name: name, kind: optionNumbers, numbers: v}
}

// JSON is an option with any other value, as JSON text. What is not one whole value is sent as a text, so that it can
// never break the message around it.
func JSON(name, raw string) Option { return Option{name: name, kind: optionJSON, text: raw} }

// append writes the option as version 1 does.
func (o Option) append(dst []byte) []byte {
	dst = append(appendASCII(dst, o.name), ": "...)
	switch o.kind {
	case optionNumber:
		return appendPython(dst, o.number)
	case optionFlag:
		return appendBool(dst, o.flag)
	case optionTexts:
		dst = append(dst, '[')
		for i, t := range o.texts {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = appendASCII(dst, t)
		}
		return append(dst, ']')
	case optionNumbers:
		dst = append(dst, '[')
		for i, v := range o.numbers {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = appendPython(dst, v)
		}
		return append(dst, ']')
	case optionJSON:
		s := scanner{b: []byte(o.text), depth: 2}
		s.space()
		if s.skip() && s.end() {
			return append(dst, o.text...)
		}
	}
	return appendASCII(dst, o.text)
}
