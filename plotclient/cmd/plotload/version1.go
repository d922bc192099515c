package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"time"

	"iotplot/plotclient/pahomqtt"
)

// loadVersion1 has all clients send their rows, and waits until the server has dealt
// with them.
func loadVersion1(ctx context.Context, s *settings, u *url.URL, o pahomqtt.Options, stdout io.Writer) (r result, err error) {
	var ask *asker
	if !s.v1 {
		if ask, err = newAsker(ctx, s.connection.Session, o); err != nil {
			return r, err
		}
		defer ask.close()
	}
	senders := make([]*sender, s.clients)
	for i := range senders {
		c, err := connect(ctx, u.Host, o.User, o.Password)
		if err != nil {
			return r, err
		}
		defer c.Close()
		senders[i] = &sender{conn: c, session: s.connection.Session, series: seriesOf(i), rows: s.share(i)}
		if err := senders[i].open(); err != nil {
			return r, err
		}
		if ask != nil {
			if err := ask.opened(ctx, senders[i].series); err != nil {
				return r, err
			}
		}
	}
	before, err := resident(s.pid)
	if err != nil {
		return r, err
	}
	all, err := sendAll(ctx, senders, s.precision == "full")
	if err != nil {
		return r, err
	}
	r.bytes = float64(all.bytes) / float64(s.rows)
	if all.cpu > 0 {
		r.cpu = float64(all.cpu)/float64(s.rows) + all.making
	}
	over := fmt.Sprintf("over %d connections", s.clients)
	measured(stdout, "sent", int64(s.rows), over, all.sent.Sub(all.began))
	r.rate = measured(stdout, "taken", int64(s.rows), "by the broker", all.taken.Sub(all.began))
	if s.v1 {
		if s.ask != "none" {
			for _, c := range senders {
				if err := c.save(c.series + s.file); err != nil {
					return r, err
				}
			}
		}
		fmt.Fprintln(stdout, "stored  unknown: version 1 has no answers")
		return r, nil
	}
	if err := ask.marker(ctx); err != nil {
		return r, err
	}
	// All rows are behind the server now; what it holds is asked after this time.
	took := time.Since(all.began)
	if s.ask == "none" {
		r.rate = float64(s.rows) / took.Seconds()
		fmt.Fprintf(stdout, "done    after %.3f s: %.0f rows/s, if none got lost\n", took.Seconds(), r.rate)
		return r, s.memory(stdout, before)
	}
	defer func() {
		if err == nil {
			err = s.memory(stdout, before)
		}
	}()
	stored := int64(0)
	for _, c := range senders {
		n, err := ask.rows(ctx, c.series, s.ask, c.series+s.file, int64(c.rows))
		if err != nil {
			return r, err
		}
		stored += n
	}
	r.rate = measured(stdout, "stored", stored, "by the server", took)
	fmt.Fprintf(stdout, "lost    %10d rows\n", int64(s.rows)-stored)
	return r, nil
}

func seriesOf(client int) string { return fmt.Sprintf("plotload%d", client+1) }
