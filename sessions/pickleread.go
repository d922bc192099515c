package sessions

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
)

// decodePickle reads what encodePickle and iot-plot write, and other pickles of
// a dictionary of columns: protocols 0 to 5, dict, OrderedDict and defaultdict,
// of lists, tuples, array.array and numpy arrays. A numpy array of two
// dimensions by itself has the columns c1, c2 …
//
// A pickle is a program for a stack machine. Here the machine has no way to
// call anything: the few functions that a pickle may name, listed in known,
// only build the plain values below, and every other name is an error. The
// opcodes are those of CPython's Lib/pickletools.py.
//
// Time and memory are bounded by the file's size: whatever takes more than a
// constant for an opcode is paid from a budget of a few times that size, sizes
// that the file claims are compared with what is left of it, and nothing is
// walked recursively, so neither depth nor cycles matter.
func decodePickle(in source) (*Series, error) {
	m := &pickleMachine{in: bufio.NewReaderSize(in.reader(), 64*1024), left: in.size, budget: 4*in.size + 1000}
	top, err := m.run()
	if err != nil {
		return nil, err
	}
	return m.series(top)
}

// The values that a pickle can build. All that refer to others are pointers,
// as they may be changed after something refers to them.
type (
	pickleGlobalName string // "module.name", one of those that are known
	pickleMarkValue  struct{}
	pickleText       string
	pickleBytes      []byte
	pickleTuple      struct{ items []pickleValue }

	// pickleList is a list or an array. As long as there is nothing but numbers
	// in it they are a column.
	pickleList struct {
		numbers numbers
		items   []pickleValue // all, when others is true
		others  bool
	}
	pickleDict struct {
		keys   []string
		values []pickleValue
		at     map[string]int
	}
)

// pickleValue is a number or, where ref is not nil, something else.
type pickleValue struct {
	number float64
	ref    any
}

type pickleNone struct{}

const (
	maxPickleStack = 1 << 20
	maxPickleMemo  = 1 << 24
	maxPickleName  = 1 << 16 // bytes of a text that is a name
	maxPickleLine  = 1 << 12 // bytes of a number or a name in a line of protocol 0
)

var errHostile = errors.New("it asks for more than a file of its size can need, and is not read")

type pickleMachine struct {
	in     *bufio.Reader
	left   int64 // bytes of the file that were not read yet
	budget int64
	stack  []pickleValue
	marks  []int // places in the stack
	memo   []pickleValue
}

// spend pays for work.
func (m *pickleMachine) spend(n int) error {
	if m.budget -= int64(n); m.budget < 0 {
		return errHostile
	}
	return nil
}

func (m *pickleMachine) push(v pickleValue) error {
	if len(m.stack) >= maxPickleStack {
		return errHostile
	}
	m.stack = append(m.stack, v)
	return nil
}

func (m *pickleMachine) pushRef(ref any) error { return m.push(pickleValue{ref: ref}) }

var errStack = errors.New("it is damaged: an instruction finds nothing to work on")

// pop takes a value off the stack, not beyond a mark.
func (m *pickleMachine) pop() (pickleValue, error) {
	last := len(m.stack) - 1
	if last < 0 || len(m.marks) > 0 && last < m.marks[len(m.marks)-1] {
		return pickleValue{}, errStack
	}
	v := m.stack[last]
	m.stack = m.stack[:last]
	return v, nil
}

// top gives the value on top of the stack.
func (m *pickleMachine) top() (pickleValue, error) {
	v, err := m.pop()
	if err == nil {
		m.stack = m.stack[:len(m.stack)+1]
	}
	return v, err
}

// popMark takes all values down to the last mark off the stack. They are valid
// until something is pushed.
func (m *pickleMachine) popMark() ([]pickleValue, error) {
	last := len(m.marks) - 1
	if last < 0 {
		return nil, errStack
	}
	from := m.marks[last]
	m.marks = m.marks[:last]
	items := m.stack[from:]
	m.stack = m.stack[:from]
	return items, nil
}

// take reads n bytes, n being what the file claims. They are valid until the
// next reading when n is at most maxPickleLine.
func (m *pickleMachine) take(n uint64) ([]byte, error) {
	if n > uint64(m.left) {
		return nil, errCut
	}
	m.left -= int64(n)
	if n <= maxPickleLine {
		piece, err := m.in.Peek(int(n))
		if err != nil {
			return nil, cut(err)
		}
		m.in.Discard(int(n)) // they were just peeked at
		return piece, nil
	}
	piece := make([]byte, n) // the file is as long
	if _, err := io.ReadFull(m.in, piece); err != nil {
		return nil, cut(err)
	}
	return piece, nil
}

// kept is take for bytes that are to stay.
func (m *pickleMachine) kept(n uint64) ([]byte, error) {
	piece, err := m.take(n)
	if err == nil && n <= maxPickleLine {
		piece = bytes.Clone(piece)
	}
	return piece, err
}

// size reads the length of what follows, in n bytes.
func (m *pickleMachine) size(n uint64) (uint64, error) {
	raw, err := m.take(n)
	if err != nil {
		return 0, err
	}
	var full [8]byte
	copy(full[:], raw)
	return binary.LittleEndian.Uint64(full[:]), nil
}

// line reads a line of protocol 0, without its end.
func (m *pickleMachine) line() ([]byte, error) {
	var long []byte
	for {
		piece, err := m.in.ReadSlice('\n')
		m.left -= int64(len(piece))
		if err == nil && long == nil {
			return piece[:len(piece)-1], nil
		}
		long = append(long, piece...)
		if err == nil {
			return long[:len(long)-1], nil
		}
		if err != bufio.ErrBufferFull {
			return nil, cut(err)
		}
	}
}

func (m *pickleMachine) shortLine() (string, error) {
	text, err := m.line()
	if err == nil && len(text) > maxPickleLine {
		err = errHostile
	}
	return string(text), err
}

// run executes the instructions up to the end.
func (m *pickleMachine) run() (pickleValue, error) {
	for first := true; ; first = false {
		op, err := m.in.ReadByte()
		if err != nil {
			return pickleValue{}, cut(err)
		}
		m.left--
		if op == '.' {
			return m.pop()
		}
		if err := m.step(op); err != nil {
			if first {
				err = fmt.Errorf("it does not begin like a pickle: %w", err)
			}
			return pickleValue{}, err
		}
	}
}

// step executes one instruction.
func (m *pickleMachine) step(op byte) error {
	switch op {
	case 0x80: // PROTO
		version, err := m.take(1)
		if err == nil && version[0] > 5 {
			err = fmt.Errorf("it has the protocol %d, 0 to 5 are known", version[0])
		}
		return err
	case 0x95: // FRAME: a hint for reading ahead
		_, err := m.take(8)
		return err

	case '(': // MARK
		if len(m.marks) >= maxPickleStack {
			return errHostile
		}
		m.marks = append(m.marks, len(m.stack))
		return m.floats()
	case '0': // POP, which takes a mark when there is nothing above it
		if last := len(m.marks) - 1; last >= 0 && m.marks[last] == len(m.stack) {
			m.marks = m.marks[:last]
			return nil
		}
		_, err := m.pop()
		return err
	case '1': // POP_MARK
		_, err := m.popMark()
		return err
	case '2': // DUP
		v, err := m.top()
		if err != nil {
			return err
		}
		return m.push(v)

	case 'G', 'F', 'K', 'M', 'J', 'I', 'L', 0x8a, 0x8b, 0x88, 0x89:
		v, err := m.number(op)
		if err != nil {
			return err
		}
		return m.push(v)
	case 'N':
		return m.pushRef(pickleNone{})
	case 'S', 'T', 'U', 'V', 'X', 0x8c, 0x8d, 'B', 'C', 0x8e, 0x96:
		return m.string(op)

	case ']':
		return m.pushRef(&pickleList{})
	case 'l': // LIST
		items, err := m.popMark()
		if err != nil {
			return err
		}
		l := &pickleList{}
		l.extend(items)
		return m.pushRef(l)
	case 'a': // APPEND
		v, err := m.pop()
		if err != nil {
			return err
		}
		return m.extendTop([]pickleValue{v})
	case 'e': // APPENDS
		items, err := m.popMark()
		if err != nil {
			return err
		}
		return m.extendTop(items)

	case ')', 0x85, 0x86, 0x87: // EMPTY_TUPLE, TUPLE1, 2, 3
		n := 0
		if op != ')' {
			n = int(op-0x85) + 1
		}
		items := make([]pickleValue, n)
		for i := n - 1; i >= 0; i-- {
			v, err := m.pop()
			if err != nil {
				return err
			}
			items[i] = v
		}
		return m.pushRef(&pickleTuple{items})
	case 't': // TUPLE
		items, err := m.popMark()
		if err != nil {
			return err
		}
		return m.pushRef(&pickleTuple{append([]pickleValue(nil), items...)})

	case '}':
		return m.pushRef(&pickleDict{})
	case 'd': // DICT
		items, err := m.popMark()
		if err != nil {
			return err
		}
		d := &pickleDict{}
		if err := d.set(items); err != nil {
			return err
		}
		return m.pushRef(d)
	case 's': // SETITEM
		value, err := m.pop()
		if err != nil {
			return err
		}
		key, err := m.pop()
		if err != nil {
			return err
		}
		return m.setTop([]pickleValue{key, value})
	case 'u': // SETITEMS
		items, err := m.popMark()
		if err != nil {
			return err
		}
		return m.setTop(items)

	case 'p', 'q', 'r', 0x94: // PUT, BINPUT, LONG_BINPUT, MEMOIZE
		return m.put(op)
	case 'g', 'h', 'j': // GET, BINGET, LONG_BINGET
		i, err := m.memoNumber(op)
		if err != nil {
			return err
		}
		if i >= len(m.memo) || m.memo[i].ref == (pickleMarkValue{}) {
			return errStack
		}
		return m.push(m.memo[i])

	case 'c': // GLOBAL
		module, err := m.shortLine()
		if err != nil {
			return err
		}
		name, err := m.shortLine()
		if err != nil {
			return err
		}
		return m.global(module, name)
	case 0x93: // STACK_GLOBAL
		name, err := m.pop()
		if err != nil {
			return err
		}
		module, err := m.pop()
		if err != nil {
			return err
		}
		moduleText, ok := module.ref.(pickleText)
		nameText, ok2 := name.ref.(pickleText)
		if !ok || !ok2 {
			return errStack
		}
		return m.global(string(moduleText), string(nameText))
	case 'R', 0x81: // REDUCE, NEWOBJ
		args, err := m.pop()
		if err != nil {
			return err
		}
		callee, err := m.pop()
		if err != nil {
			return err
		}
		name, ok := callee.ref.(pickleGlobalName)
		tuple, ok2 := args.ref.(*pickleTuple)
		if !ok || !ok2 {
			return errStack
		}
		v, err := m.build(string(name), tuple.items)
		if err != nil {
			return err
		}
		return m.push(v)
	case 'b': // BUILD
		state, err := m.pop()
		if err != nil {
			return err
		}
		object, err := m.top()
		if err != nil {
			return err
		}
		return m.setState(object, state)
	case 'i', 'o', 0x92, 'P', 'Q', 0x82, 0x83, 0x84, 0x97:
		return errors.New("it holds an object of a program, only dictionaries of lists and arrays of numbers can be read")
	case 0x98: // READONLY_BUFFER
		return nil
	}
	return fmt.Errorf("it is damaged: there is no instruction 0x%02x", op)
}

// floats reads the floats of a list in one go, where nothing else stands up to
// the instruction that appends them: the common case.
func (m *pickleMachine) floats() error {
	last := len(m.stack) - 1
	if last < 0 || len(m.marks) > 1 && last < m.marks[len(m.marks)-2] {
		return nil
	}
	list, ok := m.stack[last].ref.(*pickleList)
	if !ok || list.others {
		return nil
	}
	window, _ := m.in.Peek(min(m.in.Size(), 9*pickleBatch+1))
	n := 0
	for n+9 < len(window) && window[n] == 'G' {
		n += 9
	}
	if n == 0 || window[n] != 'e' {
		return nil
	}
	for values := window[:n]; len(values) > 0; {
		room := list.numbers.room(len(values) / 9)
		for i := range room {
			room[i] = math.Float64frombits(binary.BigEndian.Uint64(values[9*i+1:]))
		}
		values = values[9*len(room):]
	}
	m.in.Discard(n + 1) // they were just peeked at
	m.left -= int64(n + 1)
	m.marks = m.marks[:len(m.marks)-1]
	return nil
}

// put keeps the top of the stack under a number.
func (m *pickleMachine) put(op byte) error {
	v, err := m.top()
	if err != nil {
		return err
	}
	i := len(m.memo)
	if op != 0x94 {
		if i, err = m.memoNumber(op); err != nil {
			return err
		}
	}
	// Writers count from 0 or 1 on; some leave numbers out.
	if i >= maxPickleMemo || m.spend(max(i-len(m.memo), 0)) != nil {
		return errHostile
	}
	for i >= len(m.memo) {
		m.memo = append(m.memo, pickleValue{ref: pickleMarkValue{}})
	}
	m.memo[i] = v
	return nil
}

func (m *pickleMachine) memoNumber(op byte) (int, error) {
	switch op {
	case 'p', 'g':
		text, err := m.shortLine()
		if err != nil {
			return 0, err
		}
		n, err := strconv.ParseUint(text, 10, 31)
		if err != nil {
			return 0, fmt.Errorf("it is damaged: %q numbers no value", text[:min(len(text), 40)])
		}
		return int(n), nil
	case 'q', 'h':
		n, err := m.size(1)
		return int(n), err
	}
	n, err := m.size(4)
	return int(n & math.MaxInt32), err
}
