package wire

// AppendNewSeries appends version 1's ["series", "column", …], byte for byte as Python's json.dumps writes it.
func AppendNewSeries(dst []byte, series string, columns ...string) []byte {
	dst = appendASCII(append(dst, '['), series)
	for _, c := range columns {
		dst = appendASCII(append(dst, ", "...), c)
	}
	return append(dst, ']')
}

// AppendData appends version 1's row ["series", 0.025, 1.0, …], values in column order, byte for byte as Python's
// json.dumps writes floats. It allocates nothing while dst has room.
func AppendData(dst []byte, series string, values ...float64) []byte {
	dst = appendASCII(append(dst, '['), series)
	for _, v := range values {
		dst = appendPython(append(dst, ", "...), v)
	}
	return append(dst, ']')
}

// AppendSave appends version 1's ["series", "filename"]. Without a filename, "", it is ["series", null]: the server
// chooses.
func AppendSave(dst []byte, series, filename string) []byte {
	dst = appendASCII(append(dst, '['), series)
	if filename == "" {
		return append(dst, ", null]"...)
	}
	dst = appendASCII(append(dst, ", "...), filename)
	return append(dst, ']')
}

// AppendPlot appends version 1's ["series", {"title": "…", …}], options in the order given.
func AppendPlot(dst []byte, series string, opts ...Option) []byte {
	dst = appendASCII(append(dst, '['), series)
	dst = append(dst, ", {"...)
	for i, o := range opts {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = o.append(dst)
	}
	return append(dst, "}]"...)
}
