package sessions

import (
	"archive/zip"
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// decodeNPZ reads what encodeNPZ writes and archives of other programs: each
// array of one dimension is a column, an array of two has several, named after
// it. Arrays of texts are passed over. A bare array, .npy, is read as well.
func decodeNPZ(in source) (*Series, error) {
	start := make([]byte, 6)
	if n, err := in.ReadAt(start, 0); n < len(start) && err != nil {
		return nil, cut(err)
	}
	t := &arrays{left: in.mostValues()}
	if string(start) == npyMagic {
		if err := t.array("", in.reader()); err != nil {
			return nil, err
		}
		return t.series(nil)
	}
	z, err := zip.NewReader(in, in.size)
	if err != nil {
		if errors.Is(err, zip.ErrFormat) {
			return nil, errors.New("it is not an archive of numpy, or a part of it is missing")
		}
		return nil, err
	}
	var known *about
	for _, member := range z.File {
		if member.FileInfo().IsDir() {
			continue
		}
		name, isArray := strings.CutSuffix(member.Name, ".npy")
		if !isArray && (member.Name != aboutMember || known != nil) {
			continue
		}
		r, err := member.Open()
		if err == nil && isArray {
			err = t.array(name, r)
		} else if err == nil {
			var text []byte
			if text, err = io.ReadAll(io.LimitReader(r, maxAbout)); err == nil {
				known, err = parseAbout(text)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("%s in it: %w", strconv.Quote(member.Name), cut(err))
		}
		r.Close() // it has nothing left to tell: the sum was compared at the end
	}
	return t.series(known)
}

// describeNPZ reads about.json, or else the arrays' names.
func describeNPZ(in source) (*about, error) {
	z, err := zip.NewReader(in, in.size)
	if err != nil {
		return nil, errors.New("it is not an archive of numpy, or a part of it is missing")
	}
	a := &about{}
	for _, member := range z.File {
		if name, isArray := strings.CutSuffix(member.Name, ".npy"); isArray {
			a.Columns = append(a.Columns, name)
		}
		if member.Name != aboutMember {
			continue
		}
		r, err := member.Open()
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(io.LimitReader(r, maxAbout))
		if err != nil {
			return nil, err
		}
		return parseAbout(text)
	}
	return a, nil
}

// mostValues bounds what a file may hold when it can be compressed: a constant
// column takes next to nothing, but of long series something else is measured as
// well.
func (s source) mostValues() int {
	return int(min(maxValues, 1<<24+100*min(s.size, maxValues)))
}

var errManyValues = errors.New("it holds more values than a file of its size can, and is not read")

// arrays collects the columns of formats that hold arrays.
type arrays struct {
	names   []string
	columns []*numbers
	single  []bool // the array has just one value
	left    int    // how many more values there may be
}

// add takes the columns of one array.
func (t *arrays) add(name string, columns []*numbers, single bool) error {
	for i, c := range columns {
		if len(columns) > 1 {
			t.names = append(t.names, fmt.Sprintf("%s_%d", name, i+1))
			if name == "" {
				t.names[len(t.names)-1] = ""
			}
		} else {
			t.names = append(t.names, name)
		}
		t.columns = append(t.columns, c)
		t.single = append(t.single, single)
	}
	if len(t.columns) > maxColumns {
		return fmt.Errorf("it has more than %d columns", maxColumns)
	}
	return nil
}

// series makes a series of them. Known, which may be nil, names them in order.
func (t *arrays) series(known *about) (*Series, error) {
	if known != nil && len(known.Columns) == len(t.names) {
		t.names = known.Columns
	} else {
		t.leaveOutSingle()
	}
	if len(t.columns) == 0 {
		return nil, errors.New("it holds no column of numbers")
	}
	s, err := equalColumns(columnNames(t.names), t.columns)
	if err == nil && known != nil {
		known.apply(s)
	}
	return s, err
}

// leaveOutSingle leaves single values, the parameters of somebody's program,
// out where there are columns of another length.
func (t *arrays) leaveOutSingle() {
	rows := 1
	for _, c := range t.columns {
		if c.n != 1 {
			rows = c.n
		}
	}
	if rows == 1 {
		return
	}
	var names []string
	var columns []*numbers
	for i, c := range t.columns {
		if !t.single[i] {
			names, columns = append(names, t.names[i]), append(columns, c)
		}
	}
	t.names, t.columns = names, columns
}

const (
	npyMagic     = "\x93NUMPY"
	maxNpyHeader = 1 << 20
)

// array reads an array in numpy's format.
func (t *arrays) array(name string, in io.Reader) error {
	r := bufio.NewReaderSize(in, 64*1024)
	head := make([]byte, 8)
	if _, err := io.ReadFull(r, head); err != nil {
		return err
	}
	if string(head[:6]) != npyMagic {
		return errors.New("it is not an array of numpy")
	}
	size := uint32(0)
	switch head[6] {
	case 1:
		var short [2]byte
		if _, err := io.ReadFull(r, short[:]); err != nil {
			return err
		}
		size = uint32(binary.LittleEndian.Uint16(short[:]))
	case 2, 3:
		var long [4]byte
		if _, err := io.ReadFull(r, long[:]); err != nil {
			return err
		}
		size = binary.LittleEndian.Uint32(long[:])
	default:
		return fmt.Errorf("it has the version %d of numpy's format, 1 to 3 are known", head[6])
	}
	if size > maxNpyHeader {
		return errors.New("its head is too long")
	}
	text := make([]byte, size)
	if _, err := io.ReadFull(r, text); err != nil {
		return err
	}
	d, shape, fortran, err := parseNpyHeader(string(text))
	if err != nil {
		return err
	}
	if d.kind == 'U' { // labels
		return nil
	}
	rows, width, err := tableShape(shape)
	if err != nil {
		return err
	}
	if width > 0 && rows > t.left/width {
		return errManyValues
	}
	t.left -= rows * width
	columns, err := readArray(r, d, rows, width, fortran)
	if err != nil {
		return err
	}
	// To the end, where the archive compares its sum.
	if n, err := r.Read(make([]byte, 1)); n > 0 {
		return errors.New("it has more values than it says")
	} else if err != io.EOF {
		return err
	}
	return t.add(name, columns, len(shape) == 0)
}

// readArray reads the columns of an array from a stream. What the file claims
// takes no memory before it is there.
func readArray(in io.Reader, d dtype, rows, width int, fortran bool) ([]*numbers, error) {
	columns := make([]*numbers, width)
	for i := range columns {
		columns[i] = &numbers{}
	}
	raw := make([]byte, 64*1024)
	// Values come in stretches of one column, or in rows across all of them.
	stretch, column := rows, 0
	if !fortran && width > 1 {
		stretch = 1
	}
	inStretch := 0
	for left := rows * width; left > 0; {
		n := min(left, len(raw)/d.size)
		if _, err := io.ReadFull(in, raw[:n*d.size]); err != nil {
			return nil, cut(err)
		}
		left -= n
		for at := 0; at < n; {
			k := min(n-at, stretch-inStretch)
			for k > 0 {
				room := columns[column].room(k)
				d.values(room, raw[at*d.size:])
				at += len(room)
				k -= len(room)
				inStretch += len(room)
			}
			if inStretch == stretch {
				inStretch = 0
				column = (column + 1) % width
			}
		}
	}
	return columns, nil
}

// The head is a Python dictionary of three entries, which numpy and others
// write in a few ways.
var (
	npyDescr   = regexp.MustCompile(`['"]descr['"]\s*:\s*['"]([^'"]*)['"]`)
	npyFortran = regexp.MustCompile(`['"]fortran_order['"]\s*:\s*(True|False)`)
	npyShape   = regexp.MustCompile(`['"]shape['"]\s*:\s*\(([0-9L,\s]*)\)`)
)

func parseNpyHeader(text string) (d dtype, shape []int, fortran bool, err error) {
	descr, order, dims := npyDescr.FindStringSubmatch(text), npyFortran.FindStringSubmatch(text), npyShape.FindStringSubmatch(text)
	if descr == nil || order == nil || dims == nil {
		return d, nil, false, errors.New("its head is not one of an array of numbers")
	}
	kind := strings.TrimLeft(descr[1], "<>|=")
	if strings.HasPrefix(kind, "U") || strings.HasPrefix(kind, "S") {
		return dtype{kind: 'U'}, nil, false, nil
	}
	if d, err = parseDtype(descr[1]); err != nil {
		return d, nil, false, err
	}
	if d.object {
		return d, nil, false, errors.New("it is an array of Python's objects, which are a pickle: save it as numbers, with astype(float)")
	}
	for _, dim := range strings.Split(dims[1], ",") {
		dim = strings.TrimSuffix(strings.TrimSpace(dim), "L")
		if dim == "" {
			continue
		}
		n, err := strconv.Atoi(dim)
		if err != nil || int64(n) > 1<<53 || len(shape) >= 32 {
			return d, nil, false, errors.New("its head has a shape that no array has")
		}
		shape = append(shape, n)
	}
	return d, shape, order[1] == "True", nil
}
