package sessions_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"iotplot/sessions"
)

var goodNames = []string{
	"solar.csv", "run1", "plots/solar.pdf", "a/b/c/d.json", "./solar.csv", "plots//x.pdf", "plots/./x.pdf", "two words.csv",
	"sin+cos,(1).pdf", "Größe 25 °C.png", "太陽.csv", "🌞.png", "a..b.csv", "v1.2.csv", "CONSOLE.csv", "nul-test.csv", "COM10.csv", "com.csv",
	"a~b.csv", "a~.csv", "history/old.csv", "-x.csv", "%41.csv", strings.Repeat("x", 200), strings.Repeat("d/", 400) + "x",
}

// badNames hold a word of the reason.
var badNames = []struct{ name, why string }{
	{"", "empty"},
	{"/etc/passwd", "root of the disk"},
	{"//server/share/x", "root of the disk"},
	{"..", "leaves the folder"},
	{"../x.csv", "leaves the folder"},
	{"a/../../x.csv", "leaves the folder"},
	{"a/../x.csv", "leaves the folder"},
	{"a/..", "leaves the folder"},
	{"~", "~"},
	{"~/x.csv", "~"},
	{"~root/x.csv", "~"},
	{`..\x.csv`, `\`},
	{`a\b.csv`, `\`},
	{`\\server\share\x`, `\`},
	{"C:x.csv", "drive"},
	{"c:/x.csv", "drive"},
	{"solar.csv:stream", "Windows"},
	{"a*b.csv", "Windows"},
	{"what?.csv", "Windows"},
	{"a<b>.csv", "Windows"},
	{"a|b.csv", "Windows"},
	{`a"b.csv`, "Windows"},
	{"a\x00b.csv", "NUL"},
	{"a\nb.csv", "U+000A"},
	{"a\x7fb.csv", "U+007F"},
	{"a\u200bb.csv", "U+200B"},
	{"\u202efdp.exe", "U+202E"},
	{"\u200c.iotplot/x", "U+200C"},
	{"a\u2028b", "U+2028"},
	{"a\xffb.csv", "UTF-8"},
	{".", "names a folder"},
	{"plots/", "names a folder"},
	{"plots/.", "names a folder"},
	{".iotplot/journal", "hidden"},
	{"a/.git/config", "hidden"},
	{".hidden.csv", "hidden"},
	{"...", "hidden"},
	{"a.", "ends with a dot"},
	{"a.csv ", "space"},
	{" a.csv", "space"},
	{"dir./x.csv", "ends with a dot"},
	{"dir /x.csv", "space"},
	{"CON", "device"},
	{"con.csv", "device"},
	{"aux.tar.gz", "device"},
	{"prn .csv", "device"},
	{"a/NUL/b.csv", "device"},
	{"COM1", "device"},
	{"lpt9.csv", "device"},
	{"COM¹.csv", "device"},
	{"CONIN$", "device"},
	{"IOTPLO~1/journal", "short name"},
	{"a~b~2.csv", "short name"},
	{strings.Repeat("x", 201), "201 bytes"},
	{strings.Repeat("d/", 500) + "x", "1001 bytes"},
}

func TestCheckName(t *testing.T) {
	for _, name := range goodNames {
		if err := sessions.CheckName(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, test := range badNames {
		err := sessions.CheckName(test.name)
		var refused *sessions.NameError
		if !errors.As(err, &refused) {
			t.Errorf("%q: %v, want a *NameError", test.name, err)
			continue
		}
		if refused.Name != test.name || !strings.Contains(refused.Wrong, test.why) || !strings.Contains(err.Error(), "allowed are") {
			t.Errorf("%q: %v, want a word about %q", test.name, err, test.why)
		}
	}
}

func TestARefusalIsShort(t *testing.T) {
	if err := sessions.CheckName(strings.Repeat("é/", 100_000)); len(err.Error()) > 300 {
		t.Errorf("the refusal has %d bytes", len(err.Error()))
	}
}

// everything gives all paths below dir, with what files hold.
func everything(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		name = filepath.ToSlash(name)
		switch {
		case d.Type().IsRegular():
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			all[name] = string(data)
		default:
			all[name] = d.Type().String()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func writeText(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

func FuzzCheckName(f *testing.F) {
	for _, name := range goodNames {
		f.Add(name)
	}
	for _, test := range badNames {
		f.Add(test.name)
	}
	f.Add("inside/x")
	f.Add("outside/x")
	f.Add("outside.csv")
	// The law: whatever the name, only what is below the folder changes; one
	// that is accepted is one file there, under a name that is accepted and not
	// hidden, unless a link is in the way; one that is refused changes nothing.
	f.Fuzz(func(t *testing.T, name string) {
		top := t.TempDir()
		inside, outside := filepath.Join(top, "folder"), filepath.Join(top, "outside")
		for _, dir := range []string{inside, outside, filepath.Join(inside, "sub")} {
			if err := os.Mkdir(dir, 0o777); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(outside, "secret"), []byte("secret"), 0o666); err != nil {
			t.Fatal(err)
		}
		links := os.Symlink(outside, filepath.Join(inside, "outside")) == nil &&
			os.Symlink(filepath.Join(outside, "secret"), filepath.Join(inside, "outside.csv")) == nil &&
			os.Symlink("sub", filepath.Join(inside, "inside")) == nil
		folder, err := sessions.OpenFolder(inside)
		if err != nil {
			t.Fatal(err)
		}
		defer folder.Close()
		before := everything(t, top)
		written, err := folder.WriteFile(name, writeText("new"))
		after := everything(t, top)
		for path, text := range before {
			if after[path] != text {
				t.Errorf("%q changed %s to %q", name, path, after[path])
			}
			delete(after, path)
		}
		var refused *sessions.NameError
		if err != nil {
			if !errors.As(err, &refused) {
				// Such as a name that this very disk does not take.
				var failed *sessions.Error
				if !errors.As(err, &failed) {
					t.Errorf("%q: %v", name, err)
				}
				return
			}
			if sessions.CheckName(name) != nil && len(after) > 0 || !links && sessions.CheckName(name) == nil {
				t.Errorf("%q is refused (%v), but there is %q", name, err, after)
			}
			return
		}
		if sessions.CheckName(name) != nil || sessions.CheckName(written) != nil {
			t.Errorf("%q was written as %q although it is refused", name, written)
		}
		files := 0
		for path, text := range after {
			if !strings.HasPrefix(path, "folder/") || strings.Contains(path, "/.") {
				t.Errorf("%q made %s", name, path)
			}
			if text == "new" {
				files++
			}
		}
		if files != 1 {
			t.Errorf("%q made %d files: %q", name, files, after)
		}
		if data, err := os.ReadFile(folder.Path(written)); err != nil || string(data) != "new" {
			t.Errorf("%q was written as %q, which holds %q, %v", name, written, data, err)
		}
	})
}

func TestSafeName(t *testing.T) {
	for _, name := range goodNames {
		if len(name) > 180 || strings.ContainsAny(name, "/") {
			continue
		}
		if got := sessions.SafeName(name); got != name {
			t.Errorf("SafeName(%q) = %q, want it as it is", name, got)
		}
	}
	if got := sessions.SafeName("alice/solar"); got != "alice/solar" {
		t.Errorf("SafeName keeps sub-folders: got %q", got)
	}
	seen := map[string]string{}
	for _, test := range badNames {
		got := sessions.SafeName(test.name)
		if before, ok := seen[got]; ok {
			t.Errorf("%q and %q both become %q", before, test.name, got)
		}
		seen[got] = test.name
	}
}

func FuzzSafeName(f *testing.F) {
	for _, name := range goodNames {
		f.Add(name)
	}
	for _, test := range badNames {
		f.Add(test.name)
	}
	// The law: with any ending of ours it is a name that is accepted, and making
	// it safe once more changes nothing.
	f.Fuzz(func(t *testing.T, text string) {
		safe := sessions.SafeName(text)
		for _, ending := range []string{"", ".pkl", ".json", ".parquet", "-2.csv"} {
			if err := sessions.CheckName(safe + ending); err != nil {
				t.Errorf("SafeName(%q) = %q: %v", text, safe, err)
			}
		}
		if again := sessions.SafeName(safe); again != safe {
			t.Errorf("SafeName(%q) = %q, which becomes %q", text, safe, again)
		}
	})
}
