package specs

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

//go:embed gate.yaml
var gateYAML []byte

// Gate is the policy that decides which outcomes make a target conformant.
type Gate struct {
	Name string `yaml:"name" json:"name"`
	// Digest is the SHA-256 of the file, in hex.
	Digest string `yaml:"-" json:"digest"`
	// Levels are the levels that must pass.
	Levels []Level `yaml:"must-pass" json:"must_pass"`
	// Unexercised lists what may stay unexercised.
	Unexercised []Permission `yaml:"may-stay-unexercised" json:"may_stay_unexercised,omitempty"`
	// Live lists what must be proved by live evidence.
	Live []LiveRule `yaml:"live-evidence" json:"live_evidence,omitempty"`
	// Waivers lists the known failures that are excused for a while.
	Waivers []Waiver `yaml:"waivers" json:"waivers,omitempty"`
}

// Permission lets requirements stay unexercised. Requirements and profiles
// are globs as in [path.Match]; no profiles means all of them.
type Permission struct {
	Requirements []string `yaml:"requirements" json:"requirements"`
	Profiles     []string `yaml:"profiles" json:"profiles,omitempty"`
	Reason       string   `yaml:"reason" json:"reason"`
}

// LiveRule names requirements that only live evidence proves, in globs like
// those of [Permission].
type LiveRule struct {
	Requirements []string `yaml:"requirements" json:"requirements"`
	Profiles     []string `yaml:"profiles" json:"profiles,omitempty"`
	// Except names profiles of stand-ins, on which a stimulus will do.
	Except []string `yaml:"except-profiles" json:"except_profiles,omitempty"`
}

// Waiver excuses one failure of one requirement until a day.
type Waiver struct {
	Requirement string `yaml:"requirement" json:"requirement"`
	// Fingerprint is that of the failure, as the reports print it.
	Fingerprint string   `yaml:"fingerprint" json:"fingerprint"`
	Profiles    []string `yaml:"profiles" json:"profiles,omitempty"`
	Reason      string   `yaml:"reason" json:"reason"`
	Ticket      string   `yaml:"ticket" json:"ticket"`
	Owner       string   `yaml:"owner" json:"owner"`
	// Expires is a day, YYYY-MM-DD: the last on which the waiver holds, in UTC.
	Expires string `yaml:"expires" json:"expires"`
}

// Expired says that the waiver no longer holds at that time.
func (w Waiver) Expired(now time.Time) bool {
	day, err := time.Parse(time.DateOnly, w.Expires)
	return err != nil || !now.Before(day.AddDate(0, 0, 1))
}

// DefaultGate returns the shipped policy. It panics where the embedded file is
// broken, which the package's own tests rule out.
func DefaultGate() *Gate {
	g, err := ParseGate("gate.yaml", gateYAML, Requirements())
	if err != nil {
		panic("specs: " + err.Error())
	}
	return g
}

// LoadGate reads a policy, or the shipped one where file is "". The error says
// in one line, with file and line number, what is wrong with it.
func LoadGate(file string) (*Gate, error) {
	if file == "" {
		return DefaultGate(), nil
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("the gate cannot be read: %w", err)
	}
	return ParseGate(filepath.Base(file), raw, Requirements())
}

var unknownKey = regexp.MustCompile(`line (\d+): field (\S+) not found in type .*`)

// ParseGate reads a policy about the requirements of a catalogue; file is what
// errors call it by, and its name where it gives none itself.
func ParseGate(file string, raw []byte, c *Catalogue) (*Gate, error) {
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	var g Gate
	switch err := dec.Decode(&g); {
	case errors.Is(err, io.EOF):
		return nil, fmt.Errorf("%s is empty: a gate says at least which levels must pass", file)
	case err != nil:
		if m := unknownKey.FindStringSubmatch(err.Error()); m != nil {
			return nil, fmt.Errorf("%s:%s: unknown key %q", file, m[1], m[2])
		}
		return nil, fmt.Errorf("%s: %s", file, strings.Join(strings.Fields(strings.TrimPrefix(err.Error(), "yaml: ")), " "))
	}
	if err := dec.Decode(new(any)); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: a gate is one document, not several", file)
	}
	if err := g.check(c); err != nil {
		line := ""
		if n := lineOf(raw, err.value); n > 0 {
			line = fmt.Sprintf(":%d", n)
		}
		return nil, fmt.Errorf("%s%s: %s", file, line, err.text)
	}
	if g.Name == "" {
		g.Name = strings.TrimSuffix(file, filepath.Ext(file))
	}
	sum := sha256.Sum256(raw)
	g.Digest = hex.EncodeToString(sum[:])
	return &g, nil
}

// gateError is what is wrong with a policy, and the value that shows where.
type gateError struct{ value, text string }

func (g *Gate) check(c *Catalogue) *gateError {
	if len(g.Levels) == 0 {
		return &gateError{"", "must-pass is missing: say which levels must pass, such as [MUST]"}
	}
	for _, l := range g.Levels {
		if l != MUST && l != SHOULD {
			return &gateError{string(l), fmt.Sprintf("must-pass: %q is neither MUST nor SHOULD", l)}
		}
	}
	for _, p := range g.Unexercised {
		if err := checkGlobs("may-stay-unexercised", p.Requirements, c, p.Profiles); err != nil {
			return err
		}
		if p.Reason == "" {
			return &gateError{p.Requirements[0], fmt.Sprintf("may-stay-unexercised: %q needs a reason", p.Requirements[0])}
		}
	}
	for _, l := range g.Live {
		if err := checkGlobs("live-evidence", l.Requirements, c, append(slices.Clone(l.Profiles), l.Except...)); err != nil {
			return err
		}
	}
	seen := map[string]bool{}
	for _, w := range g.Waivers {
		if err := w.check(c); err != nil {
			return err
		}
		key := w.Requirement + " " + w.Fingerprint + " " + strings.Join(w.Profiles, " ")
		if seen[key] {
			return &gateError{w.Fingerprint, fmt.Sprintf("waivers: the failure %s of %s is waived twice", w.Fingerprint, w.Requirement)}
		}
		seen[key] = true
	}
	return nil
}

func (w Waiver) check(c *Catalogue) *gateError {
	for _, field := range [][2]string{
		{"requirement", w.Requirement},
		{"fingerprint", w.Fingerprint},
		{"reason", w.Reason},
		{"ticket", w.Ticket},
		{"owner", w.Owner},
		{"expires", w.Expires},
	} {
		if strings.TrimSpace(field[1]) == "" {
			return &gateError{w.Requirement, fmt.Sprintf("waivers: the waiver of %q has no %s", w.Requirement, field[0])}
		}
	}
	if !slices.ContainsFunc(c.Requirements, func(r Requirement) bool { return r.ID == w.Requirement }) {
		return &gateError{w.Requirement, fmt.Sprintf("waivers: there is no requirement %q: a waiver is about exactly one", w.Requirement)}
	}
	if _, err := time.Parse(time.DateOnly, w.Expires); err != nil {
		return &gateError{w.Expires, fmt.Sprintf("waivers: expires %q is not a day such as 2031-01-31", w.Expires)}
	}
	return checkProfiles("waivers", w.Profiles)
}

func checkGlobs(key string, requirements []string, c *Catalogue, profiles []string) *gateError {
	if len(requirements) == 0 {
		return &gateError{"", key + ": an entry names no requirements"}
	}
	for _, glob := range requirements {
		if _, err := path.Match(glob, ""); err != nil {
			return &gateError{glob, fmt.Sprintf("%s: %q is not a pattern", key, glob)}
		}
		if !slices.ContainsFunc(c.Requirements, func(r Requirement) bool { return matches([]string{glob}, r.ID) }) {
			return &gateError{glob, fmt.Sprintf("%s: no requirement is called %q", key, glob)}
		}
	}
	return checkProfiles(key, profiles)
}

func checkProfiles(key string, profiles []string) *gateError {
	for _, glob := range profiles {
		if _, err := path.Match(glob, ""); err != nil {
			return &gateError{glob, fmt.Sprintf("%s: profile %q is not a pattern", key, glob)}
		}
	}
	return nil
}

// lineOf is the line on which a value stands first, 0 where it is not found.
func lineOf(raw []byte, value string) int {
	var root yaml.Node
	if value == "" || yaml.Unmarshal(raw, &root) != nil {
		return 0
	}
	var find func(*yaml.Node) int
	find = func(n *yaml.Node) int {
		if n.Kind == yaml.ScalarNode && n.Value == value {
			return n.Line
		}
		for _, child := range n.Content {
			if line := find(child); line > 0 {
				return line
			}
		}
		return 0
	}
	return find(&root)
}

func matches(globs []string, name string) bool {
	return slices.ContainsFunc(globs, func(glob string) bool {
		ok, _ := path.Match(glob, name)
		return ok
	})
}

// holdsOn says whether a list of profiles, empty for all, names this one.
func holdsOn(profiles []string, profile string) bool {
	return len(profiles) == 0 || matches(profiles, profile)
}

// For returns the policy as it holds on one profile: without the waivers,
// permissions and rules that are about others.
func (g *Gate) For(profile string) *Gate {
	narrow := *g
	narrow.Unexercised = slices.DeleteFunc(slices.Clone(g.Unexercised), func(p Permission) bool { return !holdsOn(p.Profiles, profile) })
	narrow.Live = slices.DeleteFunc(slices.Clone(g.Live), func(l LiveRule) bool {
		return !holdsOn(l.Profiles, profile) || matches(l.Except, profile)
	})
	narrow.Waivers = slices.DeleteFunc(slices.Clone(g.Waivers), func(w Waiver) bool { return !holdsOn(w.Profiles, profile) })
	return &narrow
}

// Counts says whether requirements of a level decide the verdict.
func (g *Gate) Counts(level string) bool { return slices.Contains(g.Levels, Level(level)) }

// Waiver returns the waiver of a failure, expired or not, and whether there is one.
func (g *Gate) Waiver(requirement, fingerprint string) (Waiver, bool) {
	for _, w := range g.Waivers {
		if w.Requirement == requirement && w.Fingerprint == fingerprint {
			return w, true
		}
	}
	return Waiver{}, false
}

// Excuses says whether a failure is waived at that time.
func (g *Gate) Excuses(requirement, fingerprint string, now time.Time) bool {
	w, ok := g.Waiver(requirement, fingerprint)
	return ok && !w.Expired(now)
}

// MayStayUnexercised says whether, and why, a requirement may stay unexercised.
func (g *Gate) MayStayUnexercised(requirement string) (reason string, ok bool) {
	for _, p := range g.Unexercised {
		if matches(p.Requirements, requirement) {
			return p.Reason, true
		}
	}
	return "", false
}

// NeedsLive says whether only live evidence proves a requirement.
func (g *Gate) NeedsLive(requirement string) bool {
	return slices.ContainsFunc(g.Live, func(l LiveRule) bool { return matches(l.Requirements, requirement) })
}
