package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/fixtures/faults"
	"github.com/extconf/extconf/fixtures/mock"
	"github.com/extconf/extconf/fixtures/targets"
	"github.com/extconf/extconf/specs"
)

type mockCommand struct {
	Listen string `help:"Address to listen on." default:"127.0.0.1:8391" placeholder:"HOST:PORT"`
	Prefix string `help:"Path of the API." default:"/api/v1" placeholder:"PATH"`
	Fault  string `help:"Be wrong in this way; list prints all ways." placeholder:"NAME|list"`
	Proxy  string `help:"Stand in front of another implementation, instead of the mock." placeholder:"URL"`
}

// Help is printed below the flags' summary.
func (mockCommand) Help() string {
	return `Examples:

  extconf mock
      serves the mock at http://127.0.0.1:8391/api/v1
  extconf mock --listen=127.0.0.1:0
      on a free port, which it prints
  extconf mock --fault=list
      prints every fault, with what it violates
  extconf mock --fault=create-201-as-200
      serves a mock that answers a create with 200
  extconf mock --fault=create-201-as-200 --proxy=http://127.0.0.1:9000/api/v1
      puts that fault in front of another implementation

Its keys are public: extconf-mock-user, extconf-mock-other (another user) and
extconf-mock-no-user (a session without a user id). What stands behind --proxy
has its own.`
}

func (c *mockCommand) Run(out io.Writer) error {
	if c.Fault == "list" {
		return listFaults(out)
	}
	var h http.Handler
	if c.Proxy != "" {
		if err := targets.CheckURL("proxy", c.Proxy); err != nil {
			return err
		}
		target, err := url.Parse(c.Proxy)
		if err != nil {
			return err
		}
		h, c.Prefix = faults.Proxy(target, nil), strings.TrimRight(target.Path, "/")
	} else {
		if c.Prefix != "" && !strings.HasPrefix(c.Prefix, "/") {
			return fmt.Errorf("prefix %q must begin with /", c.Prefix)
		}
		m := mock.New(mock.Options{Prefix: c.Prefix, DownloadCAs: archives.BuiltInPool()})
		defer m.Close()
		h = m
	}
	if c.Fault != "" {
		f, ok := findFault(c.Fault)
		if !ok {
			return fmt.Errorf("no fault is called %q; --fault=list prints all", c.Fault)
		}
		fmt.Fprintf(out, "fault %s: %s It violates %s.\n", f.Name, f.Doc, strings.Join(f.Violates, ", "))
		h = f.Wrap(h)
	}
	return c.serve(out, h)
}

// allFaults are those of the catalogue and those made of the contract.
func allFaults() []faults.Fault {
	return slices.Concat(faults.All(), faults.Mutants(specs.DefaultContract()))
}

func findFault(name string) (faults.Fault, bool) {
	for _, f := range allFaults() {
		if f.Name == name {
			return f, true
		}
	}
	return faults.Fault{}, false
}

func listFaults(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "FAULT\tAREA\tVIOLATES\tWHAT IT DOES")
	for _, f := range allFaults() {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", f.Name, f.Area, strings.Join(f.Violates, " "), f.Doc)
	}
	return w.Flush()
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
	fmt.Fprintf(out, "mock at %s\njudge it: extconf run --target=%s\n", base, base)
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(os.Stderr, "mock: ", 0)}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
