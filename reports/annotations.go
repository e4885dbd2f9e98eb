package reports

import (
	"fmt"
	"io"
	"strings"
)

// Annotations writes one workflow command of GitHub for each broken promise,
// so that it stands beside the change that broke it: an error for what decides
// the verdict, a warning for the rest.
func (r *Report) Annotations(w io.Writer) error {
	for i := range r.Requirements {
		q := &r.Requirements[i]
		for _, f := range q.Findings {
			kind := "error"
			if f.Waived || !r.Gate.Counts(string(q.Level)) {
				kind = "warning"
			}
			if _, err := fmt.Fprintf(w, "::%s title=%s::%s\n", kind, annotationProperty(q.ID+" ("+string(q.Level)+") is not kept"),
				annotationText(q.Statement+"\nSeen: "+f.Seen+"\nRepeat: "+f.Rerun)); err != nil {
				return err
			}
		}
	}
	if r.Verdict.Status == 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "::error title=extconf::%s\n", annotationText(r.Verdict.Line()))
	return err
}

var (
	annotationEscapes         = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	annotationPropertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func annotationText(s string) string { return annotationEscapes.Replace(Printable(s)) }

func annotationProperty(s string) string { return annotationPropertyEscapes.Replace(s) }
