package simulated

import (
	"flag"
	"math/rand/v2"
	"strings"
	"testing"
)

var (
	schedules = flag.Int("faults.schedules", 0, "random schedules of clients, network and server; 0 is 3,000, and 300 with -race or -short")
	firstOne  = flag.Uint64("faults.from", 0, "the first of them")
)

// fault is what may go wrong in a schedule.
type fault uint32

const (
	losing      fault = 1 << iota // messages vanish
	repeating                     // messages come twice
	delaying                      // messages take long, and overtake each other
	cutting                       // connections are lost, and with them what is under way
	crashing                      // the server dies; what was not durable may be gone
	forgetting                    // and some of what was durable too
	lateDisk                      // the journal takes long to become durable
	fullDisk                      // and for a while does not at all
	putAway                       // few runs are kept in memory
	rebooting                     // boards start again, with a new stream
	unseeding                     // with the same random numbers each time, and each board
	turningBack                   // clocks of boards jump backwards
	failing                       // boards' connections refuse messages
	muting                        // what the server says of itself vanishes
	sharing                       // a second board uses the same series name
	dropOldest                    // the policy of boards; without both of them it is Block
	dropNewest                    //
	spilling                      // boards have a spill
	ordering                      // commands are given
	oldClients                    // a client of version 1 uses the same series name
	corrupting                    // batches of rows are cut short on their way
	tight                         // the server takes short messages only
	deafening                     // nothing comes back through some connections
	trimming                      // the journal is kept small: what is in files is dropped
	allFaults   = 1<<iota - 1
)

var faultNames = []string{"losing", "repeating", "delaying", "cutting", "crashing", "forgetting", "lateDisk", "fullDisk", "putAway",
	"rebooting", "unseeding", "turningBack", "failing", "muting", "sharing", "dropOldest", "dropNewest", "spilling", "ordering",
	"oldClients", "corrupting", "tight", "deafening", "trimming"}

func (f fault) String() string {
	var names []string
	for i, name := range faultNames {
		if f&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	if names == nil {
		return "0"
	}
	return strings.Join(names, "|")
}

// schedule is one play of all parts.
type schedule struct {
	seed   uint64
	steps  int
	faults fault
}

// draw is the schedule of a number.
func draw(n uint64) schedule {
	r := rand.New(rand.NewPCG(n, 1))
	some, others, many := fault(r.Uint32()), fault(r.Uint32()), fault(r.Uint32())
	c := schedule{seed: r.Uint64(), steps: 1 << r.IntN(12), faults: some & others & allFaults}
	if n%4 == 0 {
		c.faults |= many & allFaults
	}
	return c
}

func TestSchedules(t *testing.T) {
	n := *schedules
	if n == 0 {
		n = 3000
		if testing.Short() || raceEnabled {
			n = 300
		}
	}
	var total outcome
	for i := range n {
		c := draw(*firstOne + uint64(i))
		o, err := c.play(nil)
		if err != nil {
			c, err = c.shrink(err)
			c.play(t.Logf)
			t.Fatalf("schedule{%#x, %d, %v}: %v", c.seed, c.steps, c.faults, err)
		}
		total.add(o)
	}
	t.Logf("%d schedules: %+v", n, total)
	if *firstOne == 0 && n >= 3000 && !total.all() {
		t.Errorf("the schedules never came to what they are to test: %+v", total)
	}
}

// shrink looks for a smaller schedule that fails too: of fewer faults and steps,
// and of any seed, since what a seed does changes with both.
func (c schedule) shrink(err error) (schedule, error) {
	fails := func(d schedule) bool {
		for n := range uint64(30) {
			if n > 0 {
				d.seed = n
			}
			if _, e := d.play(nil); e != nil {
				c, err = d, e
				return true
			}
		}
		return false
	}
	for again := true; again; {
		again = false
		for _, steps := range []int{c.steps / 8, c.steps / 2, c.steps * 3 / 4, c.steps - 1} {
			d := c
			if d.steps = steps; steps < c.steps && fails(d) {
				again = true
				break
			}
		}
		for f := fault(1); f < allFaults; f <<= 1 {
			d := c
			if d.faults &^= f; d != c && fails(d) {
				again = true
			}
		}
	}
	return c, err
}

// outcome is what happened in schedules, to see that something did.
type outcome struct{ rows, gaps, retaken, replies, runs, crashes, restored, late, putAway, refused, trimmed, deaf, messages int }

func (o *outcome) add(p outcome) {
	o.rows += p.rows
	o.gaps += p.gaps
	o.retaken += p.retaken
	o.replies += p.replies
	o.runs += p.runs
	o.crashes += p.crashes
	o.restored += p.restored
	o.late += p.late
	o.putAway += p.putAway
	o.refused += p.refused
	o.trimmed += p.trimmed
	o.deaf += p.deaf
	o.messages += p.messages
}

func (o outcome) all() bool {
	return o.rows > 0 && o.gaps > 0 && o.retaken > 0 && o.replies > 0 && o.runs > 0 && o.crashes > 0 && o.restored > 0 && o.late > 0 &&
		o.putAway > 0 && o.refused > 0 && o.trimmed > 0 && o.deaf > 0 && o.messages > 0
}
