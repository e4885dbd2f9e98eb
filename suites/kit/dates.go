package kit

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/onsi/gomega/types"

	"github.com/extconf/extconf/specs"
)

// The names of the dates of a resource.
const (
	createdHeader  = "X-Cloud-Resource-Created"
	modifiedHeader = "X-Cloud-Resource-Last-Modified"
)

// date reads a date of a resource. That one cannot be read is the judge's to report.
func (x *Exchange) date(name string) (time.Time, bool) {
	return readDate(x.Header(name))
}

func readDate(text string) (time.Time, bool) {
	t, err := specs.ParseDate(text)
	return t, err == nil
}

// firstYear is before any extension was created. A clock may be wrong by years,
// but a date before it is one that nobody has set.
const firstYear = 2000

// HaveDatesSet matches an answer whose dates are not those that a date has
// before it is set: of the year 1, of 1970 or of 1980.
func HaveDatesSet() types.GomegaMatcher {
	return matcher{
		"HaveDatesSet",
		fmt.Sprintf("dates that were set, not before %d", firstYear),
		func(x *Exchange) bool {
			for _, name := range []string{createdHeader, modifiedHeader} {
				if at, ok := x.date(name); ok && at.Year() < firstYear {
					return false
				}
			}
			return true
		},
		func(x *Exchange) string {
			return fmt.Sprintf("created %q, last modified %q", x.Header(createdHeader), x.Header(modifiedHeader))
		},
	}
}

// clocksApart is how much the clocks of the hosts of one service may differ. It
// is less than any two zones do.
const clocksApart = 10 * time.Minute

// AgreesWithItsDate checks that what was created just now was created at about
// the time that the answer itself was made at, where it says so.
func (x *Exchange) AgreesWithItsDate(requirement string) {
	made, err := http.ParseTime(x.Header("Date"))
	created, ok := x.date(createdHeader)
	if err != nil || !ok {
		return
	}
	x.Check(requirement, matcher{
		"AgreesWithItsDate",
		fmt.Sprintf("x-cloud-resource-created within %s of the answer's Date, %s", clocksApart, made.UTC().Format(time.RFC3339)),
		func(*Exchange) bool { return created.Sub(made).Abs() <= clocksApart },
		func(x *Exchange) string { return fmt.Sprintf("x-cloud-resource-created %q", x.Header(createdHeader)) },
	})
}

// Pause waits for longer than any clock that tells fractions of a second stands.
func (x *Exchange) Pause(ctx context.Context) {
	select {
	case <-time.After(120 * time.Millisecond):
	case <-ctx.Done():
	}
}

// ModifiedAfter checks that a change which came after a [Exchange.Pause] has a
// later date than what was before. Where the date before has no fraction of a
// second, the clock may be one that moves by whole seconds, or by hours.
func (x *Exchange) ModifiedAfter(requirement string, before *Exchange) {
	then, ok := before.date(modifiedHeader)
	now, readable := x.date(modifiedHeader)
	if !ok || !readable || then.Nanosecond() == 0 {
		return
	}
	x.Check(requirement, matcher{
		"ModifiedAfter",
		fmt.Sprintf("x-cloud-resource-last-modified later than %q", before.Header(modifiedHeader)),
		func(*Exchange) bool { return now.After(then) },
		func(x *Exchange) string {
			return fmt.Sprintf("x-cloud-resource-last-modified %q", x.Header(modifiedHeader))
		},
	})
}

// FileNotBefore checks that a file is not told to be older than its extension by
// more than the clock of another host may be wrong.
func (x *Exchange) FileNotBefore(requirement string, created *Exchange) {
	began, ok := created.date(createdHeader)
	if !ok || x.Ext.FileMetadata == nil {
		return
	}
	file, ok := readDate(x.Ext.FileMetadata.LastModified)
	if !ok {
		return
	}
	x.Check(requirement, matcher{
		"FileNotBefore",
		fmt.Sprintf("file_metadata.last_modified_date not a day before the extension was created, %q", created.Header(createdHeader)),
		func(*Exchange) bool { return !file.Before(began.Add(-24 * time.Hour)) },
		func(x *Exchange) string {
			return fmt.Sprintf("file_metadata.last_modified_date %q", x.Ext.FileMetadata.LastModified)
		},
	})
}
