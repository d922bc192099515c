package main

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"iotplot/plotclient/internal/fakeserver"
)

// outcome is how a call of the program ended.
type outcome struct {
	stdout, stderr string
	err            error
}

func (o outcome) String() string {
	return fmt.Sprintf("stdout:\n%s\nstderr:\n%s\nerror: %v", o.stdout, o.stderr, o.err)
}

// callAt runs the program with a session and a broker.
func callAt(ctx context.Context, s *fakeserver.Server, stdin io.Reader, args ...string) outcome {
	return callOf(ctx, stdin, append(args, "-session", "hopla", "-broker", s.Address)...)
}

// callOf runs the program.
func callOf(ctx context.Context, stdin io.Reader, args ...string) outcome {
	var stdout, stderr bytes.Buffer
	err := run(ctx, context.WithoutCancel(ctx), args, stdin, &stdout, &stderr)
	return outcome{stdout.String(), stderr.String(), err}
}
