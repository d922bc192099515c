package app

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"iotplot/plotclient/cmdline"
	"iotplot/plotserver/internal/offline"
)

// settings is what the command line says.
type settings struct {
	cmdline.Connection
	dir      string
	demo     bool
	version  bool
	takeOver bool
	limits   []string

	// What is kept, and how.
	sync      string
	syncEvery time.Duration
	syncOff   bool
	keepText  string
	keep      int64 // bytes, 0 for everything

	flags *pflag.FlagSet
}

func (s *settings) addFlags() {
	s.flags = pflag.NewFlagSet("plotserver", pflag.ContinueOnError)
	s.AddFlags(s.flags)
	s.flags.Lookup("broker").Usage = "join the broker at this `host`, host:port or mqtt:// mqtts:// ws:// wss:// URL instead of running the built-in one"
	s.flags.Lookup("port").Usage = "`number` of the TCP port, of the built-in broker or of the one to join"
	s.flags.Lookup("user").Usage = "`name` to log in with; for the built-in broker: the one that clients must use"
	s.flags.StringVarP(&s.dir, "dir", "d", ".", "`folder` for series and plots")
	s.flags.BoolVar(&s.demo, "demo", false, "run the example client once, then go on serving")
	s.flags.BoolVar(&s.takeOver, "take-over", false, "end another server that is online for this session at the broker that is joined")
	s.flags.StringVar(&s.sync, "sync", defaultSync, "how often rows are made to survive a loss of power, as a `time` such as 20ms, or \"off\" to leave it to the operating system")
	s.flags.StringVar(&s.keepText, "keep", "", "`size` that the journal is kept within, such as 2GB, by dropping the oldest runs whose rows are all in files; else everything is kept")
	s.flags.StringSliceVar(&s.limits, "limit", nil, "another limit, as `name=value`: "+limitNames())
	s.flags.BoolVar(&s.version, "version", false, "print the version and end")
	s.flags.SortFlags = false
}

// parse reads the command line. It returns pflag.ErrHelp where help is asked for.
func (s *settings) parse(args []string) error {
	s.addFlags()
	if err := cmdline.Parse(s.flags, args); err != nil {
		return err
	}
	return cmdline.NoArguments(s.flags, strayHint(s.flags.Args()))
}

func (s *settings) help(w io.Writer) {
	fmt.Fprint(w, `plotserver keeps the rows that boards send over MQTT, saves them and draws them.

Usage: plotserver [flags]            plotserver -session hopla -dir ~/lab
       plotserver COMMAND [flags]    plotserver plot solar.csv -o solar.pdf
`)
	cmdline.WriteFlags(w, s.flags,
		cmdline.Group{Title: "What to do", Flags: []string{"session", "dir", "demo"}},
		cmdline.Group{Title: "Broker", Flags: []string{"broker", "port", "qos", "user", "password-file", "ca", "take-over"}},
		cmdline.Group{Title: "Journal", Flags: []string{"sync", "keep"}},
		cmdline.Group{Title: "Other", Flags: []string{"limit", "version", "help"}})
	offline.WriteHelp(w)
}

// folderOf returns the folder to use; like a shell, it knows ~ as the home folder.
func folderOf(dir string) (string, error) {
	if rest, ok := strings.CutPrefix(dir, "~"); ok && (rest == "" || rest[0] == '/' || rest[0] == filepath.Separator) {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("cannot use the folder %s: %w", dir, err)
		}
		dir = filepath.Join(home, rest)
	}
	if dir == "" {
		return "", errors.New("cannot use the folder \"\": name one, or leave --dir out for the current folder")
	}
	return filepath.Abs(dir)
}

func quoted(s string) string { return strconv.Quote(s) }
