package cmdline_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/pflag"

	"iotplot/plotclient/cmdline"
)

func TestWriteFlags(t *testing.T) {
	fs := pflag.NewFlagSet("test", pflag.ContinueOnError)
	fs.StringP("dir", "d", ".", "`folder` for the files, which is a sentence of so many words that it has to be broken")
	fs.Bool("demo", false, "run the example")
	fs.Int("many", 3, "`number` of them")
	fs.String("save", "", "save to `file`")
	fs.Lookup("save").NoOptDefVal = "any"
	fs.String("secret", "", "not shown")
	fs.Lookup("secret").Hidden = true
	var b strings.Builder
	cmdline.WriteFlags(&b, fs, cmdline.Group{Title: "Files", Flags: []string{"dir", "save", "nonesuch"}}, cmdline.Group{Title: "None", Flags: []string{"secret"}})
	want := `
Files:
  -d, --dir folder     folder for the files, which is a sentence of so many
                       words that it has to be broken (default .)
      --save[=file]    save to file

Other:
      --demo           run the example
  -h, --help           show this help
      --many number    number of them (default 3)
`
	if got := b.String(); normal(got) != normal(want) {
		t.Errorf("help\n%s\nwant\n%s", got, want)
	}
	column := -1
	for line := range strings.Lines(b.String()) {
		if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > 80 {
			t.Errorf("longer than 80 columns: %q", line)
		}
		for _, text := range []string{"folder for", "words that", "save to", "run the", "show this", "number of"} {
			if i := strings.Index(line, text); i >= 0 {
				if column >= 0 && i != column {
					t.Errorf("not aligned: %q", line)
				}
				column = i
			}
		}
	}
}

// normal is text without the breaks and the alignment, which are looked at by
// themselves.
func normal(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestHelpStandsWhereItIsNamed(t *testing.T) {
	fs := pflag.NewFlagSet("test", pflag.ContinueOnError)
	fs.Bool("a", false, "letter a")
	fs.Bool("b", false, "letter b")
	var b strings.Builder
	cmdline.WriteFlags(&b, fs, cmdline.Group{Title: "Other", Flags: []string{"b", "help"}})
	if got, want := normal(b.String()), "Other: --b letter b -h, --help show this help --a letter a"; got != want {
		t.Errorf("help %q, want %q", got, want)
	}
}

func TestVersion(t *testing.T) {
	if v := cmdline.Version(); !strings.Contains(v, "go1.") || strings.ContainsAny(v, "\r\n") {
		t.Errorf("version %q", v)
	}
}
