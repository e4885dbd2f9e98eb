package suites

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"os"
	"sync"
)

// buildDigest seals the suite that judged: a SHA-256 in hexadecimal, "" where
// this binary cannot be read. Where Go's linker has left its own digest of the
// binary, the build ID, it is the digest of that: reading and hashing the whole
// binary, some 50 MB, took as long as starting the suite.
var buildDigest = sync.OnceValue(func() string {
	self, err := os.Executable()
	if err != nil {
		return ""
	}
	f, err := os.Open(self)
	if err != nil {
		return ""
	}
	defer f.Close()
	sum := sha256.New()
	head := make([]byte, 64<<10)
	n, _ := io.ReadFull(f, head)
	if id := buildID(head[:n]); id != nil {
		sum.Write(id)
		return hex.EncodeToString(sum.Sum(nil))
	}
	sum.Write(head[:n])
	if _, err := io.Copy(sum, f); err != nil {
		return ""
	}
	return hex.EncodeToString(sum.Sum(nil))
})

// buildID finds what Go's linker puts near the beginning of every binary: a
// note in ELF, else a text. It is nil where there is none.
func buildID(head []byte) []byte {
	note := []byte("\x04\x00\x00\x00Go\x00\x00") // its type and its name
	if i := bytes.Index(head, note); i >= 4 {
		size := int(binary.LittleEndian.Uint32(head[i-4:]))
		if rest := head[i+len(note):]; size > 0 && size <= len(rest) {
			return rest[:size]
		}
	}
	_, rest, ok := bytes.Cut(head, []byte("\xff Go build ID: \""))
	id, _, end := bytes.Cut(rest, []byte("\"\n \xff"))
	if !ok || !end || len(id) == 0 {
		return nil
	}
	return id
}
