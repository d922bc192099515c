package app

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

// Arrows between rooms point one way only, and a board's packages stay free of
// what a board cannot carry. Each ban has its reason.

// room lists, for a package of ours, which of our packages it may import.
func mayImport() map[string][]string {
	return map[string][]string{
		"plotclient/wire":     nil, // the protocol stands alone: a board and a server share it
		"sessions/header":     nil, // what is known of a series: the journal keeps it, sessions reads it
		"sessions/journal":    {"sessions/header"},
		"sessions":            {"sessions/header", "sessions/journal"}, // reports use it without the server: files and what a server has recorded
		"sessions/expr":       {"sessions"},
		"sessions/ivcurve":    nil, // numbers in, numbers out: reports, plots and the simulated cell share it
		"plotclient":          {"plotclient/wire"},
		"plotclient/mqtt":     nil,                                                  // like pahomqtt, for boards
		"plotclient/uplink":   {"plotclient", "plotclient/mqtt", "plotclient/wire"}, // joins them, for boards
		"plotclient/pahomqtt": nil,                                                  // a connection knows nothing of what goes over it
		"plotclient/cmdline":  {"plotclient/pahomqtt", "plotclient/wire"},
		"plotclient/demo":     {"plotclient", "plotclient/wire"},

		// joins them for hosts, and knows no flags
		"plotclient/hoststream": {"plotclient", "plotclient/wire", "plotclient/pahomqtt"},

		"firmware/ina219":           nil,                  // a sensor knows nothing of who reads it
		"firmware/ina219/ina219sim": {"sessions/ivcurve"}, // the chip is written a second time, not taken from the driver
		// boards' programs on laptops
		"firmware/internal/host": {"firmware/internal/lamp", "firmware/internal/station", "plotclient/cmdline", "plotclient/mqtt", "plotclient/pahomqtt", "plotclient/uplink", "plotclient/wire"},

		"firmware/internal/button": nil,
		"firmware/internal/powerlog": {"firmware/ina219", "firmware/internal/button", "firmware/internal/lamp", "firmware/internal/meter", "firmware/internal/station",
			"plotclient", "plotclient/uplink", "plotclient/wire"},
		"firmware/internal/sinusoid":  {"firmware/internal/button", "firmware/internal/lamp", "firmware/internal/station", "plotclient", "plotclient/wire"},
		"firmware/internal/telemetry": {"firmware/internal/button", "firmware/internal/lamp", "firmware/internal/station", "plotclient", "plotclient/wire"},
		"firmware/internal/lamp":      nil, // a light and a clock
		"firmware/internal/meter":     {"firmware/ina219"},
		"firmware/internal/station":   {"firmware/internal/lamp", "plotclient", "plotclient/uplink", "plotclient/wire"},
		"firmware/internal/solar": {"firmware/ina219", "firmware/internal/button", "firmware/internal/lamp", "firmware/internal/meter", "firmware/internal/station",
			"plotclient", "plotclient/uplink", "plotclient/wire"}, // never the simulation, nor a network

		"plotserver/internal/broker": {"plotclient/wire"},
		"plotserver/internal/link":   {"plotclient/wire", "plotclient/pahomqtt"},
		// No I/O: not link, not render; of the journal it knows the names of runs and events.
		"plotserver/internal/engine": {"plotclient/wire", "sessions", "sessions/journal"},

		// only tests, which may import everything: inside plotserver, because of the engine
		"plotserver/internal/faults":           nil,
		"plotserver/internal/faults/simulated": nil,

		// Files in, files out: the commands know nothing of how a server works.
		// To send a session again they are a client.
		"plotserver/internal/offline": {"sessions", "sessions/expr", "sessions/journal", "plotserver/internal/render",
			"plotclient/cmdline", "plotclient/hoststream", "plotclient/pahomqtt"},

		"plotserver/figure": {"sessions", "plotserver/internal/render"}, // the drawing, for reports in Go
		// what a student's own program may import
		"notebooks/report":            {"sessions", "sessions/ivcurve", "plotserver/figure"},
		"notebooks/internal/makedata": nil, // it runs the programs as a person would
	}
}

// forBoards are the packages that TinyGo compiles for a microcontroller.
func forBoards() []string {
	return []string{
		"firmware/ina219", "firmware/internal/meter", "firmware/internal/powerlog", "firmware/internal/sinusoid",
		"firmware/internal/solar", "firmware/internal/station", "firmware/internal/telemetry",
		"plotclient", "plotclient/mqtt", "plotclient/uplink", "plotclient/uplink/uplinktest", "plotclient/wire",
	}
}

// bannedOnBoards is what these packages must not pull in, directly or not.
// Sizes are those of an ESP32 image.
func bannedOnBoards() map[string]string {
	return map[string]string{
		"fmt":             "74 KB of flash, and it allocates",
		"encoding/json":   "142 to 181 KB of flash, 16 KB of stack, and it allocates",
		"encoding/binary": "it pulls in reflect",
		"reflect":         "TinyGo has only part of it",
		"log":             "a library returns errors; it pulls in fmt",
		"net":             "108 KB of flash; the program passes a connection in",
		"os":              "a board has none",
		"context":         "it starts goroutines, whose stacks are 2 KB",
		"sort":            "it pulls in reflect",
		"bufio":           "buffers belong to the caller",
	}
}

type goPackage struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

func list(t *testing.T, args ...string) map[string]goPackage {
	t.Helper()
	c := exec.Command("go", append([]string{"list", "-json=ImportPath,Imports,Deps"}, args...)...)
	c.Dir = "../../.."
	out, err := c.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	all := map[string]goPackage{}
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var p goPackage
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all[p.ImportPath] = p
	}
	return all
}

func TestArrowsPointOneWay(t *testing.T) {
	all := list(t, "./...")
	for room, allowed := range mayImport() {
		p, ok := all["iotplot/"+room]
		if !ok {
			t.Errorf("there is no room %s", room)
			continue
		}
		for _, imported := range p.Imports {
			ours, isOurs := strings.CutPrefix(imported, "iotplot/")
			if !isOurs || strings.HasPrefix(ours, room+"/") {
				continue
			}
			found := false
			for _, a := range allowed {
				found = found || a == ours
			}
			if !found {
				t.Errorf("%s imports %s, it may import %q of ours", room, ours, allowed)
			}
		}
	}
	for path, p := range all {
		room := strings.TrimPrefix(path, "iotplot/")
		for _, imported := range p.Imports {
			switch {
			case strings.HasPrefix(imported, "gonum.org/v1/plot") && !strings.HasPrefix(room, "plotserver/internal/render"):
				t.Errorf("%s imports %s: only render draws", room, imported)
			case strings.HasPrefix(imported, "github.com/mochi-mqtt/") && room != "plotserver/internal/broker" &&
				room != "plotclient/internal/fakeserver" && room != "plotclient/internal/brokertest": // which stand in for others in tests
				t.Errorf("%s imports %s: only broker knows the library under it", room, imported)
			case strings.HasPrefix(imported, "github.com/eclipse/paho") && room != "plotclient/pahomqtt":
				t.Errorf("%s imports %s: only pahomqtt knows the library under it", room, imported)
			case strings.HasPrefix(imported, "iotplot/plotserver/") && !strings.HasPrefix(room, "plotserver") && imported != "iotplot/plotserver/figure":
				t.Errorf("%s imports %s: the server's rooms are its own, but for figure", room, imported)
			case strings.HasPrefix(room, "plotserver/internal/render") && strings.HasPrefix(imported, "iotplot/") &&
				imported != "iotplot/sessions" && !strings.HasPrefix(imported, "iotplot/sessions/") && !strings.HasPrefix(imported, "iotplot/plotserver/internal/render/"):
				t.Errorf("%s imports %s: render knows series and nothing else of ours", room, imported)
			}
		}
	}
}

func TestBoardPackagesStaySmall(t *testing.T) {
	for _, room := range forBoards() {
		p := list(t, "./"+room)["iotplot/"+room]
		if len(p.Imports) == 0 {
			t.Errorf("%s imports nothing, is it there?", room)
		}
		for _, dep := range p.Deps {
			if reason, banned := bannedOnBoards()[dep]; banned {
				t.Errorf("%s pulls in %s: %s", room, dep, reason)
			}
		}
	}
}
