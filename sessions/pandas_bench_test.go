package sessions_test

import (
	"bytes"
	"fmt"
	"os/exec"
	"testing"
)

// pandasTimes saves and loads a million rows of 4 columns as people do in
// Python, and prints what it took in nanoseconds.
const pandasTimes = `
import sys, os, time, pickle, collections, json
import numpy, pandas, scipy.io
os.chdir(sys.argv[1])
random = numpy.random.default_rng(1)
d = pandas.DataFrame(dict(time=numpy.round(numpy.arange(1e6) * 0.025, 4), **{n: numpy.round(random.standard_normal(1000000), 4) for n in ("cos", "sin", "both")}))
lists = collections.OrderedDict((n, d[n].tolist()) for n in d)
arrays = {n: d[n].to_numpy() for n in d}
def dump(): pickle.dump(lists, open("x.pkl", "wb"))
def csv(**how): return lambda: pandas.read_csv("x.csv", **how)
def npz():
    z = numpy.load("x.npz")
    return [z[n] for n in z.files]
for name, work in [
    ("save/CSV", lambda: d.to_csv("x.csv", index=False)), ("load/CSV", csv(float_precision="round_trip")), ("load/CSV inexact", csv()),
    ("save/pickle", dump), ("load/pickle", lambda: pickle.load(open("x.pkl", "rb"))),
    ("save/JSON", lambda: json.dump(lists, open("x.json", "w"))), ("load/JSON", lambda: json.load(open("x.json"))),
    ("save/NPZ", lambda: numpy.savez("x.npz", **arrays)), ("load/NPZ", npz),
    ("save/MAT", lambda: scipy.io.savemat("x.mat", arrays)), ("load/MAT", lambda: scipy.io.loadmat("x.mat")),
]:
    work()
    began = time.perf_counter()
    work()
    print("%s\t%d" % (name, (time.perf_counter() - began) * 1e9))
`

// BenchmarkPandas is what pandas, numpy and Python itself take for what
// BenchmarkSave and BenchmarkLoad do; Parquet is missing where Python lacks it.
func BenchmarkPandas(b *testing.B) {
	python := "/usr/bin/python3"
	if exec.Command(python, "-c", "import pandas, scipy").Run() != nil {
		b.Skip("no pandas: apt-get install python3-pandas python3-scipy")
	}
	out, err := exec.Command(python, "-c", pandasTimes, b.TempDir()).Output()
	if err != nil {
		b.Fatal(err)
	}
	for line := range bytes.Lines(out) {
		name, text, _ := bytes.Cut(bytes.TrimSpace(line), []byte("\t"))
		var took float64
		fmt.Sscan(string(text), &took)
		b.Run(string(name), func(b *testing.B) {
			for b.Loop() {
			}
			b.ReportMetric(took, "ns/op")
		})
	}
}
