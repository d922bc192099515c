package hoststream_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"iotplot/plotclient"
	"iotplot/plotclient/hoststream"
	"iotplot/plotclient/internal/fakeserver"
	"iotplot/plotclient/pahomqtt"
	"iotplot/plotclient/wire"
)

func options(s *fakeserver.Server) hoststream.Options {
	return hoststream.Options{
		Connection: pahomqtt.Options{Broker: s.Address},
		Session:    "hopla", Series: "solar", Columns: []string{"t", "V"},
	}
}

func open(t testing.TB, o hoststream.Options) *hoststream.Stream {
	t.Helper()
	s, err := hoststream.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		s.Close(ctx)
	})
	return s
}

// await waits until a condition holds.
func await(t testing.TB, what string, condition func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !condition(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func give(t testing.TB, s *hoststream.Stream, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		if err := s.Row(t.Context(), float64(i), float64(10*i)); err != nil {
			t.Fatal(err)
		}
	}
}

// counted is rows 0 … n-1 as the fake server prints them.
func counted(n int) string {
	var lines []string
	for i := range n {
		lines = append(lines, fmt.Sprint([]float64{float64(i), float64(10 * i)}))
	}
	return strings.Join(lines, " ")
}

func TestRowsArriveAndCommandsAreAnswered(t *testing.T) {
	server := fakeserver.Start(t, &fakeserver.Server{})
	s := open(t, options(server))
	give(t, s, 0, 1000)
	r, err := s.Save(t.Context(), "a.csv")
	if err != nil || r.Rows != 1000 || len(r.Files) != 1 || r.Files[0] != "a.csv" {
		t.Errorf("%+v, %v", r, err)
	}
	give(t, s, 1000, 1001)
	if r, err := s.Plot(t.Context(), plotclient.Filename("a.svg")); err != nil || r.Rows != 1001 {
		t.Errorf("%+v, %v", r, err)
	}
	give(t, s, 1001, 1200)
	if err := s.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	if v := s.Status(); v.Measured != 1200 || v.Durable != 1200 || v.Stored() != 1200 || v.Pending() != 0 || v.State != plotclient.Sending || v.Sent == 0 || v.Run == "" {
		t.Errorf("status %+v", v)
	}
	give(t, s, 1200, 1234)
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if server.Rows("solar") != counted(1234) {
		t.Errorf("the server has %d rows", server.Count("solar"))
	}
	if err := s.Row(t.Context(), 1, 2); err != hoststream.ErrClosed {
		t.Errorf("a row after Close: %v", err)
	}
	if _, err := s.Save(t.Context(), ""); err != hoststream.ErrClosed {
		t.Errorf("a command after Close: %v", err)
	}
	if err := s.Close(t.Context()); err != hoststream.ErrClosed {
		t.Errorf("a second Close: %v", err)
	}
}

// TestManyGoroutines gives rows from several goroutines while others ask.
func TestManyGoroutines(t *testing.T) {
	server := fakeserver.Start(t, &fakeserver.Server{})
	o := options(server)
	o.Ring = 4 << 10 // much less than the rows need
	s := open(t, o)
	const each = 5000
	var wg sync.WaitGroup
	for who := range 8 {
		wg.Go(func() {
			for i := range each {
				if err := s.Row(t.Context(), float64(who), float64(i)); err != nil {
					t.Error(err)
					return
				}
			}
		})
		wg.Go(func() {
			for range 3 {
				if _, err := s.Save(t.Context(), "x.csv"); err != nil {
					t.Error(err)
				}
				s.Status()
			}
		})
	}
	wg.Wait()
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	next := map[string]int{}
	lines := strings.Split(strings.Trim(server.Rows("solar"), "[]"), "] [")
	for _, line := range lines {
		var who, i int
		if _, err := fmt.Sscan(line, &who, &i); err != nil {
			t.Fatal(err)
		}
		key := fmt.Sprint(who)
		if next[key] != i {
			t.Fatalf("row %d of %s comes where %d should", i, key, next[key])
		}
		next[key]++
	}
	if len(lines) != 8*each {
		t.Errorf("%d rows, want %d", len(lines), 8*each)
	}
}

func TestTheBrokerMayComeLaterAndGoMeanwhile(t *testing.T) {
	server := fakeserver.Start(t, &fakeserver.Server{})
	server.Stop()
	ups, downs := make(chan bool, 100), make(chan error, 100)
	o := options(server)
	o.Connection.OnUp = func() { ups <- true }
	o.Connection.OnDown = func(err error) { downs <- err }
	s := open(t, o)
	give(t, s, 0, 100)
	if err := <-downs; err == nil {
		t.Error("no reason why there is no connection")
	}
	await(t, "the reason in the status", func() bool { v := s.Status(); return v.Down != nil && v.State == plotclient.Offline })
	if v := s.Status(); v.Measured != 100 || v.Accepted {
		t.Errorf("status %+v", v)
	}
	for life := range 4 {
		l, err := net.Listen("tcp", server.Address)
		if err != nil {
			t.Fatal(err)
		}
		server.Spoil = life % 2 // batches that nobody hears
		server.Serve(t, l)
		<-ups
		give(t, s, 100+100*life, 200+100*life)
		if life == 3 {
			break
		}
		await(t, "a row", func() bool { return s.Status().Durable > 0 })
		server.Stop()
	}
	if err := s.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	r, err := s.Save(t.Context(), "")
	if err != nil || r.Rows != 500 {
		t.Errorf("%+v, %v", r, err)
	}
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if server.Rows("solar") != counted(500) {
		t.Errorf("the server has %d rows:\n%s", server.Count("solar"), server.Rows("solar"))
	}
}

func TestRowWaitsForRoom(t *testing.T) {
	server := fakeserver.Start(t, &fakeserver.Server{Stuck: true})
	o := options(server)
	o.Ring, o.CloseTime = 4<<10, 50*time.Millisecond
	s := open(t, o)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	n, err := 0, error(nil)
	for ; err == nil; n++ {
		err = s.Row(ctx, float64(n), 0)
	}
	if !errors.Is(err, context.DeadlineExceeded) || s.Status().Measured != int64(n-1) {
		t.Errorf("%v after %d rows, %d measured", err, n, s.Status().Measured)
	}
	var loss *hoststream.LossError
	if err := s.Flush(t.Context()); !errors.As(err, &loss) || loss.Unsaved != int64(n-1) || loss.Measured != int64(n-1) {
		t.Errorf("%v", err)
	}
	if err := s.Close(t.Context()); !errors.As(err, &loss) || loss.Unsaved != int64(n-1) || !strings.Contains(err.Error(), "did not reach the server: it does not answer") {
		t.Errorf("%v", err)
	}
}

// TestRowsThatThereAreNot skips rows between others, at any pace.
func TestRowsThatThereAreNot(t *testing.T) {
	server := fakeserver.Start(t, &fakeserver.Server{})
	s := open(t, options(server))
	const rows = 2000
	missing := int64(0)
	for i := range rows {
		if i%7 == 3 || i/50%5 == 1 || i == rows-1 {
			missing++
			if err := s.Skip(); err != nil {
				t.Fatal(err)
			}
		} else {
			give(t, s, i, i+1)
		}
		if i == 900 {
			if err := s.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	r, err := s.Save(t.Context(), "")
	if err != nil || r.Rows != rows || r.Missing != missing {
		t.Errorf("%+v, %v; %d rows were skipped", r, err, missing)
	}
	if err := s.Close(t.Context()); err != nil {
		t.Errorf("skipped rows are taken for lost: %v", err)
	}
	if err := s.Skip(); err != hoststream.ErrClosed {
		t.Errorf("after Close: %v", err)
	}
}

func TestRowsThatAreDroppedAreSaid(t *testing.T) {
	for _, overflow := range []plotclient.Overflow{plotclient.DropOldest, plotclient.DropNewest} {
		server := fakeserver.Start(t, &fakeserver.Server{})
		server.Stop()
		o := options(server)
		o.Ring, o.Overflow = 4<<10, overflow
		s := open(t, o)
		const rows = 50_000
		give(t, s, 0, rows)
		l, err := net.Listen("tcp", server.Address)
		if err != nil {
			t.Fatal(err)
		}
		server.Serve(t, l)
		r, err := s.Save(t.Context(), "")
		if err != nil || r.Rows != rows || r.Missing < rows-4<<10 {
			t.Errorf("%+v, %v", r, err)
		}
		var loss *hoststream.LossError
		if err := s.Close(t.Context()); !errors.As(err, &loss) || loss.Missing != r.Missing || loss.Unsaved != 0 || !strings.Contains(err.Error(), "are missing") {
			t.Errorf("%v, %d missing", err, r.Missing)
		}
	}
}

func TestCloseIsBounded(t *testing.T) {
	server := fakeserver.Start(t, &fakeserver.Server{})
	server.Stop()
	s := open(t, options(server))
	give(t, s, 0, 10)
	asked := make(chan error)
	go func() {
		_, err := s.Save(t.Context(), "")
		asked <- err
	}()
	await(t, "the reason", func() bool { return s.Status().Down != nil })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var loss *hoststream.LossError
	if err := s.Close(ctx); !errors.As(err, &loss) || loss.Unsaved != 10 || loss.Down == nil || !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if err := <-asked; err == nil {
		t.Error("a command was answered without a server")
	}
}

func TestRefusals(t *testing.T) {
	server := fakeserver.Start(t, &fakeserver.Server{Refuse: func(topic string) string {
		if topic == "save_series" {
			return "cannot do that"
		}
		return ""
	}})
	s := open(t, options(server))
	give(t, s, 0, 3)
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	var refused *hoststream.RefusedError
	if _, err := s.Save(t.Context(), ""); !errors.As(err, &refused) || refused.Code != wire.CodeFailed || err.Error() != "the plot server refused: cannot do that" {
		t.Errorf("a command that is refused: %v", err)
	}
	if _, err := s.Plot(t.Context(), plotclient.Title(strings.Repeat("long", 100_000))); !errors.Is(err, plotclient.ErrBuffer) {
		t.Errorf("a command that no message holds: %v", err)
	}
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}

	// A series that is refused.
	server = fakeserver.Start(t, &fakeserver.Server{Refuse: func(string) string { return "cannot do that" }, Code: wire.CodeTooLarge})
	o := options(server)
	o.Ring = 4 << 10
	s = open(t, o)
	var err error
	for err == nil {
		err = s.Row(t.Context(), 1, 2)
	}
	if !errors.As(err, &refused) || s.Status().State != plotclient.Refused {
		t.Errorf("a row: %v", err)
	}
	for _, err := range []error{func() error { _, err := s.Save(t.Context(), ""); return err }(), s.Flush(t.Context()), s.Close(t.Context())} {
		if err == nil || !strings.Contains(err.Error(), "the plot server refused: cannot do that") {
			t.Errorf("%v", err)
		}
	}
}

func TestCloseOfNothingDoesNotWaitForAServerThatRefuses(t *testing.T) {
	server := fakeserver.Start(t, &fakeserver.Server{Refuse: func(string) string { return "cannot do that" }, Code: wire.CodeTooLarge})
	o := options(server)
	o.CloseTime = time.Hour
	s := open(t, o)
	var refused *hoststream.RefusedError
	if err := s.Close(t.Context()); !errors.As(err, &refused) || err.Error() != "the plot server refused: cannot do that" {
		t.Errorf("%v", err)
	}
}

// TestARunThatIsTaken has somebody else own the name that was drawn first.
func TestARunThatIsTaken(t *testing.T) {
	asked := 0
	server := fakeserver.Start(t, &fakeserver.Server{Code: wire.CodeRunTaken, Refuse: func(topic string) string {
		if asked++; asked <= 2 { // for its ack and for its reply
			return "it holds rows"
		}
		return ""
	}})
	s := open(t, options(server))
	first := s.Status().Run
	give(t, s, 0, 100)
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if run := s.Status().Run; run == first || server.Rows("solar") != counted(100) {
		t.Errorf("run %s after %s, the server has %s", run, first, server.Rows("solar"))
	}
}

func TestWhatCannotBeIsSaidAtOnce(t *testing.T) {
	for name, change := range map[string]func(*hoststream.Options){
		"session": func(o *hoststream.Options) { o.Session = "a+b" },
		"series":  func(o *hoststream.Options) { o.Series = "" },
		"columns": func(o *hoststream.Options) { o.Columns = nil },
		"broker":  func(o *hoststream.Options) { o.Connection.Broker = "http://localhost" },
		"ring":    func(o *hoststream.Options) { o.Ring = 5 },
	} {
		o := hoststream.Options{Session: "hopla", Series: "solar", Columns: []string{"t"}}
		change(&o)
		if s, err := hoststream.Open(o); err == nil {
			t.Errorf("%s: no error", name)
			s.Close(t.Context())
		}
	}
	server := fakeserver.Start(t, &fakeserver.Server{})
	s := open(t, options(server))
	if err := s.Row(t.Context(), 1); err != plotclient.ErrRowWidth {
		t.Errorf("a row of one value for two columns: %v", err)
	}
}

func TestARowDoesNotAllocate(t *testing.T) {
	server := fakeserver.Start(t, &fakeserver.Server{})
	server.Stop() // so that nothing else works at the same time
	s := open(t, options(server))
	ctx := t.Context()
	x := 0.0
	if n := testing.AllocsPerRun(100_000, func() {
		x++
		if err := s.Row(ctx, x, -x); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("a row allocates %v times", n)
	}
}
