package kit

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// throughWeather sends a request until it is answered with something else than
// 429 or 503, within the profile's budget. Both say that the request was not
// processed, and so does a connection that never came about, so repeating it is
// safe; a dead connection says no such thing and is never repeated. Where the
// run ends meanwhile, the answer stays one that asks for patience.
//
// Weather that outlasts its budget is not waited out again by the same caller,
// until that is answered otherwise.
func (api *API) throughWeather(ctx context.Context, caller string, send func() *Exchange) *Exchange {
	var last *Exchange
	ask := func() (time.Duration, string) {
		if last != nil { // the one before was weather
			api.current().add(api, last, nil)
		}
		last = send()
		wait, why := weather(last.Status(), last.Header("Retry-After"))
		if last.unsent != "" {
			wait, why = -1, last.unsent
		}
		last.Retried = why
		return wait, why
	}
	if _, spent := api.spent.Load(caller); spent {
		ask()
	} else {
		_ = waitOut(ctx, api.Profile().Patience.Weather, ask) // the answer tells
	}
	switch {
	case last.Retried == "":
		api.spent.Delete(caller)
	case !errors.Is(ctx.Err(), context.Canceled): // the budget is spent: this is the answer
		api.spent.Store(caller, true)
		last.Retried = ""
	}
	return last
}

// unsent says why a connection never came about, to the target or to the proxy
// before it; "" for any other error of the transport.
func unsent(err error) string {
	var dial *net.OpError
	if errors.As(err, &dial) && (dial.Op == "dial" || dial.Op == "proxyconnect") {
		return dial.Error()
	}
	return ""
}

// waitOut asks until what is answered is no weather, within a budget: ask says
// why it is, "" where it is not, and for how long to wait. An error means that
// the last answer still was.
func waitOut(ctx context.Context, budget time.Duration, ask func() (wait time.Duration, why string)) error {
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		wait, why := ask()
		switch {
		case why == "":
			return struct{}{}, nil
		case wait > 0:
			return struct{}{}, &backoff.RetryAfterError{Duration: wait}
		}
		return struct{}{}, errors.New(why)
	}, backoff.WithBackOff(&backoff.ExponentialBackOff{
		InitialInterval: 100 * time.Millisecond, RandomizationFactor: 0.5, Multiplier: 2, MaxInterval: 5 * time.Second,
	}), backoff.WithMaxElapsedTime(budget))
	return err
}

// longestWait bounds what a target may ask for, in seconds: no budget is as
// large, and sums of longer ones overflow.
const longestWait = 24 * 60 * 60

// weather says why an answer only asks for patience, by its status and its
// Retry-After, and for how long; "" where it does not. 503 without Retry-After
// is an answer like any other.
func weather(status int, after string) (time.Duration, string) {
	if status != http.StatusTooManyRequests && status != http.StatusServiceUnavailable {
		return 0, ""
	}
	wait := time.Duration(-1)
	if seconds, err := strconv.Atoi(after); err == nil && seconds >= 0 {
		wait = time.Duration(min(seconds, longestWait)) * time.Second
	} else if date, err := http.ParseTime(after); err == nil {
		wait = min(max(time.Until(date), 0), longestWait*time.Second)
	}
	if wait < 0 && status == http.StatusServiceUnavailable {
		return 0, ""
	}
	return wait, fmt.Sprintf("%d, Retry-After %q", status, after)
}
