package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"iotplot/plotclient"
	"iotplot/plotclient/hoststream"
	"iotplot/plotclient/internal/fakeserver"
	"iotplot/plotclient/pahomqtt"
)

// await waits until a condition holds.
func await(t *testing.T, what string, condition func() bool) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for !condition() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}

func TestPipe(t *testing.T) {
	for _, test := range []struct {
		name, input string
		rows        string // as the server has them
		says        string // in the total and on stderr, a part each, separated by |
	}{
		{"blanks", "1 2\n3   4\n", "[1 2] [3 4]", "solar: 2 rows sent"},
		{"tabs", "1\t2\n3 \t 4\n", "[1 2] [3 4]", ""},
		{"commas", "1,2\n3 , 4\n", "[1 2] [3 4]", ""},
		{"semicolons", "1;2\n3; 4\n", "[1 2] [3 4]", ""},
		{"no end of the last line", "1 2\n3 4", "[1 2] [3 4]", ""},
		{"CR LF", "1 2\r\n3 4\r\n", "[1 2] [3 4]", ""},
		{"byte order mark", "\ufeff1 2\n", "[1 2]", ""},
		{"gaps", "- 2\n,4\n5,\nnan NaN\n7,-\n", "[NaN 2] [NaN 4] [5 NaN] [NaN NaN] [7 NaN]", "5 rows sent"},
		{"numbers of all kinds", "+1 -2.5e-3\n.5 5.\ninf -Infinity\n1e999 0x10p0\n", "[1 -0.0025] [0.5 5] [+Inf -Inf] [+Inf 16]", ""},
		{"comments and empty lines", "# t V\n\n1 2\n   \n  # more\n3 4\n", "[1 2] [3 4]", "2 rows sent"},
		{"heading", "time,voltage\n1,2\n", "[1 2]", `line 1 is no row of numbers and skipped: "time,voltage"|1 line skipped, being no rows of numbers`},
		{"messages of a board", "ets Jul 29 2019 12:21:46\nrst:0x1 (POWERON_RESET),boot:0x13\n\x00\xff\x1b[0m\n1 2\nBrownout 5\n----\n- item\n", "[1 2]", `"ets Jul 29 2019 12:21:46"|6 lines`},
		{"a value that is no number", "1 x\n2 3\n", "[1 NaN] [2 3]", `line 1 has something else than a number as value 2, sent as a gap: "1 x"|1 line with something`},
		{"too few values", "1\n2 3\n4\n", "[1 NaN] [2 3] [4 NaN]", "line 1 has 1 value for 2 columns|2 lines with too few"},
		{"too many values", "1 2 3\n4 5\n", "[1 2] [4 5]", "line 1 has 3 values for 2 columns|1 line with too many"},
		{"comma at the end", "1,2,\n3,4, \r\n", "[1 2] [3 4]", "2 rows sent"},
		{"decimal commas", "1,5;2,5\n", "", "write 1.5 for 1,5"},
		{"decimal commas and blanks", "3,5  -4,5\n1.5 2\n+1,0 2,25\r\n", "[1.5 2]", `line 1 has decimal commas and is skipped: "3,5  -4,5"; write 1.5 for 1,5|2 lines skipped`},
		{"commas and blanks that are no decimal commas", "1, 2\n3,4\n5,6,\n8,-9\n", "[1 2] [3 4] [5 6] [8 -9]", ""},
		{"CR alone", "1 2\r3 4\r5 6", "[1 2] [3 4] [5 6]", "solar: 3 rows sent"},
		{"all line ends", "1 2\r\n\r3 4\n\n5 6\r\r7 8\r", "[1 2] [3 4] [5 6] [7 8]", "4 rows sent"},
		{"garbage that has numbers", "1 2\n3 \x00 4\n5 \xff 6\n7,8,\xfe\xed\n9 10\n", "[1 2] [9 10]", `line 2 is not text and skipped: "3 \x00 4"|3 lines skipped`},
		{"German semicolons without decimals", "1;2\n", "[1 2]", ""},
		{"endless line", strings.Repeat("1 ", 200_000) + "\n1 2\n", "[1 2]", "line 1 is longer than 65536 bytes|1 line skipped, being too long"},
		{"endless line at the end", "1 2\n" + strings.Repeat("x", 200_000), "[1 2]", "line 2 is longer"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := fakeserver.Start(t, &fakeserver.Server{})
			o := callAt(t.Context(), s, strings.NewReader(test.input), "pipe", "solar", "t", "V")
			if (o.err == nil) != (test.rows != "") {
				t.Error(o)
			}
			await(t, "the rows", func() bool { return s.Rows("solar") == test.rows })
			for part := range strings.SplitSeq(test.says, "|") {
				if !strings.Contains(o.stdout+o.stderr, part) {
					t.Errorf("%v\nwant %q", o, part)
				}
			}
			if test.says == "" && o.stderr != "" {
				t.Errorf("complaint %q", o.stderr)
			}
		})
	}
}

func TestPipeSavesAndPlots(t *testing.T) {
	s := fakeserver.Start(t, &fakeserver.Server{})
	o := callAt(t.Context(), s, strings.NewReader("1 2\n3 4\n"), "pipe", "solar", "t", "V",
		"--save", "--plot", "solar.png", "--title", "Solar", "-o", "dpi=300")
	if o.err != nil {
		t.Fatal(o)
	}
	want := regexp.MustCompile(`^solar: 2 rows sent, 2 stored, 0 missing, in [0-9.]+ s \([0-9.]+ rows/s\), run [a-z2-7]{13}
solar: 2 rows saved to solar.pkl, solar.csv
solar: 2 rows plotted to solar.png
$`)
	if !want.MatchString(o.stdout) {
		t.Errorf("stdout\n%s\nwant\n%s", o.stdout, want)
	}
	// The server is told how many rows to wait for.
	for _, part := range []string{`"rows":2`, `"title":"Solar"`, `"dpi":300`, `"filename":"solar.png"`} {
		if !strings.Contains(s.Sent(), part) {
			t.Errorf("sent\n%s\nwant %s", s.Sent(), part)
		}
	}
	o = callAt(t.Context(), s, strings.NewReader("1 2\n"), "pipe", "solar", "t", "V", "--save=run1.csv")
	if o.err != nil || !strings.Contains(o.stdout, "1 row saved to run1.csv") {
		t.Error(o)
	}
}

func TestPipeOfNothingIsAnError(t *testing.T) {
	s := fakeserver.Start(t, &fakeserver.Server{})
	for _, input := range []string{"", "# nothing\n\n", "no numbers\n", "1\x002\n\xff\xfe1 2", "\r\r", "1,5\n"} {
		if o := callAt(t.Context(), s, strings.NewReader(input), "pipe", "solar", "t", "--save"); o.err == nil || !strings.Contains(o.err.Error(), "no rows were sent") {
			t.Errorf("%q: %v", input, o)
		}
	}
}

// TestPipeEndsGracefully interrupts a pipe whose input stays open: what was sent
// is kept, saved and plotted, and half a line is not sent.
func TestPipeEndsGracefully(t *testing.T) {
	s := fakeserver.Start(t, &fakeserver.Server{})
	ctx, interrupt := context.WithCancel(t.Context())
	in, board := io.Pipe()
	defer board.Close()
	done := make(chan outcome)
	go func() { done <- callAt(ctx, s, in, "pipe", "solar", "t", "V", "--save", "--plot", "solar.pdf") }()
	if _, err := io.WriteString(board, "1 2\n3 4\n5 12"); err != nil {
		t.Fatal(err)
	}
	await(t, "two rows", func() bool { return s.Count("solar") == 2 })
	interrupt()
	o := <-done
	if o.err != nil || !strings.Contains(o.stdout, "2 rows saved to") || !strings.Contains(o.stdout, "2 rows plotted to solar.pdf") {
		t.Error(o)
	}
	if got, want := s.Rows("solar"), "[1 2] [3 4]"; got != want {
		t.Errorf("rows %s, want %s", got, want)
	}
}

func TestPipeInterruptedBeforeTheFirstRow(t *testing.T) {
	s := fakeserver.Start(t, &fakeserver.Server{})
	ctx, interrupt := context.WithCancel(t.Context())
	in, board := io.Pipe()
	defer board.Close()
	done := make(chan outcome)
	go func() { done <- callAt(ctx, s, in, "pipe", "solar", "t", "--save") }()
	await(t, "the opening", func() bool { return s.Sent() != "" })
	interrupt()
	if o := <-done; o.err == nil || strings.Contains(s.Sent(), "save_series") {
		t.Error(o)
	}
}

func TestProgressIsWrittenOver(t *testing.T) {
	var screen strings.Builder
	c := &console{w: &screen, live: true}
	c.progress("10 rows")
	c.progress("11 rows")
	c.say("line %d is no row", 12)
	c.progress("12 rows")
	c.progress("")
	const clear = "\r       \r"
	if want := "10 rows" + clear + "11 rows" + clear + "plotclient: line 12 is no row\n" + "12 rows" + clear; screen.String() != want {
		t.Errorf("screen %q, want %q", screen.String(), want)
	}
	screen.Reset()
	c = newConsole(&screen) // a file or a pipe
	c.progress("10 rows")
	if screen.Len() > 0 {
		t.Errorf("progress %q where there is no terminal", screen.String())
	}
}

type brokenInput struct{}

var errUnplugged = errors.New("the board was unplugged")

func (brokenInput) Read([]byte) (int, error) { return 0, errUnplugged }

func TestPipeSavesWhatCameBeforeAnErrorOfTheInput(t *testing.T) {
	s := fakeserver.Start(t, &fakeserver.Server{})
	o := callAt(t.Context(), s, io.MultiReader(strings.NewReader("1\n2\n"), brokenInput{}), "pipe", "solar", "t", "--save")
	if !errors.Is(o.err, errUnplugged) || !strings.Contains(o.stdout, "2 rows sent") || !strings.Contains(o.stdout, "2 rows saved") {
		t.Error(o)
	}
}

// TestPipeSurvivesRestarts ends the broker and the server again and again while
// rows are sent: all of them arrive, each once.
func TestPipeSurvivesRestarts(t *testing.T) {
	s := fakeserver.Start(t, &fakeserver.Server{})
	in, board := io.Pipe()
	done := make(chan outcome)
	go func() { done <- callAt(t.Context(), s, in, "pipe", "solar", "t", "--save") }()
	var want []string
	write := func() {
		t.Helper()
		for range 100 {
			if _, err := fmt.Fprintln(board, len(want)); err != nil {
				t.Fatal(err)
			}
			want = append(want, fmt.Sprintf("[%d]", len(want)))
		}
	}
	for range 3 {
		write()
		await(t, "rows", func() bool { return s.Count("solar") > len(want)-100 })
		write()
		s.Stop()
		write()
		l, err := net.Listen("tcp", s.Address)
		if err != nil {
			t.Fatal(err)
		}
		s.Serve(t, l)
	}
	board.Close()
	o := <-done
	if text := fmt.Sprintf("%d rows sent, %[1]d stored, 0 missing", len(want)); o.err != nil || !strings.Contains(o.stdout, text) {
		t.Errorf("%v\nwant %s", o, text)
	}
	if !strings.Contains(o.stderr, "rows are kept until it is back") || !strings.Contains(o.stderr, "the plot server is back") {
		t.Errorf("said %s", o.stderr)
	}
	if s.Rows("solar") != strings.Join(want, " ") {
		t.Errorf("%d rows, want %d", s.Count("solar"), len(want))
	}
}

// TestPipeGivesUpAfterTheEndOfItsInput ends the broker for good. While the input
// is open the pipe waits for it to come back; then for as long as it was told.
func TestPipeGivesUpAfterTheEndOfItsInput(t *testing.T) {
	s := fakeserver.Start(t, &fakeserver.Server{})
	in, board := io.Pipe()
	done := make(chan outcome)
	go func() { done <- callAt(t.Context(), s, in, "pipe", "solar", "t", "--timeout", "1s", "--save") }()
	fmt.Fprint(board, "1\n")
	await(t, "the first row", func() bool { return s.Count("solar") == 1 })
	s.Stop()
	fmt.Fprint(board, "2\n3\n4\n")
	select {
	case o := <-done:
		t.Fatalf("it ended before its input: %v", o)
	case <-time.After(1500 * time.Millisecond):
	}
	board.Close()
	select {
	case o := <-done:
		if o.err == nil || !strings.Contains(o.err.Error(), "3 rows of the 4 given for series \"solar\" did not reach the server: ") ||
			!strings.Contains(o.stdout, "4 rows read, 1 stored, 0 missing") {
			t.Error(o)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("it does not give up")
	}
}

// TestPipeWithoutAServer has nothing to connect to, or a broker without a server:
// an input that goes on does not keep it waiting for ever.
func TestPipeWithoutAServer(t *testing.T) {
	for _, end := range []string{"", "interrupted", "end of input"} {
		for _, broker := range []bool{true, false} {
			t.Run(fmt.Sprint(end, broker), func(t *testing.T) {
				s := fakeserver.Start(t, &fakeserver.Server{Silent: true, NoSession: true})
				want := "no plot server answered"
				if !broker {
					s.Stop()
					want = "cannot reach a broker at "
				}
				ctx, interrupt := context.WithCancel(t.Context())
				defer interrupt()
				in, board := io.Pipe()
				defer board.Close()
				timeout := "500ms"
				if end == "interrupted" {
					timeout = "1h"
				}
				done := make(chan outcome)
				go func() { done <- callAt(ctx, s, in, "pipe", "solar", "t", "--timeout", timeout) }()
				fmt.Fprint(board, "1\n2\n3\n")
				for range 2 { // when they are read, the rows were
					fmt.Fprint(board, "# more\n")
				}
				switch end {
				case "interrupted":
					interrupt()
					want = "interrupted before a plot server answered; 3 rows did not reach it"
				case "end of input":
					board.Close()
				}
				o := <-done
				if o.err == nil || !strings.Contains(o.err.Error(), want) || !strings.Contains(o.err.Error(), "3 rows did not reach it") || strings.Contains(o.err.Error(), "context") {
					t.Errorf("%v\nwant %s", o, want)
				}
				if !strings.Contains(o.stdout, "3 rows read, 0 stored, 0 missing") {
					t.Error(o)
				}
			})
		}
	}
}

// TestPipeIsInterruptedTwice has a server that acknowledges nothing: after the first
// Ctrl-C the pipe waits for it, the second one ends that.
func TestPipeIsInterruptedTwice(t *testing.T) {
	s := fakeserver.Start(t, &fakeserver.Server{Stuck: true})
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	last, giveUp := context.WithCancel(t.Context())
	defer giveUp()
	in, board := io.Pipe()
	defer board.Close()
	var stdout, stderr bytes.Buffer
	done := make(chan error)
	go func() {
		done <- run(ctx, last, []string{"pipe", "solar", "t", "-session", "hopla", "-broker", s.Address}, in, &stdout, &stderr)
	}()
	fmt.Fprint(board, "1\n2\n3\n")
	await(t, "the rows", func() bool { return s.Count("solar") == 3 })
	interrupt()
	select {
	case err := <-done:
		t.Fatalf("it ended at the first Ctrl-C: %v", err)
	case <-time.After(1200 * time.Millisecond):
	}
	giveUp()
	if err := <-done; err == nil || !strings.Contains(err.Error(), "3 rows of the 3 given") || !strings.Contains(stderr.String(), "3 rows are not stored yet; waiting for the server, Ctrl-C gives up") {
		t.Errorf("error %v, said %s", err, stderr.String())
	}
}

// TestCtrlCWaitsForAServerThatWasThere interrupts a pipe while the broker is away for
// a moment: the rows that wait are sent when it is back.
func TestCtrlCWaitsForAServerThatWasThere(t *testing.T) {
	s := fakeserver.Start(t, &fakeserver.Server{})
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	in, board := io.Pipe()
	defer board.Close()
	done := make(chan outcome)
	go func() { done <- callAt(ctx, s, in, "pipe", "solar", "t", "--save") }()
	fmt.Fprint(board, "1\n")
	await(t, "the first row", func() bool { return s.Count("solar") == 1 })
	s.Stop()
	fmt.Fprint(board, "2\n3\n")
	for range 2 { // when they are read, the rows were
		fmt.Fprint(board, "# more\n")
	}
	interrupt()
	select {
	case o := <-done:
		t.Fatalf("it did not wait: %v", o)
	case <-time.After(200 * time.Millisecond):
	}
	l, err := net.Listen("tcp", s.Address)
	if err != nil {
		t.Fatal(err)
	}
	s.Serve(t, l)
	if o := <-done; o.err != nil || !strings.Contains(o.stdout, "3 rows sent, 3 stored, 0 missing") || s.Rows("solar") != "[1] [2] [3]" {
		t.Errorf("%v\nthe server has %s", o, s.Rows("solar"))
	}
}

func TestPipeOfVersion1(t *testing.T) {
	s := fakeserver.Start(t, &fakeserver.Server{Silent: true, NoSession: true})
	o := callAt(t.Context(), s, strings.NewReader("1 2\n3 4\n"), "pipe", "solar", "t", "V[V]", "--v1", "--save", "--plot", "a.svg")
	want := "new_series [\"solar\", \"t\", \"V[V]\"]\nsave_series [\"solar\", null]\nplot_series [\"solar\", {\"filename\": \"a.svg\"}]"
	if o.err != nil || !strings.Contains(o.stdout, "2 rows sent in ") || s.Sent() != want || s.Rows("solar") != "[1 2] [3 4]" {
		t.Errorf("%v\nsent %s, rows %s", o, s.Sent(), s.Rows("solar"))
	}
}

func TestUnitsOfColumns(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"t[s] V[V] I", `"columns":["t","V","I"],"units":["s","V",""]`},
		{"t V I --units s,V,mA", `"columns":["t","V","I"],"units":["s","V","mA"]`},
		{"t V I --units s", `"columns":["t","V","I"],"units":["s","",""]`},
		{"t V[] [V]", `"columns":["t","V[]","[V]"]}`},
	} {
		for _, command := range []string{"pipe", "new"} {
			s := fakeserver.Start(t, &fakeserver.Server{})
			o := callAt(t.Context(), s, strings.NewReader("1 2 3\n"), append([]string{command, "solar"}, strings.Fields(test.args)...)...)
			if o.err != nil || !strings.Contains(s.Sent(), test.want) {
				t.Errorf("%s %s: %v, sent %s", command, test.args, o, s.Sent())
			}
		}
	}
}

// FuzzLines holds: however the input comes in pieces, its lines are what is
// between LF, CR LF and CR.
func FuzzLines(f *testing.F) {
	for _, s := range []string{"1\n2\r\n3\r4", "\r\n\r\n", "\r\r\n", "\n\r", "", "a"} {
		f.Add(s, 1)
	}
	ends := regexp.MustCompile("\r\n|\r|\n")
	f.Fuzz(func(t *testing.T, text string, piece int) {
		want := ends.Split(text, -1)
		if want[len(want)-1] == "" {
			want = want[:len(want)-1]
		}
		in := newLines(t.Context(), &pieces{text, max(1, piece)})
		for i := 0; ; i++ {
			line, err := in.next()
			if err != nil {
				if i != len(want) || in.number != i || !errors.Is(err, io.EOF) {
					t.Fatalf("%q: %v after %d lines, want %q", text, err, i, want)
				}
				return
			}
			if i >= len(want) || string(line) != want[i] {
				t.Fatalf("%q: line %d is %q, want %q", text, i, line, want)
			}
		}
	})
}

// pieces is an input that comes n bytes at a time.
type pieces struct {
	text string
	n    int
}

func (p *pieces) Read(b []byte) (int, error) {
	if p.text == "" {
		return 0, io.EOF
	}
	n := copy(b[:min(p.n, len(b))], p.text)
	p.text = p.text[n:]
	return n, nil
}

// A board that ends lines with CR alone is not kept waiting for a LF.
func TestARowIsSentWhenItsCRComes(t *testing.T) {
	in, board := io.Pipe()
	defer board.Close()
	l := newLines(t.Context(), in)
	for _, text := range []string{"1\r", "2\r", "\n3\n"} {
		go io.WriteString(board, text)
		line, err := l.next()
		if want := strings.Trim(text, "\r\n"); err != nil || string(line) != want {
			t.Fatalf("got %q, %v, want %q", line, err, want)
		}
	}
}

// drop is a Publisher that takes everything.
type drop struct{}

func (drop) Publish(string, []byte) error { return nil }

// pipes is pipes of 4 columns to nowhere: in version 1, and in version 2 into the
// ring of a stream that has no broker and drops what it can't keep.
func pipes(tb testing.TB) map[string]*pipe {
	quiet := newConsole(io.Discard)
	old := &version1Rows{client: plotclient.New(drop{}, "hopla"), series: "solar"}
	stream, err := hoststream.Open(hoststream.Options{
		Connection: pahomqtt.Options{Broker: "127.0.0.1:1"}, Session: "hopla", Series: "solar",
		Columns: []string{"t", "V", "I", "T"}, Ring: 64 << 10, Overflow: plotclient.DropOldest,
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		stream.Close(ctx)
	})
	return map[string]*pipe{
		"version 1": {series: "solar", columns: 4, console: quiet, give: old.give},
		"version 2": {series: "solar", columns: 4, console: quiet, give: stream.Row},
	}
}

func TestARowOfAPipeDoesNotAllocate(t *testing.T) {
	for name, p := range pipes(t) {
		in := newLines(t.Context(), &repeat{text: []byte("12.3456, 0.5123, 0.0312, 1.00012345678901234\n")})
		ctx := t.Context()
		if n := testing.AllocsPerRun(10000, func() {
			line, err := in.next()
			if err != nil || !p.parse(line, 1) || p.give(ctx, p.values...) != nil {
				t.Fatal("no row")
			}
		}); n != 0 {
			t.Errorf("%s: a row allocates %v times, want 0", name, n)
		}
	}
}

// repeat is an endless input.
type repeat struct {
	text []byte
	i    int
}

func (r *repeat) Read(p []byte) (n int, err error) {
	for n < len(p) {
		c := copy(p[n:], r.text[r.i:])
		n += c
		r.i = (r.i + c) % len(r.text)
	}
	return n, nil
}

func BenchmarkPipe(b *testing.B) {
	for name, line := range map[string]string{
		"4 decimals":     "12.3456 0.5123 0.0312 1.0001\n",
		"full precision": "0.3333333333333333 3.141592653589793 1.4142135623730951 1.4285714285714286e-06\n",
	} {
		for version, p := range pipes(b) {
			b.Run(name+" "+version, func(b *testing.B) {
				in := newLines(b.Context(), &repeat{text: []byte(line)})
				ctx := b.Context()
				b.ReportAllocs()
				for b.Loop() {
					l, err := in.next()
					if err != nil || !p.parse(l, 1) || p.give(ctx, p.values...) != nil {
						b.Fatal("no row")
					}
				}
			})
		}
	}
}

// FuzzParseLine holds: what parseLine takes, strconv agrees on, number by number,
// and the numbers printed and parsed again are the same.
func FuzzParseLine(f *testing.F) {
	for _, s := range []string{"1 2 3", "1,2,,3,", "-;nan\t inf", " +1e5 , -0x1p-2\r", "1_000", "- -", ",", "x 1", "1\t\t2", "1e999", "٣", "1 ,;2", ""} {
		f.Add(s)
	}
	separators := regexp.MustCompile(`[ \r]*[,;\t][ \r]*|[ \r]+`)
	f.Fuzz(func(t *testing.T, line string) {
		values, wrong, first := parseLine(nil, []byte(line))
		var want []float64
		wantWrong, wantFirst := 0, 0
		if trimmed := strings.Trim(line, " \r"); trimmed != "" {
			for i, field := range separators.Split(trimmed, -1) {
				v, err := strconv.ParseFloat(field, 64)
				switch {
				case field == "" || field == "-":
					v = math.NaN()
				case err != nil && !errors.Is(err, strconv.ErrRange):
					v = math.NaN()
					if wantWrong == 0 {
						wantFirst = i
					}
					wantWrong++
				}
				want = append(want, v)
			}
		}
		if !same(values, want) || wrong != wantWrong || first != wantFirst {
			t.Fatalf("%q is %v, %d wrong from %d on, want %v, %d, %d", line, values, wrong, first, want, wantWrong, wantFirst)
		}
		var printed []byte
		for i, v := range values {
			if i > 0 {
				printed = append(printed, ',')
			}
			printed = strconv.AppendFloat(printed, v, 'g', -1, 64)
		}
		if again, wrong, _ := parseLine(nil, printed); !same(values, again) || wrong != 0 {
			t.Fatalf("%q is %v, printed %q, which is %v", line, values, printed, again)
		}
	})
}

func same(a, b []float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if math.Float64bits(a[i]) != math.Float64bits(b[i]) && !(math.IsNaN(a[i]) && math.IsNaN(b[i])) {
			return false
		}
	}
	return true
}
