//go:build !tinygo

package mqtt

import (
	"os/exec"
	"strings"
	"testing"
)

// banned is what the package must not pull in, directly or not. Sizes are those
// of an ESP32 image.
func banned() map[string]string {
	return map[string]string{
		"fmt":             "74 KB of flash, and it allocates",
		"bufio":           "buffers belong to the caller",
		"bytes":           "the little that is needed costs less",
		"context":         "it starts goroutines, whose stacks are 2 KB",
		"encoding":        "its packages pull in reflect",
		"encoding/binary": "it pulls in reflect",
		"encoding/json":   "142 to 181 KB of flash, 16 KB of stack",
		"log":             "a library returns errors",
		"math/rand":       "randomness is the program's",
		"net":             "108 KB of flash; the program passes a connection in",
		"os":              "a board has none",
		"reflect":         "TinyGo has only part of it",
		"sort":            "it pulls in reflect",
		"strings":         "the little that is needed costs less",
		"time":            "the clock is the program's",
		"unsafe":          "nothing here needs it", // imports only: the runtime has it
	}
}

// allowedImports have each a use.
func allowedImports() map[string]string {
	return map[string]string{
		"errors":       "Unwrap finds a timeout within an error",
		"io":           "ReadWriteCloser is the connection, EOF its end",
		"unicode/utf8": "MQTT's texts are UTF-8",
	}
}

func TestDependencies(t *testing.T) {
	list := func(args ...string) []string {
		t.Helper()
		out, err := exec.Command("go", append([]string{"list"}, args...)...).Output()
		if err != nil {
			t.Fatalf("go list: %v", err)
		}
		return strings.Fields(string(out))
	}
	imports := list("-f", `{{join .Imports "\n"}}`, ".")
	if len(imports) == 0 {
		t.Fatal("the package imports nothing, is it there?")
	}
	for _, p := range imports {
		if allowedImports()[p] == "" {
			t.Errorf("the package imports %s, it may import io, errors and unicode/utf8", p)
		}
	}
	for _, p := range list("-deps", ".") {
		if reason := banned()[p]; reason != "" && p != "unsafe" {
			t.Errorf("the package pulls in %s: %s", p, reason)
		}
		if strings.HasPrefix(p, "iotplot/") && p != "iotplot/plotclient/mqtt" {
			t.Errorf("the package pulls in %s: it knows nothing of what goes over it", p)
		}
	}
}
