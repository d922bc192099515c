package faults

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

var (
	full     = flag.Bool("faults.full", false, "the long form: every byte, 200 cuts, 50 kills; some minutes")
	seedFlag = flag.Uint64("faults.seed", 0, "seed of what happens at random; 0 takes another one each time")
)

// either is a number of the short form or of the long one.
func either(short, long int) int {
	if *full {
		return long
	}
	return short
}

// patience bounds every wait for something that must happen.
const patience = 2 * time.Minute

// random gives a test its random numbers, and says how to have them again.
func random(t testing.TB) *rand.Rand {
	seed := *seedFlag
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the same again: -faults.seed %d", seed)
		}
	})
	return rand.New(rand.NewPCG(seed, 0))
}

// executable is the server's program, built when the first test needs it.
var executable struct {
	once sync.Once
	dir  string
	err  error
}

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if executable.dir != "" {
		os.RemoveAll(executable.dir)
	}
	os.Exit(code)
}

func built(t testing.TB) string {
	t.Helper()
	executable.once.Do(func() {
		if executable.dir, executable.err = os.MkdirTemp("", "faults"); executable.err != nil {
			return
		}
		args := []string{"build", "-o", executable.dir + string(filepath.Separator)}
		if raceEnabled {
			args = append(args, "-race")
		}
		if out, err := exec.Command("go", append(args, "iotplot/plotserver")...).CombinedOutput(); err != nil {
			executable.err = fmt.Errorf("go build: %w\n%s", err, out)
		}
	})
	if executable.err != nil {
		t.Fatal(executable.err)
	}
	return filepath.Join(executable.dir, "plotserver")
}

// program is a program that runs, is killed, and is started again in the same
// way.
type program struct {
	t      testing.TB
	path   string
	args   []string
	ready  *regexp.Regexp // what it says when it is
	cmd    *exec.Cmd
	out    *output
	starts int
}

// output is what a program says.
type output struct {
	mu   sync.Mutex
	cond *sync.Cond
	text []byte
	over bool
}

func newOutput() *output {
	o := &output{}
	o.cond = sync.NewCond(&o.mu)
	return o
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text = append(o.text, p...)
	o.cond.Broadcast()
	return len(p), nil
}

func (o *output) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.over = true
	o.cond.Broadcast()
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return string(o.text)
}

// await waits until what is said matches, and is false when the program ended
// before, or after patience. With nil it waits for the end.
func (o *output) await(re *regexp.Regexp) bool {
	late := false
	timer := time.AfterFunc(patience, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		late = true
		o.cond.Broadcast()
	})
	defer timer.Stop()
	o.mu.Lock()
	defer o.mu.Unlock()
	for re == nil || !re.Match(o.text) {
		if o.over || late {
			return re == nil && o.over
		}
		o.cond.Wait()
	}
	return true
}

// start runs the program and waits until it is ready. Its port may still be
// taken for a moment, by somebody who got it from the system by chance.
func (p *program) start() {
	p.t.Helper()
	for range 20 {
		p.starts++
		p.cmd = exec.Command(p.path, p.args...)
		p.out = newOutput()
		p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
		if err := p.cmd.Start(); err != nil {
			p.t.Fatal(err)
		}
		cmd, out := p.cmd, p.out
		go func() {
			cmd.Wait()
			out.end()
		}()
		if out.await(p.ready) {
			return
		}
		p.kill()
		if text := out.String(); !strings.Contains(text, "taken") && !strings.Contains(text, "in use") {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	p.t.Fatalf("%s %q is not ready:\n%s", p.path, p.args, p.out)
}

// signal sends a signal and waits for the end.
func (p *program) signal(s os.Signal) {
	p.t.Helper()
	p.cmd.Process.Signal(s)
	if !p.out.await(nil) {
		p.t.Fatalf("%s does not end:\n%s", p.path, p.out)
	}
}

func (p *program) kill() { p.signal(syscall.SIGKILL) }

// plotserver is the server, in a folder and with a port of its own.
type plotserver struct {
	program
	dir     string
	port    int
	session string
}

var ready = regexp.MustCompile(`(?m) ready`)

func newServer(t testing.TB, args ...string) *plotserver {
	t.Helper()
	return newServerIn(t, t.TempDir(), args...)
}

func newServerIn(t testing.TB, dir string, args ...string) *plotserver {
	t.Helper()
	s := &plotserver{dir: dir, port: freePort(t), session: "hopla"}
	s.program = program{t: t, path: built(t), ready: ready}
	s.args = append([]string{"--session", s.session, "--dir", s.dir, "--port", strconv.Itoa(s.port)}, args...)
	s.start()
	t.Cleanup(s.over)
	return s
}

// over ends the server, and shows what it said if that may be of interest.
func (s *plotserver) over() {
	s.kill()
	if s.t.Failed() {
		s.t.Logf("%d starts; the last one said:\n%s", s.starts, s.out)
	}
}

func (s *plotserver) addr() string { return "127.0.0.1:" + strconv.Itoa(s.port) }

// freePort is a port that nobody listens on, and that the system gives nobody
// who connects: a server that is killed has to get its port back.
func freePort(t testing.TB) int {
	t.Helper()
	for range 1000 {
		port := 15_000 + rand.IntN(17_000)
		if l, err := net.Listen("tcp", ":"+strconv.Itoa(port)); err == nil {
			l.Close()
			return port
		}
	}
	t.Fatal("there is no free port")
	return 0
}
