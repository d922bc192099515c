package faults

import (
	"errors"
	"io"
	"net"
	"sync"
	"testing"
)

// proxy stands between clients and a server and carries each connection's bytes
// both ways, by the functions that handle makes for it.
type proxy struct {
	l      net.Listener
	target string

	mu    sync.Mutex
	conns map[net.Conn]bool
	wg    sync.WaitGroup
}

// carry carries bytes one way, until one of the connections ends or it wants to
// end both: then it returns.
type carry func(to, from net.Conn)

// newProxy begins to listen. handle is called for each connection, one at a
// time, with its number from 0 on.
func newProxy(t testing.TB, target string, handle func(n int) (up, down carry)) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{l: l, target: target, conns: map[net.Conn]bool{}}
	go func() {
		for n := 0; ; n++ {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", target)
			if err != nil {
				client.Close() // the server is down
				continue
			}
			up, down := handle(n)
			p.pass(client, server, up, down)
		}
	}()
	t.Cleanup(func() {
		l.Close()
		p.cut()
		p.wg.Wait()
	})
	return p
}

func (p *proxy) addr() string { return p.l.Addr().String() }

func (p *proxy) pass(client, server net.Conn, up, down carry) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns[client], p.conns[server] = true, true
	p.wg.Add(2)
	both := func(c carry, to, from net.Conn) {
		defer p.wg.Done()
		c(to, from)
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, c := range []net.Conn{client, server} {
			c.Close()
			delete(p.conns, c)
		}
	}
	go both(up, server, client)
	go both(down, client, server)
}

// cut ends all connections.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		c.Close()
	}
}

// whole carries all bytes.
func whole(to, from net.Conn) { io.Copy(to, from) }

// cutAfter carries n bytes and cuts. A hard cut is a reset, by which the other
// side may lose what it has not read yet; a soft one is an end.
func cutAfter(n int64, hard bool, cut func()) carry {
	return func(to, from net.Conn) {
		_, err := io.CopyN(to, from, n)
		if errors.Is(err, io.EOF) || err != nil {
			return
		}
		cut()
		if hard {
			to.(*net.TCPConn).SetLinger(0)
			from.(*net.TCPConn).SetLinger(0)
		}
	}
}
