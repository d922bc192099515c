//go:build !tinygo

// Package firmware_test holds the boards' programs to what a board can carry.
package firmware_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// carried is all of the standard library that the boards' loops may pull in, directly
// or not, each with its reason. What is not here is a decision that somebody has to
// make. (A program's main adds machine, time and net.)
func carried() map[string]string {
	return map[string]string{
		"errors":        "errors that say more than a constant",
		"io":            "the connection",
		"math":          "the bits of a float64, and rounding",
		"math/bits":     "of strconv",
		"strconv":       "numbers in JSON; 19 KB of flash",
		"sync":          "of io",
		"sync/atomic":   "of sync",
		"unicode/utf16": "\\u escapes in JSON",
		"unicode/utf8":  "MQTT's and JSON's texts",
		"unsafe":        "of the runtime, and acks that are read without a copy",
	}
}

func loops() []string { return []string{"solar", "powerlog", "sinusoid", "telemetry"} }

func TestDependencies(t *testing.T) {
	for _, loop := range loops() {
		out, err := exec.Command("go", "list", "-deps", "iotplot/firmware/internal/"+loop).Output()
		if err != nil {
			t.Fatalf("go list: %v", err)
		}
		for _, p := range strings.Fields(string(out)) {
			ours := strings.HasPrefix(p, "iotplot/firmware/") || strings.HasPrefix(p, "iotplot/plotclient")
			runtime := p == "runtime" || strings.HasPrefix(p, "runtime/") || strings.HasPrefix(p, "internal/") // of Go's, TinyGo has its own
			if !ours && !runtime && carried()[p] == "" {
				t.Errorf("%s pulls in %s, which is not in the list of what a board carries", loop, p)
			}
		}
	}
}

// TestBoardsCompile builds every main for boards, with an example's secrets, and
// prints how large it is. The ESP32's radio is a stand-in, so its own code comes on top.
func TestBoardsCompile(t *testing.T) {
	tinygo, err := exec.LookPath("tinygo")
	if err != nil {
		t.Skip("TinyGo is not installed: https://tinygo.org/getting-started/install/, 0.42 or newer for the ESP32")
	}
	if testing.Short() {
		t.Skip("building for boards takes minutes")
	}
	dir := t.TempDir()
	for _, part := range []string{"go.mod", "go.sum", "plotclient", "firmware"} {
		if out, err := exec.Command("cp", "-r", filepath.Join("..", part), dir).CombinedOutput(); err != nil {
			t.Fatalf("cp: %v: %s", err, out)
		}
	}
	firmware := filepath.Join(dir, "firmware")
	example, err := os.ReadFile(filepath.Join(firmware, "secrets", "example", "example.go"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(firmware, "secrets", "secrets.go"), example, 0o600); err != nil {
		t.Fatal(err)
	}
	esp32 := filepath.Join(firmware, "esp32")
	run := func(program string, args ...string) (string, error) {
		c := exec.Command(program, args...)
		c.Dir = esp32
		out, err := c.CombinedOutput()
		return string(out), err
	}
	for _, args := range [][]string{
		{"mod", "edit", "-replace=tinygo.org/x/espradio=" + filepath.Join(firmware, "testdata", "radio")},
		{"mod", "tidy"},
	} {
		if out, err := run("go", args...); err != nil {
			t.Skipf("go %s does not work here, which the boards' modules need once: %v: %s", strings.Join(args, " "), err, out)
		}
	}
	for _, loop := range loops() {
		t.Run(loop, func(t *testing.T) {
			out, err := run(tinygo, "build", "-target=esp32-coreboard-v2", "-size=short", "-o", filepath.Join(dir, loop+".bin"), "./"+loop)
			if err != nil && strings.Contains(out, "unknown target CPU 'esp32'") {
				// Everything was type-checked before that.
				t.Skip("it compiles, and is not linked: this TinyGo was built without Espressif's LLVM, the releases have it")
			}
			if err != nil {
				t.Fatalf("%v:\n%s", err, out)
			}
			t.Logf("ESP32, without its radio:\n%s", out)
		})
	}
}

// TestMissingSecrets: a board's program without secrets does not compile, and the
// error names the file.
func TestMissingSecrets(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("secrets", "missing.go"))
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile(filepath.Join("secrets", "example", "example.go"))
	if err != nil {
		t.Fatal(err)
	}
	_, name, found := strings.Cut(strings.TrimSpace(string(text)), "const _ = ")
	if !found || !strings.Contains(string(example), "const "+name+" = false") {
		t.Errorf("the example does not define %q", name)
	}
	if !strings.Contains(name, "SecretsGoIsMissing") {
		t.Errorf("the error says %q", name)
	}
	ignored, _ := os.ReadFile(filepath.Join("..", ".gitignore"))
	if !strings.Contains("\n"+string(ignored), "\nsecrets.go\n") {
		t.Error("secrets.go is not ignored by git")
	}
}
