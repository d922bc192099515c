package main

import (
	"errors"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"iotplot/plotclient/cmdline"
	"iotplot/plotclient/internal/fakeserver"
)

func loadAt(t *testing.T, s *fakeserver.Server, args string) (string, error) {
	t.Helper()
	var stdout strings.Builder
	err := run(t.Context(), append(strings.Fields(args), "-s", "hopla", "-b", s.Address), &stdout)
	return stdout.String(), err
}

func TestLoad(t *testing.T) {
	for _, args := range []string{"--rows 10001", "--rows 10001 --precision full --ask plot", "--rows 10001 --clients 3", "--rows 2 --clients 4 --user me",
		"--rows 10001 --version 1", "--rows 10001 --version 2", "--rows 10001 --version 2 --ask none --clients 64"} {
		t.Run(args, func(t *testing.T) {
			s := fakeserver.Start(t, &fakeserver.Server{})
			out, err := loadAt(t, s, args)
			if err != nil {
				t.Fatal(err)
			}
			rows := strings.Fields(args)[1]
			one := []string{`sent +` + rows + ` rows`, `taken +` + rows + ` rows`}
			two := []string{`given +` + rows + ` rows`}
			want := append([]string{`stored +` + rows + ` rows`, `lost +0 rows`, `wire +[1-9][0-9.]+ bytes a row`}, slices.Concat(one, two)...)
			switch {
			case strings.Contains(args, "--version 1"):
				want = slices.DeleteFunc(want, func(s string) bool { return slices.Contains(two, s) })
			case strings.Contains(args, "--version 2"):
				want = slices.DeleteFunc(want, func(s string) bool { return slices.Contains(one, s) })
			default:
				want = append(want, `version 2 sends [1-9][0-9]* % of version 1's bytes and stores [0-9.]+ times`)
			}
			for _, want := range want {
				if !regexp.MustCompile(want).MatchString(out) {
					t.Errorf("%s\nwant %s", out, want)
				}
			}
			total := 0
			for i := range 64 {
				total += s.Count("plotload" + strconv.Itoa(i+1))
			}
			if strconv.Itoa(total) != rows {
				t.Errorf("the server holds %d rows, want %s", total, rows)
			}
		})
	}
}

// TestBothVersionsSendTheSameRows compares what the server holds of each.
func TestBothVersionsSendTheSameRows(t *testing.T) {
	var held []string
	for _, version := range []string{"1", "2"} {
		s := fakeserver.Start(t, &fakeserver.Server{})
		if out, err := loadAt(t, s, "--rows 5000 --precision full --version "+version); err != nil {
			t.Fatal(err, out)
		}
		held = append(held, s.Rows("plotload1"))
	}
	if held[0] != held[1] || !strings.HasPrefix(held[0], "[0 3 0.6 1.5] [0.025 ") {
		t.Errorf("the rows of both versions are not the same: %.100s … and %.100s …", held[0], held[1])
	}
}

func TestLoadCountsLostRows(t *testing.T) {
	s := fakeserver.Start(t, &fakeserver.Server{Lose: 7})
	out, err := loadAt(t, s, "--rows 1000 --version 1")
	if err != nil || !regexp.MustCompile(`stored +993 rows`).MatchString(out) || !regexp.MustCompile(`lost +7 rows`).MatchString(out) {
		t.Errorf("error %v\n%s", err, out)
	}
	// Version 2 sends again what nobody heard.
	s = fakeserver.Start(t, &fakeserver.Server{Spoil: 1})
	out, err = loadAt(t, s, "--rows 1000 --version 2")
	if err != nil || !regexp.MustCompile(`stored +1000 rows`).MatchString(out) || !regexp.MustCompile(`lost +0 rows`).MatchString(out) {
		t.Errorf("error %v\n%s", err, out)
	}
}

func TestLoadOfVersion1WaitsForNoAnswer(t *testing.T) {
	s := fakeserver.Start(t, &fakeserver.Server{Silent: true, NoSession: true})
	out, err := loadAt(t, s, "--rows 1000 --v1")
	if err != nil || !strings.Contains(out, "stored  unknown") || s.Count("plotload1") != 1000 {
		t.Errorf("%d rows, error %v\n%s", s.Count("plotload1"), err, out)
	}
	if want := `save_series ["plotload1", "plotload1.pkl"]`; !strings.Contains(s.Sent(), want) {
		t.Errorf("sent\n%s\nwant %s", s.Sent(), want)
	}
}

func TestLoadOfASilentServer(t *testing.T) {
	s := fakeserver.Start(t, &fakeserver.Server{Silent: true})
	for _, version := range []string{"1", "2"} {
		if _, err := loadAt(t, s, "--rows 10 --timeout 100ms --version "+version); err == nil || !strings.Contains(err.Error(), "no plot server answered on session hopla") {
			t.Errorf("version %s: error %v", version, err)
		}
	}
}

func TestMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("memory of a process is seen on Linux only")
	}
	s := fakeserver.Start(t, &fakeserver.Server{})
	out, err := loadAt(t, s, "--rows 10 --pid "+strconv.Itoa(os.Getpid()))
	if err != nil || !regexp.MustCompile(`memory +[1-9][0-9.]+ MB before`).MatchString(out) {
		t.Errorf("error %v\n%s", err, out)
	}
	if _, err := resident(1 << 30); err == nil {
		t.Error("a process that does not exist has memory")
	}
}

func TestUsage(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"--rows 0", "--rows cannot be 0"},
		{"--rows 100000001", "--rows cannot be 100000001"},
		{"--clients 65", "--clients cannot be 65"},
		{"--precision 5", `--precision cannot be "5"`},
		{"--version 3", `--version cannot be "3"`},
		{"--ask me", `--ask cannot be "me"`},
		{"--timeout 0s", "--timeout cannot be 0s"},
		{"-b mqtts://example.org", "plain MQTT over TCP only"},
		{"hopla", `unexpected argument "hopla"`},
		{"--row 5", "did you mean --rows?"},
	} {
		var stdout strings.Builder
		err := run(t.Context(), strings.Fields(test.args), &stdout)
		var e *cmdline.Error
		if !errors.As(err, &e) || !e.Usage || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want one with %q", test.args, err, test.want)
		}
	}
	var stdout strings.Builder
	if err := run(t.Context(), []string{"--help"}, &stdout); err != nil || !strings.Contains(stdout.String(), "--clients") || strings.Contains(stdout.String(), "--qos") {
		t.Errorf("error %v\n%s", err, &stdout)
	}
}
