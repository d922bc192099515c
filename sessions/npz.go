package sessions

import (
	"archive/zip"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"unicode"
)

// aboutMember is the member of an .npz that says what is known of the series.
// numpy gives its text: json.loads(numpy.load("solar.npz")["about.json"]).
const aboutMember = "about.json"

// encodeNPZ writes what numpy.load reads: a ZIP archive, not compressed, with an
// array of float64 for each column, in order, and about.json. The arrays' names
// are the columns', but for what would lead elsewhere when the archive is
// unpacked.
func encodeNPZ(out *sink, s *Series) error {
	text, err := aboutText(s)
	if err != nil {
		return err
	}
	z := zip.NewWriter(out)
	header := npyHeader(s.n)
	raw := make([]byte, 0, sinkSlack)
	for i, name := range memberNames(s.Columns) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name + ".npy"})
		if err != nil {
			return err
		}
		if _, err := w.Write(header); err != nil {
			return err
		}
		for piece := range s.Column(i).Chunks() {
			for len(piece) > 0 {
				k := min(len(piece), cap(raw)/8)
				raw = raw[:0]
				for _, v := range piece[:k] {
					raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(v))
				}
				if _, err := w.Write(raw); err != nil {
					return err
				}
				piece = piece[k:]
			}
		}
	}
	w, err := z.CreateHeader(&zip.FileHeader{Name: aboutMember})
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	return z.Close()
}

// npyHeader is the head of an array of n float64, in version 1.0 of numpy's
// format (numpy.lib.format).
func npyHeader(n int) []byte {
	const magic = "\x93NUMPY\x01\x00"
	dict := fmt.Sprintf("{'descr': '<f8', 'fortran_order': False, 'shape': (%d,), }", n)
	// The values begin at a multiple of 64 bytes.
	pad := 63 - (len(magic)+2+len(dict))%64
	dict += strings.Repeat(" ", pad) + "\n"
	header := append([]byte(magic), byte(len(dict)), byte(len(dict)>>8))
	return append(header, dict...)
}

// memberNames makes names of an archive's members of column names: no folders,
// nothing hidden, nothing that ends a name early, and no two that a system
// takes for one.
func memberNames(columns []string) []string {
	return distinct(columns, func(name string) string {
		name = strings.Map(func(r rune) rune {
			if r == '/' || r == '\\' || r == ':' || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
				return '_'
			}
			return r
		}, name)
		if name[0] == '.' || strings.HasSuffix(name, ".npy") || strings.HasSuffix(name, ".json") || len(name) > maxPart {
			name = "_" + strings.ReplaceAll(strings.ToValidUTF8(name[:min(len(name), maxPart)], ""), ".", "_")
		}
		return name
	}, strings.ToLower)
}
