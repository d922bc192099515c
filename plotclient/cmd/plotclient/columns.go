package main

import (
	"strings"

	"iotplot/plotclient/cmdline"
)

func addUnits(c *call) {
	c.flags.StringVar(&c.units, "units", "", "`units` of the columns, separated by commas: s,V,mA")
}

func columnsGroup() cmdline.Group { return cmdline.Group{Title: "Columns", Flags: []string{"units"}} }

func addRun(c *call) {
	c.flags.StringVar(&c.run, "run", "", "`run` of the series, as pipe shows it; else the newest")
}

func runGroup() cmdline.Group { return cmdline.Group{Title: "Measurement", Flags: []string{"run"}} }

// columns takes the names and units of columns from the arguments after the series
// and from --units. Units are nil if there is none.
func (c *call) columns() (names, units []string, err error) {
	any := false
	for _, arg := range c.args[1:] {
		name, unit := splitUnit(arg)
		if c.v1 {
			name, unit = arg, "" // version 1 has names only
		}
		names, units = append(names, name), append(units, unit)
		any = any || unit != ""
	}
	if c.flags.Changed("units") {
		given := strings.Split(c.units, ",")
		switch {
		case c.v1:
			return nil, nil, usage("leave --units or --v1 out", "version 1 has no units")
		case any:
			return nil, nil, usage("leave one of them out", "units stand both in --units and in the names of columns")
		case len(given) > len(names):
			return nil, nil, usage("give one a column, separated by commas", "there are %d units in --units for %s", len(given), count(int64(len(names)), "column"))
		}
		for i, unit := range given {
			units[i] = strings.TrimSpace(unit)
		}
		any = true
	}
	if !any {
		units = nil
	}
	return names, units, nil
}

// splitUnit takes V[mV] apart. With a blank in front of the bracket, as in headings
// of tables, it is a name like any other: the plot server knows those.
func splitUnit(column string) (name, unit string) {
	rest, closed := strings.CutSuffix(column, "]")
	i := strings.LastIndexByte(rest, '[')
	if !closed || i < 1 || rest[i-1] == ' ' || i == len(rest)-1 {
		return column, ""
	}
	return rest[:i], rest[i+1:]
}
