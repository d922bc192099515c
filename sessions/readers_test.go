package sessions_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"iotplot/sessions"
)

// What we write, read by programs that are not ours, and the other way round.
// The programs print each column as its name and its floats' bytes, both in hex.

// script runs a program and gives what it printed.
func script(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "PYTHONIOENCODING=utf-8")
	var problem bytes.Buffer
	cmd.Stderr = &problem
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, &problem)
	}
	return out
}

// pythonWith gives a Python that has a package of Debian's.
func pythonWith(t *testing.T, module string) string {
	t.Helper()
	for _, python := range pythons(t) {
		if exec.Command(python, "-c", "import "+module).Run() == nil {
			return python
		}
	}
	t.Skipf("no Python with %s: apt-get install python3-%s", module, module)
	return ""
}

// forReaders are the series that other programs read.
func forReaders() map[string]*sessions.Series {
	all := everySeries()
	maps.DeleteFunc(all, func(name string, _ *sessions.Series) bool { return name == "wide" })
	all["two groups"] = series(sessions.Header{Columns: []string{"t", "V"}, Units: []string{"s", "V"}}, randomFloats(1, 140_000), randomFloats(2, 140_000))
	return all
}

// readAll saves series and has a program print them all, each after a line "=".
func readAll(t *testing.T, all map[string]*sessions.Series, ending string, program string, args ...string) {
	t.Helper()
	names := slices.Sorted(maps.Keys(all))
	for _, name := range names {
		args = append(args, saveFor(t, all[name], ending))
	}
	out := bytes.Split(script(t, program, args...), []byte("=\n"))[1:]
	if len(out) != len(names) {
		t.Fatalf("%d files were read, want %d", len(out), len(names))
	}
	for i, name := range names {
		comparePrinted(t, name, out[i], all[name])
	}
}

func saveFor(t *testing.T, s *sessions.Series, ending string) string {
	t.Helper()
	f := openFolder(t, t.TempDir())
	files, _ := save(t, f, "x"+ending, s)
	return f.Path(files[0])
}

const readNPZ = printColumns + `
import numpy, json
for file in sys.argv[1:]:
    print("=")
    d = numpy.load(file, allow_pickle=False)
    about = json.loads(d["about.json"])
    members = [k for k in d.files if k != "about.json"]
    assert len(members) == len(about["columns"])
    for member, name in zip(members, about["columns"]):
        assert d[member].dtype == "float64" and d[member].ndim == 1, d[member]
        show(name, [float(v) for v in d[member]])
`

func TestNumpyReadsNPZ(t *testing.T) {
	python := pythonWith(t, "numpy")
	readAll(t, forReaders(), ".npz", python, "-c", readNPZ)
}

const readMATPython = printColumns + `
import scipy.io, json
for file in sys.argv[1:]:
    print("=")
    d = scipy.io.loadmat(file)
    about = json.loads(str(d["about"][0]))
    names = [str(c[0]) if c.size else "" for c in d["column_names"][0]]
    wrong = [(a, b) for a, b in zip(names, about["columns"]) if a != b.rstrip("\0")] # SciPy takes NULs off
    assert not wrong, wrong
    names = about["columns"]
    units = [str(c[0]) if c.size else "" for c in d["column_units"][0]]
    assert units == about["units"], (units, about["units"])
    variables = [k for k in d if not k.startswith("__") and k not in ("about", "column_names", "column_units")]
    assert len(variables) == len(names), (variables, names)
    for variable, name in zip(variables, names):
        assert variable.isidentifier() and variable.isascii() and len(variable) <= 63, variable
        assert d[variable].dtype == "float64" and d[variable].shape[1] == 1, d[variable]
        show(name, [float(v) for v in d[variable].ravel()])
`

func TestSciPyReadsMAT(t *testing.T) {
	python := pythonWith(t, "scipy")
	readAll(t, forReaders(), ".mat", python, "-c", readMATPython)
}

const readMATOctave = `
files = argv();
for k = 1:numel(files)
  printf("=\n");
  d = load(files{k});
  if isempty(strfind(d.about, "1e999")) # infinities are beyond its reader
    assert(jsondecode(d.about).rows, rows(struct2cell(d){2}));
  end
  names = fieldnames(d);
  names = names(!ismember(names, {"about", "column_names", "column_units"}));
  assert(numel(names), numel(d.column_names));
  for i = 1:numel(names)
    assert(isvarname(names{i}));
    v = d.(names{i});
    assert(isa(v, "double") && columns(v) == 1);
    printf("%s %s\n", sprintf("%02x", uint8(d.column_names{i})), sprintf("%02x", typecast(swapbytes(typecast(v(:)', "uint64")), "uint8")));
  end
end
`

func TestOctaveReadsMAT(t *testing.T) {
	octave, err := exec.LookPath("octave-cli")
	if err != nil {
		t.Skip("no Octave: apt-get install --no-install-recommends octave")
	}
	file := filepath.Join(t.TempDir(), "read.m")
	put(t, file, readMATOctave)
	readAll(t, forReaders(), ".mat", octave, "--quiet", "--no-init-file", file)
}

// nodeModules gives the folder of a package for Node.
func nodeModules(t *testing.T, name string) (node, modules string) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no Node: apt-get install nodejs npm")
	}
	modules = os.Getenv("IOTPLOT_NODE_MODULES")
	if modules == "" {
		home, _ := os.UserHomeDir()
		modules = filepath.Join(home, ".cache", "iotplot", "node_modules")
	}
	if _, err := os.Stat(filepath.Join(modules, name)); err != nil {
		t.Skipf("no %s: npm install --prefix ~/.cache/iotplot %s (or name another node_modules in IOTPLOT_NODE_MODULES)", name, name)
	}
	return node, modules
}

// showColumns prints columns in JavaScript: name and a list of numbers or nulls.
const showColumns = `
function show(name, values) {
  const b = Buffer.alloc(8 * values.length)
  values.forEach((v, i) => b.writeDoubleBE(v === null ? NaN : v, 8 * i))
  process.stdout.write(Buffer.from(name).toString('hex') + ' ' + b.toString('hex') + '\n')
}
const [modules, ...files] = process.argv.slice(2)
`

const readHyparquet = showColumns + `
const { asyncBufferFromFile, parquetRead, parquetMetadataAsync } = await import('file://' + modules + '/hyparquet/src/node.js')
for (const file of files) {
  console.log('=')
  const metadata = await parquetMetadataAsync(await asyncBufferFromFile(file))
  const about = JSON.parse(metadata.key_value_metadata.find(kv => kv.key === 'iotplot').value)
  const names = metadata.schema.slice(1).map(e => e.name)
  if (JSON.stringify(names) !== JSON.stringify(about.columns)) throw new Error(names + ' are not ' + about.columns)
  const columns = names.map(() => [])
  await parquetRead({ file: await asyncBufferFromFile(file), metadata, onComplete: rows => {
    for (const row of rows) row.forEach((v, i) => columns[i].push(v))
  } })
  names.forEach((name, i) => show(name, columns[i]))
}
`

func TestHyparquetReadsParquet(t *testing.T) {
	node, modules := nodeModules(t, "hyparquet")
	file := filepath.Join(t.TempDir(), "read.mjs")
	put(t, file, readHyparquet)
	readAll(t, forReaders(), ".parquet", node, file, modules)
}

const readDuckDB = showColumns + `
const { createRequire } = await import('node:module')
const { DuckDBInstance } = createRequire(modules + '/')('@duckdb/node-api')
const db = await (await DuckDBInstance.create(':memory:')).connect()
for (const file of files) {
console.log('=')
const meta = await db.runAndReadAll("SELECT decode(value) FROM parquet_kv_metadata('" + file + "') WHERE decode(key) = 'iotplot'")
const about = JSON.parse(meta.getRows()[0][0])
const d = await db.runAndReadAll("SELECT * FROM '" + file + "'")
d.columnNames().forEach((name, i) => {
  const want = about.columns[i].split('\0')[0] // where it takes names to end
  if (name !== want && want.toLowerCase() + '_1' !== name.toLowerCase()) throw new Error(name + ' is not ' + about.columns[i])
  show(about.columns[i], d.getColumns()[i] ?? [])
})
}
`

func TestDuckDBReadsParquet(t *testing.T) {
	node, modules := nodeModules(t, "@duckdb/node-api")
	file := filepath.Join(t.TempDir(), "read.mjs")
	put(t, file, readDuckDB)
	readAll(t, forReaders(), ".parquet", node, file, modules)
}

const writeDuckDB = `
const [modules, folder] = process.argv.slice(2)
const { createRequire } = await import('node:module')
const { DuckDBInstance } = createRequire(modules + '/')('@duckdb/node-api')
const db = await (await DuckDBInstance.create(':memory:')).connect()
await db.run("CREATE TABLE x AS SELECT i::DOUBLE / 3 AS d, CASE WHEN i % 7 = 0 THEN NULL ELSE (i % 10)::FLOAT / 4 END AS f, (i - 50000)::INTEGER AS n, i::BIGINT * 1000000007 AS big, (i % 251)::UTINYINT AS small, i % 3 = 0 AS yes, NULL::DOUBLE AS nothing, TIMESTAMP '2026-05-04 13:37:00' + INTERVAL (i) MILLISECOND AS at FROM range(150000) t(i)")
for (const compression of ['snappy', 'gzip', 'uncompressed', 'zstd'])
  await db.run("COPY x TO '" + folder + "/" + compression + ".parquet' (FORMAT parquet, COMPRESSION '" + compression + "')")
await db.run("COPY (SELECT d, n FROM x) TO '" + folder + "/v2.parquet' (FORMAT parquet, PARQUET_VERSION 'V2')")
await db.run("COPY (SELECT d, 'a' AS name FROM x) TO '" + folder + "/text.parquet' (FORMAT parquet)")
await db.run("COPY (SELECT [d] AS list FROM x) TO '" + folder + "/list.parquet' (FORMAT parquet)")
`

func TestParquetOfDuckDB(t *testing.T) {
	node, modules := nodeModules(t, "@duckdb/node-api")
	dir := t.TempDir()
	file := filepath.Join(dir, "write.mjs")
	put(t, file, writeDuckDB)
	script(t, node, file, modules, dir)
	const n = 150_000
	columns := make([][]float64, 8)
	for i := range n {
		v := float64(i)
		f, yes := float64(i%10)/4, 0.0
		if i%7 == 0 {
			f = nan
		}
		if i%3 == 0 {
			yes = 1
		}
		for c, v := range []float64{v / 3, f, v - 50000, v * 1000000007, float64(i % 251), yes, nan, 1777901820 + float64(i/1000) + float64(i%1000*1000)/1e6} {
			columns[c] = append(columns[c], v)
		}
	}
	want := series(sessions.Header{Columns: []string{"d", "f", "n", "big", "small", "yes", "nothing", "at"}}, columns...)
	for _, name := range []string{"snappy", "gzip", "uncompressed"} {
		s, err := sessions.Load(filepath.Join(dir, name+".parquet"))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		compare(t, name, s, want)
	}
	for name, why := range map[string]string{
		"zstd": "compressed with Zstandard, write the file with compression snappy",
		"text": `column "name" holds no numbers`,
		"list": "columns within columns",
		"v2":   "encoding",
	} {
		s, err := sessions.Load(filepath.Join(dir, name+".parquet"))
		if name == "v2" && err == nil {
			compare(t, name, s, series(sessions.Header{Columns: []string{"d", "n"}}, columns[0], columns[2]))
			continue
		}
		if err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v, want a word about %q", name, err, why)
		}
	}
}

const writeArrays = `
import sys, os, numpy, scipy.io
folder = sys.argv[1]
x = numpy.arange(5.0); x[2] = numpy.nan
y = numpy.array([1, -2, 3, 2**31, -2**62])
numpy.savez(os.path.join(folder, "plain.npz"), x=x, y=y)
numpy.savez_compressed(os.path.join(folder, "packed.npz"), x=x, y=y, title="a text", factor=2.5)
numpy.savez(os.path.join(folder, "big.npz"), x=x.astype(">f8"), y=y.astype(">i8"))
numpy.save(os.path.join(folder, "table.npy"), numpy.column_stack([x, y]))
numpy.save(os.path.join(folder, "fortran.npy"), numpy.asfortranarray(numpy.column_stack([x, y])))
numpy.save(os.path.join(folder, "objects.npy"), numpy.array([1, None], dtype=object))
numpy.savez(os.path.join(folder, "zeros.npz"), x=numpy.zeros(3000000))
numpy.savez_compressed(os.path.join(folder, "many zeros.npz"), x=numpy.zeros(3000000))
numpy.savez(os.path.join(folder, "lengths.npz"), x=x, y=y[:2])
scipy.io.savemat(os.path.join(folder, "plain.mat"), {"x": x, "y": y.astype(float), "title": "a text", "factor": 2.5, "s": {"a": 1}})
scipy.io.savemat(os.path.join(folder, "packed.mat"), {"x": x, "y": y.astype(float)}, do_compression=True, oned_as="column")
scipy.io.savemat(os.path.join(folder, "ints.mat"), {"x": x, "y": y})
scipy.io.savemat(os.path.join(folder, "table.mat"), {"m": numpy.column_stack([x, y])})
scipy.io.savemat(os.path.join(folder, "complex.mat"), {"z": x + 1j})
scipy.io.savemat(os.path.join(folder, "four.mat"), {"x": x}, format="4")
`

func TestArraysOfPython(t *testing.T) {
	python := pythonWith(t, "scipy")
	dir := t.TempDir()
	script(t, python, "-c", writeArrays, dir)
	x, y := []float64{0, 1, nan, 3, 4}, []float64{1, -2, 3, 1 << 31, -(1 << 62)}
	for name, want := range map[string]struct {
		names   []string
		columns [][]float64
		err     string
	}{
		"plain.npz":      {names: []string{"x", "y"}, columns: [][]float64{x, y}},
		"packed.npz":     {names: []string{"x", "y"}, columns: [][]float64{x, y}},
		"big.npz":        {names: []string{"x", "y"}, columns: [][]float64{x, y}},
		"table.npy":      {names: []string{"c1", "c2"}, columns: [][]float64{x, y}},
		"fortran.npy":    {names: []string{"c1", "c2"}, columns: [][]float64{x, y}},
		"objects.npy":    {err: "Python's objects"},
		"zeros.npz":      {names: []string{"x"}, columns: [][]float64{make([]float64, 3_000_000)}},
		"many zeros.npz": {names: []string{"x"}, columns: [][]float64{make([]float64, 3_000_000)}},
		"lengths.npz":    {err: `column "y" has 2 values, but column "x" has 5`},
		"plain.mat":      {names: []string{"x", "y"}, columns: [][]float64{x, y}},
		"packed.mat":     {names: []string{"x", "y"}, columns: [][]float64{x, y}},
		"ints.mat":       {names: []string{"x", "y"}, columns: [][]float64{x, y}},
		"table.mat":      {names: []string{"m_1", "m_2"}, columns: [][]float64{x, y}},
		"complex.mat":    {err: `variable "z" has complex numbers`},
		"four.mat":       {err: "-v7 or -v6"},
	} {
		s, err := sessions.Load(filepath.Join(dir, name))
		if want.err != "" {
			if err == nil || !strings.Contains(err.Error(), want.err) {
				t.Errorf("%s: %v, want a word about %q", name, err, want.err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		compare(t, name, s, series(sessions.Header{Columns: want.names}, want.columns...))
	}
}

const writeMATOctave = `
cd(argv(){1});
x = [0; 1; NaN; 3; 4]; y = [1; -2; 3; 2^31; -2^62]; b = [true; false; true; true; false]; k = int16([-1; 2; 3; 4; 5]); s = single([.5; 1; 2; 3; 4]);
title = "a text"; factor = 2.5; c = {1, "a"};
save -v6 six.mat x y b k s title factor c
save -v7 seven.mat x y b k s title factor c
`

func TestMATOfOctave(t *testing.T) {
	octave, err := exec.LookPath("octave-cli")
	if err != nil {
		t.Skip("no Octave: apt-get install --no-install-recommends octave")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "write.m")
	put(t, file, writeMATOctave)
	script(t, octave, "--quiet", "--no-init-file", file, dir)
	want := map[string][]float64{"x": {0, 1, nan, 3, 4}, "y": {1, -2, 3, 1 << 31, -(1 << 62)}, "b": {1, 0, 1, 1, 0}, "k": {-1, 2, 3, 4, 5}, "s": {.5, 1, 2, 3, 4}}
	for _, name := range []string{"six.mat", "seven.mat"} {
		s, err := sessions.Load(filepath.Join(dir, name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := slices.Sorted(slices.Values(s.Columns)); !slices.Equal(got, []string{"b", "k", "s", "x", "y"}) {
			t.Errorf("%s has %q", name, got)
		}
		for i, column := range s.Columns {
			if got := s.Column(i).AppendTo(nil); !slices.EqualFunc(got, want[column], same) {
				t.Errorf("%s: %s is %v", name, column, got)
			}
		}
	}
}

// Hostile files of the other formats: claims that the bytes do not bear out.
func TestHostileArchives(t *testing.T) {
	for name, test := range map[string]struct {
		format   sessions.Format
		in, want string
	}{
		"a huge array":           {sessions.NPZ, npy("{'descr': '<f8', 'fortran_order': False, 'shape': (9007199254740991,), }"), "more values than a file of its size"},
		"a large array":          {sessions.NPZ, npy("{'descr': '<f8', 'fortran_order': False, 'shape': (16000000,), }"), "ends too early"},
		"a wide array":           {sessions.NPZ, npy("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 70000), }"), "more than 65535"},
		"an overflowing one":     {sessions.NPZ, npy("{'descr': '<f8', 'fortran_order': True, 'shape': (4294967296, 65535), }"), "more values"},
		"more values":            {sessions.NPZ, npy("{'descr': '<f8', 'fortran_order': True, 'shape': (1,), }") + strings.Repeat("\x00", 9), "more values than it says"},
		"objects":                {sessions.NPZ, npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }") + "cos\nsystem\n", "Python's objects"},
		"no head":                {sessions.NPZ, npy("{}"), "head"},
		"a later version":        {sessions.NPZ, "\x93NUMPY\x09\x00aaaa", "version 9"},
		"a huge head":            {sessions.NPZ, "\x93NUMPY\x02\x00\xff\xff\xff\xff", "head is too long"},
		"an archive cut":         {sessions.NPZ, "PK\x03\x04aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a part of it is missing"},
		"notes cut":              {sessions.Parquet, "PAR1\xff\xff\xff\x7fPAR1", "notes can't be read"},
		"notes of nothing":       {sessions.Parquet, "PAR1\x00\x01\x00\x00\x00PAR1", "columns within columns"},
		"an encrypted one":       {sessions.Parquet, "PAR1\x00\x01\x00\x00\x00PARE", "encrypted"},
		"deep notes":             {sessions.Parquet, "PAR1" + strings.Repeat("\x9c", 1000) + "\xe8\x03\x00\x00PAR1", "notes can't be read"},
		"MATLAB 7.3":             {sessions.MAT, "\x89HDF\r\n\x1a\n" + strings.Repeat("\x00", 200), "version 7.3"},
		"a huge variable":        {sessions.MAT, matHead() + "\x0e\x00\x00\x00\xf8\xff\xff\xff", "ends too early"},
		"a variable of no class": {sessions.MAT, matHead() + "\x0e\x00\x00\x00\x08\x00\x00\x00" + "\x06\x00\x00\x00\x00\x00\x00\x00", "no class"},
	} {
		t.Run(name, func(t *testing.T) {
			if s, err := read(test.format, test.in); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, %v, want a word about %q", s, err, test.want)
			}
		})
	}
}

// Small files that unpack to a lot, or that name the same bytes again and again.
func TestBombs(t *testing.T) {
	head := npy("{'descr': '|b1', 'fortran_order': False, 'shape': (100000000,), }")
	archive := func(members int) string {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for i := range members {
			w, err := z.Create(fmt.Sprintf("%d.npy", i))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write([]byte(head)); err != nil {
				t.Fatal(err)
			}
			for range 100 {
				if _, err := w.Write(make([]byte, 1_000_000)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	in := archive(1)
	if s, err := read(sessions.NPZ, in); err == nil || !strings.Contains(err.Error(), "more values than a file of its size") {
		t.Errorf("%d bytes gave a series: %v, %v", len(in), s != nil, err)
	}

	// A row group that is listed a thousand times.
	whole := text(t, sessions.Parquet, series(sessions.Header{Columns: []string{"V"}}, make([]float64, 100_000)))
	if _, err := read(sessions.Parquet, whole); err != nil {
		t.Fatal(err)
	}
	size := binary.LittleEndian.Uint32([]byte(whole[len(whole)-8:]))
	notes := whole[len(whole)-8-int(size) : len(whole)-8]
	// A list of one structure, up to the next field of the notes.
	at := strings.Index(notes, "\x19\x1c\x19\x1c")
	end := strings.Index(notes, "\x19\x1c\x18\x07iotplot")
	if at < 0 || end < at {
		t.Fatal("the notes are not what this test expects")
	}
	group := notes[at+2 : end]
	more := notes[:at] + "\x19\xfc\xe8\x07" + strings.Repeat(group, 1000) + notes[end:]
	in = whole[:len(whole)-8-int(size)] + more + string(binary.LittleEndian.AppendUint32(nil, uint32(len(more)))) + "PAR1"
	if s, err := read(sessions.Parquet, in); err == nil || !strings.Contains(err.Error(), "notes can't be read") {
		t.Errorf("a group listed again gave a series: %v, %v", s != nil, err)
	}
}

func npy(head string) string {
	return "\x93NUMPY\x01\x00" + string([]byte{byte(len(head)), byte(len(head) >> 8)}) + head
}

func matHead() string { return fmt.Sprintf("%-124s", "MATLAB 5.0 MAT-file") + "\x00\x01IM" }
