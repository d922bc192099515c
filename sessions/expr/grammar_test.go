package expr

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table of functions into GRAMMAR.md")

const (
	tableStart = "<!-- functions: written by go test -run TestGrammar -update -->\n"
	tableEnd   = "<!-- end -->"
)

func functionTable() string {
	var b strings.Builder
	b.WriteString("| Function | Result | Unit |\n|---|---|---|\n")
	for _, f := range Functions() {
		unit := f.Unit
		if unit == "1" {
			unit = "none"
		}
		b.WriteString("| `" + f.Name + "(" + f.Args + ")` | " + f.Meaning + " | " + unit + " |\n")
	}
	return b.String()
}

func TestGrammarListsTheFunctions(t *testing.T) {
	raw, err := os.ReadFile("GRAMMAR.md")
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(raw), tableStart)
	table, after, ok2 := strings.Cut(rest, tableEnd)
	if !ok || !ok2 {
		t.Fatal("GRAMMAR.md lacks the marks around its table")
	}
	if *update {
		if err := os.WriteFile("GRAMMAR.md", []byte(before+tableStart+functionTable()+tableEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if strings.ReplaceAll(table, "\r\n", "\n") != functionTable() {
		t.Error("the table of GRAMMAR.md is not that of Functions, write it by: go test -run TestGrammar -update")
	}
}

// Each line of the table has to be callable the way it is written.
func TestEveryFunctionIsCallableAsDocumented(t *testing.T) {
	args := strings.NewReplacer("n", "3", "…", "a")
	for i := range functions {
		f := &functions[i]
		text := f.Name + "(" + args.Replace(f.Args) + ")"
		e, err := Compile(text, []string{"a", "b", "y", "x"})
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if e.root.fn != f {
			t.Errorf("%s is another function than that of its line", text)
		}
		if f.Meaning == "" || f.unit == nil || f.Unit == "" {
			t.Errorf("%s is not described", text)
		}
		kinds := 0
		for _, set := range []bool{f.one != nil, f.two != nil, f.fold != nil, f.rewrite != nil} {
			if set {
				kinds++
			}
		}
		if kinds != 1 || f.Whole != (f.fold != nil || f.rewrite != nil) {
			t.Errorf("%s has %d ways to be computed, whole %v", text, kinds, f.Whole)
		}
	}
}
