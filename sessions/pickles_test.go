package sessions_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"iotplot/sessions"
)

// writePickles writes pickles in every form that Python and numpy have for a
// dictionary of columns, and prints for each the file's name and, a line a
// column, what it holds, as Python has it itself.
const writePickles = `
import sys, os, struct, binascii, pickle, collections, array, random
folder = sys.argv[1]
try:
    import numpy
except ImportError:
    numpy = None
try:
    unicode
except NameError:
    unicode = str
random.seed(1)
inf, nan = float("inf"), float("nan")
numbers = [0.0, -0.0, 1.5, -2.5, 5e-324, 1.7976931348623157e308, inf, -inf, nan, 0.1, 1e22, 123456789.123]
many = [random.gauss(0, 1) for _ in range(5000)]
ints = [0, 1, 255, 256, 65535, 65536, -1, 2**31 - 1, -2**31, 2**31, 2**63, -2**63, 2**100, -3**200, 10**400 - 10**399]
small = ints[:-1]
shared = [1.0, 2.0]

class Refused(object):
    pass

def cases():
    yield "floats", collections.OrderedDict([("t", numbers), ("V", numbers[::-1])])
    yield "dict", {"t": many}
    yield "unicode", collections.OrderedDict([(u"T [\u00b0C] \U0001f31e\\ \n'\"", numbers), (u"\u00e9", numbers)])
    yield "ints", {"n": small}
    yield "mixed", {"n": [1, 2.5, True, False, None, -7]}
    yield "none first", {"n": [None] * 2 + many[:1500]}
    yield "empty lists", {"t": [], "V": []}
    yield "tuples", {"t": (1.0,), "V": (2.0,)}
    yield "long tuple", {"t": tuple(many)}
    yield "default", collections.defaultdict(list, {"t": [1.0, 2.0]})
    yield "same twice", {"t": shared, "V": shared}
    yield "array", {"t": array.array("d", numbers), "n": array.array("f", range(len(numbers)))}
    yield "ints in arrays", {"b": array.array("b", [-1, 2]), "H": array.array("H", [1, 65535]), "q": array.array("l", [-5, 1 << 30])}
    if not numpy:
        return
    yield "numpy", {"t": numpy.array(numbers), "V": numpy.array(numbers[::-1])}
    yield "long numpy", {"t": numpy.array(many)}
    for kind in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?"]:
        for order in "<>":
            values = numpy.array([0, 1, 100, 3], dtype=numpy.dtype(kind).newbyteorder(order))
            yield "numpy " + kind + {"<": " little", ">": " big"}[order], {"x": values}
    yield "numpy halves", {"x": numpy.array([0, 1, 1023, 1024, 1025, 0x3c00, 0x7bff, 0x7c00, 0x7e00, 0xfc00, 0x8000, 0x8001], dtype="u2").view("f2")}
    yield "numpy limits", {"x": numpy.array([-2**63, 2**63 - 1, -1], dtype="i8"), "y": numpy.array([2**64 - 1, 2**53 + 1, 0], dtype="u8")}
    yield "numpy scalars", {"x": list(numpy.array(numbers)), "n": list(numpy.arange(len(numbers), dtype="i4"))}
    yield "numpy objects", {"x": numpy.array([1, 2.5, None, True], dtype=object)}
    yield "numpy strided", {"x": numpy.array(many)[::2], "y": numpy.array(many)[::-2]}
    yield "numpy column", {"x": numpy.array(numbers).reshape(-1, 1), "y": numpy.array(numbers).reshape(1, -1)}
    yield "numpy empty", {"x": numpy.array([])}
    yield "numpy one", {"x": numpy.array([2.5]), "y": numpy.array(3.5)}
    yield "numpy same twice", (lambda a: {"x": a, "y": a})(numpy.array(numbers))
    table = numpy.array(many).reshape(-1, 4)
    yield "table", table
    yield "table in Fortran's order", numpy.asfortranarray(table)
    yield "transposed table", table[:4].T
    yield "table of big ends", table.astype(">f4")

def show(columns):
    for name, values in columns:
        if not isinstance(name, unicode):
            name = name.decode("utf-8")
        floats = [nan if v is None else float(v) for v in values]
        print(binascii.hexlify(name.encode("utf-8")).decode() + " " + binascii.hexlify(struct.pack(">%dd" % len(floats), *floats)).decode())

n = 0
for name, value in cases():
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        for module in ["pickle", "cPickle", "_pickle python"]:
            if module == "pickle":
                text = pickle.dumps(value, protocol)
            elif module == "cPickle" and sys.version_info < (3,):
                import cPickle
                text = cPickle.dumps(value, protocol)
            elif module == "_pickle python" and sys.version_info > (3,):
                import io
                out = io.BytesIO()
                pickle._Pickler(out, protocol).dump(value)
                text = out.getvalue()
            else:
                continue
            n += 1
            path = os.path.join(folder, "%d.pkl" % n)
            with open(path, "wb") as f:
                f.write(text)
            print("= %d %s, protocol %d, %s" % (n, name, protocol, module))
            if hasattr(value, "items"):
                show([(k, v.ravel() if hasattr(v, "ravel") else v) for k, v in value.items()])
            else:
                show([("c%d" % (i + 1), value[:, i]) for i in range(value.shape[1])])
`

func TestPicklesOfPython(t *testing.T) {
	for version, python := range pythons(t) {
		dir := t.TempDir()
		cmd := exec.Command(python, "-c", writePickles, dir)
		var problem bytes.Buffer
		cmd.Stderr = &problem
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("Python %s: %v\n%s", version, err, &problem)
		}
		cases := bytes.Split(bytes.ReplaceAll(out, []byte("\r"), nil), []byte("= "))[1:]
		for _, c := range cases {
			title, lines, _ := bytes.Cut(c, []byte("\n"))
			number, title, _ := bytes.Cut(title, []byte(" "))
			who := fmt.Sprintf("Python %s, %s", version, title)
			s, err := sessions.Load(filepath.Join(dir, string(number)+".pkl"))
			if err != nil {
				t.Errorf("%s: %v", who, err)
				continue
			}
			comparePrinted(t, who, lines, s)
		}
		t.Logf("Python %s: %d pickles", version, len(cases))
		if exec.Command(python, "-c", "import numpy").Run() != nil {
			t.Logf("Python %s has no numpy, its arrays were not tried: apt-get install python3-numpy", version)
		}
	}
}

// numpy 2 names its modules in another way than numpy 1; what it writes is
// here, for systems have one of them.
func TestPicklesOfNumpy2(t *testing.T) {
	// pickle.dumps({"x": numpy.array([1.5, -2.0])}, 4), numpy 2.1
	const protocol4 = "\x80\x04\x95\x9d\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x01x\x94\x8c\x16numpy._core.multiarray\x94\x8c\x0c_reconstruct\x94\x93\x94" +
		"\x8c\x05numpy\x94\x8c\x07ndarray\x94\x93\x94K\x00\x85\x94C\x01b\x94\x87\x94R\x94(K\x01K\x02\x85\x94h\x05\x8c\x05dtype\x94\x93\x94\x8c\x02f8\x94\x89\x88\x87\x94R\x94" +
		"(K\x03\x8c\x01<\x94NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00t\x94b\x89C\x10\x00\x00\x00\x00\x00\x00\xf8?\x00\x00\x00\x00\x00\x00\x00\xc0\x94t\x94bs."
	// The same in protocol 5, and as a list of numpy.float64.
	const protocol5 = "\x80\x05\x95\x84\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x01x\x94\x8c\x13numpy._core.numeric\x94\x8c\x0b_frombuffer\x94\x93\x94" +
		"(\x96\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xf8?\x00\x00\x00\x00\x00\x00\x00\xc0\x94\x8c\x05numpy\x94\x8c\x05dtype\x94\x93\x94\x8c\x02f8\x94\x89\x88\x87\x94R\x94" +
		"(K\x03\x8c\x01<\x94NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00t\x94bK\x02\x85\x94\x8c\x01C\x94t\x94R\x94s."
	const scalars = "\x80\x04}\x94\x8c\x01x\x94]\x94(\x8c\x16numpy._core.multiarray\x94\x8c\x06scalar\x94\x93\x94\x8c\x05numpy\x94\x8c\x05dtype\x94\x93\x94\x8c\x02f8\x94\x89\x88\x87\x94R\x94" +
		"(K\x03\x8c\x01<\x94NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00t\x94bC\x08\x00\x00\x00\x00\x00\x00\xf8?\x94\x86\x94R\x94h\x05h\x0bC\x08\x00\x00\x00\x00\x00\x00\x00\xc0\x94\x86\x94R\x94es."
	for i, in := range []string{protocol4, protocol5, scalars} {
		s, err := read(sessions.Pickle, in)
		if err != nil {
			t.Errorf("%d: %v", i, err)
			continue
		}
		compare(t, fmt.Sprint(i), s, series(sessions.Header{Columns: []string{"x"}}, []float64{1.5, -2}))
	}
}

// Nothing in a pickle is run, and what would need it is refused.
func TestHostilePickles(t *testing.T) {
	mark := filepath.Join(t.TempDir(), "run")
	long := func(n int, parts ...string) string { return strings.Repeat(strings.Join(parts, ""), n) }
	le32 := func(n uint32) string { return string(binary.LittleEndian.AppendUint32(nil, n)) }
	le64 := func(n uint64) string { return string(binary.LittleEndian.AppendUint64(nil, n)) }
	// A megabyte of bytes as an array of i1, again and again under other names.
	var aliased strings.Builder
	aliased.WriteString("\x80\x02B" + le32(1<<20) + strings.Repeat("\x01", 1<<20) + "q\x000cnumpy\ndtype\nX\x02\x00\x00\x00i1\x85Rq\x010}(")
	for i := range 20_000 {
		fmt.Fprintf(&aliased, "X\x05\x00\x00\x00%05dcnumpy.core.numeric\n_frombuffer\n(h\x00h\x01J\x00\x00\x10\x00\x85U\x01CtR", i)
	}
	aliased.WriteString("u.")
	// An array of Python's objects, up to the list of its values; what stands behind
	// a pickle counts for what it may ask for.
	const array, values = "cnumpy.core.multiarray\n_reconstruct\n)R", "(K\x01K\x01\x85cnumpy\ndtype\nX\x01\x00\x00\x00O\x85R\x89]"
	behind := long(16<<20, "\x00")
	for name, test := range map[string]struct{ in, want string }{
		"os.system":          {"cos\nsystem\n(S'touch " + mark + "'\ntR.", `asks for "os.system", which is never run`},
		"builtins.eval":      {"\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x011\x85R.", `"builtins.eval"`},
		"a class":            {"\x80\x02c__main__\nThing\n)\x81}b.", `"__main__.Thing"`},
		"an instance":        {"(i__main__\nThing\n.", "an object of a program"},
		"a persistent one":   {"Pabc\n.", "an object of a program"},
		"an extension":       {"\x80\x02\x82\x01.", "an object of a program"},
		"pandas":             {"\x80\x04\x8c\x11pandas.core.frame\x8c\tDataFrame\x93)\x81.", `"pandas.core.frame.DataFrame"`},
		"a huge text":        {"\x80\x02X\xff\xff\xff\xffabc", "ends too early"},
		"a huge text 8":      {"\x80\x04\x8d" + le64(1<<63) + "abc", "ends too early"},
		"huge bytes":         {"\x80\x04\x8e" + le64(1<<40) + "abc", "ends too early"},
		"a huge integer":     {"\x80\x02\x8b\xff\xff\xff\x7f", "more than a file of its size"},
		"a huge line":        {"F" + long(1<<20, "1") + "\n.", "more than a file of its size"},
		"a huge memo number": {"\x80\x02]r\xff\xff\xff\x7f.", "more than a file of its size"},
		"memo numbers":       {"\x80\x02]" + long(100, "r\xff\x0f\x00\x00", "r\xff\xff\x00\x00"), "more than a file of its size"},
		"deep lists":         {long(1<<19, "]") + long(1<<19-1, "a") + ".", "it holds a list"},
		"deep lists left":    {long(1<<20+10, "]") + ".", "more than a file of its size"},
		"deep tuples":        {")" + long(1<<19, "\x85") + ".", "it holds a list"},
		"deep dicts":         {long(1<<18, "}X\x01\x00\x00\x00a") + "K\x01" + long(1<<18, "s") + ".", "it is a dictionary"},
		"marks":              {long(1<<20+10, "(") + ".", "more than a file of its size"},
		"copies":             {"]" + long(1<<20+10, "2") + ".", "more than a file of its size"},
		"a list in itself":   {"}X\x01\x00\x00\x00a]q\x00h\x00as.", "value 0 is a list, not a number"},
		"a dict in itself":   {"}q\x00X\x01\x00\x00\x00ah\x00s.", "it is a dictionary"},
		"an array in itself": {"\x80\x02" + array + "q\x00" + values + "h\x00atb." + behind, "value 0 is an array, not a number"},
		"arrays in arrays":   {"\x80\x02" + long(1<<15, array, values) + "K\x07" + long(1<<15, "atb") + "." + behind, "value 0 is an array, not a number"},
		"pairs again":        {"](" + long(1000, "X\x01\x00\x00\x00aK\x01\x86") + "eq\x000" + long(1000, "ccollections\nOrderedDict\nh\x00\x85R0") + "}.", "more than a file of its size"},
		"texts again":        {"X\x00\x00\x01\x00" + long(1<<16, "a") + "q\x000" + long(1000, "c_codecs\nencode\nh\x00X\x06\x00\x00\x00latin1\x86R0") + "}.", "more than a file of its size"},
		"arrays again":       {aliased.String(), "more than a file of its size"},
		"a shape too big":    {"}X\x01\x00\x00\x00acnumpy.core.numeric\n_frombuffer\n(U\x08\x00\x00\x00\x00\x00\x00\x00\x00cnumpy\ndtype\nU\x02f8\x85RJ\xff\xff\xff\x7fJ\xff\xff\xff\x7fJ\xff\xff\xff\x7f\x87U\x01CtRs.", "wrong parts"},
		"complex":            {"}X\x01\x00\x00\x00acnumpy\ndtype\nU\x03c16\x85R.", `numpy's type "c16"`},
		"a text":             {"}X\x01\x00\x00\x00aX\x01\x00\x00\x00bs.", `column "a": it is a text`},
		"texts":              {"}X\x01\x00\x00\x00a](K\x01X\x01\x00\x00\x00bes.", `column "a": value 1 is a text`},
		"other lengths":      {"}(X\x01\x00\x00\x00a](K\x01K\x02eX\x01\x00\x00\x00b](K\x01eu.", `column "b" has 1 values, but column "a" has 2`},
		"no column":          {"}.", "no column"},
		"a number":           {"K\x01.", "it holds a number"},
		"nothing":            {".", "nothing to work on"},
		"an empty stack":     {"0.", "nothing to work on"},
		"a list of no mark":  {"l.", "nothing to work on"},
		"nothing in memory":  {"h\x07.", "nothing to work on"},
		"a later protocol":   {"\x80\x09.", "protocol 9"},
		"no instruction":     {"\x80\x02\xff.", "no instruction 0xff"},
		"text":               {"hello there, this is no pickle", "does not begin like a pickle"},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			began := time.Now()
			s, err := read(sessions.Pickle, test.in)
			runtime.ReadMemStats(&after)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, %v, want a word about %q", s, err, test.want)
			}
			if took := time.Since(began); took > time.Minute {
				t.Errorf("it took %v", took)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20+300*uint64(len(test.in)) {
				t.Errorf("%d bytes took %d bytes of memory", len(test.in), used)
			}
		})
	}
	if _, err := os.Stat(mark); err == nil {
		t.Error("a pickle was run")
	}
}

// What iot-plot wrote: an OrderedDict of lists by Python 3's standard protocol.
func TestThePicklesOfIotPlot(t *testing.T) {
	raw, err := hex.DecodeString("8003" + hex.EncodeToString([]byte("ccollections\nOrderedDict\nq\x00)Rq\x01(X\x01\x00\x00\x00tq\x02]q\x03(K\x00G?\x99\x99\x99\x99\x99\x99\x9aeX\x01\x00\x00\x00Vq\x04]q\x05(G\x7f\xf8\x00\x00\x00\x00\x00\x00K\x02eu.")))
	if err != nil {
		t.Fatal(err)
	}
	s, err := read(sessions.Pickle, string(raw))
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "iot-plot", s, series(sessions.Header{Columns: []string{"t", "V"}}, []float64{0, 0.025}, []float64{math.NaN(), 2}))
}
