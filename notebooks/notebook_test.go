package notebooks

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// notebook is what a .ipynb holds, of version 4.
type notebook struct {
	Cells    []cell
	Metadata struct {
		Kernelspec struct{ Name string }
	}
	Format int `json:"nbformat"`
}

type cell struct {
	ID       string
	CellType string `json:"cell_type"`
	Source   text
	Count    int `json:"execution_count"`
	Metadata map[string]any
	Outputs  []output
}

type output struct {
	OutputType string `json:"output_type"`
	Name       string
	Text       text
	Data       map[string]json.RawMessage
	EName      string
	EValue     string
}

// text is written as one or as its lines.
type text string

func (s *text) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*s = text(one)
		return nil
	}
	var lines []string
	err := json.Unmarshal(b, &lines)
	*s = text(strings.Join(lines, ""))
	return err
}

// names of all notebooks, without their ending.
func names(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.ipynb")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no notebooks (%v)", err)
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(f, ".ipynb")
	}
	return files
}

func read(file string) (*notebook, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	n := &notebook{}
	if err := json.Unmarshal(b, n); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return n, nil
}

// said is what an output says in text, without the pictures and what stands for them.
func (o output) said() string {
	if o.OutputType == "stream" {
		return string(o.Text)
	}
	for _, kind := range []string{"text/markdown", "text/plain"} {
		var s text
		if b, ok := o.Data[kind]; ok && json.Unmarshal(b, &s) == nil {
			if strings.HasPrefix(string(s), "<Figure size") {
				return "" // the size in pixels is compared with the picture
			}
			return string(s)
		}
	}
	return ""
}

// picture is the picture of an output, nil if it has none.
func (o output) picture() (image.Image, error) {
	b, ok := o.Data["image/png"]
	if !ok {
		return nil, nil
	}
	var s text
	if err := json.Unmarshal(b, &s); err != nil {
		return nil, err
	}
	raw, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(string(s), "\n", ""))
	if err != nil {
		return nil, err
	}
	return png.Decode(bytes.NewReader(raw))
}

// results reads the line of JSON that the last cell prints.
func (n *notebook) results(into any) error {
	if len(n.Cells) == 0 || len(n.Cells[len(n.Cells)-1].Outputs) != 1 {
		return errors.New("the last cell does not print one line of results")
	}
	return json.Unmarshal([]byte(n.Cells[len(n.Cells)-1].Outputs[0].Text), into)
}

// matplotlib is the version that drew the pictures.
func (n *notebook) matplotlib() (string, error) {
	var r struct {
		Versions struct{ Matplotlib string }
	}
	err := n.results(&r)
	if err == nil && r.Versions.Matplotlib == "" {
		err = errors.New("the results do not tell matplotlib's version")
	}
	return r.Versions.Matplotlib, err
}

var number = regexp.MustCompile(`[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?`)

// differ says what is different in two texts, "" for nothing. Blanks don't count, nor
// one in the last place of a number or a thousandth of it.
func differ(old, new string) string {
	a, b := number.FindAllString(old, -1), number.FindAllString(new, -1)
	words := func(s string) string { return strings.Join(strings.Fields(number.ReplaceAllString(s, " 0 ")), " ") }
	if u, v := words(old), words(new); u != v || len(a) != len(b) {
		k := 0
		for k < min(len(u), len(v)) && u[k] == v[k] {
			k++
		}
		from := max(0, k-20)
		return fmt.Sprintf("it was …%.80s… and is …%.80s…", u[from:], v[from:])
	}
	for i := range a {
		x, errX := strconv.ParseFloat(a[i], 64)
		y, errY := strconv.ParseFloat(b[i], 64)
		if errX != nil || errY != nil || !(math.Abs(x-y) <= lastPlace(a[i])*1.01+1e-3*math.Abs(x)) {
			return fmt.Sprintf("%s was %s", b[i], a[i])
		}
	}
	return ""
}

// lastPlace is what one in the last place of a written number is worth.
func lastPlace(s string) float64 {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(s), "e")
	e, _ := strconv.Atoi(exponent)
	_, decimals, _ := strings.Cut(mantissa, ".")
	return math.Pow(10, float64(e-len(decimals)))
}

// unlike is the part of the pixels that two pictures of the same size differ in,
// 1 if their sizes do.
func unlike(a, b image.Image) float64 {
	if a.Bounds().Size() != b.Bounds().Size() {
		return 1
	}
	count, all := 0, 0
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			r, g, c, _ := a.At(x, y).RGBA()
			r2, g2, c2, _ := b.At(x, y).RGBA()
			const much = 0x4000
			far := func(p, q uint32) bool { return max(p, q)-min(p, q) > much }
			if far(r, r2) || far(g, g2) || far(c, c2) {
				count++
			}
			all++
		}
	}
	return float64(count) / float64(all)
}

func TestDiffer(t *testing.T) {
	for _, c := range []struct {
		old, new string
		same     bool
	}{
		{"Isc  1.234 ± 0.012", "Isc 1.235 ± 0.013", true},
		{"Isc 1.234", "Isc 1.239", false},
		{"[0.200070, 3.4e-05]", "[0.200071, 3.41e-05]", true},
		{"[0.2, 3.4e-05]", "[0.2, 3.6e-05]", false},
		{"a 1", "b 1", false},
		{"a 1 2", "a 1", false},
		{"-0.10", "0.10", false},
	} {
		if d := differ(c.old, c.new); (d == "") != c.same {
			t.Errorf("%q and %q: %q", c.old, c.new, d)
		}
	}
}

func TestUnlike(t *testing.T) {
	a, b := image.NewGray(image.Rect(0, 0, 10, 10)), image.NewGray(image.Rect(0, 0, 10, 10))
	if d := unlike(a, b); d != 0 {
		t.Errorf("equal pictures differ by %v", d)
	}
	b.Pix[5] = 200
	if d := unlike(a, b); d != 0.01 {
		t.Errorf("pictures with one other pixel in 100 differ by %v", d)
	}
	if d := unlike(a, image.NewGray(image.Rect(0, 0, 9, 10))); d != 1 {
		t.Errorf("pictures of two sizes differ by %v", d)
	}
}
