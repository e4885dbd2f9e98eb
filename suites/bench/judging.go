package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/extconf/extconf/fixtures/mock"
	"github.com/extconf/extconf/fixtures/payloads"
	"github.com/extconf/extconf/fixtures/targets"
	"github.com/extconf/extconf/reports"
	"github.com/extconf/extconf/specs"
	"github.com/extconf/extconf/suites/kit"
)

// judging compares an exchange through the suite's client, which records,
// validates and redacts it, with the same exchange by bare net/http, whose
// answer is read. The mock is a process of its own and does not count.
func judging(b *bench) ([]row, error) {
	url, stop, err := serve()
	if err != nil {
		return nil, err
	}
	defer stop()
	const cycles = "150" // with the warm-up, about as many exchanges as a run has
	var ours, bare []time.Duration
	for range b.Rounds {
		one, _, err := ask[time.Duration]("judge", url, cycles)
		if err != nil {
			return nil, err
		}
		other, _, err := ask[time.Duration]("bare", url, cycles)
		if err != nil {
			return nil, err
		}
		ours, bare = append(ours, one), append(bare, other)
	}
	return []row{{
		what: "judging: CPU per exchange over TCP", figure: us(median(ours)), reference: us(median(bare)) + " by bare net/http",
		ratio: by(median(ours), median(bare)), aim: 2,
	}}, nil
}

// perExchange is the CPU time of an exchange: cycles of five, after as many to
// warm up.
func perExchange(cycles int, cycle func() error) error {
	for range cycles {
		if err := cycle(); err != nil {
			return err
		}
	}
	before := cpu()
	for range cycles {
		if err := cycle(); err != nil {
			return err
		}
	}
	return tell((cpu() - before) / time.Duration(5*cycles))
}

func judgeRole(args []string) error {
	cycles, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	// As in the command: package gc, and what it does while specs run.
	debug.SetGCPercent(400)
	runtime.GOMAXPROCS(1)
	api, shut, err := client(args[0])
	if err != nil {
		return err
	}
	defer shut()
	ctx := context.Background()
	return perExchange(cycles, func() error {
		ext := payloads.Plugin(api.Name())
		created := api.Create(ctx, ext)
		id := created.Ext.ID
		for _, x := range []*kit.Exchange{
			created, api.Get(ctx, id), api.Update(ctx, id, ext), api.Get(ctx, kit.NeverUsedID(id)), api.Delete(ctx, id),
		} {
			if x.Error != "" || len(x.Violations) > 0 {
				return fmt.Errorf("%s %s: %s %v", x.Request.Method, x.Request.URL, x.Error, x.Violations)
			}
		}
		return nil
	})
}

// client is the suite's client for a mock, as a run has it.
func client(url string) (api *kit.API, shut func(), err error) {
	profile, err := targets.Load("mock")
	if err != nil {
		return nil, nil, err
	}
	target, err := kit.NewTarget(profile, url, "", nil, 1)
	if err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp("", "extconf-bench-")
	if err != nil {
		return nil, nil, err
	}
	ledger, err := kit.OpenLedger(dir)
	if err != nil {
		return nil, nil, err
	}
	return &kit.API{
		Target: target, Contract: specs.DefaultContract(), Catalogue: specs.Requirements(), Gate: specs.DefaultGate(),
		Redactor: reports.NewRedactor(target.Secrets()...), Ledger: ledger, RunID: "bench", Proc: 1,
	}, func() { _, _ = ledger.Close(), os.RemoveAll(dir) }, nil
}

func bareRole(args []string) error {
	cycles, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	root := args[0] + "/deployments/extensions"
	send := func(method, url string, body []byte) ([]byte, error) {
		req, err := http.NewRequest(method, url, bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		req.Header.Set("Authorization", "ApiKey "+mock.KeyUser)
		req.Header.Set("Accept", "application/json")
		if body != nil {
			req.Header.Set("Content-Type", "application/json")
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		return io.ReadAll(resp.Body)
	}
	count := 0
	return perExchange(cycles, func() error {
		count++
		body := payloads.Plugin(fmt.Sprintf("extconf-bench-bare-%d", count)).JSON()
		answer, err := send(http.MethodPost, root, body)
		if err != nil {
			return err
		}
		_, rest, _ := strings.Cut(string(answer), `"id":"`)
		id, _, ok := strings.Cut(rest, `"`)
		if !ok {
			return fmt.Errorf("no id in %s", answer)
		}
		for _, next := range []struct {
			method, id string
			body       []byte
		}{{http.MethodGet, id, nil}, {http.MethodPost, id, body}, {http.MethodGet, kit.NeverUsedID(id), nil}, {http.MethodDelete, id, nil}} {
			if _, err := send(next.method, root+"/"+next.id, next.body); err != nil {
				return err
			}
		}
		return nil
	})
}
