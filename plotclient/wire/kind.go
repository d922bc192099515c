package wire

// Kind is the type of a value in a payload.
type Kind uint8

// The kinds of values.
const (
	KindNone Kind = iota // no value
	KindNull
	KindBool
	KindNumber
	KindText
	KindList
	KindObject
)

// String is the kind in a word, "text" for example; true and false are "bool", and KindNone is "nothing".
func (k Kind) String() string {
	switch k {
	case KindNull:
		return "null"
	case KindBool:
		return "bool"
	case KindNumber:
		return "number"
	case KindText:
		return "text"
	case KindList:
		return "list"
	case KindObject:
		return "object"
	}
	return "nothing"
}

// article is the kind as it stands in a sentence.
func (k Kind) article() string {
	switch k {
	case KindNull, KindNone:
		return k.String()
	case KindBool:
		return "true or false"
	case KindObject:
		return "an object"
	}
	return "a " + k.String()
}
