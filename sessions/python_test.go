package sessions_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"iotplot/sessions"
)

// pythons gives every Python on the machine that runs, by its version.
func pythons(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	try := func(name string) {
		path, err := exec.LookPath(name)
		if err != nil {
			return
		}
		// A name may stand for a version that is not installed.
		version, err := exec.Command(path, "-c", "import sys; sys.stdout.write(sys.version.split()[0])").Output()
		if err == nil && found[string(version)] == "" {
			found[string(version)] = path
		}
	}
	try("/usr/bin/python3") // the system's, which has the system's pandas
	try("python3")
	try("python2.7")
	for minor := 3; minor < 30; minor++ {
		try(fmt.Sprintf("python3.%d", minor))
	}
	if len(found) == 0 {
		t.Skip("no Python: apt-get install python3")
	}
	return found
}

// The scripts print each column as its name and its floats' bytes, both in hex.
const printColumns = `
import sys, struct, binascii
def show(name, values):
    assert all(type(v) is float for v in values), "not floats only"
    name = binascii.hexlify(name.encode("utf-8")).decode()
    print(name + " " + binascii.hexlify(struct.pack(">%dd" % len(values), *values)).decode())
`

const readPickle = printColumns + `
import pickle, collections
d = pickle.load(open(sys.argv[1], "rb"))
assert type(d) is collections.OrderedDict, type(d)
for name, values in d.items():
    assert type(values) is list, type(values)
    show(name, values)
`

const readCSVPython = printColumns + `
import csv
rows = list(csv.reader(open(sys.argv[1], newline="", encoding="utf-8")))
for i, name in enumerate(rows[0]):
    show(name, [float(r[i] or "nan") for r in rows[1:]])
`

const readJSONPython = printColumns + `
import json
d = json.load(open(sys.argv[1], encoding="utf-8"))
for name in d["columns"]:
    show(name, [float("nan") if v is None else v for v in d["data"][name]])
`

const readPandas = printColumns + `
import pandas
d = pandas.read_csv(sys.argv[1], float_precision="round_trip")
for name in d.columns:
    assert d[name].dtype == "float64", d[name].dtype
    show(name, [float(v) for v in d[name]])
`

const readNumpy = printColumns + `
import numpy
names = open(sys.argv[1], encoding="utf-8").readline().rstrip("\n").split(",")
d = numpy.genfromtxt(sys.argv[1], delimiter=",", skip_header=1, encoding="utf-8", ndmin=2)
for i, name in enumerate(names):
    show(name, [float(v) for v in d[:, i]])
`

func TestPythonReadsTheFiles(t *testing.T) {
	pythons := pythons(t)
	s := series(sessions.Header{Name: "hard", Columns: []string{"time", "sin*cos", "T [°C] 🌞"}},
		append(randomFloats(4, 5000), hardFloats...), append(randomFloats(5, 5000), hardFloats...), append(randomFloats(6, 5000), hardFloats...))
	one := series(sessions.Header{Name: "one", Columns: []string{"U"}}, []float64{math.NaN(), 1, math.NaN(), math.NaN(), 2, math.NaN()})
	whole := series(sessions.Header{Name: "whole", Columns: []string{"n", "zero"}}, []float64{1, 2, 3}, []float64{0, math.Copysign(0, -1), 0})
	empty := series(sessions.Header{Name: "empty", Columns: []string{"t", "U"}}, nil, nil)
	for _, test := range []struct {
		reader, script, needs string
		format                sessions.Format
		series                []*sessions.Series
	}{
		{"pickle", readPickle, "", sessions.Pickle, []*sessions.Series{s, one, whole, empty}},
		{"csv", readCSVPython, "sys; assert sys.version_info > (3,)", sessions.CSV, []*sessions.Series{s, one, whole, empty}},
		{"json", readJSONPython, "sys; assert sys.version_info > (3,)", sessions.JSON, []*sessions.Series{s, one, whole, empty}},
		{"pandas", readPandas, "pandas", sessions.CSV, []*sessions.Series{s, one, whole}},
		{"numpy", readNumpy, "numpy", sessions.CSV, []*sessions.Series{s, whole}},
	} {
		t.Run(test.reader, func(t *testing.T) {
			read := 0
			for version, python := range pythons {
				if test.needs != "" && exec.Command(python, "-c", "import "+test.needs).Run() != nil {
					continue
				}
				read++
				for _, s := range test.series {
					file := filepath.Join(t.TempDir(), "x")
					if err := os.WriteFile(file, []byte(text(t, test.format, s)), 0o666); err != nil {
						t.Fatal(err)
					}
					cmd := exec.Command(python, "-c", test.script, file)
					cmd.Env = append(os.Environ(), "PYTHONIOENCODING=utf-8")
					var problem bytes.Buffer
					cmd.Stderr = &problem
					out, err := cmd.Output()
					if err != nil {
						t.Fatalf("Python %s, %s: %v\n%s", version, s.Name, err, &problem)
					}
					comparePrinted(t, "Python "+version+", "+s.Name, out, s)
				}
			}
			if read == 0 {
				t.Skipf("no Python with %s: apt-get install python3-%s", test.reader, test.reader)
			}
		})
	}
}

// comparePrinted compares what a script printed with the series.
func comparePrinted(t *testing.T, who string, out []byte, s *sessions.Series) {
	t.Helper()
	lines := bytes.Split(bytes.TrimSuffix(bytes.ReplaceAll(out, []byte("\r"), nil), []byte("\n")), []byte("\n"))
	if len(lines) != len(s.Columns) {
		t.Fatalf("%s: %d columns, want %d", who, len(lines), len(s.Columns))
	}
	for i, line := range lines {
		var name, values []byte
		nameHex, valuesHex, _ := bytes.Cut(line, []byte(" "))
		fmt.Sscanf(string(nameHex), "%x", &name)
		fmt.Sscanf(string(valuesHex), "%x", &values)
		if string(name) != s.Columns[i] {
			t.Errorf("%s: column %d is %q, want %q", who, i, name, s.Columns[i])
		}
		if len(values) != 8*s.Len() {
			t.Fatalf("%s: column %q has %d rows, want %d", who, s.Columns[i], len(values)/8, s.Len())
		}
		for row := range s.Len() {
			got := math.Float64frombits(binary.BigEndian.Uint64(values[8*row:]))
			if want := s.Column(i).At(row); !same(got, want) {
				t.Fatalf("%s: column %q, row %d is %v, want %v", who, s.Columns[i], row, got, want)
			}
		}
	}
}
