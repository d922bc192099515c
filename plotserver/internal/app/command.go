package app

import (
	"fmt"
	"strings"

	"iotplot/plotclient/cmdline"
	"iotplot/plotserver/internal/offline"
)

// command finds the command that does not serve among the arguments, and what
// else stands there. Flags of the server may stand before its name.
func command(args []string) (c offline.Command, rest []string, ok bool) {
	var s settings
	s.addFlags()
	name, rest, err := cmdline.Command(s.flags, args)
	if err != nil {
		return c, nil, false // the server says what is wrong
	}
	if name == "help" && len(rest) == 1 {
		name, rest = rest[0], []string{"--help"}
	}
	c, ok = offline.Find(name)
	return c, rest, ok
}

// strayHint says what an argument that is no flag may have been meant to be.
func strayHint(args []string) string {
	if len(args) == 0 {
		return ""
	}
	if near := offline.Nearest(args[0]); near != "" {
		return fmt.Sprintf("did you mean the command %s?", near)
	}
	return "name the session with -session " + strings.Join(args, " ")
}
