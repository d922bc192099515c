package offline

import (
	"encoding/json"
	"strings"

	"iotplot/plotserver/internal/render"
)

// optionValue is the value that texts on the command line mean for an option:
// the first reading that the renderer takes. It is JSON, or a list of what
// stands between commas, or the text itself. A flag that is given several times
// makes a list where the option takes one, else the last one counts. Where
// nothing is taken the renderer will say why, of what was most likely meant.
func optionValue(doc render.OptionDoc, texts []string) any {
	last := texts[len(texts)-1]
	if doc.Type == "text" {
		return last // it looks like whatever it looks like
	}
	if len(texts) > 1 && strings.Contains(doc.Type, "list") {
		var all []any
		for _, text := range texts {
			if list, ok := optionValue(doc, []string{text}).([]any); ok {
				all = append(all, list...)
			} else {
				all = append(all, optionValue(doc, []string{text}))
			}
		}
		return all
	}
	var readings []any
	if v, ok := asJSON(last); ok {
		readings = append(readings, v)
	}
	if strings.Contains(doc.Type, "list") {
		readings = append(readings, lists(doc.Type, last)...)
	}
	readings = append(readings, last)
	for _, v := range readings {
		if render.Check(doc.Name, v) == nil {
			return v
		}
	}
	return readings[0]
}

func asJSON(text string) (any, bool) {
	var v any
	err := json.Unmarshal([]byte(text), &v)
	return v, err == nil
}

// lists are the lists that a text may mean: 0,10 and 0, and 6x4 of numbers, V,I
// and "r-- bs" of texts.
func lists(kind, text string) []any {
	var readings []any
	if kind == "a list of two numbers" {
		size := strings.Map(func(r rune) rune {
			if r == 'x' || r == 'X' || r == '×' {
				return ','
			}
			return r
		}, text)
		ends := strings.Split(size, ",")
		for i, e := range ends {
			if strings.TrimSpace(e) == "" {
				ends[i] = "null"
			}
		}
		text = strings.Join(ends, ",")
	}
	if v, ok := asJSON("[" + text + "]"); ok {
		readings = append(readings, v)
	}
	if strings.Contains(kind, "format strings") {
		readings = append(readings, list(strings.Fields(text))) // first, for a comma is a marker
	}
	return append(readings, list(atCommas(text)))
}

func list(parts []string) []any {
	all := make([]any, len(parts))
	for i, p := range parts {
		all[i] = strings.TrimSpace(p)
	}
	return all
}

// atCommas cuts a text at the commas that are not inside of brackets: those of
// max(V, I) and of a unit belong to an expression.
func atCommas(text string) []string {
	var parts []string
	depth, from := 0, 0
	for i, r := range text {
		switch r {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case ',':
			if depth <= 0 {
				parts = append(parts, text[from:i])
				from = i + 1
			}
		}
	}
	return append(parts, text[from:])
}
