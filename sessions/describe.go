package sessions

// Description is what a file says of its series without its values.
type Description struct {
	Header
	Format  Format
	Rows    int // lost ones included; -1 when only going through the file would tell
	Missing int // lost ones; 0 when the file does not tell
}

// Describe reads what a file says of its series, see [Load], without its values:
// it is quick, however long the series. A pickle without a .meta.json beside it
// does not even tell its columns. Files that are damaged further on are not
// found out. Errors are those of [Load].
func Describe(filename string) (*Description, error) {
	var d *Description
	err := withFile(filename, openOrdinary, filename, func(in source, f Format, beside *about) error {
		a := beside
		if c, _ := f.codec(); c.describe != nil {
			said, err := c.describe(in)
			if err != nil {
				return err
			}
			// The names in a table are the true ones.
			if a == nil {
				a = said
			} else if said != nil {
				units := &Series{Header: Header{Columns: said.Columns}}
				a.apply(units)
				a.Columns, a.Units = units.Columns, units.Units
			}
		}
		d = &Description{Format: f, Rows: -1}
		d.Name = baseName(filename)
		if a == nil {
			return nil
		}
		if a.Series != "" {
			d.Name = a.Series
		}
		d.Run, d.Columns, d.Units, d.Meta = a.Run, columnNames(a.Columns), a.Units, a.Meta
		if a.Started != nil {
			d.Started = *a.Started
		}
		if a.Rows != nil {
			d.Rows = *a.Rows
		}
		for _, r := range a.Missing {
			d.Missing += max(r[1]-r[0], 0)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}
