package cmdline_test

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"iotplot/plotclient/cmdline"
)

// flagSet has flags of every kind that Parse tells apart.
type flagSet struct {
	*pflag.FlagSet
	connection cmdline.Connection
	dir, save  string
	xlog       bool
	format     []string
	timeout    time.Duration
}

func newFlagSet() *flagSet {
	f := &flagSet{FlagSet: pflag.NewFlagSet("test", pflag.ContinueOnError)}
	f.SetOutput(io.Discard)
	f.connection.AddFlags(f.FlagSet)
	f.StringVarP(&f.dir, "dir", "d", ".", "`folder`")
	f.StringVar(&f.save, "save", "", "`file`")
	f.Lookup("save").NoOptDefVal = "any"
	f.BoolVar(&f.xlog, "xlog", false, "logarithmic")
	f.StringArrayVar(&f.format, "format", nil, "`marks`")
	f.DurationVar(&f.timeout, "timeout", 0, "`time`")
	return f
}

func TestParse(t *testing.T) {
	for _, test := range []struct {
		args string
		want func(f *flagSet) bool
		rest string
	}{
		{"-session hopla", func(f *flagSet) bool { return f.connection.Session == "hopla" }, ""},
		{"-session=hopla", func(f *flagSet) bool { return f.connection.Session == "hopla" }, ""},
		{"--session hopla", func(f *flagSet) bool { return f.connection.Session == "hopla" }, ""},
		{"--session=hopla", func(f *flagSet) bool { return f.connection.Session == "hopla" }, ""},
		{"-s hopla", func(f *flagSet) bool { return f.connection.Session == "hopla" }, ""},
		{"-s=hopla", func(f *flagSet) bool { return f.connection.Session == "hopla" }, ""},
		{"-s a -s b", func(f *flagSet) bool { return f.connection.Session == "b" }, ""},
		{"-session=a=b", func(f *flagSet) bool { return f.connection.Session == "a=b" }, ""},
		{"--session=", func(f *flagSet) bool { return f.connection.Session == "" }, ""},
		{"-p 1884", func(f *flagSet) bool { return f.connection.Port == 1884 }, ""},
		{"-p1884", func(f *flagSet) bool { return f.connection.Port == 1884 }, ""},
		{"-p=1884", func(f *flagSet) bool { return f.connection.Port == 1884 }, ""},
		{"-q1 -s42", func(f *flagSet) bool { return f.connection.QoS == 1 && f.connection.Session == "42" }, ""},
		{"-port -1", func(f *flagSet) bool { return f.connection.Port == -1 }, ""},
		{"solar -xlog t", func(f *flagSet) bool { return f.xlog }, "solar t"},
		{"-xlog=false t", func(f *flagSet) bool { return !f.xlog }, "t"},
		{"-save run.csv", func(f *flagSet) bool { return f.save == "any" }, "run.csv"},
		{"-save=run.csv", func(f *flagSet) bool { return f.save == "run.csv" }, ""},
		{"--format -. --format -- --format r--", func(f *flagSet) bool { return slices.Equal(f.format, []string{"-.", "--", "r--"}) }, ""},
		{"--dir=--session", func(f *flagSet) bool { return f.dir == "--session" }, ""},
		{"solar -1 -0.5 -.5 -1e-3 -inf -Infinity -nan -0x1p-2 -1e999", nil, "solar -1 -0.5 -.5 -1e-3 -inf -Infinity -nan -0x1p-2 -1e999"},
		{"- -", nil, "- -"},
		{"-- -session --dir -- -1", func(f *flagSet) bool { return f.connection.Session == "iot49" }, "-session --dir -- -1"},
		{"–1 —", nil, "–1 —"},
		{"", func(f *flagSet) bool { return f.connection.Port == 1883 && f.dir == "." }, ""},
	} {
		t.Run(test.args, func(t *testing.T) {
			f := newFlagSet()
			if err := cmdline.Parse(f.FlagSet, strings.Fields(test.args)); err != nil {
				t.Fatal(err)
			}
			if test.want != nil && !test.want(f) {
				t.Errorf("wrong values: %+v", f)
			}
			if got := strings.Join(f.Args(), " "); got != test.rest {
				t.Errorf("arguments %q, want %q", got, test.rest)
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"-sesion hopla", "unknown flag -sesion; did you mean --session?"},
		{"-sesion=hopla", "unknown flag -sesion; did you mean --session?"},
		{"--sesion=hopla", "unknown flag --sesion; did you mean --session?"},
		{"--Session x", "unknown flag --Session; did you mean --session?"},
		{"--sess x", "unknown flag --sess; did you mean --session?"},
		{"--prot 1", "unknown flag --prot; did you mean --port?"},
		{"--hepl", "unknown flag --hepl; did you mean --help?"},
		{"-shopla", "unknown flag -shopla; for --session write -s hopla"},
		{"-blocalhost:1884", "unknown flag -blocalhost:1884; for --broker write -b localhost:1884"},
		{"--verbose", "unknown flag --verbose; --help lists all flags"},
		{"-x", "unknown flag -x; --help lists all flags"},
		{"-é", "unknown flag -é; --help lists all flags"},
		{"--=x", "unknown flag --; --help lists all flags"},
		{"-=x", "unknown flag -; --help lists all flags"},
		{"--- x", "unknown flag ---; --help lists all flags"},
		{"-session", "--session needs a value"},
		{"-session --dir x", "--session needs a value, but the flag --dir follows; if --dir is the value, write --session=--dir"},
		{"-s -p 1884", "--session needs a value, but the flag --port follows; if -p is the value, write --session=-p"},
		{"-p x", `--port cannot be "x", it must be a whole number`},
		{"--xlog=maybe", `--xlog cannot be "maybe", it must be true or false`},
		{"--timeout 5", `--timeout cannot be "5", it must be a time with its unit, such as 500ms, 5s or 2m`},
		{"–session hopla", `"–session" begins with a typographic dash; write --session`},
		{"—s=x", `"—s=x" begins with a typographic dash; write -s=x`},
	} {
		t.Run(test.args, func(t *testing.T) {
			err := cmdline.Parse(newFlagSet().FlagSet, strings.Fields(test.args))
			var e *cmdline.Error
			if !errors.As(err, &e) || !e.Usage {
				t.Fatalf("error %#v, want a usage error", err)
			}
			if err.Error() != test.want {
				t.Errorf("error\n%s\nwant\n%s", err, test.want)
			}
		})
	}
}

func TestParseHelp(t *testing.T) {
	for _, arg := range []string{"-h", "--help", "-help"} {
		if err := cmdline.Parse(newFlagSet().FlagSet, []string{"solar", arg}); !errors.Is(err, pflag.ErrHelp) {
			t.Errorf("%s: error %v, want %v", arg, err, pflag.ErrHelp)
		}
	}
}

func TestAPasswordOnTheCommandLineIsRefusedAndNotRepeated(t *testing.T) {
	for _, args := range []string{"--password geheim", "--password=geheim", "-password geheim", "-password=geheim", "--password"} {
		err := cmdline.Parse(newFlagSet().FlagSet, strings.Fields(args))
		if err == nil {
			t.Fatalf("%s: no error", args)
		}
		if text := err.Error(); strings.Contains(text, "geheim") || !strings.Contains(text, "--password-file") || !strings.Contains(text, cmdline.PasswordVariable) {
			t.Errorf("%s: %s", args, text)
		}
	}
}

func TestCommand(t *testing.T) {
	for _, test := range []struct{ args, name, rest string }{
		{"plot solar -s hopla", "plot", "solar -s hopla"},
		{"-s hopla plot solar", "plot", "-s hopla solar"},
		{"-p1884 -session=a --dir x data s -1 -- -s", "data", "-p1884 -session=a --dir x s -1 -- -s"},
		{"-s hopla", "", "-s hopla"},
		{"-- plot", "", "-- plot"},
		{"", "", ""},
	} {
		name, rest, err := cmdline.Command(newFlagSet().FlagSet, strings.Fields(test.args))
		if err != nil || name != test.name || strings.Join(rest, " ") != test.rest {
			t.Errorf("%s: %q %q %v, want %q %q", test.args, name, rest, err, test.name, test.rest)
		}
	}
	if _, _, err := cmdline.Command(newFlagSet().FlagSet, []string{"--sesion", "x"}); err == nil {
		t.Error("an unknown flag before the command is no error")
	}
}

func TestNoArguments(t *testing.T) {
	f := newFlagSet()
	if err := cmdline.Parse(f.FlagSet, []string{"-s", "hopla"}); err != nil {
		t.Fatal(err)
	}
	if err := cmdline.NoArguments(f.FlagSet, "hint"); err != nil {
		t.Error(err)
	}
	if err := cmdline.Parse(f.FlagSet, []string{"hopla", "x"}); err != nil {
		t.Fatal(err)
	}
	err := cmdline.NoArguments(f.FlagSet, "write -s hopla")
	if err == nil || err.Error() != `unexpected argument "hopla"; write -s hopla` {
		t.Errorf("error %v", err)
	}
}

func TestReport(t *testing.T) {
	cause := errors.New("cause")
	for _, test := range []struct {
		err  error
		text string
		code int
	}{
		{nil, "", 0},
		{cause, "prog: cause\n", 1},
		{&cmdline.Error{Text: "no"}, "prog: no\n", 1},
		{&cmdline.Error{Text: "no", Hint: "try", Err: cause}, "prog: no\n  hint: try\n", 1},
		{&cmdline.Error{Text: "no", Usage: true}, "prog: no\n", 2},
		{errors.Join(cause, &cmdline.Error{Text: "no", Hint: "try", Usage: true}), "prog: cause\nno\n  hint: try\n", 2},
	} {
		var b strings.Builder
		if code := cmdline.Report(&b, "prog", test.err); code != test.code || b.String() != test.text {
			t.Errorf("%v: code %d, text %q, want %d, %q", test.err, code, b.String(), test.code, test.text)
		}
	}
	if !errors.Is(&cmdline.Error{Err: cause}, cause) {
		t.Error("the cause is hidden")
	}
}

// FuzzParse holds that Parse never panics, and that what it makes of arguments
// without a flag are the same arguments.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"-session hopla", "-s=x", "-p1884", "--", "-", "-x=", "--=", "-=", "---", "–session", "-é", "-1", "--save=", "-save", "--password=x",
		"--port=99999999999999999999", "--timeout=-1", "-s --", "-\x00", "-\xff", "--grid", "a -s b -- -c",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		args := strings.Split(line, " ")
		fs := newFlagSet()
		err := cmdline.Parse(fs.FlagSet, args)
		if cmdline.Report(io.Discard, "fuzz", err) == 0 && err != nil {
			t.Errorf("%q: %v is reported as success", args, err)
		}
		if strings.ContainsAny(line, "-–—−") {
			return
		}
		if err != nil || !slices.Equal(fs.Args(), args) {
			t.Errorf("%q became %q, error %v", args, fs.Args(), err)
		}
	})
}
