package cmdline

import (
	"runtime/debug"
	"testing"
)

func TestVersionOf(t *testing.T) {
	const revision = "0123456789abcdef0123456789abcdef01234567"
	settings := func(modified string) []debug.BuildSetting {
		return []debug.BuildSetting{{Key: "vcs.revision", Value: revision}, {Key: "vcs.modified", Value: modified}}
	}
	for _, test := range []struct {
		info debug.BuildInfo
		want string
	}{
		{debug.BuildInfo{}, "devel"},
		{debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, "devel"},
		{debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}, "v1.2.3"},
		{debug.BuildInfo{Main: debug.Module{Version: "(devel)"}, Settings: settings("false")}, "devel 0123456789ab"},
		{debug.BuildInfo{Main: debug.Module{Version: "(devel)"}, Settings: settings("true")}, "devel 0123456789ab+dirty"},
		{debug.BuildInfo{Main: debug.Module{Version: "v0.0.0-20261121070000-0123456789ab+dirty"}, Settings: settings("true")}, "v0.0.0-20261121070000-0123456789ab+dirty"},
	} {
		if got := versionOf(&test.info); got != test.want {
			t.Errorf("version %q, want %q", got, test.want)
		}
	}
}
