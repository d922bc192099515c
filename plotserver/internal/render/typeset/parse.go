package typeset

import (
	"errors"
	"fmt"
	"strings"
)

// kind tells what an atom consists of.
type kind uint8

const (
	charKind     kind = iota // r
	listKind                 // body
	textKind                 // str, set as text in face
	typedKind                // str, as typed because it cannot be set
	functionKind             // str, upright
	bigKind                  // r, an operator that grows
	fracKind                 // body over other
	rootKind                 // body, its index in other
	accentKind               // body under r
	overKind                 // body under a line
	underKind                // body over a line
	fenceKind                // body between left and right
	delimKind                // r as tall as size ems
	spaceKind                // size in units of 1/18 em
	styleKind                // from here on in style
)

// atom is a part of a formula with its scripts.
type atom struct {
	kind        kind
	class       class
	r           rune
	letters     alphabet
	str         string
	body, other []atom
	left, right rune // 0 is none
	size        float64
	style       style
	flag        int8 // of a fraction: 1 display, -1 text; of an accent: 1 wide; of text: the face
	limits      int8 // 1 above and below, -1 beside, 0 as usual
	sup, sub    []atom
	hasSup      bool
	hasSub      bool
	primes      int
	spread      bool // limits above and below in display style
}

// style is TeX's style: display, text, script, scriptscript.
type style uint8

const (
	display style = iota
	textual
	scripted
	tiny
)

// maxDepth bounds how deep groups are nested.
const maxDepth = 32

// parser reads one formula.
type parser struct {
	src   []rune
	at    int
	depth int
	set   *setter
}

var errEnd = errors.New("a { has no }")

// parse reads a whole formula. An error means that its structure is broken;
// commands nobody knows are atoms of typedKind and reported to s.
func (s *setter) parse(src string) ([]atom, error) {
	p := &parser{src: []rune(src), set: s}
	list, err := p.list(italic, func() bool { return false })
	if err == nil && p.at < len(p.src) {
		err = errors.New("a } has no {")
	}
	return list, err
}

func (p *parser) peek() rune {
	if p.at < len(p.src) {
		return p.src[p.at]
	}
	return -1
}

func (p *parser) skipSpace() {
	for p.at < len(p.src) && (p.src[p.at] == ' ' || p.src[p.at] == '\t') {
		p.at++
	}
}

// command reads the name behind a backslash: letters, or one other character.
func (p *parser) command() string {
	p.at++
	start := p.at
	for p.at < len(p.src) && (p.src[p.at] >= 'a' && p.src[p.at] <= 'z' || p.src[p.at] >= 'A' && p.src[p.at] <= 'Z') {
		p.at++
	}
	if p.at == start && p.at < len(p.src) {
		p.at++
		return string(p.src[start:p.at])
	}
	name := string(p.src[start:p.at])
	p.skipSpace()
	return name
}

// upcoming tells whether a command comes next.
func (p *parser) upcoming(name string) bool {
	save := p.at
	defer func() { p.at = save }()
	return p.peek() == '\\' && p.command() == name
}

// list reads atoms up to the end, to a } or to where stop says.
func (p *parser) list(a alphabet, stop func() bool) ([]atom, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, fmt.Errorf("groups are nested more than %d deep", maxDepth)
	}
	defer func() { p.depth-- }()
	var out []atom
	for {
		p.skipSpace()
		c := p.peek()
		if c == -1 || c == '}' || stop() || p.upcoming("right") {
			return out, nil
		}
		switch c {
		case '^', '_', '\'':
			if len(out) == 0 || out[len(out)-1].kind == spaceKind || out[len(out)-1].kind == styleKind {
				out = append(out, atom{kind: listKind})
			}
			if err := p.script(&out[len(out)-1], a); err != nil {
				return nil, err
			}
			continue
		}
		if c == '\\' {
			save := p.at
			switch name := p.command(); name {
			case "limits", "nolimits":
				if n := len(out); n > 0 && out[n-1].class == op {
					out[n-1].limits = 1
					if name == "nolimits" {
						out[n-1].limits = -1
					}
					continue
				}
			case "rm", "bf", "it": // from here on, as in plain TeX
				a = alphabets[name]
				continue
			}
			p.at = save
		}
		at, err := p.atom(a)
		if err != nil {
			return nil, err
		}
		out = append(out, at)
	}
}

// script reads a superscript, subscript or primes of an atom.
func (p *parser) script(to *atom, a alphabet) error {
	c := p.peek()
	p.at++
	if c == '\'' {
		if to.hasSup {
			return errors.New("a prime follows a superscript")
		}
		to.primes++
		return nil
	}
	arg, err := p.argument(a)
	if err != nil {
		return err
	}
	switch {
	case c == '^' && to.hasSup:
		return errors.New("there are two superscripts, use braces")
	case c == '_' && to.hasSub:
		return errors.New("there are two subscripts, use braces")
	case c == '^':
		to.sup, to.hasSup = arg, true
	default:
		to.sub, to.hasSub = arg, true
	}
	return nil
}

// argument reads a group in braces, or one atom.
func (p *parser) argument(a alphabet) ([]atom, error) {
	p.skipSpace()
	switch p.peek() {
	case -1, '}', '^', '_', '\'':
		return nil, errors.New("an argument is missing")
	case '{':
		return p.group(a)
	}
	if p.upcoming("right") {
		return nil, errors.New("an argument is missing")
	}
	if p.depth++; p.depth > maxDepth {
		return nil, fmt.Errorf("groups are nested more than %d deep", maxDepth)
	}
	defer func() { p.depth-- }()
	at, err := p.atom(a)
	return []atom{at}, err
}

func (p *parser) group(a alphabet) ([]atom, error) {
	p.at++
	body, err := p.list(a, func() bool { return false })
	if err != nil {
		return nil, err
	}
	if p.peek() != '}' {
		return nil, errEnd
	}
	p.at++
	return body, nil
}

// atom reads one atom without its scripts.
func (p *parser) atom(a alphabet) (atom, error) {
	switch c := p.peek(); c {
	case '{':
		body, err := p.group(a)
		return atom{kind: listKind, body: body}, err
	case '~':
		p.at++
		return atom{kind: spaceKind, size: 6}, nil
	case '\\':
		return p.macro(a)
	default:
		p.at++
		s := classOf(c)
		if s.class == op {
			return atom{kind: bigKind, class: op, r: s.r}, nil
		}
		return atom{kind: charKind, class: s.class, r: s.r, letters: a}, nil
	}
}

// macro reads a command with its arguments.
func (p *parser) macro(a alphabet) (atom, error) {
	start := p.at
	name := p.command()
	if s, ok := symbols[name]; ok {
		return atom{kind: charKind, class: s.class, r: s.r, letters: a}, nil
	}
	if r, ok := bigOperators[name]; ok {
		return atom{kind: bigKind, class: op, r: r, spread: !isIntegral(r)}, nil
	}
	if spread, ok := functions[name]; ok {
		return atom{kind: functionKind, class: op, str: name, spread: spread}, nil
	}
	if mu, ok := spaces[name]; ok {
		return atom{kind: spaceKind, size: mu}, nil
	}
	if to, ok := alphabets[name]; ok {
		body, err := p.argument(to)
		return atom{kind: listKind, body: body, letters: to}, err
	}
	if acc, ok := accents[name]; ok {
		body, err := p.argument(a)
		flag := int8(0)
		if acc.wide {
			flag = 1
		}
		return atom{kind: accentKind, r: acc.r, body: body, flag: flag}, err
	}
	if em, ok := sizes[strings.TrimRight(name, "lrm")]; ok {
		r, err := p.delimiter()
		c := ord
		switch name[len(name)-1] {
		case 'l':
			c = open
		case 'r':
			c = shut
		case 'm':
			c = rel
		}
		return atom{kind: delimKind, class: c, r: r, size: em}, err
	}
	switch name {
	case "frac", "dfrac", "tfrac", "cfrac":
		over, err := p.argument(a)
		if err != nil {
			return atom{}, err
		}
		under, err := p.argument(a)
		f := atom{kind: fracKind, class: inner, body: over, other: under}
		switch name {
		case "dfrac", "cfrac":
			f.flag = 1
		case "tfrac":
			f.flag = -1
		}
		return f, err
	case "sqrt":
		return p.root(a)
	case "overline":
		body, err := p.argument(a)
		return atom{kind: overKind, body: body}, err
	case "underline":
		body, err := p.argument(a)
		return atom{kind: underKind, body: body}, err
	case "text", "textrm", "textnormal", "mbox", "textbf", "textit", "textup", "mathtext":
		str, err := p.verbatim()
		t := atom{kind: textKind, str: str}
		switch name {
		case "textbf":
			t.flag = 1
		case "textit":
			t.flag = 2
		}
		return t, err
	case "operatorname":
		str, err := p.verbatim()
		return atom{kind: functionKind, class: op, str: strings.TrimSpace(str)}, err
	case "left":
		return p.fence(a)
	case "right":
		return atom{}, errors.New(`a \right has no \left`)
	case "displaystyle":
		return atom{kind: styleKind, style: display}, nil
	case "textstyle":
		return atom{kind: styleKind, style: textual}, nil
	case "scriptstyle":
		return atom{kind: styleKind, style: scripted}, nil
	case "scriptscriptstyle":
		return atom{kind: styleKind, style: tiny}, nil
	}
	return p.unknown(start, name), nil
}

// unknown takes a command nobody knows, with the groups behind it, as typed.
func (p *parser) unknown(start int, name string) atom {
	for end := p.at; p.peek() == '{'; end = p.at {
		level := 0
		for p.at < len(p.src) {
			c := p.src[p.at]
			p.at++
			if c == '{' {
				level++
			} else if c == '}' {
				level--
			}
			if level == 0 {
				break
			}
		}
		if level > 0 { // the list will say that it has no end
			p.at = end
			break
		}
	}
	shown := name
	if r := []rune(name); len(r) > 40 {
		shown = string(r[:40]) + "…"
	}
	p.set.problem(`cannot set "\%s": there is no such command, it is drawn as typed`, shown)
	return atom{kind: typedKind, str: strings.TrimRight(string(p.src[start:p.at]), " \t")}
}

// verbatim reads a group as text: braces are grouping, backslashes before signs
// are dropped.
func (p *parser) verbatim() (string, error) {
	p.skipSpace()
	if p.peek() != '{' {
		if p.at >= len(p.src) {
			return "", errors.New("an argument is missing")
		}
		p.at++
		return string(p.src[p.at-1]), nil
	}
	var b strings.Builder
	level := 0
	for p.at < len(p.src) {
		c := p.src[p.at]
		p.at++
		switch {
		case c == '{':
			level++
		case c == '}':
			if level--; level == 0 {
				return b.String(), nil
			}
		case c == '\\' && p.at < len(p.src) && strings.ContainsRune(`%$#&_{} ,`, p.src[p.at]):
			if p.src[p.at] == ',' {
				b.WriteRune('\u2009')
			} else {
				b.WriteRune(p.src[p.at])
			}
			p.at++
		case c == '~':
			b.WriteRune('\u00a0')
		default:
			b.WriteRune(c)
		}
	}
	return "", errEnd
}

func (p *parser) root(a alphabet) (atom, error) {
	r := atom{kind: rootKind}
	p.skipSpace()
	if p.peek() == '[' {
		p.at++
		index, err := p.list(a, func() bool { return p.peek() == ']' })
		if err != nil {
			return r, err
		}
		if p.peek() != ']' {
			return r, errors.New("a [ has no ]")
		}
		p.at++
		r.other = index
	}
	var err error
	r.body, err = p.argument(a)
	return r, err
}

// delimiter reads what follows \left, \right or \big; 0 is the dot, none.
func (p *parser) delimiter() (rune, error) {
	p.skipSpace()
	c := p.peek()
	switch {
	case c == -1 || c == '}':
		return 0, errors.New("a delimiter is missing")
	case c == '\\':
		name := p.command()
		s, ok := symbols[name]
		if !ok {
			return 0, fmt.Errorf(`\%.40s is no delimiter`, name)
		}
		return s.r, nil
	}
	p.at++
	switch c {
	case '.':
		return 0, nil
	case '<':
		return '⟨', nil
	case '>':
		return '⟩', nil
	}
	return c, nil
}

func (p *parser) fence(a alphabet) (atom, error) {
	f := atom{kind: fenceKind, class: inner}
	var err error
	if f.left, err = p.delimiter(); err != nil {
		return f, err
	}
	if f.body, err = p.list(a, func() bool { return false }); err != nil {
		return f, err
	}
	if !p.upcoming("right") {
		return f, errors.New(`a \left has no \right`)
	}
	p.command()
	f.right, err = p.delimiter()
	return f, err
}

func isIntegral(r rune) bool { return r >= '∫' && r <= '∳' }
