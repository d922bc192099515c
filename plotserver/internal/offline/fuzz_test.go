package offline

import (
	"reflect"
	"testing"

	"iotplot/plotserver/internal/render"
)

// FuzzOptionValue: whatever is written for an option means something, and what is
// JSON that the renderer takes means just that.
func FuzzOptionValue(f *testing.F) {
	docs := render.Options()
	for i, d := range docs {
		f.Add(i, d.Example)
	}
	for _, text := range []string{"", ",", "0,", "[", "][,", "6x4", "r-- bs", "max(V, I),(", "1e999", "NaN", `{"V": [`, "×", "\xff"} {
		for i := range docs {
			f.Add(i, text)
		}
	}
	f.Fuzz(func(t *testing.T, i int, text string) {
		if i < 0 || i >= len(docs) {
			return
		}
		got := optionValue(docs[i], []string{text})
		if got == nil {
			if v, ok := asJSON(text); !ok || v != nil {
				t.Fatalf("--%s %q means nothing", docs[i].Name, text)
			}
			return
		}
		render.Check(docs[i].Name, got) // must not panic
		if v, ok := asJSON(text); ok && docs[i].Type != "text" && render.Check(docs[i].Name, v) == nil && !reflect.DeepEqual(got, v) {
			t.Errorf("--%s %q is %#v, not %#v", docs[i].Name, text, got, v)
		}
		if docs[i].Type == "text" && got != text {
			t.Errorf("--%s %q is %#v", docs[i].Name, text, got)
		}
	})
}
