package faults

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"iotplot/plotclient"
)

// TestDiskFull lets a small disk run full under the server. It says so, and goes
// on when there is room; killed meanwhile, it comes back with what was durable,
// and the clients still have the rest.
func TestDiskFull(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs a small disk of its own: run the tests as root")
	}
	each(t, func(t *testing.T, connect connect) {
		for _, killed := range []bool{false, true} {
			dir := t.TempDir()
			if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=4m"); err != nil {
				t.Skipf("needs a small disk of its own, and cannot mount one: %v", err)
			}
			t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
			s := newServerIn(t, dir)
			m := newMeasurement(t, 1, "solar")
			connect(m, s.addr())
			m.allow(2_000)
			m.awaitDurable(2_000)
			ballast := filepath.Join(dir, "ballast")
			for size := 1 << 20; size > 0; size /= 2 {
				f, err := os.OpenFile(ballast, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
				if err != nil {
					t.Fatal(err)
				}
				for err == nil {
					_, err = f.Write(make([]byte, size))
				}
				f.Close()
			}
			m.allow(20_000)
			m.await("stalled", func() bool { return m.state == plotclient.Stalled })
			if !s.out.await(regexp.MustCompile(`(?i)disk is full|no space|no room`)) {
				t.Errorf("the server says nothing of its disk:\n%s", s.out)
			}
			if killed {
				s.kill()
			}
			if err := os.Remove(ballast); err != nil {
				t.Fatal(err)
			}
			if killed {
				s.start()
			}
			m.awaitMeasured(20_000)
			m.save("solar.csv")
			m.finish()
			s.holds(t, m)
			s.saved(t, m, "solar.csv", 20_000)
			if text := s.out.String(); !killed && !strings.Contains(text, "again") {
				t.Errorf("the server does not say that it goes on:\n%s", text)
			}
		}
	})
}
