package render

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// idle are warnings of options that are given but have no effect with the kind
// of plot or beside another option.
func idle(options map[string]any, s *spec) []string {
	given := func(name string) bool {
		switch v := options[name].(type) {
		case nil:
			return false
		case bool:
			return v
		}
		return true
	}
	kind := kindOfPlot(s).name
	var without []string
	for _, only := range []struct {
		kinds, options []string
	}{
		{[]string{"iv"}, []string{"v", "i", "area", "irradiance"}},
		{[]string{"spectrum"}, []string{"nperseg", "scaling"}},
		{[]string{"box"}, []string{"notch", "means"}},
		{[]string{"hist"}, []string{"bins", "stacked", "density", "cumulative"}},
		{[]string{"line"}, []string{"y2"}},
		{[]string{"line", "hist"}, []string{"subplots"}},
		{[]string{"line", "hist", "spectrum", "box"}, []string{"columns"}},
		{[]string{"line", "spectrum"}, []string{"alpha", "band", "bars", "fill", "linewidth", "markersize", "scatter", "steps", "xerr", "yerr"}},
	} {
		for _, name := range only.options {
			if given(name) && !slices.Contains(only.kinds, kind) {
				without = append(without, name)
			}
		}
	}
	var out []string
	if len(without) == 1 {
		out = append(out, fmt.Sprintf("option %s has no effect with kind %q", without[0], kind))
	} else if len(without) > 1 {
		out = append(out, fmt.Sprintf("options %s have no effect with kind %q", strings.Join(without, ", "), kind))
	}
	if s.hist && kind != "hist" {
		out = append(out, fmt.Sprintf("option hist has no effect beside kind %q", kind))
	}
	for _, scale := range []struct {
		log   bool
		name  string
		scale string
	}{{s.xlog, "x", s.xscale}, {s.ylog, "y", s.yscale}, {s.y2log, "y2", s.y2scale}} {
		if scale.log && scale.scale != "" && scale.scale != "log" {
			out = append(out, fmt.Sprintf("option %slog has no effect beside %sscale %q", scale.name, scale.name, scale.scale))
		}
	}
	return out
}

// warnOfRows tells of series of which from and to leave nothing.
func (p *planning) warnOfRows() {
	lo, hi := p.spec.from, p.spec.to
	if lo > hi {
		lo, hi = hi, lo
	}
	where := ""
	switch {
	case lo == lo && hi == hi:
		where = fmt.Sprintf("between %v and %v", lo, hi)
	case lo == lo:
		where = fmt.Sprintf("from %v on", lo)
	case hi == hi:
		where = fmt.Sprintf("up to %v", hi)
	default:
		return
	}
	var none []string
	for _, src := range p.sources {
		if src.series.Len() > 0 && len(src.rows.kept) == 0 {
			none = append(none, fmt.Sprintf("no row of %s lies %s", shown(src.series.Name), where))
		}
	}
	if len(none) == len(p.sources) {
		p.figure.noRows = "there is nothing to draw: no row lies " + where
		return
	}
	p.report.warn(none...)
}

// warnOfLimits tells of limits and bins in which there is nothing.
func (p *panel) warnOfLimits(report *Report) {
	if p.empty() {
		return
	}
	check := func(option string, a *axis) {
		all := a.all
		if a.logarithmic() {
			all = a.positive
		}
		asked := a.asked.lo == a.asked.lo || a.asked.hi == a.asked.hi
		lo, hi := math.Min(a.lim.lo, a.lim.hi), math.Max(a.lim.lo, a.lim.hi)
		if asked && !all.empty() && (all.hi < lo || all.lo > hi) {
			report.warn(fmt.Sprintf("%s shows nothing, the values are from %.4g to %.4g", option, all.lo, all.hi))
		}
	}
	check("xlim", p.x)
	check("ylim", p.y)
	if p.y2 != nil {
		check("y2lim", p.y2)
	}
	for _, m := range p.marks {
		h, ok := m.mark.(*histogram)
		if !ok || h.edges == nil || slices.ContainsFunc(h.counts, func(n []int) bool { return slices.Max(n) > 0 }) {
			continue
		}
		if v := newColumn(joined(h.columns)).extent(); !v.empty() {
			report.warn(fmt.Sprintf("bins hold nothing, the values are from %.4g to %.4g", v.lo, v.hi))
		}
	}
}
