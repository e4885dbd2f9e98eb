package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/extconf/extconf/fixtures/mock"
	"github.com/extconf/extconf/fixtures/payloads"
)

// archive compares uploading a large archive and checking its download with a
// copy loop of 64 KiB that does the same to the same mock: SHA-256 of what is
// sent and of what comes back. The mock is a process of its own.
func archive(b *bench) ([]row, error) {
	url, stop, err := serve()
	if err != nil {
		return nil, err
	}
	defer stop()
	profile := filepath.Join(b.dir, "archive.yaml")
	err = os.WriteFile(profile, fmt.Appendf(nil, "name: archive\ncredentials: {user: {value: %s}}\nlimits: {archive: %d}\npatience: {request: 10m, spec: 20m}\n",
		mock.KeyUser, b.Size), 0o644)
	if err != nil {
		return nil, err
	}
	ours, _, err := measure(exec.Command(b.extconf, "run", "--target="+url, "--profile="+profile,
		"--label-filter=upload.large", "--reports="+filepath.Join(b.dir, "archive")), 2)
	if err != nil {
		return nil, err
	}
	reference, _, err := measure(role("copy", url, strconv.FormatInt(b.Size, 10)))
	if err != nil {
		return nil, err
	}
	what := fmt.Sprintf("upload and download check of %s: ", mib(b.Size))
	return []row{
		{
			what: what + "peak memory", figure: mib(ours.Peak), reference: fmt.Sprintf("96 MiB; a 64 KiB copy loop has %s", mib(reference.Peak)),
			ratio: by(ours.Peak, 96<<20), aim: 1,
		},
		{
			what: what + "CPU", figure: seconds(ours.CPU), reference: seconds(reference.CPU) + " for io.Copy with SHA-256",
			ratio: by(ours.CPU, reference.CPU), aim: 2,
		},
	}, nil
}

// copyRole uploads that many bytes, and downloads them again.
func copyRole(args []string) error {
	size, err := strconv.ParseInt(args[1], 10, 64)
	if err != nil {
		return err
	}
	send := func(method, url, contentType string, body io.Reader) (*http.Response, error) {
		req, err := http.NewRequest(method, url, body)
		if err != nil {
			return nil, err
		}
		req.Header.Set("Authorization", "ApiKey "+mock.KeyUser)
		req.Header.Set("Content-Type", contentType)
		return http.DefaultClient.Do(req)
	}
	extensions := args[0] + "/deployments/extensions"
	created, err := send(http.MethodPost, extensions, "application/json", bytes.NewReader(payloads.Bundle("extconf-bench-copy").JSON()))
	if err != nil {
		return err
	}
	defer created.Body.Close()
	answer, err := io.ReadAll(created.Body)
	if err != nil {
		return err
	}
	one := extensions + "/" + valueOf(answer, `{"id":"`, "")
	sent, received := sha256.New(), sha256.New()
	const form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.zip\"\r\n\r\n"
	r, w := io.Pipe()
	go func() {
		_, _ = io.WriteString(w, form)
		_, err := io.CopyBuffer(struct{ io.Writer }{w}, io.TeeReader(io.LimitReader(zeros{}, size), sent), make([]byte, 64<<10))
		_, _ = io.WriteString(w, "\r\n--b--\r\n")
		w.CloseWithError(err)
	}()
	stored, err := send(http.MethodPut, one, "multipart/form-data; boundary=b", r)
	if err != nil {
		return err
	}
	defer stored.Body.Close()
	if answer, err = io.ReadAll(stored.Body); err != nil {
		return err
	}
	file, err := http.Get(strings.TrimSpace(valueOf(answer, `"url":"http`, "http")))
	if err != nil {
		return err
	}
	defer file.Body.Close()
	if _, err := io.CopyBuffer(struct{ io.Writer }{received}, file.Body, make([]byte, 64<<10)); err != nil {
		return err
	}
	if !bytes.Equal(sent.Sum(nil), received.Sum(nil)) {
		return fmt.Errorf("other bytes came back, from %s: %s", one, answer)
	}
	gone, err := send(http.MethodDelete, one, "", nil)
	if err != nil {
		return err
	}
	return gone.Body.Close()
}
