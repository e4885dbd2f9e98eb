package kit

import (
	"strings"

	"github.com/extconf/extconf/fixtures/targets"
)

// NearMiss is almost a key: what a careless comparison takes for it.
type NearMiss string

// The near misses.
const (
	Longer    NearMiss = "longer"
	Shorter   NearMiss = "shorter"
	OtherCase NearMiss = "in the other case"
)

// NearMisses lists all that there are.
func NearMisses() []NearMiss { return []NearMiss{Longer, Shorter, OtherCase} }

// of makes the near miss of a secret. It differs from it also where both are
// decoded first, from base64 or from hexadecimal, as carelessly as that is done
// anywhere. Where there is no such near miss it returns why.
func (n NearMiss) of(secret string) (near, why string) {
	bare := strings.TrimRight(secret, "=")
	if len(bare) <= leastSecret {
		return "", "the key is so short that what is almost it could not be kept out of the reports"
	}
	switch n {
	case Longer:
		return bare + "0000" + secret[len(bare):], ""
	case Shorter:
		return bare[:len(bare)-1], ""
	default:
		if strings.Trim(strings.ToLower(secret), "0123456789abcdef-:") == "" {
			return "", "the key is a number, whose letters may have any case"
		}
		swapped := strings.Map(otherCase, secret)
		if swapped == secret {
			return "", "the key has no letters"
		}
		return swapped, ""
	}
}

func otherCase(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z':
		return r - 'a' + 'A'
	case r >= 'A' && r <= 'Z':
		return r - 'A' + 'a'
	}
	return r
}

// Almost is the Authorization of a key that is almost the user's own, or why
// there is none.
func (t *Target) Almost(n NearMiss) (authorization, why string) {
	c := t.Profile.Credentials[targets.User]
	secret, ok := c.Secret()
	if !ok {
		return "", "there is no key to be almost like"
	}
	near, why := n.of(secret)
	if why != "" {
		return "", why
	}
	return authorizationOf(c.Scheme, near), ""
}

// AlmostSecrets lists the near misses of all secrets: they tell most of them,
// and have to be kept out of the reports as well.
func (t *Target) AlmostSecrets() []string {
	var all []string
	for _, secret := range t.Secrets() {
		for _, n := range NearMisses() {
			if near, why := n.of(secret); why == "" {
				all = append(all, near)
			}
		}
	}
	return all
}
