package create

import (
	"net/url"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/extconf/extconf/fixtures/archives"
	. "github.com/extconf/extconf/suites/kit"
)

// "Specify a download_url, http or https URL": what counts as one.
func downloadURLs(api *API) {
	Describe("download URLs", func() {
		// told creates from a URL, looks for it in what the target tells, and
		// says whether the archive was downloaded whole.
		told := func(ctx SpecContext, served *archives.Served, requirement string) (*Exchange, []archives.Fetch, bool) {
			ext := withURL(api, served.URL)
			x := api.Created(ctx, ext)
			x.Check("create.echo.download-url", Echo("download_url", ext))
			api.Get(ctx, x.Ext.ID).Check("create.echo.download-url", Echo("download_url", ext))
			fetches := served.Settle(ctx)
			return x, fetches, x.CheckThat(requirement, "the downloads of "+served.URL, Downloads(fetches), ContainElement(Whole))
		}

		It("may be https", Exercises("create.a.https"), func(ctx SpecContext) {
			archive := api.Archive()
			served := api.ServeTLS(archive)
			x := api.Create(ctx, withURL(api, served.URL))
			x.Must("create.a.https", HaveStatus(201))
			x.CheckThat("create.a.https", "the downloads of "+served.URL, Downloads(served.Settle(ctx)), ContainElement(Whole))
			api.Get(ctx, x.Ext.ID).Stores(ctx, "create.a.https", archive)
		})

		DescribeTable(
			"keep their query", Exercises("create.a.query-kept", "create.echo.download-url"),
			func(ctx SpecContext, query string) {
				served := api.Serve(api.Archive(), archives.Query(query))
				x, fetches, ok := told(ctx, served, "create.a.query-kept")
				if !ok {
					return
				}
				var queries []string
				for _, f := range fetches {
					_, asked, _ := strings.Cut(f.RequestURI, "?")
					queries = append(queries, asked)
				}
				x.CheckThat("create.a.query-kept", "the queries of the downloads", queries, HaveEach(query))
			},
			Entry("plain", "version=1&kind=bundle"),
			Entry("in an order of its own", "z=1&a=2&z=0"),
			Entry("with escapes", "signature=a%2Fb%3D%3D&name=x+y%20z"),
			Entry("of a campaign", "utm_source=mail&id=7&fbclid=x"),
			Entry("without values", "download&raw="),
		)

		DescribeTable(
			"keep their path", Exercises("create.a.fetches", "create.echo.download-url"),
			func(ctx SpecContext, path string) {
				served := api.Serve(api.Archive(), archives.Path(path))
				x, fetches, ok := told(ctx, served, "create.a.fetches")
				if !ok {
					return
				}
				var paths []string
				for _, f := range fetches {
					asked, _, _ := strings.Cut(f.RequestURI, "?")
					paths = append(paths, equivalent(asked))
				}
				_, sent, _ := strings.Cut(served.URL, "://")
				sent = equivalent(sent[strings.Index(sent, "/"):])
				x.CheckThat("create.a.fetches", "the paths of the downloads", paths, HaveEach(sent))
			},
			Entry("an escaped slash, in lower case", "a%2fb/extension.zip"),
			Entry("an escape that is not needed", "%7Esomebody/extension.zip"),
			Entry("nothing between two slashes", "a//extension.zip"),
			Entry("a slash at its end", "extension.zip/"),
			Entry("a plus and a semicolon", "a+b;v=1/extension.zip"),
			Entry("letters outside of ASCII", "%E6%97%A5%E6%9C%AC.zip"),
		)

		DescribeTable(
			"are kept as they are, or refused",
			Exercises("create.any-body", "create.nothing-created"), func(ctx SpecContext, form func(string) string) {
				served := api.Serve(api.Archive())
				ext := withURL(api, form(served.URL))
				x := api.Create(ctx, ext, Malformed("nothing: the documents do not say which URLs there are"))
				x.NothingCreated(ctx, "create.nothing-created", ext.Name)
				if !x.OK() {
					x.Check("create.any-body", BeRefused())
					return
				}
				x.Check("create.any-body", HaveStatus(201))
				x.Check("create.echo.download-url", Echo("download_url", ext))
				api.Get(ctx, x.Ext.ID).Check("create.echo.download-url", Echo("download_url", ext))
				x.CheckThat("create.a.fetches", "the downloads of "+ext.DownloadURL, Downloads(served.Settle(ctx)), ContainElement(Whole))
			},
			Entry("of 400 characters", func(url string) string {
				return url + "?token=" + strings.Repeat("x", max(1, 400-len("?token=")-len(url)))
			}),
			Entry("with a question mark at the end", func(url string) string { return url + "?" }),
			Entry("with a fragment", func(url string) string { return url + "#part" }),
			Entry("with a scheme in capitals", func(url string) string { return strings.Replace(url, "http", "HTTP", 1) }),
		)

		refused := func(requirement string) func(SpecContext, string) {
			return func(ctx SpecContext, url string) {
				ext := withURL(api, url)
				x := api.Create(ctx, ext, Malformed("download_url is an http or https URL"))
				x.Check(requirement, BeRefused())
				x.NothingCreated(ctx, "create.nothing-created", ext.Name)
			}
		}
		DescribeTable(
			"refuse other schemes", Exercises("create.a.scheme-refused", "create.nothing-created"),
			refused("create.a.scheme-refused"),
			Entry("ftp", "ftp://127.0.0.1/extension.zip"),
			Entry("file", "file:///etc/hostname"),
			Entry("data", "data:application/zip;base64,UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="),
			Entry("javascript", "javascript:alert(1)"),
			Entry("gopher", "gopher://127.0.0.1/extension.zip"),
			Entry("repo", "repo://4237175152"),
			Entry("s3", "s3://bucket/extension.zip"),
			Entry("a scheme that begins like http", "httpx://127.0.0.1/extension.zip"),
		)
		DescribeTable(
			"refuse relative references", Exercises("create.a.relative-refused", "create.nothing-created"),
			refused("create.a.relative-refused"),
			Entry("a path", "/extension.zip"),
			Entry("a name", "extension.zip"),
			Entry("without a scheme", "//127.0.0.1/extension.zip"),
			Entry("words", "not a url"),
		)
		DescribeTable(
			"refuse a missing host", Exercises("create.a.host-refused", "create.nothing-created"),
			refused("create.a.host-refused"),
			Entry("nothing behind http", "http://"),
			Entry("only a path", "http:///extension.zip"),
			Entry("only a port", "http://:80/extension.zip"),
			Entry("only a scheme", "https:"),
		)

		DescribeTable(
			"are never redirected to another scheme",
			Exercises("create.a.redirect-scheme", "create.400.nothing-created"), func(ctx SpecContext, to string) {
				served := api.Serve(api.Archive(), archives.Redirect(to))
				ext := withURL(api, served.URL)
				x := api.Create(ctx, ext)
				x.NothingCreated(ctx, "create.400.nothing-created", ext.Name)
				if x.OK() && len(served.Settle(ctx)) == 0 {
					api.NotExercised("create.a.redirect-scheme", "the target did not ask for the archive, so it was not redirected")
					return
				}
				x.Check("create.a.redirect-scheme", BeRefused())
			},
			Entry("file", "file:///etc/hostname"),
			Entry("ftp", "ftp://127.0.0.1/extension.zip"),
			Entry("data", "data:application/zip;base64,UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="),
		)

		It("are redirected, if at all, without our credential",
			Exercises("create.a.redirect-credential"), func(ctx SpecContext) {
				end := api.Serve(api.Archive())
				first := api.Serve(api.Archive(), archives.Redirect(end.URL))
				ext := withURL(api, first.URL)
				x := api.Create(ctx, ext)
				fetches := append(first.Settle(ctx), end.Settle(ctx)...)
				x.CheckThat("create.a.redirect-credential", "the credential in the redirected requests", api.LeakIn(fetches), BeEmpty())
				if x.Refused() {
					api.Note("the target refuses downloads that are redirected")
					x.NothingCreated(ctx, "create.400.nothing-created", ext.Name)
					return
				}
				x.Must("create.201", HaveStatus(201))
				api.Note("the target follows redirects of a download")
				x.Check("create.echo.download-url", Echo("download_url", ext))
				x.CheckThat("create.a.fetches", "the downloads of "+end.URL, Downloads(end.Fetches()), ContainElement(Whole))
			})
	})
}

// equivalent is a path in the form that RFC 3986 gives to all that are
// equivalent to it: what needs no escape has none, the others are in capitals.
func equivalent(path string) string {
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] != '%' || i+2 >= len(path) {
			b.WriteByte(path[i])
			continue
		}
		escape := path[i : i+3]
		i += 2
		if plain, err := url.PathUnescape(escape); err == nil && strings.Trim(strings.ToLower(plain), "abcdefghijklmnopqrstuvwxyz0123456789-._~") == "" {
			b.WriteString(plain)
			continue
		}
		b.WriteString(strings.ToUpper(escape))
	}
	return b.String()
}

// The archives that hosts really deliver.
func hostedArchives(api *API) {
	DescribeTable(
		"copies archives as they come", Exercises("create.a.archives", "create.a.metadata-true"),
		func(ctx SpecContext, archive func() archives.Archive, options ...archives.Option) {
			a := archive()
			served := api.Serve(a, options...)
			x := api.Create(ctx, withURL(api, served.URL))
			x.Must("create.a.archives", HaveStatus(201))
			x.CheckThat("create.a.archives", "the downloads", Downloads(served.Settle(ctx)), ContainElement(Whole))
			got := api.Get(ctx, x.Ext.ID)
			got.TrueOf("create.a.metadata-true", a.Size())
			got.Holds(ctx, "create.a.archives", a.SHA256(), a.Size())
		},
		Entry("several MiB", func() archives.Archive { return archives.Large(api.Profile().Limits.Archive, 1) }),
		Entry("with an end that looks like that of a text", func() archives.Archive { return archives.Commented(1, "made by extconf\r\n") }),
		Entry("without Content-Length", api.Archive, archives.NoContentLength()),
		Entry("slowly", api.Archive, archives.Slow(api.Profile().Patience.SlowArchive/6, 6)),
	)
	DescribeTable(
		// It could be downloaded, so the one documented failure need not fit.
		"copies or refuses a file that is no archive", Exercises("create.any-body", "create.nothing-created", "create.a.metadata-true"),
		func(ctx SpecContext, a archives.Archive) {
			ext := withURL(api, api.Serve(a).URL)
			x := api.Create(ctx, ext, Malformed("nothing: the documents do not say what becomes of a file that is no archive"))
			x.NothingCreated(ctx, "create.nothing-created", ext.Name)
			if x.OK() {
				x.Check("create.any-body", HaveStatus(201))
				x.TrueOf("create.a.metadata-true", a.Size())
				return
			}
			x.Check("create.any-body", BeRefused())
		},
		Entry("empty", archives.Empty()),
		Entry("one byte", archives.OneByte()),
	)
}
