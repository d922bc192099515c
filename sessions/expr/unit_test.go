package expr

import (
	"strings"
	"testing"
)

func TestUnits(t *testing.T) {
	// Each column is called c1, c2 … and has the unit in that place.
	tests := []struct {
		text  string
		units string // with commas between
		want  string
	}{
		// Nothing done: as the series has it.
		{"c1", "W/m^2", "W/m^2"}, {"c1", "ohm", "ohm"}, {"c1", "", ""}, {"c1", "1", ""}, {"c1", "a.u. (x)", "a.u. (x)"},
		{"-c1", "dBm", "dBm"}, {"mean(c1)", "ohm", "ohm"}, {"movavg(c1, 5)", "pH", "pH"}, {"round(abs(c1))", "%", "%"},
		// The electrical units.
		{"c1*c2", "V,A", "W"}, {"c1*c2", "A,V", "W"}, {"c1*c2", "A,s", "C"}, {"c1*c2", "W,s", "J"}, {"c1*c2", "J,Hz", "W"},
		{"c1/c2", "V,A", "Ω"}, {"c1/c2", "A,V", "S"}, {"c1/c2", "W,A", "V"}, {"c1/c2", "W,V", "A"}, {"c1*c2", "Ω,A", "V"},
		{"c1^2/c2", "V,Ω", "W"}, {"c2*c1²", "A,ohm", "W"}, {"c1/c2", "mC,s", "mA"}, {"c1*c2", "µF,V", "µC"}, {"c1/c2", "As,s", "A"}, {"c1/c2", "V,ohm", "A"},
		{"1/c1", "s", "Hz"}, {"1/c1", "ms", "kHz"}, {"1/c1", "Ω", "S"}, {"1/c1", "Hz", "s"}, {"1/c1", "m", "1/m"}, {"c1/c2", "V,V", ""},
		{"c1*c2", "V,s", "V·s"}, {"c1²", "V", "V²"}, {"c1*c1*c2", "A,s", "A²·s"}, {"c1^-1", "V", "1/V"}, {"c1/c2²", "m,s", "m/s²"},
		// Clock times.
		{"c1*c2", "W,h", "Wh"}, {"c1*c2", "mA,h", "mAh"}, {"c1/c2", "Wh,h", "W"}, {"c1/c2", "Wh,Ah", "V"}, {"c1*c2", "kWh,1", "kWh"},
		{"c1*c2", "V,min", "V·min"}, {"c1/c2", "°C,min", "°C/min"}, {"c1*c2", "km/h,h", "km"}, {"c1*c2", "km/h,s", ""}, {"c1/c2", "J,h", ""},
		// Prefixes.
		{"c1*c2", "mA,V", "mW"}, {"c1*c2", "mV,mA", "µW"}, {"c1*c2", "kV,mA", "W"}, {"c1/c2", "mV,mA", "Ω"}, {"c1/c2", "V,mA", "kΩ"},
		{"c1/c2", "V,uA", "MΩ"}, {"c1*c2", "kohm,mA", "V"}, {"c1/c2", "mV,V", "‰"}, {"c1*c1", "mV", "mV²"}, {"c1*c2", "V,mV", ""},
		{"c1*c2", "µA,V", "µW"}, {"c1*c2", "μA,V", "µW"}, {"c1*c2", "A/cm²,mV", "mW/cm²"}, {"c1*c2", "W/m²,m²", "W"},
		{"c1*c2", "W/m²,cm²", ""}, {"c1*c2", "mm,m", ""}, {"c1/c2", "mm,mm", ""}, {"c1*c2", "cm,cm", "cm²"},
		// Numbers.
		{"c1*c2*1e3", "V,A", "mW"}, {"c1/1000", "V", "kV"}, {"1000*c1", "mA", "µA"}, {"c1*1000", "kg", "g"}, {"c1/1e6", "W", "MW"},
		{"c1*10", "V", ""}, {"10*c1*100", "V", "mV"}, {"c1*10", "cm", "mm"}, {"c1/10", "mm", "cm"}, {"c1*100", "m", "cm"}, {"c1*1e4", "W/cm²", "W/m²"},
		{"c1*2", "V", ""}, {"c1*pi", "V", ""}, {"c1*0", "V", ""}, {"c1*inf", "V", ""}, {"c1/3", "V", ""}, {"c1*-1", "ohm", "ohm"}, {"-c1/-1", "V", "V"},
		{"c1*(2*500)", "V", "mV"}, {"c1*10^3", "V", "mV"}, {"c1*1e-3*1e-3", "V", "MV"}, {"c1*1e40", "V", ""}, {"c1*sqrt(100)*100", "V", "mV"},
		{"c1*1000", "°C", ""}, {"c1*1000", "counts", ""}, {"c1*1000", "dBm", ""}, {"c1/100", "Pa", "hPa"}, {"c1*100", "hPa", "Pa"},
		{"c1/60", "s", "min"}, {"c1/3600", "s", "h"}, {"c1*60", "min", "s"}, {"c1/60", "min", "h"}, {"c1*3600", "h", "s"}, {"c1*6e4", "min", "ms"},
		{"c1/3600", "J", "Wh"}, {"c1/3.6e6", "J", "kWh"}, {"c1*60", "Hz", "1/min"}, {"c1*3.6", "m/s", "km/h"}, {"c1/3600", "As", "Ah"}, {"c1*60", "V", ""}, {"c1*60", "s", ""},
		{"100*c1/c2", "V,V", "%"}, {"c1/c2*1e6", "V,V", "ppm"}, {"c1*c2", "V,%", ""}, {"c1/100*c2", "%,V", "V"}, {"c1/c2*10", "V,V", ""},
		// Sums.
		{"c1+c2", "V,V", "V"}, {"c1-c2", "ohm,Ω", "ohm"}, {"c1+c2", "V,mV", ""}, {"c1+c2", "V,A", ""}, {"c1+c2", "V,", ""}, {"c1+c2*c3", "W,V,A", "W"},
		{"c1-0.7", "V", "V"}, {"1-c1/c2", "V,V", ""}, {"c1+273.15", "°C", ""}, {"c1-273.15", "K", ""}, {"c1-c2", "°C,°C", "°C"}, {"c1+30", "dBm", ""},
		{"c1-first(c1)", "s", "s"}, {"max(c1, 0)", "A", "A"}, {"min(c1, c2)", "V,A", ""}, {"hypot(c1, c2)", "V,V", "V"}, {"c1+1", "counts", ""},
		// Other functions.
		{"sqrt(c1)", "V²", "V"}, {"sqrt(c1)", "V", ""}, {"sqrt(c1*c2)", "W,Ω", "V"}, {"sqrt(c1/c2)", "W,Ω", "A"}, {"c1^0.5", "m^2", "m"}, {"pow(c1, 3)", "m", "m³"},
		{"c1^c2", "V,1", ""}, {"c1^1.5", "V", ""}, {"c1^99", "V", ""}, {"c1^9*c1", "V", ""}, {"2^c1", "V", ""},
		{"exp(c1)", "V", ""}, {"c2*exp(-c1)", "s,V", "V"}, {"c1*sin(c2)", "ohm,s", "ohm"}, {"100*sin(c1)", "s", ""}, {"c2*(5*sin(c1))", "s,V", ""}, {"100/cos(c1)", "s", ""},
		{"c2*log10(c1)", "V,V", ""}, {"c2*ln(c1/c1)", "V,V", "V"}, {"sign(c1)*c2", "V,A", "A"}, {"c1*index", "V", "V"}, {"c1*sum(1000)", "V", "V"}, {"norm(c1)*c2", "V,A", "A"},
		{"deriv(c1, c2)", "V,s", "V/s"}, {"deriv(c1, c2)", "A,V", "S"}, {"deriv(c1, c2)", "mC,s", "mA"}, {"deriv(c1, c2)", "C,s", "C/s"}, {"c1+273.15", "C", ""}, {"c1*1000", "C", ""}, {"c1*c2*c3", "C,1/s,A", "A·C/s"}, {"deriv(c1, index)", "V", "V"}, {"deriv(index, c1)", "s", "Hz"},
		{"integral(c1, c2)", "W,s", "J"}, {"integral(c1, c2)", "W,h", "Wh"}, {"integral(c1, c2)", "mA,s", "mC"}, {"integral(c1*c2, c3)/3600", "V,mA,s", "mWh"}, {"integral(1, c1)", "s", "s"},
		{"cumsum(c1)", "mA", "mA"}, {"diff(c1)", "°C", "°C"}, {"std(c1)", "V", "V"}, {"shift(c1, -2)", "V", "V"},
		// A stated unit is taken as it is.
		{"E [W/m²] = c1*812", "V", "W/m²"}, {"P [mW] = c1", "W", "mW"},
		// How people write units.
		{"c1*c2", "W/m2,m2", "W"}, {"c1*c2", "W m-2,m^2", "W"}, {"c1*c2", "W·m⁻²,m²", "W"}, {"c1*c2", "V*A,s", "J"}, {"c1*c2", "W/m**2,m²", "W"},
		{"c1*c2", "J/(kg·K),K", "J/kg"}, {"c1*c2", "J/(kg K),kg", "J/K"}, {"c1*c2", "J/kg·K,K", ""}, {"c1*c2", "W/m²/nm,nm", "W/m²"}, {"c1*c2", "1/s,s", ""},
		{"c1*c2", "counts/sec,s", "counts"}, {"c1*c2", "arb units,s", ""}, {"c1*c2", "CO2,s", ""}, {"c1*c2", "V,(A", ""}, {"c1*c2", "V,A)", ""}, {"c1*c2", "V,A^", ""}, {"c1*c2", "V,A-", ""}, {"c1*c2", "V,A^22", ""},
		{"c1*c2", "dB,V", ""}, {"c1*c2", "pH,s", ""}, {"c1*c2", "MS/s,s", "MS"}, {"c1*c2", "Gs,1/s", "Gs/s"}, {"c1*c2", "\u2126,A", "V"}, {"c1*c2", "kΩ,mA", "V"}, {"c1*c2", "°C,V", "V·°C"},
		{"c1/c2", "degC,min", "°C/min"}, {"c1/(c2*c3)", "W,m²,K", "W/(m²·K)"}, {"c1*c2", "l/min,min", "l"},
	}
	for _, tt := range tests {
		e, err := Compile(tt.text, []string{"c1", "c2", "c3"})
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if got := e.Unit(strings.Split(tt.units, ",")); got != tt.want {
			t.Errorf("%s of %s has unit %q, want %q", tt.text, tt.units, got, tt.want)
		}
	}
}

// A derived unit means what it says: it is read back as the unit it was
// derived as, number in front included.
func FuzzUnits(f *testing.F) {
	for _, s := range []string{"V,A", "W/m²,cm²", "kWh,h", "J/(kg·K),mK", "%,V", "V**2,Ω", "1/s,ms", "m-2,m^3", "°C,min", "V,V"} {
		a, b, _ := strings.Cut(s, ",")
		f.Add(a, b)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		u, ok := parseUnit(a)
		w, ok2 := parseUnit(b)
		if !ok || !ok2 {
			return
		}
		for _, product := range []unit{u, u.times(w, 1), u.times(w, -1), w.times(u, -2)} {
			text, ok := product.text()
			if !ok || text == "" || len(text) > maxUnitText {
				continue
			}
			if strings.ContainsAny(text, "CF") {
				continue // what is derived is coulomb, what is read could be Celsius
			}
			again, ok := parseUnit(text)
			if !ok || !again.same(product) {
				t.Errorf("%q and %q give %q, which is read as %+v and not %+v", a, b, text, again, product)
			}
		}
	})
}
