package app

import (
	"fmt"
	"strconv"
	"strings"

	"iotplot/plotclient/cmdline"
)

// leastKept is the smallest --keep: a journal needs some room to be rewritten in.
const leastKept = 1e6

// units are what a size may be given in, the decimal ones first as disks are sold.
var units = []struct {
	name  string
	bytes float64
}{{"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40}}

// parseKeep reads --keep: a size, or "" for everything, which is 0.
func parseKeep(value string) (int64, error) {
	if value == "" {
		return 0, nil
	}
	for _, u := range units {
		number, ok := cutSuffixFold(value, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if bytes := n * u.bytes; err == nil && bytes >= leastKept && bytes < 1<<62 {
			return int64(bytes), nil
		}
		break
	}
	return 0, &cmdline.Error{Usage: true,
		Text: "--keep cannot be " + quoted(value) + ", it must be a size with its unit, from 1MB on, such as 500MB or 2GB"}
}

func cutSuffixFold(s, suffix string) (string, bool) {
	if n := len(s) - len(suffix); n >= 0 && strings.EqualFold(s[n:], suffix) {
		return s[:n], true
	}
	return s, false
}

// sizeText writes a size for people: 2.1 GB.
func sizeText(bytes int64) string {
	switch b := float64(bytes); {
	case b < 1e6:
		return fmt.Sprintf("%.0f kB", b/1e3)
	case b < 1e9:
		return fmt.Sprintf("%.1f MB", b/1e6)
	default:
		return fmt.Sprintf("%.1f GB", b/1e9)
	}
}
