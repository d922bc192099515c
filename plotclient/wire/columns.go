package wire

import "strconv"

// columnNames are the columns of an opening as they arrived.
type columnNames []columnName

type columnName struct {
	text string // a number's text as it was written, empty for other kinds
	kind Kind
}

// mend gives every column a name of its own. Names that a client gave stay with the first column that has them; the
// columns after it get _2, _3 and so on, and columns without a name c and their position, whatever is free.
func (names columnNames) mend() (columns []string, warning string) {
	columns = make([]string, len(names))
	taken := make(map[string]bool, len(names))
	for i, n := range names {
		if n.text != "" && !taken[n.text] {
			taken[n.text] = true
			columns[i] = n.text
		}
	}
	next := map[string]int{} // the number to try next behind a name
	changes := 0
	for i, n := range names {
		if columns[i] == "" {
			base := n.text
			if base == "" {
				base = "c" + strconv.Itoa(i+1)
			}
			name := base
			for taken[name] {
				k := next[base]
				if k == 0 {
					k = 2
				}
				next[base] = k + 1
				name = base + "_" + strconv.Itoa(k)
			}
			taken[name] = true
			columns[i] = name
		}
		if n.kind == KindText && columns[i] == n.text {
			continue
		}
		if changes++; changes > 4 {
			continue
		}
		if changes > 1 {
			warning += ", "
		}
		warning += "column " + strconv.Itoa(i+1) + " (" + n.why() + ") is " + quote(columns[i])
	}
	switch {
	case changes == 0:
		return columns, ""
	case changes > 4:
		warning += " and " + strconv.Itoa(changes-4) + " more"
	}
	return columns, "columns got names that are texts, not empty, and all different: " + warning
}

// why says what was wrong with the name.
func (n columnName) why() string {
	switch {
	case n.kind == KindText && n.text == "":
		return "an empty text"
	case n.kind == KindText:
		return quote(n.text) + " again"
	case n.kind == KindNumber:
		return "a number"
	}
	return n.kind.article()
}
