// Command makedata measures the series that the notebooks are about, with the
// programs for boards, their simulated hardware and a real plot server:
//
//	go run ./notebooks/internal/makedata
//
// It writes them to notebooks/data, in place of those that are there. The seeds of
// all noise are given. Yet a sweep begins when the board has its connection, which
// takes longer one time than another, so that the noise falls on other points each
// time; runs and starting times are new ones, too. After it the notebooks are to be
// executed again: go test ./notebooks -update.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"time"
)

func main() {
	out := flag.String("o", filepath.Join("notebooks", "data"), "`folder` to write to")
	flag.Parse()
	if err := run(*out, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "makedata:", err)
		os.Exit(1)
	}
}

// measurement is one call of a program, and the files of it that are kept.
type measurement struct {
	program string
	args    []string
	folder  string // in the output
	files   []string
}

// measurements lists all that is measured.
func measurements() []measurement {
	all := []measurement{{
		"plotclient", []string{"demo"}, "quickstart",
		[]string{"sinusoid.pkl", "sinusoid.csv"},
	}}
	// A panel of 60 cm² in seven lights, from a lamp that is near to one far away,
	// and once when it is hot.
	sweep := func(seed int, irradiance, temperature float64) {
		name := fmt.Sprintf("G%04.0f", irradiance)
		if temperature != 25 {
			name += fmt.Sprintf("-%.0fC", temperature)
		}
		all = append(all, measurement{
			"solar", []string{
				"-speed", "10", "-seed", strconv.Itoa(seed), "-series", name, "-area", "60", "-points", "60",
				"-irradiance", fmt.Sprint(irradiance), "-temperature", fmt.Sprint(temperature),
			}, "solar", []string{name + ".csv", name + ".csv.meta.json"},
		})
	}
	for i, irradiance := range []float64{1000, 800, 600, 400, 200, 100, 50} {
		sweep(i+1, irradiance, 25)
	}
	sweep(8, 1000, 50)
	return all
}

func run(out string, log io.Writer) (err error) {
	work, err := os.MkdirTemp("", "makedata")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()

	programs := filepath.Join(work, "programs") + string(filepath.Separator)
	lab := filepath.Join(work, "lab")
	build := exec.Command("go", "build", "-o", programs, "iotplot/plotserver", "iotplot/plotclient/cmd/plotclient", "iotplot/firmware/solar")
	build.Stdout, build.Stderr = log, log
	if err := build.Run(); err != nil {
		return fmt.Errorf("cannot build the programs: %w", err)
	}
	program := func(name string, args ...string) *exec.Cmd {
		if runtime.GOOS == "windows" {
			name += ".exe"
		}
		c := exec.Command(programs+name, args...)
		c.Stdout, c.Stderr = log, log
		return c
	}

	port, err := freePort()
	if err != nil {
		return err
	}
	server := program("plotserver", "-session", "lab", "-dir", lab, "-port", port)
	if err := server.Start(); err != nil {
		return err
	}
	defer func() {
		server.Process.Kill() // all is saved, and its journal goes
		server.Wait()
	}()
	if err := await(port); err != nil {
		return err
	}
	for _, m := range measurements() {
		if err := program(m.program, append(m.args, "-session", "lab", "-broker", "127.0.0.1", "-port", port)...).Run(); err != nil {
			return fmt.Errorf("%s %q: %w", m.program, m.args, err)
		}
		for _, file := range m.files {
			if err := keep(filepath.Join(lab, file), filepath.Join(out, m.folder, file)); err != nil {
				return err
			}
		}
	}
	return nil
}

// keep copies a file that was saved.
func keep(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o666)
}

// freePort gives a TCP port that nobody listens on.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

// await waits until the server takes connections.
func await(port string) error {
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		c, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", port))
		if err == nil {
			return c.Close()
		}
		if time.Now().After(end) {
			return fmt.Errorf("the plot server does not start: %w", err)
		}
	}
}
