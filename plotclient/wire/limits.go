package wire

// Limits is what a server takes; it announces them in its [ServerState]. Zero means not said.
type Limits struct {
	Payload int // bytes of one message
	Columns int // columns of a series
	Name    int // bytes of a series' name
	Series  int // series of a session
	Runs    int // open runs that are kept in memory
}

// DefaultLimits are those of a server that was told nothing else.
func DefaultLimits() Limits {
	return Limits{Payload: 256 << 10, Columns: 256, Name: 128, Series: 1024, Runs: 64}
}
