package canvas

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/math/f64"
)

// A large page is not painted while it is drawn. What is drawn is kept as areas,
// which take far less memory than the pixels, and painted when the page is
// written: a band of rows at a time. Only a page of so much that the areas would
// be larger is painted as a whole.

// area is an outline in a colour, or a picture, on the page.
type area struct {
	edges  [][4]float32 // x and y of both ends, which is fine enough to tell 1/1000 pixel apart
	color  color.NRGBA
	clip   image.Rectangle
	y0, y1 float32 // rows that the edges touch

	img image.Image
	m   f64.Aff3
}

// mostEdges is how many edges a page is kept as, of 16 bytes each.
const mostEdges = 6 << 20

// keep adds an area to the page.
func (r *raster) keep(a area) {
	if a.clip.Empty() || a.img == nil && len(a.edges) == 0 {
		return
	}
	a.y0, a.y1 = math.MaxFloat32, -math.MaxFloat32
	for _, e := range a.edges {
		a.y0, a.y1 = min(a.y0, e[1], e[3]), max(a.y1, e[1], e[3])
	}
	r.kept = append(r.kept, a)
	// An area itself takes as much as some edges.
	if r.edgesN += len(a.edges) + 4; r.edgesN > r.most {
		r.img = r.blank(r.page)
		for top := 0; top < r.page.Max.Y; top += r.cover.rows {
			r.paintBand(r.img, top)
		}
		r.kept = nil
	}
}

// compact is edges in half of their memory.
func compact(edges [][2]point) [][4]float32 {
	out := make([][4]float32, len(edges))
	for i, e := range edges {
		out[i] = [4]float32{float32(e[0].x), float32(e[0].y), float32(e[1].x), float32(e[1].y)}
	}
	return out
}

// blank is a part of the page with nothing on it.
func (r *raster) blank(part image.Rectangle) *image.RGBA {
	img := image.NewRGBA(part)
	draw.Draw(img, part, image.NewUniform(r.ground), image.Point{}, draw.Src)
	return img
}

// bands hands the page to visit, from top to bottom. The memory of a band is
// used again for the next.
func (r *raster) bands(visit func(img *image.RGBA) error) error {
	if r.img != nil {
		return visit(r.img)
	}
	var band *image.RGBA
	for top := 0; top < r.page.Max.Y; top += r.cover.rows {
		part := image.Rect(0, top, r.page.Max.X, min(top+r.cover.rows, r.page.Max.Y))
		if band == nil {
			band = r.blank(part)
		} else {
			band.Rect = part
			draw.Draw(band, part, image.NewUniform(r.ground), image.Point{}, draw.Src)
		}
		r.paintBand(band, top)
		if err := visit(band); err != nil {
			return err
		}
	}
	return nil
}

// paintBand paints what the page shows of the band that begins at a row.
func (r *raster) paintBand(img *image.RGBA, top int) {
	page := r.img
	defer func() { r.img = page }()
	r.img = img
	bottom := min(top+r.cover.rows, r.page.Max.Y)
	for i := range r.kept {
		a := &r.kept[i]
		switch {
		case a.clip.Max.Y <= top || a.clip.Min.Y >= bottom:
		case a.img != nil:
			a.draw(img.SubImage(image.Rect(0, top, r.page.Max.X, bottom)).(*image.RGBA))
		case a.y1 > float32(top) && a.y0 < float32(bottom):
			up := float64(top)
			for _, e := range a.edges {
				r.cover.edge(point{float64(e[0]), float64(e[1]) - up}, point{float64(e[2]), float64(e[3]) - up})
			}
			r.cover.flushBand(top, r.blend(a.clip, a.color))
		}
	}
}

// draw puts a picture on a page or a part of it.
func (a *area) draw(img *image.RGBA) {
	dst := img.SubImage(a.clip).(*image.RGBA)
	if !dst.Rect.Empty() {
		xdraw.BiLinear.Transform(dst, a.m, a.img, a.img.Bounds(), xdraw.Over, nil)
	}
}
