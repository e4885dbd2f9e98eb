package reports

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/extconf/extconf/specs"
)

// Curl is the command that sends a request again, for a POSIX shell, with the
// key in a variable. An upload's body is not kept: the command names a file,
// extension.zip, in its place.
func Curl(x *specs.Exchange) string {
	var b strings.Builder
	b.WriteString("curl -isS")
	if x.Request.Method != http.MethodGet {
		b.WriteString(" -X " + x.Request.Method)
	}
	form := strings.HasPrefix(x.Request.Header.Get("Content-Type"), "multipart/form-data")
	for _, name := range sortedNames(x.Request.Header) {
		switch name {
		case "Accept-Encoding", "User-Agent", "Content-Length":
			continue
		case "Authorization":
			if x.Role != "none" {
				if strings.HasPrefix(x.Request.Header.Get(name), "Basic ") {
					fmt.Fprintf(&b, ` -u "$%s"`, variableOf(x.Role))
					continue
				}
				fmt.Fprintf(&b, ` -H "Authorization: ApiKey $%s"`, variableOf(x.Role))
				continue
			}
		case "Content-Type":
			if form {
				continue // curl -F writes its own boundary
			}
		}
		for _, value := range x.Request.Header[name] {
			fmt.Fprintf(&b, " -H %s", quote(name+": "+value))
		}
	}
	switch body := x.Request.Body; {
	case form:
		b.WriteString(" -F file=@extension.zip")
	case len(body) > 0 && isPrintable(body):
		fmt.Fprintf(&b, " --data-binary %s", quote(string(body)))
	case len(body) > 0:
		b.WriteString(" --data-binary @-")
	case x.Request.Size > 0:
		b.WriteString(" --data-binary @extension.zip")
	}
	b.WriteString(" " + quote(visible(x.Request.URL)))
	if body := x.Request.Body; len(body) > 0 && !form && !isPrintable(body) {
		return "printf " + quote(octal(body)) + " | " + b.String()
	}
	return b.String()
}

// visible escapes what no URL can hold: one that a target chose may try to
// begin a new line of what prints it.
func visible(rawURL string) string {
	var b strings.Builder
	for i := range len(rawURL) {
		if c := rawURL[i]; c <= ' ' || c == 0x7f {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// variableOf is the environment variable that a reader puts the key of a role into.
func variableOf(role string) string {
	if role == "" || role == "user" {
		return "EXTCONF_API_KEY"
	}
	return "EXTCONF_" + strings.ToUpper(strings.ReplaceAll(role, "-", "_")) + "_API_KEY"
}

func isPrintable(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// octal writes bytes as printf reads them.
func octal(raw []byte) string {
	var b strings.Builder
	for _, c := range raw {
		if c == '\\' || c == '%' || c < ' ' || c >= 0x7f {
			fmt.Fprintf(&b, `\%03o`, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// ShellWord is a text as a shell takes it for one word, quoted where needed.
func ShellWord(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+:,./@%") == "" {
		return s
	}
	return quote(s)
}

// quote quotes for a POSIX shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
