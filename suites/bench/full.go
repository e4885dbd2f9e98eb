package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/extconf/extconf/fixtures/archives"
	"github.com/extconf/extconf/fixtures/mock"
	"github.com/extconf/extconf/reports"
)

// full compares the CPU time of a whole run on the embedded mock, reports and
// all, with that of its own exchanges replayed by bare net/http to the same
// mock in one process.
func full(b *bench) ([]row, error) {
	dir := filepath.Join(b.dir, "full")
	var ours, bare []time.Duration
	var exchanges, alike int
	for range b.Rounds {
		u, _, err := measure(exec.Command(b.extconf, "run", "--reports="+dir))
		if err != nil {
			return nil, err
		}
		answer, _, err := ask[struct {
			CPU         time.Duration
			Sent, Alike int
		}]("replay", dir)
		if err != nil {
			return nil, err
		}
		ours, bare = append(ours, u.CPU), append(bare, answer.CPU)
		exchanges, alike = answer.Sent, answer.Alike
	}
	return []row{{
		what: "full run on the embedded mock: CPU", figure: ms(median(ours)),
		reference: fmt.Sprintf("%s for its %d exchanges replayed, %d of them answered alike", ms(median(bare)), exchanges, alike),
		ratio:     by(median(ours), median(bare)), aim: 3,
	}}, nil
}

// replayRole sends the exchanges of a run's reports again. The answers give
// other ids and file addresses than those recorded: each is followed.
func replayRole(args []string) error {
	list, err := reports.LoadExchanges(args[0])
	if err != nil {
		return err
	}
	p, err := newPlayer()
	if err != nil {
		return err
	}
	before := cpu()
	for i := range list {
		if err := p.play(&list[i]); err != nil {
			return err
		}
	}
	return tell(struct {
		CPU         time.Duration
		Sent, Alike int
	}{cpu() - before, p.sent, p.alike})
}

// player replays recorded exchanges.
type player struct {
	base, archive string
	// now maps what was recorded, ids and addresses of files, to what is there now.
	now map[string]string
	// sent counts the exchanges, alike those with the recorded status.
	sent, alike int
}

func newPlayer() (*player, error) {
	m := mock.New(mock.Options{Dial: mock.LoopbackOnly, DownloadCAs: archives.BuiltInPool()})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	go func() { _ = http.Serve(l, m) }() //nolint:gosec // loopback, and soon over
	host, err := archives.NewHost(archives.HostOptions{})
	if err != nil {
		return nil, err
	}
	return &player{
		base: "http://" + l.Addr().String() + mock.DefaultPrefix, now: map[string]string{},
		archive: host.Serve(archives.Bundle(1)).URL,
	}, nil
}

func (p *player) play(x *reports.Exchange) error {
	target := p.base + p.path(x.Request.Path)
	if x.Operation == "" { // a file
		if target = p.now[x.Request.URL]; target == "" {
			return nil
		}
	}
	var body io.Reader = bytes.NewReader(p.body(x))
	if len(x.Request.Body) == 0 && x.Request.Size > 0 {
		body = p.upload(x)
	}
	req, err := http.NewRequest(x.Request.Method, target, body)
	if err != nil {
		return err
	}
	for name, values := range x.Request.Header {
		if name != "Authorization" {
			req.Header[name] = values
		}
	}
	if key := map[string]string{"user": mock.KeyUser, "other": mock.KeyOther, "no-user": mock.KeyNoUser}[x.Role]; key != "" {
		req.Header.Set("Authorization", "ApiKey "+key)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	p.sent++
	if x.Response != nil && x.Response.Status == resp.StatusCode {
		p.alike++
	}
	if x.Operation == "" {
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	p.follow(x, answer)
	return nil
}

// path is a recorded path with the id that there is now.
func (p *player) path(recorded string) string {
	rest, ok := strings.CutPrefix(recorded, "/deployments/extensions/")
	if !ok {
		return recorded
	}
	id, query, _ := strings.Cut(rest, "?")
	if now := p.now[id]; now != "" {
		id = now
	}
	return "/deployments/extensions/" + id + "?" + query
}

// body is the recorded body, with an archive that is there to be downloaded
// where one was.
func (p *player) body(x *reports.Exchange) []byte {
	text := string(x.Request.Body)
	for _, mark := range []string{`"download_url":"http://127.0.0.1:`, `"download_url":"https://127.0.0.1:`} {
		if before, rest, ok := strings.Cut(text, mark); ok {
			_, after, _ := strings.Cut(rest, `"`)
			return []byte(before + `"download_url":"` + p.archive + `"` + after)
		}
	}
	return x.Request.Body
}

// upload is a form of the recorded size, streamed.
func (p *player) upload(x *reports.Exchange) io.Reader {
	_, boundary, _ := strings.Cut(x.Request.Header.Get("Content-Type"), "boundary=")
	head := "--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"extension.zip\"\r\n\r\n"
	tail := "\r\n--" + boundary + "--\r\n"
	size := max(0, x.Request.Size-int64(len(head)+len(tail)))
	return io.MultiReader(strings.NewReader(head), io.LimitReader(zeros{}, size), strings.NewReader(tail))
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// follow notes under which id and file address an extension is now.
func (p *player) follow(x *reports.Exchange, answer []byte) {
	if x.Response == nil || x.Operation == "list-extensions" {
		return
	}
	p.now[valueOf(x.Response.Body, `{"id":"`, "")] = valueOf(answer, `{"id":"`, "")
	p.now[valueOf(x.Response.Body, `"url":"http`, "http")] = valueOf(answer, `"url":"http`, "http")
}

// valueOf is what follows a key in a body, with what the key took of it.
func valueOf(body []byte, key, taken string) string {
	_, rest, ok := strings.Cut(string(body), key)
	if !ok {
		return ""
	}
	value, _, _ := strings.Cut(rest, `"`)
	return taken + value
}
