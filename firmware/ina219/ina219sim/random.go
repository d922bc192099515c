package ina219sim

import "math"

// hash mixes two numbers into one that looks random (splitmix64's finisher), so that
// noise depends on seed and time alone and not on who asks how often.
func hash(seed uint64, n int64) uint64 {
	x := seed + uint64(n)*0x9E3779B97F4A7C15
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}

// uniform is within (0, 1).
func uniform(seed uint64, n int64) float64 { return (float64(hash(seed, n)>>11) + 0.5) / (1 << 53) }

// gauss has mean 0 and standard deviation 1 (Box and Muller).
func gauss(seed uint64, n int64) float64 {
	return math.Sqrt(-2*math.Log(uniform(seed, 2*n))) * math.Cos(2*math.Pi*uniform(seed, 2*n+1))
}
