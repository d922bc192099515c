package typeset

// class is the kind of an atom, which decides the spaces around it (The TeXbook,
// chapter 17).
type class uint8

const (
	ord class = iota
	op
	bin
	rel
	open
	shut
	punct
	inner
)

// symbol is what a command or character stands for.
type symbol struct {
	class class
	r     rune
}

// symbols are the commands that stand for one character.
var symbols = map[string]symbol{
	// Greek, set italic; the capitals upright
	"alpha": {ord, 'α'}, "beta": {ord, 'β'}, "gamma": {ord, 'γ'}, "delta": {ord, 'δ'},
	"epsilon": {ord, 'ϵ'}, "varepsilon": {ord, 'ε'}, "zeta": {ord, 'ζ'}, "eta": {ord, 'η'},
	"theta": {ord, 'θ'}, "vartheta": {ord, 'ϑ'}, "iota": {ord, 'ι'}, "kappa": {ord, 'κ'}, "varkappa": {ord, 'ϰ'},
	"lambda": {ord, 'λ'}, "mu": {ord, 'μ'}, "nu": {ord, 'ν'}, "xi": {ord, 'ξ'}, "omicron": {ord, 'ο'},
	"pi": {ord, 'π'}, "varpi": {ord, 'ϖ'}, "rho": {ord, 'ρ'}, "varrho": {ord, 'ϱ'}, "sigma": {ord, 'σ'},
	"varsigma": {ord, 'ς'}, "tau": {ord, 'τ'}, "upsilon": {ord, 'υ'}, "phi": {ord, 'ϕ'}, "varphi": {ord, 'φ'},
	"chi": {ord, 'χ'}, "psi": {ord, 'ψ'}, "omega": {ord, 'ω'},
	"Gamma": {ord, 'Γ'}, "Delta": {ord, 'Δ'}, "Theta": {ord, 'Θ'}, "Lambda": {ord, 'Λ'}, "Xi": {ord, 'Ξ'},
	"Pi": {ord, 'Π'}, "Sigma": {ord, 'Σ'}, "Upsilon": {ord, 'Υ'}, "Phi": {ord, 'Φ'}, "Psi": {ord, 'Ψ'}, "Omega": {ord, 'Ω'},

	// ordinary signs
	"infty": {ord, '∞'}, "partial": {ord, '∂'}, "nabla": {ord, '∇'}, "ell": {ord, 'ℓ'}, "hbar": {ord, 'ℏ'},
	"Re": {ord, 'ℜ'}, "Im": {ord, 'ℑ'}, "aleph": {ord, 'ℵ'}, "wp": {ord, '℘'}, "imath": {ord, 'ı'}, "jmath": {ord, 'ȷ'},
	"forall": {ord, '∀'}, "exists": {ord, '∃'}, "nexists": {ord, '∄'}, "neg": {ord, '¬'}, "lnot": {ord, '¬'}, "emptyset": {ord, '∅'}, "varnothing": {ord, '∅'},
	"angle": {ord, '∠'}, "measuredangle": {ord, '∡'}, "triangle": {ord, '△'}, "square": {ord, '□'}, "top": {ord, '⊤'}, "bot": {ord, '⊥'},
	"degree": {ord, '°'}, "textdegree": {ord, '°'}, "textmu": {ord, 'µ'}, "textohm": {ord, 'Ω'}, "degrees": {ord, '°'}, "celsius": {ord, '℃'}, "ohm": {ord, 'Ω'}, "micro": {ord, 'µ'}, "angstrom": {ord, 'Å'}, "AA": {ord, 'Å'},
	"permil": {ord, '‰'}, "perthousand": {ord, '‰'}, "euro": {ord, '€'}, "pounds": {ord, '£'}, "copyright": {ord, '©'}, "S": {ord, '§'}, "dag": {ord, '†'}, "ss": {ord, 'ß'},
	"prime": {ord, '′'}, "backprime": {ord, '‵'}, "ldots": {inner, '…'}, "dots": {inner, '…'}, "cdots": {inner, '⋯'}, "vdots": {ord, '⋮'}, "ddots": {inner, '⋱'},
	"checkmark": {ord, '✓'}, "bullet": {bin, '∙'}, "sharp": {ord, '♯'}, "flat": {ord, '♭'}, "natural": {ord, '♮'},
	"%": {ord, '%'}, "$": {ord, '$'}, "#": {ord, '#'}, "&": {ord, '&'}, "_": {ord, '_'}, "backslash": {ord, '\\'},
	"|": {ord, '‖'}, "Vert": {ord, '‖'}, "vert": {ord, '|'}, "lvert": {open, '|'}, "rvert": {shut, '|'}, "lVert": {open, '‖'}, "rVert": {shut, '‖'},

	// operators between two things
	"pm": {bin, '±'}, "mp": {bin, '∓'}, "times": {bin, '×'}, "div": {bin, '÷'}, "cdot": {bin, '⋅'}, "ast": {bin, '∗'}, "star": {bin, '⋆'},
	"circ": {bin, '∘'}, "cap": {bin, '∩'}, "cup": {bin, '∪'}, "setminus": {bin, '∖'}, "wedge": {bin, '∧'}, "land": {bin, '∧'}, "vee": {bin, '∨'}, "lor": {bin, '∨'},
	"oplus": {bin, '⊕'}, "ominus": {bin, '⊖'}, "otimes": {bin, '⊗'}, "oslash": {bin, '⊘'}, "odot": {bin, '⊙'}, "dagger": {bin, '†'}, "ddagger": {bin, '‡'}, "diamond": {bin, '⋄'},

	// relations
	"leq": {rel, '≤'}, "le": {rel, '≤'}, "geq": {rel, '≥'}, "ge": {rel, '≥'}, "neq": {rel, '≠'}, "ne": {rel, '≠'}, "leqslant": {rel, '⩽'}, "geqslant": {rel, '⩾'},
	"ll": {rel, '≪'}, "gg": {rel, '≫'}, "lt": {rel, '<'}, "gt": {rel, '>'}, "equiv": {rel, '≡'}, "approx": {rel, '≈'}, "sim": {rel, '∼'}, "simeq": {rel, '≃'}, "cong": {rel, '≅'},
	"lesssim": {rel, '≲'}, "gtrsim": {rel, '≳'}, "propto": {rel, '∝'}, "doteq": {rel, '≐'}, "triangleq": {rel, '≜'}, "coloneqq": {rel, '≔'},
	"in": {rel, '∈'}, "notin": {rel, '∉'}, "ni": {rel, '∋'}, "subset": {rel, '⊂'}, "supset": {rel, '⊃'}, "subseteq": {rel, '⊆'}, "supseteq": {rel, '⊇'},
	"parallel": {rel, '∥'}, "perp": {rel, '⟂'}, "mid": {rel, '∣'}, "vdash": {rel, '⊢'}, "models": {rel, '⊨'}, "asymp": {rel, '≍'}, "prec": {rel, '≺'}, "succ": {rel, '≻'},
	"to": {rel, '→'}, "rightarrow": {rel, '→'}, "leftarrow": {rel, '←'}, "gets": {rel, '←'}, "leftrightarrow": {rel, '↔'}, "uparrow": {rel, '↑'}, "downarrow": {rel, '↓'}, "updownarrow": {rel, '↕'},
	"Rightarrow": {rel, '⇒'}, "Leftarrow": {rel, '⇐'}, "Leftrightarrow": {rel, '⇔'}, "implies": {rel, '⟹'}, "iff": {rel, '⟺'}, "mapsto": {rel, '↦'},
	"longrightarrow": {rel, '⟶'}, "longleftarrow": {rel, '⟵'}, "rightleftharpoons": {rel, '⇌'}, "nearrow": {rel, '↗'}, "searrow": {rel, '↘'},
	"therefore": {rel, '∴'}, "because": {rel, '∵'}, "colon": {punct, ':'},

	// delimiters
	"{": {open, '{'}, "}": {shut, '}'}, "lbrace": {open, '{'}, "rbrace": {shut, '}'}, "lbrack": {open, '['}, "rbrack": {shut, ']'},
	"langle": {open, '⟨'}, "rangle": {shut, '⟩'}, "lfloor": {open, '⌊'}, "rfloor": {shut, '⌋'}, "lceil": {open, '⌈'}, "rceil": {shut, '⌉'},
}

// bigOperators are the signs that grow in display style.
var bigOperators = map[string]rune{
	"sum": '∑', "prod": '∏', "coprod": '∐', "int": '∫', "iint": '∬', "iiint": '∭', "oint": '∮',
	"bigcup": '⋃', "bigcap": '⋂', "bigoplus": '⨁', "bigotimes": '⨂', "bigvee": '⋁', "bigwedge": '⋀',
}

// functions are set upright; true takes its subscript below in display style.
var functions = map[string]bool{
	"cos": false, "sin": false, "tan": false, "cot": false, "sec": false, "csc": false,
	"arccos": false, "arcsin": false, "arctan": false, "cosh": false, "sinh": false, "tanh": false, "coth": false,
	"log": false, "ln": false, "lg": false, "exp": false, "arg": false, "deg": false, "dim": false, "hom": false, "ker": false,
	"lim": true, "liminf": true, "limsup": true, "max": true, "min": true, "sup": true, "inf": true, "det": true, "gcd": true, "Pr": true,
}

// accents, and whether they grow with what is below.
var accents = map[string]struct {
	r    rune
	wide bool
}{
	"hat": {'\u0302', false}, "widehat": {'\u0302', true}, "tilde": {'\u0303', false}, "widetilde": {'\u0303', true},
	"bar": {'\u0304', false}, "vec": {'\u20d7', false}, "dot": {'\u0307', false}, "ddot": {'\u0308', false}, "dddot": {'\u20db', false},
	"check": {'\u030c', false}, "breve": {'\u0306', false}, "acute": {'\u0301', false}, "grave": {'\u0300', false}, "mathring": {'\u030a', false},
}

// spaces in mathematical units, 18 to the em.
var spaces = map[string]float64{
	",": 3, "thinspace": 3, ":": 4, ">": 4, "medspace": 4, ";": 5, "thickspace": 5, "!": -3, "negthinspace": -3,
	" ": 6, "enspace": 9, "quad": 18, "qquad": 36,
}

// alphabets are the commands that change letters.
var alphabets = map[string]alphabet{
	"mathrm": upright, "rm": upright, "mathup": upright, "mathbf": bold, "bf": bold, "mathit": textItalic, "it": textItalic, "mathnormal": italic,
	"boldsymbol": boldItalic, "bm": boldItalic, "mathcal": script, "mathscr": script, "mathbb": doubleStruck, "mathfrak": fraktur, "mathsf": sans, "mathtt": typewriter,
}

// sizes are the delimiters of given sizes, in em.
var sizes = map[string]float64{"big": 1.2, "Big": 1.8, "bigg": 2.4, "Bigg": 3.0}

// characters are the classes of characters as typed.
var characters = map[rune]symbol{
	'-': {bin, minus}, '+': {bin, '+'}, '*': {bin, '∗'}, '=': {rel, '='}, '<': {rel, '<'}, '>': {rel, '>'}, ':': {rel, ':'},
	',': {punct, ','}, ';': {punct, ';'}, '(': {open, '('}, ')': {shut, ')'}, '[': {open, '['}, ']': {shut, ']'}, '!': {shut, '!'}, '?': {shut, '?'},
	'·': {bin, '⋅'}, minus: {bin, minus}, '∑': {op, '∑'}, '∏': {op, '∏'}, '∫': {op, '∫'},
}

// classOf gives the class of any character, by the command that stands for it.
func classOf(r rune) symbol {
	if s, ok := characters[r]; ok {
		return s
	}
	if s, ok := classes()[r]; ok {
		return s
	}
	return symbol{ord, r}
}
