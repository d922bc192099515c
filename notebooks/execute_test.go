package notebooks

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "execute the notebooks and keep what they print and draw")

const largest = 300_000 // bytes of a notebook: they are in the repository with all their pictures

// TestCommittedNotebooks: each was executed from its beginning to its end, and says
// nothing of the machine.
func TestCommittedNotebooks(t *testing.T) {
	place := regexp.MustCompile(`/(home|root|tmp|Users|usr)/|[A-Z]:\\\\|\d\d:\d\d:\d\d\.\d`)
	for _, name := range names(t) {
		file := name + ".ipynb"
		n, err := read(file)
		if err != nil {
			t.Error(err)
			continue
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if len(raw) > largest {
			t.Errorf("%s has %d bytes, allowed are %d: draw fewer or smaller pictures", file, len(raw), largest)
		}
		if m := place.Find(raw); m != nil {
			t.Errorf("%s names a place or time of a machine: %s", file, m)
		}
		if n.Format != 4 || n.Metadata.Kernelspec.Name != "python3" {
			t.Errorf("%s is of version %d for the kernel %q, want 4 and python3", file, n.Format, n.Metadata.Kernelspec.Name)
		}
		count := 0
		for _, c := range n.Cells {
			if c.CellType != "code" {
				continue
			}
			count++
			if c.Count != count {
				t.Errorf("%s: cell %s was executed as number %d, it is number %d", file, c.ID, c.Count, count)
			}
			if len(c.Metadata) > 0 {
				t.Errorf("%s: cell %s has metadata: %v", file, c.ID, c.Metadata)
			}
			for _, o := range c.Outputs {
				if o.OutputType == "error" || o.Name == "stderr" {
					t.Errorf("%s: cell %s failed or warned: %s %s %s", file, c.ID, o.EName, o.EValue, o.Text)
				}
			}
		}
		if _, err := n.matplotlib(); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// python finds a Python that has all that the notebooks need.
func python(t *testing.T) string {
	t.Helper()
	for _, p := range []string{"/usr/bin/python3", "python3"} {
		// Importing pyplot builds its list of fonts, which takes a while the first
		// time and would be told in a notebook.
		if exec.Command(p, "-c", "import nbconvert, ipykernel, pandas, scipy, matplotlib.pyplot").Run() == nil {
			return p
		}
	}
	t.Skip("the notebooks are not executed: apt-get install jupyter-nbconvert python3-ipykernel python3-nbformat python3-pandas python3-matplotlib python3-scipy")
	return ""
}

// execute executes a notebook in a clean kernel, in a copy of this folder, and gives
// the file of the result.
func execute(t *testing.T, python, name string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "data"), os.DirFS("data")); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(name + ".ipynb")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".ipynb"), b, 0o666); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(python, "-m", "nbconvert", "--to", "notebook", "--execute", "--output", "executed.ipynb",
		"--ExecutePreprocessor.kernel_name=python3", "--ExecutePreprocessor.record_timing=False",
		"--ExecutePreprocessor.startup_timeout=300", "--ExecutePreprocessor.timeout=600", name+".ipynb")
	c.Dir = dir
	c.Env = append(os.Environ(), "TZ=UTC", "LC_ALL=C.UTF-8", "PYTHONHASHSEED=0",
		// Nothing of what a user has set up there counts.
		"IPYTHONDIR="+filepath.Join(dir, ".ipython"), "JUPYTER_RUNTIME_DIR="+filepath.Join(dir, ".runtime"),
		"JUPYTER_CONFIG_DIR="+filepath.Join(dir, ".jupyter"), "PYDEVD_DISABLE_FILE_VALIDATION=1")
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Run(); err != nil {
		t.Fatalf("%s cannot be executed: %v\n%s", name, err, out.Bytes())
	}
	return filepath.Join(dir, "executed.ipynb")
}

// TestExecute executes each notebook again, and compares what it prints and draws
// with what is committed, so that this is never out of date.
func TestExecute(t *testing.T) {
	p := python(t)
	for _, name := range names(t) {
		t.Run(name, func(t *testing.T) {
			file := execute(t, p, name)
			if *update {
				keep(t, file, name+".ipynb")
				return
			}
			fresh, err := read(file)
			if err != nil {
				t.Fatal(err)
			}
			old, err := read(name + ".ipynb")
			if err != nil {
				t.Fatal(err)
			}
			compare(t, old, fresh)
			if t.Failed() {
				t.Log("what is committed is out of date: go test ./notebooks -update")
			}
		})
	}
}

// keep puts an executed notebook in place of the committed one. The version of
// Python is left out.
func keep(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	b = regexp.MustCompile(`(?s),\s*"language_info": \{.*?"version": "[^"]*"\s*\}`).ReplaceAll(b, nil)
	if err := os.WriteFile(to, b, 0o666); err != nil {
		t.Fatal(err)
	}
}

func compare(t *testing.T, old, fresh *notebook) {
	t.Helper()
	v, err := old.matplotlib()
	if err != nil {
		t.Fatal(err)
	}
	w, err := fresh.matplotlib()
	if err != nil {
		t.Fatal(err)
	}
	if v != w {
		t.Logf("the pictures are not compared: they were drawn by matplotlib %s, here is %s", v, w)
	}
	if len(old.Cells) != len(fresh.Cells) {
		t.Fatalf("it has %d cells, of %d", len(fresh.Cells), len(old.Cells))
	}
	for i, a := range old.Cells {
		b := fresh.Cells[i]
		if len(a.Outputs) != len(b.Outputs) {
			t.Errorf("cell %s has %d outputs, it had %d", a.ID, len(b.Outputs), len(a.Outputs))
			continue
		}
		for k := range a.Outputs {
			said := strings.ReplaceAll(a.Outputs[k].said(), v, w)
			if d := differ(said, b.Outputs[k].said()); d != "" {
				t.Errorf("cell %s says something else: %s", a.ID, d)
			}
			p, err := a.Outputs[k].picture()
			if err != nil {
				t.Error(err)
			}
			q, err := b.Outputs[k].picture()
			if err != nil {
				t.Error(err)
			}
			switch {
			case (p == nil) != (q == nil):
				t.Errorf("cell %s draws a picture only sometimes", a.ID)
			case p != nil && v == w:
				const most = 0.002 // of the pixels
				if part := unlike(p, q); part > most {
					t.Errorf("cell %s draws another picture: %.1f %% of it", a.ID, 100*part)
				}
			}
		}
	}
}
