package specs

import (
	"fmt"
	"strings"
)

// show prints a value in one line of bounded length.
func show(v any) string {
	text := fmt.Sprint(v)
	if s, ok := v.(string); ok {
		text = fmt.Sprintf("%q", s)
	}
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " ")
	if len(text) > 200 {
		text = strings.ToValidUTF8(text[:200], "") + fmt.Sprintf("… (%d bytes)", len(text))
	}
	return text
}
