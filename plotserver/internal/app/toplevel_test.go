package app

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestTopLevel keeps the first thing a newcomer sees short.
func TestTopLevel(t *testing.T) {
	allowed := []string{".ci", ".gitignore", "LICENSE", "README.md", "firmware", "go.mod", "go.sum", "notebooks", "plotclient", "plotserver", "sessions"}
	c := exec.Command("git", "ls-files")
	c.Dir = "../../.."
	out, err := c.Output()
	if err != nil {
		t.Skip("this is no checkout, or git is missing: apt-get install git")
	}
	for _, file := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		top, _, _ := strings.Cut(file, "/")
		if !slices.Contains(allowed, top) {
			t.Errorf("%s: rooms stand in the folders there are, at the top are only %s", file, strings.Join(allowed, ", "))
		}
	}
}
