package wire

// ParseValue reads a payload that is any one value: nil, bool, float64, string, []any or map[string]any. Of equal keys
// the last counts. Lists and objects may stand 16 deep in each other.
func ParseValue(payload []byte) (any, error) {
	s := scanner{b: payload}
	s.space()
	v := s.value()
	if s.fault != faultNone || !s.end() {
		code, wrong, hint := s.problem()
		return nil, &Error{Code: code, First: -1, Text: "cannot read a value: " + wrong + ", it has to be JSON" + hint}
	}
	return v, nil
}

// value reads any value into memory; it is nil after a fault.
func (s *scanner) value() any {
	switch s.kind() {
	case KindText:
		if t, ok := s.text(nil, true); ok {
			return string(t)
		}
	case KindNumber:
		if v, ok := s.number(); ok {
			return v
		}
	case KindBool:
		if v, ok := s.boolean(); ok {
			return v
		}
	case KindNull:
		s.word("null")
	case KindList:
		list := []any{}
		s.open('[', "")
		for first := true; s.fault == faultNone && s.more(first, ']'); first = false {
			list = append(list, s.value())
		}
		if s.fault == faultNone {
			return list
		}
	case KindObject:
		if object := s.object(); s.fault == faultNone {
			return object
		}
	default:
		s.fail(faultByte, s.i, "a value")
	}
	return nil
}

// object reads an object that begins here.
func (s *scanner) object() map[string]any {
	object := map[string]any{}
	s.open('{', "")
	for first := true; s.fault == faultNone && s.more(first, '}'); first = false {
		if k, ok := s.key(); ok {
			name := string(k)
			object[name] = s.value()
		}
	}
	return object
}

// AppendValue appends a value as version 2 writes it, keys in the order of their bytes. Besides what ParseValue gives
// it takes int, int64, []string and []float64; any other type becomes null.
func AppendValue(dst []byte, v any) []byte {
	switch v := v.(type) {
	case bool:
		return appendBool(dst, v)
	case float64:
		return appendNumber(dst, v)
	case int:
		return appendInt(dst, int64(v))
	case int64:
		return appendInt(dst, v)
	case string:
		return appendText(dst, v)
	case []string:
		return appendTexts(dst, v)
	case []float64:
		return appendRow(dst, v)
	case []any:
		dst = append(dst, '[')
		for i, e := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = AppendValue(dst, e)
		}
		return append(dst, ']')
	case map[string]any:
		return appendObject(dst, v)
	}
	return append(dst, "null"...)
}

func appendObject(dst []byte, object map[string]any) []byte {
	dst = append(dst, '{')
	for i, k := range sortedKeys(object) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendText(dst, k), ':')
		dst = AppendValue(dst, object[k])
	}
	return append(dst, '}')
}

// sortedKeys sorts by a heap: package sort would bring reflect to the board.
func sortedKeys(object map[string]any) []string {
	keys := make([]string, 0, len(object))
	for k := range object {
		keys = append(keys, k)
	}
	sink := func(i, n int) {
		for {
			child := 2*i + 1
			if child >= n {
				return
			}
			if child+1 < n && keys[child] < keys[child+1] {
				child++
			}
			if keys[i] >= keys[child] {
				return
			}
			keys[i], keys[child] = keys[child], keys[i]
			i = child
		}
	}
	for i := len(keys)/2 - 1; i >= 0; i-- {
		sink(i, len(keys))
	}
	for n := len(keys) - 1; n > 0; n-- {
		keys[0], keys[n] = keys[n], keys[0]
		sink(0, n)
	}
	return keys
}

func appendTexts(dst []byte, texts []string) []byte {
	dst = append(dst, '[')
	for i, t := range texts {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendText(dst, t)
	}
	return append(dst, ']')
}

func appendRow(dst []byte, values []float64) []byte {
	dst = append(dst, '[')
	for i, v := range values {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendNumber(dst, v)
	}
	return append(dst, ']')
}
