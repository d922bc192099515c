package cmdline

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"

	"github.com/spf13/pflag"

	"iotplot/plotclient/pahomqtt"
	"iotplot/plotclient/wire"
)

// PasswordVariable is the environment variable that a password is read from when
// no --password-file is given.
const PasswordVariable = "IOTPLOT_PASSWORD"

// Connection is the flags that name a session and the broker it runs on. Fields
// that are set before AddFlags are the defaults of their flags.
type Connection struct {
	Session      string // default iot49
	Broker       string // host, host:port or URL; "" is none, which only a server may leave
	Port         int    // default 1883
	QoS          int    // 0, 1 or 2
	User         string
	PasswordFile string
	CAFile       string

	// Warnings are sentences for the user, known after Options.
	Warnings []string

	flags *pflag.FlagSet
}

// ConnectionFlags is the group of the flags that AddFlags adds, for WriteFlags.
func ConnectionFlags() Group {
	return Group{
		Title: "Session and broker",
		Flags: []string{"session", "broker", "port", "qos", "user", "password-file", "ca"},
	}
}

// AddFlags adds the flags to fs: -s/--session, -b/--broker, -p/--port, -q/--qos,
// --user, --password-file and --ca. The flag --password, which would show the
// password to everybody on the computer, is answered with a sentence.
func (c *Connection) AddFlags(fs *pflag.FlagSet) {
	if c.Session == "" {
		c.Session = "iot49"
	}
	if c.Port == 0 {
		c.Port = 1883
	}
	c.flags = fs
	fs.StringVarP(&c.Session, "session", "s", c.Session, "`name` of the session, the first part of its topics")
	fs.StringVarP(&c.Broker, "broker", "b", c.Broker, "`host`, host:port, or mqtt:// mqtts:// ws:// wss:// URL of the broker")
	fs.IntVarP(&c.Port, "port", "p", c.Port, "`number` of the broker's TCP port")
	fs.IntVarP(&c.QoS, "qos", "q", c.QoS, "MQTT quality of service, a `number`: 0, 1 or 2")
	fs.StringVar(&c.User, "user", c.User, "`name` to log in to the broker with")
	fs.StringVar(&c.PasswordFile, "password-file", c.PasswordFile, "`file` with the password; else the variable "+PasswordVariable)
	fs.StringVar(&c.CAFile, "ca", c.CAFile, "`file` with the certificates (PEM) of a private authority")
	fs.Var(&refusal{&Error{
		Text:  "a password on the command line is seen by everybody on this computer",
		Hint:  "put it into a file for --password-file, or into the variable " + PasswordVariable,
		Usage: true,
	}}, "password", "")
	fs.Lookup("password").Hidden = true
}

// Options checks the flags, reads the password and returns what pahomqtt.Dial
// needs. It opens no connection.
func (c *Connection) Options() (pahomqtt.Options, error) {
	c.Warnings = nil
	if err := c.Check(); err != nil {
		return pahomqtt.Options{}, err
	}
	password, err := c.Password()
	if err != nil {
		return pahomqtt.Options{}, err
	}
	if _, err := os.Stat(c.CAFile); c.CAFile != "" && err != nil {
		return pahomqtt.Options{}, errorf("", "cannot read the certificates --ca %s: %v", c.CAFile, reason(err))
	}
	o := pahomqtt.Options{
		Broker:   c.Broker,
		User:     c.User,
		Password: password,
		CAFile:   c.CAFile,
		QoS:      byte(c.QoS),
	}
	// A port that nobody chose leaves the choice to the broker's URL: 8883 with
	// TLS, and so on.
	if c.flags == nil || c.flags.Changed("port") || c.Port != 1883 {
		o.Port = c.Port
	}
	if c.Broker != "" {
		if _, err := pahomqtt.ParseBroker(o.Broker, o.Port); err != nil {
			return pahomqtt.Options{}, err
		}
	}
	return o, nil
}

// Check reports a session, port or quality of service that cannot be.
func (c *Connection) Check() error {
	if err := wire.CheckSession(c.Session); err != nil {
		return err
	}
	if c.Port < 1 || c.Port > 65535 {
		return errorf("", "--port cannot be %d, it must be from 1 to 65535", c.Port)
	}
	if c.QoS < 0 || c.QoS > 2 {
		return errorf("", "--qos cannot be %d, it must be 0, 1 or 2", c.QoS)
	}
	return nil
}

// maxPassword is MQTT's limit of a password in bytes (3.1.1, section 3.1.3.5).
const maxPassword = 65535

// Password is the password that belongs to the user: the content of the password
// file without the line's end, or else of the environment variable, or else "".
// The variable alone, without a user, is not used.
func (c *Connection) Password() (string, error) {
	if c.PasswordFile == "" {
		if c.User == "" {
			return "", nil
		}
		return os.Getenv(PasswordVariable), nil
	}
	if c.User == "" {
		return "", errorf("name the user with --user", "a password is of no use without a user's name")
	}
	info, err := os.Stat(c.PasswordFile)
	if err != nil {
		return "", errorf("", "cannot read the password file %s: %v", c.PasswordFile, reason(err))
	}
	if info.Size() > maxPassword+2 {
		return "", errorf("", "cannot use the password file %s: it has %d bytes, a password has %d at most", c.PasswordFile, info.Size(), maxPassword)
	}
	b, err := os.ReadFile(c.PasswordFile)
	if err != nil {
		return "", errorf("", "cannot read the password file %s: %v", c.PasswordFile, reason(err))
	}
	password := strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")
	switch {
	case password == "":
		return "", errorf("", "cannot use the password file %s: it is empty", c.PasswordFile)
	case strings.ContainsAny(password, "\r\n"):
		return "", errorf("", "cannot use the password file %s: it has more than one line", c.PasswordFile)
	}
	// Windows keeps access in lists that these bits know nothing of.
	if runtime.GOOS != "windows" && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
		c.Warnings = append(c.Warnings, fmt.Sprintf("the password file %s can be read by other users of this computer: chmod 600 %s", c.PasswordFile, c.PasswordFile))
	}
	return password, nil
}

// reason is an error of the file system without the path, which the sentence
// around it has already.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
