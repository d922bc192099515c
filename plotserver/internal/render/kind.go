package render

import "strings"

// kind is a way to draw series. Its plan adds panels with marks to the figure;
// labels and limits that were asked for are set afterwards.
type kind struct {
	name, doc string
	plan      func(p *planning) error
}

// kinds are all there are, the default first.
func kinds() []kind {
	return []kind{
		{"line", "the columns against x", planCurves},
		{"hist", "histograms of the columns", planHistogram},
		{"iv", "solar cells' I-V curves with their P-V curves and figures", planIV},
		{"spectrum", "the columns' spectra by Welch's method", planSpectrum},
		{"box", "box plots of the columns", planBoxes},
	}
}

// kindOfPlot is the kind that is asked for; a checked name is always found.
func kindOfPlot(s *spec) kind {
	all := kinds()
	for _, k := range all {
		if k.name == s.kind {
			return k
		}
	}
	if s.hist {
		return kind{"hist", "", planHistogram}
	}
	return all[0]
}

func kindNames() string {
	var names []string
	for _, k := range kinds() {
		names = append(names, `"`+k.name+`"`)
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

func kindDocs() string {
	var docs []string
	for _, k := range kinds() {
		docs = append(docs, `"`+k.name+`": `+k.doc)
	}
	return "what is drawn: " + strings.Join(docs, ", ")
}

func setKind(s *spec, v any) *refusal {
	name, ok := v.(string)
	if !ok {
		return &refusal{"it is " + kindOf(v), kindNames()}
	}
	for _, k := range kinds() {
		if k.name == name {
			s.kind = name
			return nil
		}
	}
	return &refusal{"there is no such kind", kindNames()}
}
