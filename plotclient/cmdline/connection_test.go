package cmdline_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"iotplot/plotclient/cmdline"
)

// parseConnection parses flags; in args, DIR is dir.
func parseConnection(t *testing.T, c cmdline.Connection, dir, args string) *cmdline.Connection {
	t.Helper()
	fs := pflag.NewFlagSet("test", pflag.ContinueOnError)
	c.AddFlags(fs)
	if err := cmdline.Parse(fs, strings.Fields(strings.ReplaceAll(args, "DIR", dir))); err != nil {
		t.Fatal(err)
	}
	return &c
}

func TestConnectionDefaults(t *testing.T) {
	c := parseConnection(t, cmdline.Connection{}, "", "")
	if c.Session != "iot49" || c.Port != 1883 || c.QoS != 0 || c.Broker != "" {
		t.Errorf("defaults %+v", c)
	}
	c = parseConnection(t, cmdline.Connection{Broker: "localhost", Session: "hopla", Port: 1884}, "", "")
	if c.Session != "hopla" || c.Port != 1884 || c.Broker != "localhost" {
		t.Errorf("own defaults %+v", c)
	}
}

func TestConnectionOptions(t *testing.T) {
	c := parseConnection(t, cmdline.Connection{}, "", "-b mqtts://example.org -q 2 --user me")
	o, err := c.Options()
	if err != nil {
		t.Fatal(err)
	}
	if o.Broker != "mqtts://example.org" || o.QoS != 2 || o.User != "me" || o.Password != "" || o.Port != 0 {
		t.Errorf("options %+v", o)
	}
	o, err = parseConnection(t, cmdline.Connection{}, "", "-b example.org -p 1883").Options()
	if err != nil || o.Port != 1883 {
		t.Errorf("a port that was chosen: %d, error %v, want 1883", o.Port, err)
	}
}

func TestPasswords(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"unix": "geheim\n", "windows": "geheim\r\n", "bare": "geheim", "blanks": " a b \n", "newline": "\n", "empty": "", "two": "a\nb\n",
		"long": strings.Repeat("x", 70000), "most": strings.Repeat("x", 65535) + "\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		args, variable string
		want           string
		err            string // a part of the error
	}{
		{args: ""},
		{args: "", variable: "unused"},
		{args: "--user me"},
		{args: "--user me", variable: "fromenv", want: "fromenv"},
		{args: "--user me --password-file DIR/unix", variable: "fromenv", want: "geheim"},
		{args: "--user me --password-file DIR/windows", want: "geheim"},
		{args: "--user me --password-file DIR/bare", want: "geheim"},
		{args: "--user me --password-file DIR/blanks", want: " a b "},
		{args: "--user me --password-file DIR/most", want: strings.Repeat("x", 65535)},
		{args: "--user me --password-file DIR/newline", err: "it is empty"},
		{args: "--user me --password-file DIR/empty", err: "it is empty"},
		{args: "--user me --password-file DIR/two", err: "more than one line"},
		{args: "--user me --password-file DIR/long", err: "a password has 65535 at most"},
		{args: "--user me --password-file DIR/none", err: "cannot read the password file"},
		{args: "--user me --password-file DIR", err: "cannot"},
		{args: "--password-file DIR/unix", err: "--user"},
	} {
		t.Run(test.args, func(t *testing.T) {
			t.Setenv(cmdline.PasswordVariable, test.variable)
			c := parseConnection(t, cmdline.Connection{Broker: "localhost"}, dir, test.args)
			o, err := c.Options()
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("error %v, want one with %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if o.Password != test.want {
				t.Errorf("password %q, want %q", o.Password, test.want)
			}
			if len(c.Warnings) > 0 {
				t.Errorf("warnings %q", c.Warnings)
			}
		})
	}
}

func TestAPasswordFileForEverybodyIsAWarning(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("file modes say nothing on Windows")
	}
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("geheim\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	c := parseConnection(t, cmdline.Connection{}, "", "--user me --password-file "+file)
	o, err := c.Options()
	if err != nil || o.Password != "geheim" {
		t.Fatalf("password %q, error %v", o.Password, err)
	}
	if len(c.Warnings) != 1 || !strings.Contains(c.Warnings[0], "chmod 600") {
		t.Errorf("warnings %q", c.Warnings)
	}
}

func TestConnectionRefusals(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"-p 0", "from 1 to 65535"},
		{"-p 65536", "from 1 to 65535"},
		{"-q 3", "0, 1 or 2"},
		{"-q -1", "0, 1 or 2"},
		{"-s hop+la", "hop+la"},
		{"-b ftp://x", "ftp"},
		{"--ca DIR/none.pem", "cannot read the certificates"},
	} {
		_, err := parseConnection(t, cmdline.Connection{}, t.TempDir(), test.args).Options()
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want one with %q", test.args, err, test.want)
		}
	}
}
