//go:build !tinygo

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"iotplot/sessions"
	"iotplot/sessions/ivcurve"
)

// patience bounds every wait for something that must happen.
const patience = 60 * time.Second

// server is the real plotserver, as a person starts it.
type server struct {
	t            *testing.T
	program, dir string
	port         int
	cmd          *exec.Cmd
	out          bytes.Buffer
}

// build compiles the real server once for all tests.
var build = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "plotserver")
	if err != nil {
		return "", err
	}
	program := filepath.Join(dir, "plotserver")
	out, err := exec.Command("go", "build", "-o", program, "iotplot/plotserver").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return program, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if program, err := build(); err == nil {
		os.RemoveAll(filepath.Dir(program))
	}
	os.Exit(code)
}

func startServer(t *testing.T) *server {
	t.Helper()
	program, err := build()
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, program: program, dir: t.TempDir(), port: l.Addr().(*net.TCPAddr).Port}
	l.Close()
	s.start()
	t.Cleanup(func() {
		s.kill()
		if t.Failed() {
			t.Logf("the server said:\n%s", &s.out)
		}
	})
	return s
}

// start starts the server and waits until it takes connections.
func (s *server) start() {
	s.t.Helper()
	s.cmd = exec.Command(s.program, "-session", "hopla", "-dir", s.dir, "-port", strconv.Itoa(s.port))
	s.cmd.Stdout, s.cmd.Stderr = &s.out, &s.out
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		c, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)))
		if err == nil {
			c.Close()
			return
		}
		if time.Now().After(end) {
			s.t.Fatalf("the server does not start: %v\n%s", err, &s.out)
		}
	}
}

func (s *server) kill() {
	if s.cmd != nil {
		s.cmd.Process.Kill()
		s.cmd.Wait()
		s.cmd = nil
	}
}

// proxy passes TCP connections on to the server, and cuts them.
type proxy struct {
	net.Listener
	to    string
	mu    sync.Mutex
	conns map[net.Conn]bool
	cuts  int
}

func newProxy(t *testing.T, to int) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{Listener: l, to: net.JoinHostPort("127.0.0.1", strconv.Itoa(to)), conns: map[net.Conn]bool{}}
	t.Cleanup(func() { l.Close(); p.cut() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go p.pass(c)
		}
	}()
	return p
}

func (p *proxy) port() int { return p.Addr().(*net.TCPAddr).Port }

func (p *proxy) pass(c net.Conn) {
	d, err := net.Dial("tcp", p.to)
	if err != nil {
		c.Close()
		return
	}
	p.mu.Lock()
	p.conns[c], p.conns[d] = true, true
	p.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { io.Copy(c, d); c.Close() })
	both.Go(func() { io.Copy(d, c); d.Close() })
	both.Wait()
	p.mu.Lock()
	delete(p.conns, c)
	delete(p.conns, d)
	p.mu.Unlock()
}

// cut ends all connections, some of them in the middle of a packet.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.conns) > 0 {
		p.cuts++
	}
	for c := range p.conns {
		c.Close()
	}
}

// solarProgram runs the real program and returns what it printed.
func solarProgram(t *testing.T, port int, args ...string) string {
	t.Helper()
	out, err := tryProgram(port, args...)
	if err != nil {
		t.Fatalf("solar: %v\n%s", err, out)
	}
	return out
}

func tryProgram(port int, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var out bytes.Buffer
	err := run(ctx, append([]string{"-session", "hopla", "-broker", "127.0.0.1", "-port", strconv.Itoa(port)}, args...), &out, &out)
	return out.String(), err
}

// truth reads what the program prints of the cell: name=value unit.
func truth(t *testing.T, out string) map[string]float64 {
	t.Helper()
	all := map[string]float64{}
	for _, m := range regexp.MustCompile(`(?m)^(\w+)=([-+.e\d]+)( V| A| W|)$`).FindAllStringSubmatch(out, -1) {
		v, err := strconv.ParseFloat(m[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		all[m[1]] = v
	}
	if len(all) != 6 {
		t.Fatalf("not all six values are printed:\n%s", out)
	}
	return all
}

// resolution is how far a measured value may be off: half a step of the sensor (4 mV, 10 µV
// across the shunt), and a part that noise and the fit make of it.
func resolution(cell map[string]float64, part float64) map[string]float64 {
	const volt, ampere = 0.002, 10e-6 / (shuntMicroOhms / 1e6) / 2
	power := cell["Vmp"]*ampere + cell["Imp"]*volt
	return map[string]float64{
		"Isc": ampere + part*cell["Isc"], "Voc": volt + part*cell["Voc"],
		"Pmax": power + part*cell["Pmax"],
		"FF":   cell["FF"] * (ampere/cell["Isc"] + volt/cell["Voc"] + power/cell["Pmax"] + part),
	}
}

// agrees compares the files in the server's folder with the cell.
func agrees(t *testing.T, s *server, out string, part float64) {
	t.Helper()
	cell := truth(t, out)
	may := resolution(cell, part)
	near := func(where, name string, got float64) {
		t.Helper()
		if d := got - cell[name]; !(d <= may[name] && d >= -may[name]) {
			t.Errorf("%s: %s is %g, the cell's is %g, which is more than %.2g off", where, name, got, cell[name], may[name])
		}
	}
	for _, file := range []string{"solar.csv", "solar.pkl"} {
		series, err := sessions.Load(filepath.Join(s.dir, file))
		if err != nil {
			t.Fatal(err)
		}
		r, err := ivcurve.Analyze(column(t, series, "V"), column(t, series, "I"), ivcurve.Options{})
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		near(file, "Isc", r.Isc.Value)
		near(file, "Voc", r.Voc.Value)
		near(file, "Pmax", r.Pmax.Value)
		near(file, "FF", r.FF.Value)
	}
	pdf := filepath.Join(s.dir, "solar.pdf")
	if _, err := os.Stat(pdf); err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Log("the figures in the plot are not compared, pdftotext is not installed: apt-get install poppler-utils")
		return
	}
	text, err := exec.Command("pdftotext", "-layout", pdf, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	units := map[string]float64{"A": 1, "mA": 1e-3, "µA": 1e-6, "V": 1, "mV": 1e-3, "W": 1, "mW": 1e-3, "%": 1e-2}
	for _, name := range []string{"Isc", "Voc", "Pmax", "FF"} {
		m := regexp.MustCompile(name + ` +([\d.]+)(?: ± [\d.]+)? ([mµ]?[AVW]|%)`).FindStringSubmatch(string(text))
		if m == nil {
			t.Fatalf("the plot has no %s:\n%s", name, text)
		}
		v, err := strconv.ParseFloat(m[1], 64)
		if err != nil || units[m[2]] == 0 {
			t.Fatalf("the plot says %q", m[0])
		}
		near("the plot", name, v*units[m[2]])
	}
}

func column(t *testing.T, s *sessions.Series, name string) []float64 {
	t.Helper()
	i := s.Lookup(name)
	if i < 0 {
		t.Fatalf("there is no column %s", name)
	}
	return s.Column(i).AppendTo(nil)
}

func TestLab(t *testing.T) {
	for name, args := range map[string][]string{
		"driven":  {"-speed", "5"},
		"by hand": {"-speed", "10", "-by-hand"},
		"dim":     {"-speed", "5", "-irradiance", "200", "-temperature", "50", "-seed", "7"},
		"quiet":   {"-speed", "5", "-noise", "0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t)
			out := solarProgram(t, s.port, args...)
			agrees(t, s, out, 0.003)
			for _, want := range []string{"rows saved to solar.pkl, solar.csv", "rows plotted to solar.pdf"} {
				if !strings.Contains(out, want) {
					t.Errorf("it does not say %q:\n%s", want, out)
				}
			}
		})
	}
}

// TestNetworkIsCut cuts the network while rows stream, and again and again when it
// comes back.
func TestNetworkIsCut(t *testing.T) {
	s := startServer(t)
	p := newProxy(t, s.port)
	var cutting sync.WaitGroup
	cutting.Go(func() {
		s.awaitRows()
		for range 4 {
			p.awaitConnection()
			p.cut()
		}
	})
	out := solarProgram(t, p.port())
	cutting.Wait()
	if p.cuts < 4 {
		t.Errorf("the network was cut %d times only", p.cuts)
	}
	agrees(t, s, out, 0.003)
}

// TestServerIsKilled kills the server in the middle of the sweep, and starts it
// again in the same folder.
func TestServerIsKilled(t *testing.T) {
	s := startServer(t)
	p := newProxy(t, s.port)
	type result struct {
		out string
		err error
	}
	ended := make(chan result, 1)
	go func() {
		out, err := tryProgram(p.port())
		ended <- result{out, err}
	}()
	s.awaitRows()
	s.kill()
	p.cut()
	s.start()
	r := <-ended
	if r.err != nil {
		t.Fatalf("solar: %v\n%s", r.err, r.out)
	}
	agrees(t, s, r.out, 0.003)
}

// awaitRows waits until the server's journal holds rows.
func (s *server) awaitRows() {
	const opening = 400 // bytes, a run without rows is shorter
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		size := int64(0)
		filepath.Walk(filepath.Join(s.dir, ".iotplot"), func(_ string, info os.FileInfo, err error) error {
			if err == nil && !info.IsDir() {
				size += info.Size()
			}
			return nil
		})
		if size > opening {
			return
		}
		if time.Now().After(end) {
			s.t.Error("no rows come to the journal")
			return
		}
	}
}

// awaitConnection waits until there is one.
func (p *proxy) awaitConnection() {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		p.mu.Lock()
		n := len(p.conns)
		p.mu.Unlock()
		if n > 0 {
			return
		}
	}
}

// TestDark: there is nothing to be found, and that is what it says.
func TestDark(t *testing.T) {
	s := startServer(t)
	out := solarProgram(t, s.port, "-speed", "10", "-irradiance", "0")
	if !strings.Contains(out, "in the dark") || !strings.Contains(out, "plotted to solar.pdf") {
		t.Errorf("it says\n%s", out)
	}
}

func TestNobodyThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	out, err := tryProgram(port, "-speed", "20", "-timeout", "1s")
	if err == nil || !strings.Contains(err.Error(), "is not delivered within 1s") || !strings.Contains(out, "cannot reach the broker") {
		t.Errorf("the error is %v, it said\n%s", err, out)
	}
}

func TestFlags(t *testing.T) {
	for _, c := range []struct {
		args string
		want string
	}{
		{"-irradiance -1", "--irradiance cannot be -1, it must be from 0 to 1300"},
		{"-temperature 100", "--temperature cannot be 100"},
		{"-points 7", "--points cannot be 7"},
		{"-turn 30s", "--turn cannot be 30"},
		{"-speed 0", "--speed cannot be 0"},
		{"-timeout 0s", "--timeout cannot be 0s"},
		{"-series=", "--series cannot be empty"},
		{"-broker mqtts://localhost", "plain TCP only"},
		{"-qos 1", "QoS 0 only"},
		{"-session a/+", "session"},
		{"extra", `unexpected argument "extra"`},
		{"-irradience 5", "did you mean --irradiance?"},
	} {
		var out bytes.Buffer
		err := run(context.Background(), strings.Fields(c.args), &out, &out)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: the error is %v, want %q in it", c.args, err, c.want)
		}
	}
	var out bytes.Buffer
	if err := run(context.Background(), []string{"-help"}, &out, &out); err != nil || !strings.Contains(out.String(), "--by-hand") {
		t.Errorf("help: %v\n%s", err, &out)
	}
}
