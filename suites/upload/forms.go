package upload

import (
	"bytes"
	"strings"

	. "github.com/onsi/ginkgo/v2"

	. "github.com/extconf/extconf/suites/kit"
)

// writing is a way to write a form with one part.
type writing struct {
	contentType, before, head, after string
	sized                            bool
}

// forms are ways that clients write the same form, all of them legal.
func forms(api *API) {
	const contentType = "multipart/form-data; boundary=extconf-form"
	const head = "Content-Disposition: form-data; name=\"file\"; filename=\"Extension\"\r\nContent-Type: application/zip\r\n"
	DescribeTable(
		"takes a form however it is written", Exercises("upload.form"),
		func(ctx SpecContext, w writing) {
			if api.Profile().Behaviour.Upload == "raw" {
				api.DoesNotBind("the profile's uploads are no forms")
				return
			}
			created := api.Created(ctx, described(api))
			a := api.Archive()
			var body bytes.Buffer
			body.WriteString(w.before + "--extconf-form\r\n" + w.head + "\r\n")
			_, _ = body.ReadFrom(a.Open()) // it is made in memory
			body.WriteString("\r\n--extconf-form--" + w.after)
			var options []Option
			if w.sized {
				options = append(options, Sized(int64(body.Len())))
			}
			x := api.UploadRaw(ctx, created.Ext.ID, w.contentType, text(body.String()), options...)
			x.Check("upload.form", HaveStatus(200))
			if x.OK() {
				api.Get(ctx, created.Ext.ID).Stores(ctx, "upload.form", a)
			}
		},
		Entry("a quoted boundary", writing{contentType: `multipart/form-data; boundary="extconf-form"`, head: head}),
		Entry("a Content-Length, and no chunks", writing{contentType: contentType, head: head, sized: true}),
		Entry("a part without a type", writing{contentType: contentType, head: strings.SplitAfter(head, "\r\n")[0]}),
		Entry("a part's header in lower case", writing{contentType: contentType, head: strings.NewReplacer("Content-Disposition", "content-disposition", "Content-Type", "content-type").Replace(head)}),
		Entry("text around the parts", writing{contentType: contentType, before: "A form follows.\r\n", head: head, after: "\r\nThat was it.\r\n"}),
	)
}
