package sessions

import (
	"errors"
	"fmt"
)

// decodeParquet reads what encodeParquet writes and flat tables of numbers of
// other programs: integers, floats, true and false, and times, which become
// seconds since 1970; null is a gap. Pages may be plain, split by bytes, or with
// a dictionary, and not compressed or with snappy or gzip, which is what pandas
// and DuckDB write by themselves.
func decodeParquet(in source) (*Series, error) {
	file, err := readParquetNotes(in)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(file.columns))
	columns := make([]*numbers, len(file.columns))
	left := in.mostValues()
	var raw []byte // of a page, used again
	for i := range columns {
		names[i], columns[i] = file.columns[i].name, &numbers{}
	}
	room := in.size
	for _, group := range file.groups {
		if len(group) != len(columns) {
			return nil, errThrift
		}
		for _, chunk := range group {
			// No two are at the same place, or reading could go on for ever.
			if room -= max(chunk.size, 0); room < 0 {
				return nil, errThrift
			}
		}
		for i := range columns {
			r := &parquetReader{source: in, column: file.columns[i], chunk: group[i], out: columns[i], left: &left, raw: raw}
			if err := r.read(); err != nil {
				return nil, fmt.Errorf("column %q: %w", names[i], cut(err))
			}
			raw = r.raw
		}
	}
	if len(columns) == 0 {
		return nil, errors.New("it holds no column")
	}
	s, err := equalColumns(names, columns)
	if err != nil {
		return nil, err
	}
	if int64(s.n) != file.rows {
		return nil, fmt.Errorf("it has %d rows and says that it has %d", s.n, file.rows)
	}
	if text, ok := file.meta[parquetKey]; ok {
		known, err := parseAbout([]byte(text))
		if err != nil {
			return nil, err
		}
		known.apply(s)
	}
	return s, nil
}

// describeParquet reads the notes at the end.
func describeParquet(in source) (*about, error) {
	file, err := readParquetNotes(in)
	if err != nil {
		return nil, err
	}
	if text, ok := file.meta[parquetKey]; ok {
		return parseAbout([]byte(text))
	}
	rows := int(file.rows)
	a := &about{Rows: &rows}
	for _, c := range file.columns {
		a.Columns = append(a.Columns, c.name)
	}
	return a, nil
}
