package suites

import (
	"fmt"
	"strconv"
	"strings"
)

// Shard is one part of several, counted from 1; the zero value is the whole.
type Shard struct{ Index, Of int }

// ParseShard reads "2/5". An empty text is the whole run.
func ParseShard(text string) (Shard, error) {
	if text == "" {
		return Shard{}, nil
	}
	index, of, ok := strings.Cut(text, "/")
	i, err := strconv.Atoi(index)
	n, worse := strconv.Atoi(of)
	if !ok || err != nil || worse != nil || n < 1 || i < 1 || i > n {
		return Shard{}, fmt.Errorf("shard %q must be like 2/5: the part and how many there are, counted from 1", text)
	}
	return Shard{i, n}, nil
}
