package main

import (
	"context"
	"errors"
	"io"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"iotplot/plotclient/cmdline"
	"iotplot/plotclient/internal/fakeserver"
	"iotplot/plotclient/wire"
)

func TestSingleCommands(t *testing.T) {
	s := fakeserver.Start(t, &fakeserver.Server{})
	for _, test := range []struct {
		args   []string
		stdout string
		sent   string // the command's message, as a regular expression; "" is none
	}{
		{[]string{"new", "solar", "t", "V", "I [mA]"}, "solar: started\n", `new_series \{"id":"[a-z0-9]{10}-1","series":"solar","columns":\["t","V","I \[mA\]"\]\}`},
		{[]string{"data", "solar", "0", "-1.5", "-inf"}, "solar: 1 row sent\n", ""},
		{[]string{"data", "solar", "1", "-", "nan"}, "solar: 1 row sent\n", ""},
		{[]string{"data", "fresh", "1"}, "fresh: row kept; series was not opened\n", ""},
		{[]string{"save", "solar"}, "solar: 2 rows saved to solar.pkl, solar.csv\n", `save_series \{"id":"[a-z0-9]{10}-1","series":"solar"\}`},
		{[]string{"save", "solar", "run1.csv"}, "solar: 2 rows saved to run1.csv\n", `save_series \{.*"file":"run1.csv"\}`},
		{[]string{"save", "solar", "--run", "k3f9"}, "solar: 2 rows saved to solar.pkl, solar.csv\n", `save_series \{"id":"[a-z0-9]{10}-1","series":"solar","run":"k3f9"\}`},
		{[]string{"plot", "solar"}, "solar: 2 rows plotted to solar.pdf\n", `plot_series \{"id":"[a-z0-9]{10}-1","series":"solar"(,"options":\{\})?\}`},
		{[]string{"plot", "solar", "iv.png", "--title", "Größe", "--xlog", "--grid=false", "--figsize", "8x5", "--format", "r-- bs", "dpi=300", `columns=["V","I"]`, "title=2026", "kind=iv"},
			"solar: 2 rows plotted to iv.png\n",
			`plot_series \{.*"options":\{(?:"columns":\["V","I"\]|"dpi":300(\.0)?|"figsize":\[8(\.0)?,5(\.0)?\]|"filename":"iv.png"|"format":\["r--","bs"\]|"grid":false|"kind":"iv"|"title":"2026"|"xlog":true|,)+\}\}`},
	} {
		t.Run(strings.Join(test.args[:2], " "), func(t *testing.T) {
			before := s.Sent()
			o := callAt(t.Context(), s, nil, test.args...)
			if o.err != nil || o.stdout != test.stdout || o.stderr != "" {
				t.Errorf("%v\nwant %q", o, test.stdout)
			}
			sent := strings.TrimSpace(strings.TrimPrefix(s.Sent(), before))
			if !regexp.MustCompile("^" + test.sent + "$").MatchString(sent) {
				t.Errorf("sent\n%s\nwant\n%s", sent, test.sent)
			}
		})
	}
	if got, want := s.Rows("solar"), "[0 -1.5 -Inf] [1 NaN NaN]"; got != want {
		t.Errorf("rows %s, want %s", got, want)
	}
}

func TestFlagsMayStandBeforeTheCommand(t *testing.T) {
	s := fakeserver.Start(t, &fakeserver.Server{})
	o := callOf(t.Context(), nil, "-session", "hopla", "--broker="+s.Address, "new", "solar", "t")
	if o.err != nil || o.stdout != "solar: started\n" {
		t.Error(o)
	}
}

func TestDemo(t *testing.T) {
	s := fakeserver.Start(t, &fakeserver.Server{})
	o := callAt(t.Context(), s, nil, "demo")
	want := "sinusoid: 200 rows saved to sinusoid.pkl, sinusoid.csv\nsinusoid: 200 rows plotted to mqtt_plotter_example.pdf\n"
	if o.err != nil || o.stdout != want {
		t.Errorf("%v\nwant %s", o, want)
	}
	if n := s.Count("sinusoid"); n != 200 {
		t.Errorf("the server has %d rows, want 200", n)
	}
}

func TestVersion1(t *testing.T) {
	s := fakeserver.Start(t, &fakeserver.Server{Silent: true, NoSession: true})
	for _, args := range [][]string{
		{"new", "solar", "t", "V", "--v1"},
		{"data", "solar", "1", "2", "--v1"},
		{"save", "solar", "--v1"},
		{"plot", "solar", "x.pdf", "--v1", "--ylog", "dpi=300", "figsize=[5,3.5]"},
	} {
		if o := callAt(t.Context(), s, nil, args...); o.err != nil || !strings.Contains(o.stdout, "sent") {
			t.Errorf("%q: %v", args, o)
		}
	}
	want := `new_series ["solar", "t", "V"]
save_series ["solar", null]
plot_series ["solar", {"ylog": true, "dpi": 300, "figsize": [5,3.5], "filename": "x.pdf"}]`
	if got := s.Sent(); got != want {
		t.Errorf("sent\n%s\nwant\n%s", got, want)
	}
	if o := callAt(t.Context(), s, nil, "demo", "--v1"); o.err != nil || s.Count("sinusoid") != 200 {
		t.Errorf("%d rows, %v", s.Count("sinusoid"), o)
	}
}

func TestRefusals(t *testing.T) {
	s := fakeserver.Start(t, &fakeserver.Server{Refuse: func(topic string) string { return "cannot do " + topic }, Code: wire.CodeTooLarge})
	for _, args := range [][]string{{"new", "solar", "t"}, {"data", "fresh", "1"}, {"save", "solar"}, {"plot", "solar"}, {"demo"}} {
		o := callAt(t.Context(), s, nil, args...)
		if o.err == nil || !strings.Contains(o.err.Error(), "the plot server refused: cannot do ") || o.stdout != "" {
			t.Errorf("%q: %v", args, o)
		}
	}
}

func TestNobodyAnswers(t *testing.T) {
	for name, test := range map[string]struct {
		server     *fakeserver.Server
		text, hint string
	}{
		"no server":  {&fakeserver.Server{Silent: true, NoSession: true}, "no plot server answered on session hopla at 127.0.0.1:", "plotserver -session hopla"},
		"has ended":  {&fakeserver.Server{Silent: true, Offline: true}, "the plot server of session hopla at 127.0.0.1:", "start it again"},
		"is no help": {&fakeserver.Server{Silent: true}, "no plot server answered on session hopla at 127.0.0.1:", "busy"},
	} {
		t.Run(name, func(t *testing.T) {
			s := fakeserver.Start(t, test.server)
			for _, args := range [][]string{{"new", "solar", "t"}, {"save", "solar"}, {"plot", "solar"}, {"demo"}, {"pipe", "solar", "t"}, {"data", "solar", "1"}} {
				if args[0] == "data" && name == "is no help" {
					continue // silence is consent
				}
				o := callAt(t.Context(), s, strings.NewReader("1\n"), append(args, "--timeout", "100ms")...)
				var e *cmdline.Error
				if !errors.As(o.err, &e) || !strings.Contains(e.Text, test.text) || !strings.Contains(e.Hint, test.hint) || e.Usage {
					t.Errorf("%q: %v", args, o)
				}
			}
		})
	}
}

func TestNoBroker(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	o := callOf(t.Context(), nil, "save", "solar", "-b", address)
	if o.err == nil || !strings.Contains(o.err.Error(), address) {
		t.Error(o)
	}
}

func TestWarningsAndMissingRowsAreSaid(t *testing.T) {
	s := fakeserver.Start(t, &fakeserver.Server{Warning: "what was solar.csv is history/solar-1.csv now", Missing: 3})
	o := callAt(t.Context(), s, nil, "save", "solar")
	if want := "solar: 0 rows saved to solar.pkl, solar.csv, 3 of them missing\n  what was solar.csv is history/solar-1.csv now\n"; o.err != nil || o.stdout != want {
		t.Errorf("%v\nwant %s", o, want)
	}
}

// TestACommandThatGotLostIsRepeated lets the server overhear the first one.
func TestACommandThatGotLostIsRepeated(t *testing.T) {
	s := fakeserver.Start(t, &fakeserver.Server{Deaf: 1})
	o := callAt(t.Context(), s, nil, "save", "solar")
	if o.err != nil {
		t.Fatal(o)
	}
	for id, n := range s.Times() {
		if n != 2 {
			t.Errorf("id %s came %d times, want 2", id, n)
		}
	}
}

func TestALongNameIsRecognisedThoughRepliesCutIt(t *testing.T) {
	s := fakeserver.Start(t, &fakeserver.Server{})
	name := strings.Repeat("größe ", 12)
	o := callAt(t.Context(), s, nil, "new", name, "t")
	if o.err != nil || o.stdout != name+": started\n" {
		t.Error(o)
	}
}

func TestInterrupted(t *testing.T) {
	s := fakeserver.Start(t, &fakeserver.Server{Silent: true})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for s.Sent() == "" {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	if o := callAt(ctx, s, nil, "save", "solar"); !errors.Is(o.err, errInterrupted) {
		t.Error(o)
	}
}

func TestUsageErrors(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"", "name a command: demo, pipe, new, data, save, load, plot; plotclient --help explains them"},
		{"-s hopla", "name a command: demo, pipe, new, data, save, load, plot; plotclient --help explains them"},
		{"plto solar", `unknown command "plto"; did you mean plot?`},
		{"dance", `unknown command "dance"; plotclient --help lists the commands`},
		{"-sesion x demo", "unknown flag -sesion; did you mean --session?"},
		{"demo --sesion x", "unknown flag --sesion; did you mean --session?"},
		{"demo hopla", `unexpected argument "hopla": demo has none`},
		{"demo --password x", "a password on the command line is seen by everybody on this computer; put it into a file for --password-file, or into the variable IOTPLOT_PASSWORD"},
		{"demo --timeout 0s", "--timeout cannot be 0s, it must be more than nothing"},
		{"new solar", "name a series and its columns; plotclient new solar t V I"},
		{"data solar", "name a series and the values of a row; plotclient data solar 0.5 1.23 -"},
		{"data solar 1,5", `cannot send "1,5" as a value: it is not a number; values are separated by blanks, and have a decimal point: 1.5`},
		{"data solar x", `cannot send "x" as a value: it is not a number; a gap is written - or nan`},
		{"save", "name the series to save; plotclient save solar"},
		{"save a b c", `unexpected argument "c"; plotclient save SERIES [FILE]`},
		{"plot", "name the series to plot; plotclient plot solar solar.pdf"},
		{"plot a b.pdf c.pdf", `unexpected argument "c.pdf": the file is b.pdf already; options are written OPTION=VALUE, texts with blanks in quotes`},
		{"plot a --figsize 8", `--figsize cannot be "8", it must be a width and a height in inches, such as 8x5`},
		{"plot a --figsize -1x5", `--figsize cannot be "-1x5", it must be a width and a height in inches, such as 8x5`},
		{"plot a --dpi 300", "unknown flag --dpi; an option of a plot that has no flag is written -o dpi=VALUE"},
		{"save a --dpi 300", "unknown flag --dpi; --help lists all flags"},
		{"plot a run=k3f9", `cannot use "run=k3f9" as an option: the run is named by a flag; plotclient plot SERIES --run k3f9`},
		{"plot a -o dpi", `cannot use "dpi" as an option: it must be NAME=VALUE`},
		{"pipe solar", "name a series and its columns; cat FILE | plotclient pipe solar t V I"},
		{"pipe solar t V --title x", "--title is for a plot, and none is asked for; add --plot FILE"},
		{"pipe solar t V --units s,V,A", "there are 3 units in --units for 2 columns; give one a column, separated by commas"},
		{"pipe solar t[s] V --units s,V", "units stand both in --units and in the names of columns; leave one of them out"},
		{"new solar t V --units s,V --v1", "version 1 has no units; leave --units or --v1 out"},
		{"save solar --run k3f9 --v1", "version 1 knows no runs; leave --run or --v1 out"},
		{"pipe --save run.csv solar t V", "the file run.csv stands where a series or a column is expected; write --save=run.csv"},
	} {
		o := callOf(t.Context(), nil, strings.Fields(test.args)...)
		var e *cmdline.Error
		if !errors.As(o.err, &e) || !e.Usage || o.err.Error() != test.want {
			t.Errorf("%s: %v\nwant %s", test.args, o, test.want)
		}
	}
}

func TestHelp(t *testing.T) {
	for _, args := range []string{"--help", "-h", "help", "demo --help", "pipe -h", "new --help", "data -help", "help save", "plot --help", "--help plot"} {
		o := callOf(t.Context(), nil, strings.Fields(args)...)
		if o.err != nil || o.stderr != "" || !strings.Contains(o.stdout, "-s, --session name") || !strings.Contains(o.stdout, "Usage:") {
			t.Errorf("%s: %v", args, o)
		}
		if strings.Contains(o.stdout, "--password ") {
			t.Errorf("%s: shows --password", args)
		}
		for line := range strings.Lines(o.stdout) {
			if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > 82 {
				t.Errorf("%s: too long for a terminal: %q", args, line)
			}
		}
	}
	all := callOf(t.Context(), nil, "--help").stdout
	for _, c := range commands() {
		if !strings.Contains(all, "\n  "+c.name+" ") {
			t.Errorf("--help does not name %s", c.name)
		}
	}
}

func TestVersionFlag(t *testing.T) {
	for _, args := range []string{"--version", "version", "-version"} {
		if o := callOf(t.Context(), nil, args); o.err != nil || !strings.HasPrefix(o.stdout, "plotclient ") || !strings.Contains(o.stdout, "go1.") {
			t.Errorf("%s: %v", args, o)
		}
	}
}

// TestABrokerThatSaysNothing has something listen that is no broker, and one that
// lets everybody in and answers nothing else.
func TestABrokerThatSaysNothing(t *testing.T) {
	for _, test := range []struct {
		name, greeting, want string
	}{
		{"nothing", "", "as a broker: what listens there does not answer"},
		{"a greeting", "\x20\x02\x00\x00", "cannot subscribe at the broker at "},
	} {
		t.Run(test.name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			go func() {
				for {
					c, err := l.Accept()
					if err != nil {
						return
					}
					io.WriteString(c, test.greeting)
					go io.Copy(io.Discard, c)
				}
			}()
			o := callOf(t.Context(), nil, "save", "solar", "--broker", l.Addr().String(), "--timeout", "300ms")
			if o.err == nil || !strings.Contains(o.err.Error(), test.want) || strings.Contains(o.err.Error(), "context") {
				t.Error(o)
			}
		})
	}
}
