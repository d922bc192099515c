package main

import (
	"fmt"
	"math"

	"iotplot/plotserver/figure"
	"iotplot/sessions"
)

// energy writes all about one log of power.
func (d *document) energy(l *energyLog) error {
	d.heading("Energy: " + l.Name)
	b := sessions.NewBuilder(sessions.Header{Name: l.Name, Columns: []string{"t", "P", "E"}, Units: []string{"h", "W", "Wh"}})
	for k := range l.hours {
		b.Append([]float64{l.hours[k], l.power[k], l.counter[k]})
	}
	var spans []map[string]any
	for _, g := range l.gaps {
		spans = append(spans, map[string]any{"from": g.from, "to": g.to, "color": "gray", "alpha": 0.2})
	}
	o := figure.Options{"subplots": "columns", "xlabel": "Time [h]", "figsize": []float64{6, 4.5}, "linewidth": 1}
	caption := "Power, and the energy that the board added up, over time."
	if len(spans) > 0 {
		o["vspans"] = spans
		caption += " Grey: gaps."
	}
	if err := d.figure("power-"+l.Name, caption, o, b.Series()); err != nil {
		return err
	}
	rows := [][]string{{"energy", "time [h]", "E [mWh]"}}
	row := func(what string, hours, energy float64) {
		rows = append(rows, []string{what, fmt.Sprintf("%.2f", hours), fmt.Sprintf("%.1f", energy*1e3)})
	}
	row("between rows that follow each other", l.hoursOf, l.sum)
	rows = append(rows, []string{"of this, power above zero", "", fmt.Sprintf("%.1f", l.out*1e3)},
		[]string{"of this, power below zero", "", fmt.Sprintf("%.1f", -l.in*1e3)})
	total, all := l.sum, l.hoursOf
	for _, g := range l.gaps {
		what := fmt.Sprintf("gap from %s to %s: the sensor gave nothing, nor does the counter count", clock(g.from), clock(g.to))
		if g.lost > 0 {
			what = fmt.Sprintf("gap from %s to %s: %d rows lost, from the counter", clock(g.from), clock(g.to), g.lost)
		}
		row(what, g.to-g.from, g.counted)
		total += g.counted
		all += g.to - g.from
	}
	row("all that is known", all, total)
	row("the board's counter, as a check", all, l.counted())
	d.table(rows, "Energy, with straight lines of power between rows and never across a gap.")
	if d := math.Abs(total - l.counted()); d > 0.01*l.mostW*all {
		return fmt.Errorf("the rows of %s have %.4g Wh and its counter %.4g Wh: they are not of one log", l.Name, total, l.counted())
	}
	return nil
}

// others draws what is neither.
func (d *document) others(all []other) error {
	if len(all) == 0 {
		return nil
	}
	d.heading("Other series")
	for _, s := range all {
		if s.why != nil {
			d.say("%s: %v.", s.Name, s.why)
		}
		if s.Len() == 0 {
			d.say("%s has no rows.", s.Name)
			continue
		}
		if err := d.figure("series-"+s.Name, s.Name+".", nil, s.Series); err != nil {
			d.say("%s is not drawn: %v.", s.Name, err)
		}
	}
	return nil
}
