package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
	"github.com/rogpeppe/go-internal/testscript"
)

// patience bounds every wait for something that must happen.
const patience = 20 * time.Second

// TestScripts runs the real programs as a person would: one script a behaviour.
func TestScripts(t *testing.T) {
	bin := t.TempDir()
	args := []string{"-o", bin + string(filepath.Separator)}
	if raceEnabled {
		args = append(args, "-race")
	}
	build(t, append(args, ".", "../plotclient/cmd/plotclient",
		"../firmware/solar", "../firmware/powerlog", "../firmware/sinusoid", "../firmware/telemetry")...)
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", bin+string(filepath.ListSeparator)+env.Getenv("PATH")+string(filepath.ListSeparator)+"/usr/sbin")
			env.Setenv("PORT", strconv.Itoa(freePort(t)))
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("TZ", "UTC")
			l := &lab{running: map[string]*exec.Cmd{}}
			env.Values[labKey{}] = l
			env.Defer(l.close)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"start":   start,
			"end":     end,
			"end-of":  endOf,
			"fails":   fails,
			"failed":  failed,
			"await":   await,
			"listen":  listen,
			"publish": publish,
			"rows":    rows,
			"count":   count,
			"python":  python,

			"small-disk": smallDisk,
		},
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "mosquitto":
				return found("mosquitto"), nil
			case "paho":
				return exec.Command("/usr/bin/python3", "-c", "import paho.mqtt.client").Run() == nil, nil
			case "micropython":
				return found("micropython"), nil
			case "python":
				return exec.Command("/usr/bin/python3", "--version").Run() == nil, nil
			case "pdftotext":
				return found("pdftotext"), nil
			case "mount":
				return canMount(), nil
			case "root":
				return os.Geteuid() == 0, nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
	})
}

func found(program string) bool {
	if _, err := os.Stat("/usr/sbin/" + program); err == nil {
		return true
	}
	_, err := exec.LookPath(program)
	return err == nil
}

// freePort returns a TCP port that nobody listens on.
func freePort(t testing.TB) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// lab is the programs and connections of one script.
type lab struct {
	running map[string]*exec.Cmd
	client  mqtt.Client
	clients []mqtt.Client
}

type labKey struct{}

func (l *lab) close() {
	for _, c := range l.clients {
		c.Disconnect(0)
	}
	for _, p := range l.running {
		p.Process.Kill()
		p.Wait()
	}
}

func theLab(ts *testscript.TestScript) *lab { return ts.Value(labKey{}).(*lab) }

// start NAME PROGRAM ARG… starts a program in the background with its output in
// NAME.out, which await reads.
func start(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: start NAME PROGRAM ARG…")
	}
	out, err := os.Create(ts.MkAbs(args[0] + ".out"))
	ts.Check(err)
	defer out.Close()
	path := args[1]
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		if _, err := os.Stat(filepath.Join(dir, args[1])); err == nil {
			path = filepath.Join(dir, args[1])
			break
		}
	}
	c := exec.Command(path, args[2:]...)
	c.Dir = ts.MkAbs(".")
	c.Env = append(os.Environ(), "PATH="+ts.Getenv("PATH"), "HOME="+ts.Getenv("HOME"), "TZ=UTC", "IOTPLOT_PASSWORD="+ts.Getenv("IOTPLOT_PASSWORD"))
	c.Stdout, c.Stderr = out, out
	ts.Check(c.Start())
	theLab(ts).running[args[0]] = c
}

// end NAME [SIGNAL] sends a signal, waits for the end and fails on another exit
// code than 0 (after kill: any).
func end(ts *testscript.TestScript, neg bool, args []string) {
	l := theLab(ts)
	c := l.running[args[0]]
	if neg || c == nil {
		ts.Fatalf("end: nothing named %s runs", args[0])
	}
	delete(l.running, args[0])
	signals := map[string]os.Signal{"int": os.Interrupt, "term": syscall.SIGTERM, "kill": os.Kill, "hup": syscall.SIGHUP}
	name := "int"
	if len(args) > 1 {
		name = args[1]
	}
	ts.Check(c.Process.Signal(signals[name]))
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	select {
	case err := <-ended:
		if err != nil && name != "kill" {
			out, _ := os.ReadFile(ts.MkAbs(args[0] + ".out"))
			ts.Fatalf("end: %s ended with %v:\n%s", args[0], err, out)
		}
	case <-time.After(patience):
		c.Process.Kill()
		ts.Fatalf("end: %s did not end", args[0])
	}
}

// end-of NAME waits until a program ends by itself.
func endOf(ts *testscript.TestScript, neg bool, args []string) {
	l := theLab(ts)
	c := l.running[args[0]]
	if neg || c == nil {
		ts.Fatalf("end-of: nothing named %s runs", args[0])
	}
	delete(l.running, args[0])
	timer := time.AfterFunc(patience, func() { c.Process.Kill() })
	defer timer.Stop()
	ts.Check(c.Wait())
}

// fails NAME interrupts a program and wants another exit code than 0.
func fails(ts *testscript.TestScript, neg bool, args []string) {
	l := theLab(ts)
	c := l.running[args[0]]
	if neg || c == nil {
		ts.Fatalf("fails: nothing named %s runs", args[0])
	}
	delete(l.running, args[0])
	ts.Check(c.Process.Signal(os.Interrupt))
	timer := time.AfterFunc(patience, func() { c.Process.Kill() })
	defer timer.Stop()
	if c.Wait(); c.ProcessState.ExitCode() != 1 {
		ts.Fatalf("fails: %s ended with %v", args[0], c.ProcessState)
	}
}

// failed NAME waits until a program ends by itself with exit code 1.
func failed(ts *testscript.TestScript, neg bool, args []string) {
	l := theLab(ts)
	c := l.running[args[0]]
	if neg || c == nil {
		ts.Fatalf("failed: nothing named %s runs", args[0])
	}
	delete(l.running, args[0])
	timer := time.AfterFunc(patience, func() { c.Process.Kill() })
	defer timer.Stop()
	if c.Wait(); c.ProcessState.ExitCode() != 1 {
		ts.Fatalf("failed: %s ended with %v", args[0], c.ProcessState)
	}
}

// await FILE REGEXP [COUNT] waits until the file holds a match, COUNT times.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: await FILE REGEXP [COUNT]")
	}
	want := 1
	if len(args) > 2 {
		want, _ = strconv.Atoi(args[2])
	}
	re, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	var text []byte
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		text, _ = os.ReadFile(ts.MkAbs(args[0]))
		if len(re.FindAll(text, -1)) >= want {
			return
		}
	}
	ts.Fatalf("await: %s has no %q (%d times) in:\n%s", args[0], args[1], want, text)
}

// connect returns a client of the broker; again is called at each connection.
func (l *lab) connect(ts *testscript.TestScript, again mqtt.OnConnectHandler) mqtt.Client {
	o := mqtt.NewClientOptions().AddBroker("tcp://127.0.0.1:" + ts.Getenv("PORT")).
		SetClientID(fmt.Sprintf("script-%d", len(l.clients))).SetOrderMatters(true).SetAutoReconnect(true).
		SetMaxReconnectInterval(100 * time.Millisecond).SetUsername("student").SetPassword("anything")
	if again != nil {
		o.SetOnConnectHandler(again)
	}
	c := mqtt.NewClient(o)
	t := c.Connect()
	if !t.WaitTimeout(patience) || t.Error() != nil {
		ts.Fatalf("cannot connect to the broker: %v", t.Error())
	}
	l.clients = append(l.clients, c)
	return c
}

// listen FILE TOPIC writes what arrives on a topic to a file, a line a message.
func listen(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: listen FILE TOPIC")
	}
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	ts.Check(err)
	ts.Defer(func() { f.Close() })
	subscribed := make(chan error, 16)
	theLab(ts).connect(ts, func(c mqtt.Client) {
		t := c.Subscribe(args[1], 1, func(_ mqtt.Client, m mqtt.Message) {
			fmt.Fprintf(f, "%s %s\n", m.Topic(), m.Payload())
		})
		t.WaitTimeout(patience)
		subscribed <- t.Error()
	})
	if err := <-subscribed; err != nil {
		ts.Fatalf("cannot subscribe to %s: %v", args[1], err)
	}
}

// publish [-retain] TOPIC PAYLOAD sends one message; in the payload \xNN is a
// byte. All messages of a script come from one client, so they keep their order.
func publish(ts *testscript.TestScript, neg bool, args []string) {
	retain := false
	if len(args) > 0 && args[0] == "-retain" {
		retain, args = true, args[1:]
	}
	if neg || len(args) != 2 {
		ts.Fatalf("usage: publish [-retain] TOPIC PAYLOAD")
	}
	payload := regexp.MustCompile(`\\x[0-9a-f]{2}`).ReplaceAllFunc([]byte(args[1]), func(b []byte) []byte {
		n, _ := strconv.ParseUint(string(b[2:]), 16, 8)
		return []byte{byte(n)}
	})
	l := theLab(ts)
	if l.client == nil {
		l.client = l.connect(ts, nil)
	}
	t := l.client.Publish(args[0], 1, retain, payload)
	if !t.WaitTimeout(patience) || t.Error() != nil {
		ts.Fatalf("cannot publish to %s: %v", args[0], t.Error())
	}
}

// rows SESSION SERIES FROM TO publishes rows [n, n*n] of version 1.
func rows(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: rows SESSION SERIES FROM TO")
	}
	from, _ := strconv.Atoi(args[2])
	to, _ := strconv.Atoi(args[3])
	for n := from; n < to; n++ {
		publish(ts, false, []string{args[0] + "/data", fmt.Sprintf("[%q, %d, %d]", args[1], n, n*n)})
	}
}

// count N PATTERN checks how many files match the pattern.
func count(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: count N PATTERN")
	}
	files, err := filepath.Glob(ts.MkAbs(args[1]))
	ts.Check(err)
	if strconv.Itoa(len(files)) != args[0] {
		ts.Fatalf("%d files match %s, not %s: %q", len(files), args[1], args[0], files)
	}
}

// python SCRIPT ARG… runs Debian's Python, which has the packages that Debian
// installs, and fails where the script does.
func python(ts *testscript.TestScript, neg bool, args []string) {
	c := exec.Command("/usr/bin/python3", args...)
	c.Dir = ts.MkAbs(".")
	c.Env = append(os.Environ(), "PORT="+ts.Getenv("PORT"))
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	err := c.Run()
	ts.Logf("%s", out.Bytes())
	if (err != nil) != neg {
		ts.Fatalf("python3 %s: %v", strings.Join(args, " "), err)
	}
}

// awaitPort waits until somebody listens on a port of this computer.
func awaitPort(t *testing.T, port string) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if c, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			c.Close()
			return
		}
	}
	t.Fatalf("nobody listens on port %s", port)
}

// canMount reports whether small disks can be made here: by root, on Linux, and
// not in every container.
func canMount() bool {
	dir, err := os.MkdirTemp("", "mount")
	if err != nil {
		return false
	}
	defer os.Remove(dir)
	if exec.Command("mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", dir).Run() != nil {
		return false
	}
	return exec.Command("umount", dir).Run() == nil
}

// small-disk DIR SIZE makes a folder that is a disk of that size.
func smallDisk(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: small-disk DIR SIZE")
	}
	dir := ts.MkAbs(args[0])
	ts.Check(os.Mkdir(dir, 0o777))
	ts.Check(exec.Command("mount", "-t", "tmpfs", "-o", "size="+args[1], "tmpfs", dir).Run())
	ts.Defer(func() { exec.Command("umount", "-l", dir).Run() })
}
