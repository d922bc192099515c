package sessions

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// The values that stand for numpy's.
type (
	// pickleDtype is a numpy.dtype.
	pickleDtype struct{ dtype }

	// pickleArray is a numpy.ndarray. Its bytes are read when a column is made of
	// them, and once only.
	pickleArray struct {
		shape   []int
		dtype   dtype
		fortran bool
		raw     []byte      // nil: objects has the values
		objects *pickleList // of dtype object
		columns []*numbers  // when they were read
	}
)

// builder makes a value of arguments, in place of a function of Python.
type builder func(m *pickleMachine, args []pickleValue) (pickleValue, error)

// known are all functions that a pickle may name.
func known(name string) builder {
	// numpy 2 has put an underscore in front of what it calls core.
	if rest, ok := strings.CutPrefix(name, "numpy._core."); ok {
		name = "numpy.core." + rest
	}
	switch name {
	case "collections.OrderedDict", "collections.defaultdict", "builtins.dict", "__builtin__.dict":
		return buildDict
	case "builtins.list", "__builtin__.list", "builtins.int", "__builtin__.int", "builtins.float", "__builtin__.float":
		return buildEmptyList // named as a defaultdict's default
	case "builtins.bytearray", "__builtin__.bytearray", "builtins.bytes", "__builtin__.bytes":
		return buildBytes
	case "_codecs.encode":
		return buildEncoded
	case "numpy.core.multiarray._reconstruct":
		return func(*pickleMachine, []pickleValue) (pickleValue, error) {
			return pickleValue{ref: &pickleArray{}}, nil
		}
	case "numpy.ndarray":
		return nil // an argument only, never called
	case "numpy.dtype":
		return buildDtype
	case "numpy.core.multiarray.scalar":
		return buildScalar
	case "numpy.core.numeric._frombuffer":
		return buildFromBuffer
	case "array.array":
		return buildArrayOfList
	case "array._array_reconstructor":
		return buildMachineArray
	}
	return nil
}

// global pushes the name of a function, when it is known.
func (m *pickleMachine) global(module, name string) error {
	full := module + "." + name
	if known(full) == nil && full != "numpy.ndarray" {
		if len(full) > 80 {
			full = strings.ToValidUTF8(full[:80], "") + "…"
		}
		return fmt.Errorf("it asks for %q, which is never run here: only dictionaries of lists and arrays of numbers can be read", full)
	}
	return m.pushRef(pickleGlobalName(full))
}

var errArguments = errors.New("it is damaged: a value in it has wrong parts")

func (m *pickleMachine) build(name string, args []pickleValue) (pickleValue, error) {
	f := known(name)
	if f == nil {
		return pickleValue{}, errArguments
	}
	return f(m, args)
}

// buildDict takes no arguments, a list of pairs as in Python 2, or a
// defaultdict's default.
func buildDict(m *pickleMachine, args []pickleValue) (pickleValue, error) {
	d := &pickleDict{}
	if len(args) == 0 {
		return pickleValue{ref: d}, nil
	}
	var pairs []pickleValue
	switch ref := args[len(args)-1].ref.(type) {
	case pickleGlobalName, pickleNone:
	case *pickleList:
		if !ref.others && ref.numbers.n > 0 {
			return pickleValue{}, errArguments
		}
		pairs = ref.items
	case *pickleTuple:
		pairs = ref.items
	default:
		return pickleValue{}, errArguments
	}
	if err := m.spend(len(pairs)); err != nil {
		return pickleValue{}, err
	}
	for _, pair := range pairs {
		var items []pickleValue
		switch ref := pair.ref.(type) {
		case *pickleList:
			items = ref.items
		case *pickleTuple:
			items = ref.items
		}
		if len(items) != 2 {
			return pickleValue{}, errArguments
		}
		if err := d.set(items); err != nil {
			return pickleValue{}, err
		}
	}
	return pickleValue{ref: d}, nil
}

func buildEmptyList(_ *pickleMachine, args []pickleValue) (pickleValue, error) {
	if len(args) > 0 {
		return pickleValue{}, errArguments
	}
	return pickleValue{ref: &pickleList{}}, nil
}

func buildBytes(m *pickleMachine, args []pickleValue) (pickleValue, error) {
	if len(args) == 0 {
		return pickleValue{ref: pickleBytes{}}, nil
	}
	switch ref := args[0].ref.(type) {
	case pickleBytes:
		return args[0], nil
	case pickleText:
		return m.encodeLatin1(ref)
	}
	return pickleValue{}, errArguments
}

// buildEncoded makes bytes of a text of Latin-1, as Python 3 writes bytes for
// Python 2.
func buildEncoded(m *pickleMachine, args []pickleValue) (pickleValue, error) {
	if len(args) != 2 {
		return pickleValue{}, errArguments
	}
	text, ok := args[0].ref.(pickleText)
	if !ok || asText(args[1]) != "latin1" && asText(args[1]) != "latin-1" {
		return pickleValue{}, errArguments
	}
	return m.encodeLatin1(text)
}

func (m *pickleMachine) encodeLatin1(text pickleText) (pickleValue, error) {
	if err := m.spend(len(text)); err != nil {
		return pickleValue{}, err
	}
	raw := make([]byte, 0, len(text))
	for _, r := range string(text) {
		if r > 0xff {
			return pickleValue{}, errArguments
		}
		raw = append(raw, byte(r))
	}
	return pickleValue{ref: pickleBytes(raw)}, nil
}

func buildDtype(_ *pickleMachine, args []pickleValue) (pickleValue, error) {
	if len(args) == 0 {
		return pickleValue{}, errArguments
	}
	d, err := parseDtype(asText(args[0]))
	if err != nil {
		return pickleValue{}, err
	}
	return pickleValue{ref: &pickleDtype{d}}, nil
}

func buildScalar(m *pickleMachine, args []pickleValue) (pickleValue, error) {
	if len(args) != 2 {
		return pickleValue{}, errArguments
	}
	d, ok := args[0].ref.(*pickleDtype)
	raw, ok2 := args[1].ref.(pickleBytes)
	if !ok || !ok2 || d.object || len(raw) != d.size {
		return pickleValue{}, errArguments
	}
	return pickleValue{number: d.value(raw)}, nil
}

// buildFromBuffer takes a buffer, a dtype, a shape and an order: protocol 5.
func buildFromBuffer(_ *pickleMachine, args []pickleValue) (pickleValue, error) {
	if len(args) != 4 {
		return pickleValue{}, errArguments
	}
	raw, ok := args[0].ref.(pickleBytes)
	d, ok2 := args[1].ref.(*pickleDtype)
	if !ok || !ok2 {
		return pickleValue{}, errArguments
	}
	a := &pickleArray{dtype: d.dtype, raw: raw, fortran: asText(args[3]) == "F"}
	return pickleValue{ref: a}, a.setShape(args[2])
}

// buildArrayOfList takes a type code and a list: array.array before protocol 3.
func buildArrayOfList(_ *pickleMachine, args []pickleValue) (pickleValue, error) {
	if len(args) == 2 {
		switch args[1].ref.(type) {
		case *pickleList, *pickleTuple:
			return args[1], nil
		}
	}
	return pickleValue{}, errArguments
}

// buildMachineArray takes a class, a type code, the number of a machine format
// and bytes. The numbers are those of CPython's Modules/arraymodule.c.
func buildMachineArray(_ *pickleMachine, args []pickleValue) (pickleValue, error) {
	formats := []string{"u1", "i1", "<u2", ">u2", "<i2", ">i2", "<u4", ">u4", "<i4", ">i4", "<u8", ">u8", "<i8", ">i8", "<f4", ">f4", "<f8", ">f8"}
	if len(args) != 4 || args[2].ref != nil || !(args[2].number >= 0 && args[2].number < float64(len(formats))) {
		return pickleValue{}, errArguments
	}
	raw, ok := args[3].ref.(pickleBytes)
	if !ok {
		return pickleValue{}, errArguments
	}
	d, err := parseDtype(formats[int(args[2].number)])
	if err != nil {
		return pickleValue{}, err
	}
	if len(raw)%d.size != 0 {
		return pickleValue{}, errArguments
	}
	return pickleValue{ref: &pickleArray{dtype: d, raw: raw, shape: []int{len(raw) / d.size}}}, nil
}

// setState gives a dtype its byte order, or an array its values.
func (m *pickleMachine) setState(object, state pickleValue) error {
	tuple, ok := state.ref.(*pickleTuple)
	if !ok {
		return errArguments
	}
	parts := tuple.items
	switch o := object.ref.(type) {
	case *pickleDtype:
		if len(parts) < 2 {
			return errArguments
		}
		return o.setOrder(asText(parts[1]))
	case *pickleArray:
		// (version, shape, dtype, in Fortran's order, values); very old ones had no version.
		if len(parts) == 5 {
			parts = parts[1:]
		}
		if len(parts) != 4 {
			return errArguments
		}
		d, ok := parts[1].ref.(*pickleDtype)
		if !ok {
			return errArguments
		}
		o.dtype, o.fortran = d.dtype, parts[2].number != 0
		switch values := parts[3].ref.(type) {
		case pickleBytes:
			o.raw = values
		case pickleText: // a pickle of Python 2, written again by Python 3
			v, err := m.encodeLatin1(values)
			if err != nil {
				return err
			}
			o.raw = v.ref.(pickleBytes)
		case *pickleList:
			o.objects = values
		default:
			return errArguments
		}
		return o.setShape(parts[0])
	}
	return errors.New("it holds an object of a program, only dictionaries of lists and arrays of numbers can be read")
}

// setShape reads a shape and compares it with the values there are.
func (a *pickleArray) setShape(v pickleValue) error {
	tuple, ok := v.ref.(*pickleTuple)
	if !ok || len(tuple.items) > 32 {
		return errArguments
	}
	product := big.NewInt(1)
	a.shape = nil
	for _, item := range tuple.items {
		if item.ref != nil || !(item.number >= 0 && item.number <= 1<<53) {
			return errArguments
		}
		a.shape = append(a.shape, int(item.number))
		product.Mul(product, big.NewInt(int64(item.number)))
	}
	have := 0
	switch {
	case a.dtype.object != (a.objects != nil):
		return errArguments
	case a.objects != nil:
		have = a.objects.len()
	case a.dtype.size == 0 || len(a.raw)%a.dtype.size != 0:
		return errArguments
	default:
		have = len(a.raw) / a.dtype.size
	}
	if product.Cmp(big.NewInt(int64(have))) != 0 {
		return errArguments
	}
	return nil
}

func (l *pickleList) len() int {
	if l.others {
		return len(l.items)
	}
	return l.numbers.n
}

// asText gives the text of a short value, "" for anything else.
func asText(v pickleValue) string {
	switch ref := v.ref.(type) {
	case pickleText:
		return string(ref[:min(len(ref), 100)])
	case pickleBytes:
		return string(ref[:min(len(ref), 100)])
	}
	return ""
}

// kindOf names a value's kind, for messages.
func kindOf(v pickleValue) string {
	switch v.ref.(type) {
	case nil:
		return "a number"
	case pickleText, pickleBytes:
		return "a text"
	case pickleNone:
		return "None"
	case *pickleList, *pickleTuple:
		return "a list"
	case *pickleDict:
		return "a dictionary"
	case *pickleArray:
		return "an array"
	}
	return "something else"
}

// series makes a series of what the pickle holds.
func (m *pickleMachine) series(top pickleValue) (*Series, error) {
	var names []string
	var columns []*numbers
	switch ref := top.ref.(type) {
	case *pickleDict:
		names = ref.keys
		for i, v := range ref.values {
			all, err := m.columns(v)
			if err == nil && len(all) != 1 {
				err = fmt.Errorf("it is an array of %d columns, one is allowed", len(all))
			}
			if err != nil {
				return nil, fmt.Errorf("column %q: %w", names[i], err)
			}
			columns = append(columns, all[0])
		}
	case *pickleArray:
		all, err := m.columns(top)
		if err != nil {
			return nil, err
		}
		names, columns = make([]string, len(all)), all
	default:
		return nil, fmt.Errorf("it holds %s, a series is a dictionary of lists of numbers", kindOf(top))
	}
	if len(columns) == 0 {
		return nil, errors.New("it holds no column")
	}
	return equalColumns(columnNames(names), columns)
}

// columns gives the columns that a value is.
func (m *pickleMachine) columns(v pickleValue) ([]*numbers, error) {
	switch ref := v.ref.(type) {
	case *pickleList:
		if !ref.others {
			return []*numbers{&ref.numbers}, nil
		}
		return m.oneColumn(ref.items)
	case *pickleTuple:
		return m.oneColumn(ref.items)
	case *pickleArray:
		return m.arrayColumns(ref)
	}
	return nil, fmt.Errorf("it is %s, not a list of numbers", kindOf(v))
}

// oneColumn makes a column of values that are not all numbers: None is a gap.
func (m *pickleMachine) oneColumn(items []pickleValue) ([]*numbers, error) {
	if err := m.spend(len(items)); err != nil {
		return nil, err
	}
	c := &numbers{}
	for i, v := range items {
		switch ref := v.ref.(type) {
		case nil:
			c.append(v.number)
		case pickleNone:
			c.append(nan)
		case *pickleArray: // a single value, as numpy pickles some
			if ref.objects != nil { // may hold others, or itself
				return nil, fmt.Errorf("value %d is %s, not a number", i, kindOf(v))
			}
			all, err := m.arrayColumns(ref)
			if err != nil || len(all) != 1 || all[0].n != 1 {
				return nil, fmt.Errorf("value %d is %s, not a number", i, kindOf(v))
			}
			c.append(all[0].column().At(0))
		default:
			return nil, fmt.Errorf("value %d is %s, not a number", i, kindOf(v))
		}
	}
	return []*numbers{c}, nil
}

// arrayColumns reads an array's columns.
func (m *pickleMachine) arrayColumns(a *pickleArray) ([]*numbers, error) {
	if a.columns != nil {
		return a.columns, nil
	}
	if a.raw == nil && a.objects == nil {
		return nil, errArguments
	}
	if a.objects != nil {
		if len(a.shape) > 1 {
			return nil, errors.New("it is an array of objects in more than one dimension")
		}
		all, err := m.columns(pickleValue{ref: a.objects})
		a.columns = all
		return all, err
	}
	if err := m.spend(len(a.raw) / a.dtype.size); err != nil {
		return nil, err
	}
	all, err := arrayColumns(a.raw, a.dtype, a.shape, a.fortran)
	a.columns = all
	return all, err
}
