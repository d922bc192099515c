// Package cmdline is what all commands of iotplot have in common on the command
// line: how flags are written, the flags that name a session and a broker, the
// layout of the help, and the version.
//
// Begin with a [Connection] whose AddFlags puts the shared flags into a
// pflag.FlagSet, hand the arguments to [Parse], then ask the Connection for its
// Options.
package cmdline

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/spf13/pflag"
)

// Error is something a command cannot do: what was asked, what is wrong, and, if
// there is one, a hint what to do instead, for a line of its own.
type Error struct {
	Text  string
	Hint  string // "" is none
	Usage bool   // the command line itself is at fault
	Flag  string // the flag that does not exist and is near no other, without its dashes
	Err   error  // the cause, may be nil
}

// Error is the text and the hint in one sentence.
func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Text
	}
	return e.Text + "; " + e.Hint
}

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Err }

// Report writes err for the user of a program, a hint on its own line, and
// returns the exit code: 0 without an error, 2 if the command line is at fault,
// else 1.
func Report(w io.Writer, program string, err error) (code int) {
	if err == nil {
		return 0
	}
	var e *Error
	if !errors.As(err, &e) {
		fmt.Fprintf(w, "%s: %v\n", program, err)
		return 1
	}
	fmt.Fprintf(w, "%s: %s\n", program, strings.TrimSuffix(err.Error(), "; "+e.Hint))
	if e.Hint != "" {
		fmt.Fprintf(w, "  hint: %s\n", e.Hint)
	}
	if e.Usage {
		return 2
	}
	return 1
}

func errorf(hint, format string, a ...any) error {
	return &Error{Text: fmt.Sprintf(format, a...), Hint: hint, Usage: true}
}

// Parse parses args, the program's name not among them, into fs, which has to be
// made with pflag.ContinueOnError. What are no flags is fs.Args afterwards.
//
// More than pflag does, it takes a flag's whole name behind a single dash
// (-session hopla, -session=hopla), as well as --session, -s hopla, -s=hopla and,
// for numbers, -p1884. Negative numbers and a dash alone are arguments, "--" ends
// the flags. A flag that does not exist is an *[Error] that names the nearest one.
// A request for help (-h, -help, --help) is pflag.ErrHelp.
func Parse(fs *pflag.FlagSet, args []string) error {
	_, flags, rest, err := split(fs, args, false)
	if err != nil {
		return err
	}
	// In this form pflag has nothing left to guess.
	err = fs.Parse(append(append(flags, "--"), rest...))
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		return invalidValue(invalid)
	}
	return err
}

// Command splits the name of a sub-command off args: the first argument that is
// no flag, where fs has the flags that may stand before it. What stands before
// and behind it is the sub-command's arguments. Without a sub-command the name is
// "".
func Command(fs *pflag.FlagSet, args []string) (name string, arguments []string, err error) {
	n, _, _, err := split(fs, args, true)
	if err != nil || n == len(args) {
		return "", args, err
	}
	return args[n], append(args[:n:n], args[n+1:]...), nil
}

// split takes args apart into flags of the form --name=value and the arguments.
// It ends before the first argument if that is asked for, n is then its index,
// else the number of args.
func split(fs *pflag.FlagSet, args []string, first bool) (n int, flags, rest []string, err error) {
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			rest = append(rest, args[i+1:]...)
			break
		}
		if !isFlag(arg) {
			if err := checkDash(fs, arg); err != nil {
				return 0, nil, nil, err
			}
			if first {
				return i, flags, nil, nil
			}
			rest = append(rest, arg)
			continue
		}
		flag, value, hasValue, err := find(fs, arg)
		if err != nil {
			return 0, nil, nil, err
		}
		if r, ok := flag.Value.(*refusal); ok {
			return 0, nil, nil, r.err // before its value is looked at: it may be a password
		}
		switch {
		case hasValue:
		case flag.NoOptDefVal != "":
			value = flag.NoOptDefVal
		case i+1 == len(args):
			return 0, nil, nil, errorf("", "--%s needs a value", flag.Name)
		default:
			i++
			value = args[i]
			if isFlag(value) {
				if next, _, _, err := find(fs, value); err == nil {
					return 0, nil, nil, errorf(fmt.Sprintf("if %s is the value, write --%s=%s", value, flag.Name, value),
						"--%s needs a value, but the flag --%s follows", flag.Name, next.Name)
				}
			}
		}
		flags = append(flags, "--"+flag.Name+"="+value)
	}
	return len(args), flags, rest, nil
}

// isFlag tells flags from arguments: a dash alone and negative numbers, -inf and
// -nan included, are arguments.
func isFlag(arg string) bool {
	if len(arg) < 2 || arg[0] != '-' {
		return false
	}
	return arg[1] == '-' || !isNumber(arg)
}

func isNumber(s string) bool {
	if strings.EqualFold(s, "-nan") {
		return true
	}
	_, err := strconv.ParseFloat(s, 64)
	return err == nil || errors.Is(err, strconv.ErrRange)
}

// find looks up the flag that arg, which begins with a dash, is meant to be, and
// the value that is part of arg.
func find(fs *pflag.FlagSet, arg string) (flag *pflag.Flag, value string, hasValue bool, err error) {
	body, single := arg[1:], true
	if body[0] == '-' {
		body, single = body[1:], false
	}
	name, value, hasValue := strings.Cut(body, "=")
	if flag = fs.Lookup(name); flag != nil {
		return flag, value, hasValue, nil
	}
	if name == "help" || single && name == "h" {
		return nil, "", false, pflag.ErrHelp
	}
	if single && name != "" && name[0] < utf8.RuneSelf {
		flag = fs.ShorthandLookup(name[:1])
	}
	if flag != nil {
		if len(name) == 1 {
			return flag, value, hasValue, nil
		}
		if flag.NoOptDefVal == "" && !hasValue && isNumber(name[1:]) {
			return flag, name[1:], true, nil
		}
	}
	near := nearest(fs, name)
	hint := ""
	switch {
	case near != "":
		hint = fmt.Sprintf("did you mean --%s?", near)
	case flag != nil && flag.NoOptDefVal == "":
		hint = fmt.Sprintf("for --%s write -%s %s", flag.Name, flag.Shorthand, body[1:])
	}
	e := &Error{Text: fmt.Sprintf("unknown flag %s%s", arg[:len(arg)-len(body)], name), Hint: hint, Usage: true}
	if hint == "" {
		e.Hint, e.Flag = "--help lists all flags", name
	}
	return nil, "", false, e
}

// checkDash finds flags that were copied out of a text whose dashes are
// typographic: –session, —session.
func checkDash(fs *pflag.FlagSet, arg string) error {
	body := strings.TrimLeft(arg, "-–—−")
	if body == arg {
		return nil
	}
	name, _, _ := strings.Cut(body, "=")
	if name == "" || len(name) > 1 && fs.Lookup(name) == nil || len(name) == 1 && shorthand(fs, name) == nil {
		return nil
	}
	dash := "--"
	if len(name) == 1 {
		dash = "-"
	}
	return errorf(fmt.Sprintf("write %s%s", dash, body), "%q begins with a typographic dash", arg)
}

func shorthand(fs *pflag.FlagSet, c string) *pflag.Flag {
	if c[0] >= utf8.RuneSelf {
		return nil
	}
	return fs.ShorthandLookup(c)
}

func invalidValue(e *pflag.InvalidValueError) error {
	flag := e.GetFlag()
	allowed := ""
	switch t := flag.Value.Type(); {
	case strings.HasPrefix(t, "int"):
		allowed = "a whole number"
	case strings.HasPrefix(t, "uint"):
		allowed = "a whole number from 0 on"
	case strings.HasPrefix(t, "float"):
		allowed = "a number"
	case t == "bool":
		allowed = "true or false"
	case t == "duration":
		allowed = "a time with its unit, such as 500ms, 5s or 2m"
	default:
		return errorf("", "--%s: %v", flag.Name, e.Unwrap())
	}
	return errorf("", "--%s cannot be %q, it must be %s", flag.Name, e.GetValue(), allowed)
}

// NoArguments refuses arguments that are no flags, for commands that have none.
// The hint, if any, says what the first one may have been meant to be.
func NoArguments(fs *pflag.FlagSet, hint string) error {
	if fs.NArg() == 0 {
		return nil
	}
	return errorf(hint, "unexpected argument %q", fs.Arg(0))
}

// refusal is a flag that exists only to be answered with a sentence.
type refusal struct{ err error }

func (r *refusal) String() string   { return "" }
func (r *refusal) Set(string) error { return r.err }
func (r *refusal) Type() string     { return "string" }
