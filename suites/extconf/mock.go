package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/fixtures/mock"
)

type mockCommand struct {
	Listen string `help:"Address to listen on." default:"127.0.0.1:8391" placeholder:"HOST:PORT"`
	Prefix string `help:"Path of the API." default:"/api/v1" placeholder:"PATH"`
}

// Help is printed below the flags' summary.
func (mockCommand) Help() string {
	return `Examples:

  extconf mock
      serves the mock at http://127.0.0.1:8391/api/v1
  extconf mock --listen=127.0.0.1:0
      on a free port, which it prints

Its keys are public: extconf-mock-user, extconf-mock-other (another user) and
extconf-mock-no-user (a session without a user id).`
}

func (c *mockCommand) Run(out io.Writer) error {
	m := mock.New(mock.Options{Prefix: c.Prefix, DownloadCAs: archives.BuiltInPool()})
	defer m.Close()
	return c.serve(out, m)
}

// serve serves a handler until the process is told to stop.
func (c *mockCommand) serve(out io.Writer, h http.Handler) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w; choose another --listen", c.Listen, err)
	}
	base := "http://" + l.Addr().String() + c.Prefix
	fmt.Fprintf(out, "mock at %s\njudge it: make conformance TARGET=%s\n", base, base)
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
