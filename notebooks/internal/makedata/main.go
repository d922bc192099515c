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
	"bufio"
	"errors"
	"flag"
	"fmt"
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
	if err := run(*out, os.Stdout, measurements()); err != nil {
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

	// away are lines of the program between which there is no server. The rows that
	// its memory has no room for meanwhile are lost, and it ends with an error.
	away [2]string
}

// measurements lists all that is measured.
func measurements() []measurement {
	all := []measurement{{
		program: "plotclient", args: []string{"demo"}, folder: "quickstart",
		files: []string{"sinusoid.pkl", "sinusoid.csv"},
	}, {
		// The laptop with the server is taken along from six to five.
		program: "powerlog", args: []string{"-day", "-speed", "1000", "-seed", "4"}, folder: "powerlog",
		files: []string{"power.csv", "power.csv.meta.json"}, away: [2]string{"06:00", "17:00"},
	}}
	// A panel of 60 cm² in seven lights, from a lamp that is near to one far away,
	// and once when it is hot.
	sweep := func(seed int, irradiance, temperature float64) {
		name := fmt.Sprintf("G%04.0f", irradiance)
		if temperature != 25 {
			name += fmt.Sprintf("-%.0fC", temperature)
		}
		all = append(all, measurement{
			program: "solar", args: []string{
				"-speed", "10", "-seed", strconv.Itoa(seed), "-series", name, "-area", "60", "-points", "60",
				"-irradiance", fmt.Sprint(irradiance), "-temperature", fmt.Sprint(temperature),
			}, folder: "solar", files: []string{name + ".csv", name + ".csv.meta.json"},
		})
	}
	for i, irradiance := range []float64{1000, 800, 600, 400, 200, 100, 50} {
		sweep(i+1, irradiance, 25)
	}
	sweep(8, 1000, 50)
	return all
}

// lab is a folder with the programs, a server and what it saves.
type lab struct {
	programs, dir, port string
	log                 *os.File // a file, because several programs write to it
	server              *exec.Cmd
}

// run measures into the folder out, and says in log what happens.
func run(out string, log *os.File, all []measurement) (err error) {
	work, err := os.MkdirTemp("", "makedata")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()

	l := &lab{programs: filepath.Join(work, "programs") + string(filepath.Separator), dir: filepath.Join(work, "lab"), log: log}
	build := exec.Command("go", "build", "-o", l.programs, "iotplot/plotserver", "iotplot/plotclient/cmd/plotclient",
		"iotplot/firmware/solar", "iotplot/firmware/powerlog")
	build.Stdout, build.Stderr = log, log
	if err := build.Run(); err != nil {
		return fmt.Errorf("cannot build the programs: %w", err)
	}
	if l.port, err = freePort(); err != nil {
		return err
	}
	if err := l.start(); err != nil {
		return err
	}
	defer l.stop()
	for _, m := range all {
		if err := l.measure(m); err != nil {
			return fmt.Errorf("%s %q: %w", m.program, m.args, err)
		}
		for _, file := range m.files {
			if err := keep(filepath.Join(l.dir, file), filepath.Join(out, m.folder, file)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *lab) program(name string, args ...string) *exec.Cmd {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	c := exec.Command(l.programs+name, args...)
	c.Stdout, c.Stderr = l.log, l.log
	return c
}

// start starts the server and waits until it takes connections.
func (l *lab) start() error {
	l.server = l.program("plotserver", "-session", "lab", "-dir", l.dir, "-port", l.port)
	if err := l.server.Start(); err != nil {
		return err
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		c, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", l.port))
		if err == nil {
			return c.Close()
		}
		if time.Now().After(end) {
			return fmt.Errorf("the plot server does not start: %w", err)
		}
	}
}

// stop kills the server: all that it told the boards is stored, it has kept.
func (l *lab) stop() {
	l.server.Process.Kill()
	l.server.Wait()
}

// measure runs a program, and takes the server away and brings it back on its lines.
func (l *lab) measure(m measurement) error {
	c := l.program(m.program, append(m.args, "-session", "lab", "-broker", "127.0.0.1", "-port", l.port)...)
	if m.away[0] == "" {
		return c.Run()
	}
	c.Stdout = nil
	said, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return err
	}
	var trouble error
	for lines := bufio.NewScanner(said); lines.Scan(); {
		fmt.Fprintln(l.log, lines.Text())
		switch lines.Text() {
		case m.away[0]:
			l.stop()
		case m.away[1]:
			trouble = l.start()
		}
	}
	err = c.Wait()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		err = nil // rows were lost, which is what is wanted; what is kept is looked at next
	}
	return errors.Join(trouble, err)
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
