package sessions

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// extend appends values, which are copied.
func (l *pickleList) extend(items []pickleValue) {
	for _, v := range items {
		if v.ref != nil && !l.others {
			l.others = true
			for piece := range l.numbers.column().Chunks() {
				for _, n := range piece {
					l.items = append(l.items, pickleValue{number: n})
				}
			}
			l.numbers = numbers{}
		}
		if l.others {
			l.items = append(l.items, v)
		} else {
			l.numbers.append(v.number)
		}
	}
}

func (m *pickleMachine) extendTop(items []pickleValue) error {
	// The items stay where they are, above the top, while it is looked at.
	v, err := m.top()
	if err != nil {
		return err
	}
	l, ok := v.ref.(*pickleList)
	if !ok {
		return errStack
	}
	l.extend(items)
	return nil
}

func (m *pickleMachine) setTop(items []pickleValue) error {
	v, err := m.top()
	if err != nil {
		return err
	}
	d, ok := v.ref.(*pickleDict)
	if !ok {
		return errStack
	}
	return d.set(items)
}

// set puts keys and values, in turns, into the dictionary.
func (d *pickleDict) set(items []pickleValue) error {
	if len(items)%2 == 1 {
		return errStack
	}
	if d.at == nil {
		d.at = map[string]int{}
	}
	for i := 0; i < len(items); i += 2 {
		key, err := pickleName(items[i])
		if err != nil {
			return err
		}
		if at, ok := d.at[key]; ok {
			d.values[at] = items[i+1]
			continue
		}
		if len(d.keys) >= maxColumns {
			return fmt.Errorf("it has more than %d columns", maxColumns)
		}
		d.at[key] = len(d.keys)
		d.keys = append(d.keys, key)
		d.values = append(d.values, items[i+1])
	}
	return nil
}

// pickleName gives the text of a key. Numbers become their text.
func pickleName(v pickleValue) (string, error) {
	switch ref := v.ref.(type) {
	case nil:
		return strconv.FormatFloat(v.number, 'g', -1, 64), nil
	case pickleText:
		if len(ref) <= maxPickleName {
			return string(ref), nil
		}
		return "", fmt.Errorf("the name of a column has %d bytes, more than %d", len(ref), maxPickleName)
	case pickleBytes: // what Python 2 calls a text
		if len(ref) > maxPickleName {
			return "", fmt.Errorf("the name of a column has %d bytes, more than %d", len(ref), maxPickleName)
		}
		if !utf8.Valid(ref) {
			return latin1(ref), nil
		}
		return string(ref), nil
	}
	return "", fmt.Errorf("the name of a column is %s, not a text", kindOf(v))
}

func latin1(raw []byte) string {
	var b strings.Builder
	for _, c := range raw {
		b.WriteRune(rune(c))
	}
	return b.String()
}
