package journal

import (
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"slices"
	"sync"
)

var errDead = errors.New("the computer is off")

// memDisk is a disk that knows what was synced, can be switched off at any step,
// and can be told to fail.
type memDisk struct {
	mu      sync.Mutex
	names   map[string]*memFile
	durable map[string]*memFile
	pending []func(map[string]*memFile) // changes of names since the last syncDir
	steps   int
	dieAt   int                         // the step that fails half done and after which all fail; 0: none
	fault   func(op, name string) error // nil: none
	partial func(n int) int             // how much of a failing write is done
}

type memFile struct {
	disk   *memDisk
	name   string
	data   []byte
	synced []byte
	writes []memWrite // since the last sync
}

type memWrite struct {
	at   int64
	b    []byte
	size int64 // ≥ 0: a truncation
}

func (w memWrite) apply(data []byte) []byte {
	if w.size >= 0 {
		if w.size < int64(len(data)) {
			return data[:w.size:w.size]
		}
		return append(data, make([]byte, w.size-int64(len(data)))...)
	}
	if end := w.at + int64(len(w.b)); end > int64(len(data)) {
		data = append(data, make([]byte, end-int64(len(data)))...)
	}
	copy(data[w.at:], w.b)
	return data
}

func newMemDisk() *memDisk {
	return &memDisk{names: map[string]*memFile{}, durable: map[string]*memFile{}, partial: func(n int) int { return n / 2 }}
}

// step counts a step that changes something.
func (d *memDisk) step(op, name string) error {
	d.steps++
	if d.dieAt > 0 && d.steps >= d.dieAt {
		return errDead
	}
	if d.fault != nil {
		return d.fault(op, name)
	}
	return nil
}

func (d *memDisk) change(f func(map[string]*memFile)) {
	f(d.names)
	d.pending = append(d.pending, f)
}

func (d *memDisk) list() ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var names []string
	for name := range d.names {
		names = append(names, name)
	}
	return names, nil
}

func (d *memDisk) create(name string) (file, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step("create", name); err != nil {
		return nil, err
	}
	f := &memFile{disk: d, name: name}
	d.change(func(m map[string]*memFile) { m[name] = f })
	return f, nil
}

func (d *memDisk) open(name string, write bool) (file, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if f := d.names[name]; f != nil {
		return f, nil
	}
	return nil, fs.ErrNotExist
}

func (d *memDisk) rename(from, to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step("rename", from); err != nil {
		return err
	}
	f := d.names[from]
	d.change(func(m map[string]*memFile) { delete(m, from); m[to] = f })
	return nil
}

func (d *memDisk) remove(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step("remove", name); err != nil {
		return err
	}
	d.change(func(m map[string]*memFile) { delete(m, name) })
	return nil
}

func (d *memDisk) holds(string, file) bool { return true }

func (d *memDisk) syncDir() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.step("syncdir", ""); err != nil {
		return err
	}
	for _, f := range d.pending {
		f(d.durable)
	}
	d.pending = nil
	return nil
}

func (f *memFile) ReadAt(b []byte, at int64) (int, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if at >= int64(len(f.data)) {
		return 0, io.EOF
	}
	n := copy(b, f.data[at:])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

func (f *memFile) write(w memWrite) {
	w.b = slices.Clone(w.b)
	f.data = w.apply(f.data)
	f.writes = append(f.writes, w)
}

func (f *memFile) WriteAt(b []byte, at int64) (int, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	dead := f.disk.dieAt > 0 && f.disk.steps >= f.disk.dieAt
	if err := f.disk.step("write", f.name); err != nil {
		n := f.disk.partial(len(b))
		if dead {
			n = 0
		}
		f.write(memWrite{at: at, b: b[:n], size: -1})
		return n, err
	}
	f.write(memWrite{at: at, b: b, size: -1})
	return len(b), nil
}

func (f *memFile) Truncate(size int64) error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if err := f.disk.step("truncate", f.name); err != nil {
		return err
	}
	f.write(memWrite{size: size})
	return nil
}

func (f *memFile) Sync() error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if err := f.disk.step("sync", f.name); err != nil {
		return err
	}
	f.synced, f.writes = slices.Clone(f.data), nil
	return nil
}

func (f *memFile) Size() (int64, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	return int64(len(f.data)), nil
}

func (f *memFile) Close() error { return nil }

// killed gives what a process that starts after the other was killed finds.
func (d *memDisk) killed() *memDisk {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := newMemDisk()
	for name, f := range d.names {
		out.put(name, f.data)
	}
	return out
}

// cutOff gives what is there after a power cut: of what was not synced a part,
// in order, the last of it torn.
func (d *memDisk) cutOff(r *rand.Rand) *memDisk {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := newMemDisk()
	names := map[string]*memFile{}
	for name, f := range d.durable {
		names[name] = f
	}
	for _, f := range d.pending[:r.IntN(len(d.pending)+1)] {
		f(names)
	}
	for name, f := range names {
		data := slices.Clone(f.synced)
		k := r.IntN(len(f.writes) + 1)
		for i, w := range f.writes[:k] {
			if i == k-1 && w.size < 0 {
				w.b = w.b[:r.IntN(len(w.b)+1)]
			}
			data = w.apply(data)
		}
		out.put(name, data)
	}
	return out
}

func (d *memDisk) put(name string, data []byte) {
	f := &memFile{disk: d, name: name, data: slices.Clone(data), synced: slices.Clone(data)}
	d.names[name], d.durable[name] = f, f
}

func (d *memDisk) clone() *memDisk { return d.killed() }

var _ disk = (*memDisk)(nil)
