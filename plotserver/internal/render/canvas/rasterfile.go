package canvas

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math"
)

// writePNG writes an opaque image in three bytes a pixel with its resolution and
// title. A row that equals the one above is stored as no difference, any other as
// it is: for lines on paper this is smaller than trying every filter, and fast.
func writePNG(w io.Writer, r *raster) error {
	b := bufio.NewWriterSize(w, 64<<10)
	b.WriteString("\x89PNG\r\n\x1a\n")
	size := r.page.Size()
	head := binary.BigEndian.AppendUint32(nil, uint32(size.X))
	head = binary.BigEndian.AppendUint32(head, uint32(size.Y))
	chunk(b, "IHDR", append(head, 8, 2, 0, 0, 0))
	perMetre := uint32(math.Round(r.dpi / 0.0254))
	phys := binary.BigEndian.AppendUint32(nil, perMetre)
	phys = binary.BigEndian.AppendUint32(phys, perMetre)
	chunk(b, "pHYs", append(phys, 1))
	if r.info.Title != "" {
		// iTXt: keyword, no compression, no language, UTF-8 (PNG, 11.3.4.5)
		chunk(b, "iTXt", []byte("Title\x00\x00\x00\x00\x00"+r.info.Title))
	}
	chunk(b, "tEXt", []byte("Software\x00"+r.info.Creator))

	z, err := zlib.NewWriterLevel(&idat{w: b}, zlib.BestSpeed)
	if err != nil {
		return err
	}
	row := make([]byte, 1+3*size.X)
	var above, last []byte
	err = r.bands(func(img *image.RGBA) error {
		for y := range img.Rect.Dy() {
			pix := img.Pix[y*img.Stride : y*img.Stride+4*size.X]
			if bytes.Equal(pix, above) {
				row[0] = 2 // the filter Up: difference to the row above
				clear(row[1:])
			} else {
				row[0] = 0
				out := row[1:]
				for x := 0; x < len(pix); x += 4 {
					out[0], out[1], out[2] = pix[x], pix[x+1], pix[x+2]
					out = out[3:]
				}
			}
			above = pix
			if _, err := z.Write(row); err != nil {
				return err
			}
		}
		last = append(last[:0], above...) // the next band may take the same memory
		above = last
		return nil
	})
	if err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	chunk(b, "IEND", nil)
	return b.Flush()
}

// idat writes compressed data as chunks.
type idat struct{ w *bufio.Writer }

func (d *idat) Write(p []byte) (int, error) {
	if err := chunk(d.w, "IDAT", p); err != nil {
		return 0, err
	}
	return len(p), nil
}

func chunk(w *bufio.Writer, kind string, data []byte) error {
	var n [4]byte
	binary.BigEndian.PutUint32(n[:], uint32(len(data)))
	w.Write(n[:])
	w.WriteString(kind)
	w.Write(data)
	sum := crc32.Update(crc32.ChecksumIEEE([]byte(kind)), crc32.IEEETable, data)
	binary.BigEndian.PutUint32(n[:], sum)
	_, err := w.Write(n[:])
	return err
}

// maxJPG is the longest side a JPG can have.
const maxJPG = 65535

// writeJPG writes the image with its resolution in a JFIF header, which the
// standard library leaves out.
func writeJPG(w io.Writer, r *raster) error {
	if s := r.page.Size(); s.X > maxJPG || s.Y > maxJPG {
		return errors.New("cannot write a jpg with a side above 65535 pixels")
	}
	var img image.Image = r.img
	if r.img == nil {
		// Half the bytes of what the encoder would make of it anyway.
		page := image.NewYCbCr(r.page, image.YCbCrSubsampleRatio420)
		if err := r.bands(func(band *image.RGBA) error { halveColours(page, band); return nil }); err != nil {
			return err
		}
		img = page
	}
	d := uint16(min(65535, max(1, math.Round(r.dpi))))
	j := &jfif{w: bufio.NewWriter(w), density: d}
	if err := jpeg.Encode(j, img, &jpeg.Options{Quality: 92}); err != nil {
		return err
	}
	return j.w.Flush()
}

// halveColours puts a band, which begins at an even row, on a page with one
// colour for each four pixels.
func halveColours(page *image.YCbCr, band *image.RGBA) {
	b := band.Rect
	for y := b.Min.Y; y < b.Max.Y; y += 2 {
		for x := b.Min.X; x < b.Max.X; x += 2 {
			var red, green, blue, n int
			for v := y; v < min(y+2, b.Max.Y); v++ {
				for u := x; u < min(x+2, b.Max.X); u++ {
					p := band.Pix[band.PixOffset(u, v):]
					page.Y[page.YOffset(u, v)], _, _ = color.RGBToYCbCr(p[0], p[1], p[2])
					red, green, blue, n = red+int(p[0]), green+int(p[1]), blue+int(p[2]), n+1
				}
			}
			at := page.COffset(x, y)
			_, page.Cb[at], page.Cr[at] = color.RGBToYCbCr(uint8((red+n/2)/n), uint8((green+n/2)/n), uint8((blue+n/2)/n))
		}
	}
}

// jfif puts the header after the first marker, the two bytes that begin a JPEG.
type jfif struct {
	w       *bufio.Writer
	density uint16
	seen    int
}

func (j *jfif) Write(p []byte) (int, error) {
	n := len(p)
	if j.seen < 2 {
		k := min(2-j.seen, len(p))
		j.w.Write(p[:k])
		p = p[k:]
		if j.seen += k; j.seen == 2 {
			head := []byte("\xff\xe0\x00\x10JFIF\x00\x01\x02\x01")
			head = binary.BigEndian.AppendUint16(head, j.density)
			head = binary.BigEndian.AppendUint16(head, j.density)
			j.w.Write(append(head, 0, 0))
		}
	}
	if _, err := j.w.Write(p); err != nil {
		return 0, err
	}
	return n, nil
}
