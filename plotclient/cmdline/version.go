package cmdline

import (
	"runtime"
	"runtime/debug"
	"strings"
)

// Version is the version of the running program as the Go tool recorded it: the
// module's version, or for a build from a checkout the revision, and Go's version
// and the platform. It has no line's end.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	return versionOf(info) + " (" + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH + ")"
}

func versionOf(info *debug.BuildInfo) string {
	version := info.Main.Version
	if version == "" || version == "(devel)" {
		version = "devel"
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	// A version made up from a checkout ends in the revision already.
	if r := settings["vcs.revision"]; r != "" && !strings.Contains(version, r[:min(12, len(r))]) {
		version += " " + r[:min(12, len(r))]
		if settings["vcs.modified"] == "true" {
			version += "+dirty"
		}
	}
	return version
}
