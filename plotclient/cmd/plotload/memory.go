package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// resident is the resident memory of a process in bytes, from Linux's
// /proc/PID/status (proc_pid_status(5), VmRSS). Process 0 is none, and has none.
func resident(pid int) (int64, error) {
	if pid == 0 {
		return 0, nil
	}
	if runtime.GOOS != "linux" {
		return 0, fmt.Errorf("cannot see the memory of process %d: --pid works on Linux only", pid)
	}
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, fmt.Errorf("cannot see the memory of process %d: %w", pid, err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), "VmRSS:"); ok {
			n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return n * 1024, err
		}
	}
	return 0, fmt.Errorf("cannot see the memory of process %d: it has ended", pid)
}
