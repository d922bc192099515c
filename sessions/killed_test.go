package sessions_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"iotplot/sessions"
)

// The test binary plays the process that is killed when this names a folder.
const killedFolder = "IOTPLOT_TEST_KILLED_IN"

func TestAKilledProcessLeavesWholeFiles(t *testing.T) {
	if dir := os.Getenv(killedFolder); dir != "" {
		writeForEver(t, dir)
		return
	}
	dir := t.TempDir()
	put(t, filepath.Join(dir, "old.csv"), "old")
	cmd := exec.Command(os.Args[0], "-test.run=^TestAKilledProcessLeavesWholeFiles$")
	cmd.Env = append(os.Environ(), killedFolder+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	cmd.Process.Kill()
	cmd.Wait() // it tells that the process was killed
	if err != nil || line != "half\n" {
		t.Fatalf("the process said %q, %v", line, err)
	}
	temp := ""
	for name, text := range everything(t, dir) {
		switch {
		case name == ".":
		case name == "old.csv":
			if text != "old" {
				t.Errorf("old.csv holds %d bytes", len(text))
			}
		case strings.HasPrefix(name, ".") && temp == "" && len(text) > 0:
			temp = filepath.Join(dir, name)
		default:
			t.Errorf("there is %s with %d bytes", name, len(text))
		}
	}
	if temp == "" {
		t.Fatal("there is no temporary file, so nothing was half written")
	}
	// Two hours later the next process tidies up.
	ago := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(temp, ago, ago); err != nil {
		t.Fatal(err)
	}
	openFolder(t, dir)
	checkFiles(t, dir, map[string]string{"old.csv": "old"})
}

// writeForEver begins to replace a file and does not come to an end.
func writeForEver(t *testing.T, dir string) {
	f, err := sessions.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	f.WriteFile("old.csv", func(w io.Writer) error {
		if _, err := w.Write(make([]byte, 1<<20)); err != nil {
			return err
		}
		fmt.Println("half")
		time.Sleep(time.Minute) // ended by the test that started the process
		return nil
	})
}
