package sessions

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

type parquetFile struct {
	rows    int64
	columns []parquetColumn
	groups  [][]parquetChunk // by column
	meta    map[string]string
}

type parquetColumn struct {
	name      string
	kind      int
	optional  bool
	converted int     // parquet.thrift's ConvertedType, -1: none
	second    float64 // of a time, in the column's unit; 0: no time
	children  int
	repeated  bool
	other     bool // a logical type that is no number
}

type parquetChunk struct {
	codec  int
	values int64
	at     int64 // of its first page
	size   int64
}

// readParquetNotes reads what stands at the file's end.
func readParquetNotes(in source) (*parquetFile, error) {
	var head [4]byte
	var tail [8]byte
	if in.size < 12 {
		return nil, errCut
	}
	if _, err := in.ReadAt(head[:], 0); err != nil {
		return nil, cut(err)
	}
	if _, err := in.ReadAt(tail[:], in.size-8); err != nil {
		return nil, cut(err)
	}
	switch {
	case string(head[:]) != parquetMagic:
		return nil, errors.New("it is not a Parquet file")
	case string(tail[4:]) == "PARE":
		return nil, errors.New("it is encrypted")
	case string(tail[4:]) != parquetMagic:
		return nil, errCut
	}
	size := int64(binary.LittleEndian.Uint32(tail[:]))
	if size > in.size-12 {
		return nil, errThrift
	}
	notes := make([]byte, size)
	if _, err := in.ReadAt(notes, in.size-8-size); err != nil {
		return nil, cut(err)
	}
	r := &thriftReader{buf: notes}
	file := &parquetFile{meta: map[string]string{}}
	var schema []parquetColumn
	r.fields(func(number, kind int) {
		switch number {
		case 2:
			r.list(func(int) { schema = append(schema, r.schemaElement()) })
		case 3:
			file.rows = r.int()
		case 4:
			r.list(func(int) { file.groups = append(file.groups, r.rowGroup()) })
		case 5:
			r.list(func(int) {
				var key, value string
				r.fields(func(number, kind int) {
					switch number {
					case 1:
						key = r.text()
					case 2:
						value = r.text()
					default:
						r.skip(kind)
					}
				})
				file.meta[key] = value
			})
		default:
			r.skip(kind)
		}
	})
	if r.err != nil {
		return nil, r.err
	}
	if len(schema) == 0 || schema[0].children != len(schema)-1 {
		return nil, errors.New("it has columns within columns, only a flat table of numbers can be read")
	}
	file.columns = schema[1:]
	if len(file.columns) > maxColumns {
		return nil, fmt.Errorf("it has %d columns, more than %d", len(file.columns), maxColumns)
	}
	for _, c := range file.columns {
		if err := c.check(); err != nil {
			return nil, fmt.Errorf("column %q %w", c.name, err)
		}
	}
	return file, nil
}

// check refuses columns that are no numbers.
func (c parquetColumn) check() error {
	switch {
	case c.children > 0 || c.repeated:
		return errors.New("is a list, only a flat table of numbers can be read")
	case c.kind == parquetByteArray, c.kind == parquetFixed, c.kind == parquetInt96, c.other:
		return errors.New("holds no numbers, leave it out when you write the file")
	}
	switch c.converted {
	case -1, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18: // times and integers
		return nil
	}
	return errors.New("holds no numbers, leave it out when you write the file")
}

func (r *thriftReader) schemaElement() parquetColumn {
	c := parquetColumn{kind: -1, converted: -1}
	r.fields(func(number, kind int) {
		switch number {
		case 1:
			c.kind = r.small()
		case 3:
			repetition := r.small()
			c.optional, c.repeated = repetition == parquetOptional, repetition == parquetRepeated
		case 4:
			c.name = r.text()
		case 5:
			c.children = r.small()
		case 6:
			if c.converted = r.small(); c.converted == 9 && c.second == 0 {
				c.second = 1e3
			} else if c.converted == 10 && c.second == 0 {
				c.second = 1e6
			}
		case 10:
			r.fields(func(number, kind int) {
				switch number {
				case 8: // a time: which of its parts is a second
					r.fields(func(number, kind int) {
						if number != 2 {
							r.skip(kind)
							return
						}
						r.fields(func(number, kind int) {
							if number >= 1 && number <= 3 {
								c.second = math.Pow10(3 * number)
							}
							r.skip(kind)
						})
					})
				case 10, 11: // integers, and columns of nothing
					r.skip(kind)
				default:
					c.other = true
					r.skip(kind)
				}
			})
		default:
			r.skip(kind)
		}
	})
	return c
}

func (r *thriftReader) rowGroup() []parquetChunk {
	var chunks []parquetChunk
	r.fields(func(number, kind int) {
		if number != 1 {
			r.skip(kind)
			return
		}
		r.list(func(int) {
			c := parquetChunk{}
			dictionary := int64(0)
			r.fields(func(number, kind int) {
				if number != 3 {
					r.skip(kind)
					return
				}
				r.fields(func(number, kind int) {
					switch number {
					case 4:
						c.codec = r.small()
					case 5:
						c.values = r.int()
					case 7:
						c.size = r.int()
					case 9:
						c.at = r.int()
					case 11:
						dictionary = r.int()
					default:
						r.skip(kind)
					}
				})
			})
			if dictionary > 0 {
				c.at = min(c.at, dictionary)
			}
			chunks = append(chunks, c)
		})
	})
	return chunks
}
