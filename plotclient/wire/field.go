package wire

// field moves to the next field of an object and gives its key; false is the object's end, or a fault. The key is valid
// until the field's value is read.
func (s *scanner) field(first bool) (key []byte, ok bool) {
	if s.fault != faultNone || !s.more(first, '}') {
		return nil, false
	}
	return s.key()
}

// textField reads a field that has to be a text or null, which is the empty text.
func (s *scanner) textField(what string, to *string) {
	switch s.kind() {
	case KindText:
		if t, ok := s.raw(""); ok {
			*to = string(t)
		}
	case KindNull:
		s.word("null")
		*to = ""
	default:
		s.wrong(CodeBadMessage, what, "a text")
	}
}

// countField reads a field that has to be a whole number from 0 on or null, which is the same as no such field.
func (s *scanner) countField(what string, to *int64, absent int64) {
	if s.kind() == KindNull {
		s.word("null")
		*to = absent
		return
	}
	n, ok := s.count()
	if !ok {
		if k := s.kind(); k == KindNumber {
			if s.mistake == "" {
				s.mistake, s.code = what+" has to be a whole number from 0 on", CodeBadMessage
			}
			s.skip()
		} else {
			s.wrong(CodeBadMessage, what, "a whole number from 0 on")
		}
		return
	}
	*to = n
}

// flagField reads a field that has to be true, false or null, which is false.
func (s *scanner) flagField(what string, to *bool) {
	switch s.kind() {
	case KindBool:
		*to, _ = s.boolean()
	case KindNull:
		s.word("null")
		*to = false
	default:
		s.wrong(CodeBadMessage, what, "true or false")
	}
}

// textsField reads a field that has to be a list of texts or null.
func (s *scanner) textsField(what string, to *[]string) {
	*to = nil
	switch s.kind() {
	case KindNull:
		s.word("null")
		return
	case KindList:
	default:
		s.wrong(CodeBadMessage, what, "a list of texts")
		return
	}
	s.open('[', "")
	for first := true; s.fault == faultNone && s.more(first, ']'); first = false {
		text := ""
		s.textField("an element of "+what, &text)
		*to = append(*to, text)
	}
}

// objectField reads a field that has to be an object or null.
func (s *scanner) objectField(code Code, what string, to *map[string]any) {
	switch s.kind() {
	case KindNull:
		s.word("null")
		*to = nil
	case KindObject:
		*to = s.object()
	default:
		s.wrong(code, what, "an object")
	}
}
