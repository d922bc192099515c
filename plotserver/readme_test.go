package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// snippet returns the README's first block of a language.
func snippet(t *testing.T, language string) string {
	t.Helper()
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllSubmatch(text, -1)
	if len(found) == 0 {
		t.Fatalf("the README has no block of %s", language)
	}
	return string(found[0][1])
}

// TestReadmeSnippets runs the README's programs against the real server, and
// both must leave the files that they promise.
func TestReadmeSnippets(t *testing.T) {
	dir, port := t.TempDir(), strconv.Itoa(freePort(t))
	python, goProgram := snippet(t, "python"), snippet(t, "go")
	python = strings.Replace(python, "1883", port, 1)
	goProgram = strings.Replace(goProgram, `Broker: "localhost"`, `Broker: "localhost:`+port+`"`, 1)
	if !strings.Contains(python, port) || !strings.Contains(goProgram, port) {
		t.Fatal("the snippets do not name the broker as they did")
	}

	server := filepath.Join(dir, "plotserver")
	build(t, "-o", server, ".")
	c := exec.Command(server, "-session", "hopla", "-port", port, "-dir", dir)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	stopped := make(chan struct{})
	go func() { c.Wait(); close(stopped) }()
	defer func() { <-stopped }()
	defer c.Process.Signal(os.Interrupt)
	awaitPort(t, port)

	check := func(t *testing.T) {
		for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
			rows, _ := os.ReadFile(filepath.Join(dir, "solar.csv"))
			_, err := os.Stat(filepath.Join(dir, "solar.pdf"))
			if strings.Count(string(rows), "\n") == 101 && strings.HasPrefix(string(rows), "t,V,I\n") && err == nil {
				break
			}
			if time.Now().After(end) {
				t.Fatalf("no solar.csv with 100 rows and solar.pdf; solar.csv is:\n%s", rows)
			}
		}
		os.Remove(filepath.Join(dir, "solar.csv"))
		os.Remove(filepath.Join(dir, "solar.pdf"))
	}
	t.Run("Python", func(t *testing.T) {
		if exec.Command("/usr/bin/python3", "-c", "import paho.mqtt.client").Run() != nil {
			t.Skip("needs paho for Python: apt-get install python3-paho-mqtt")
		}
		if out, err := exec.Command("/usr/bin/python3", "-c", python).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		check(t)
	})
	t.Run("Go", func(t *testing.T) {
		file := filepath.Join(dir, "main.go")
		if err := os.WriteFile(file, []byte(goProgram), 0o644); err != nil {
			t.Fatal(err)
		}
		client := filepath.Join(dir, "client")
		build(t, "-o", client, file)
		if out, err := exec.Command(client).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		check(t)
	})
}

func build(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("go", append([]string{"build"}, args...)...).CombinedOutput(); err != nil {
		t.Fatalf("go build %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}
