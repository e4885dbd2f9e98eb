package reports

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"
)

// patience is how long a browser may take for one test before it counts as hung.
const patience = 2 * time.Minute

// chromium is a headless browser for the test; the test skips where none is
// installed, unless EXTCONF_REQUIRE_BROWSER=1 says that one must be.
func chromium(t *testing.T) context.Context {
	t.Helper()
	file := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "headless-shell"} {
		if found, err := exec.LookPath(name); err == nil {
			file = found
			break
		}
	}
	if file == "" {
		if os.Getenv("EXTCONF_REQUIRE_BROWSER") == "1" {
			t.Fatal("a browser is required here, and no Chromium is installed")
		}
		t.Skip("no Chromium is installed: the page is not tried in a browser")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(file), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		// A click at where something was before the page had scrolled misses it.
		chromedp.Flag("force-prefers-reduced-motion", true),
		chromedp.Flag("disable-background-networking", true), chromedp.WSURLReadTimeout(patience))
	limited, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	allocator, stop := chromedp.NewExecAllocator(limited, options...)
	t.Cleanup(stop)
	ctx, shut := chromedp.NewContext(allocator)
	t.Cleanup(shut)
	NewWithT(t).Expect(chromedp.Do(ctx)).To(Succeed())
	return ctx
}

// tab is an open page, and what the browser says of it.
type tab struct {
	*WithT
	ctx context.Context
	url string

	mu sync.Mutex
	// complaints are errors and messages of the console; requests are
	// addresses that the page asked for.
	complaints, requests []string
}

// open opens a report in a tab of its own, at a place such as "#create.409".
func open(t *testing.T, ctx context.Context, r *Report, place string) *tab {
	t.Helper()
	return openPage(t, ctx, r.HTML, place)
}

// openPage opens any page.
func openPage(t *testing.T, ctx context.Context, render func(io.Writer) error, place string) *tab {
	t.Helper()
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), HTMLFile)
	f, err := os.Create(file)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(render(f)).To(Succeed())
	g.Expect(f.Close()).To(Succeed())
	ctx, shut := chromedp.NewContext(ctx)
	t.Cleanup(shut)
	p := &tab{WithT: g, ctx: ctx, url: (&url.URL{Scheme: "file", Path: file}).String()}
	g.Expect(chromedp.Listen(ctx, p.hear)).To(Succeed())
	call(p, network.Enable, network.EnableParams{})
	call(p, cdplog.Enable, cdp.Empty{})
	call(p, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	// A click needs its target to stand still.
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}})
	for _, permission := range []string{"clipboard-read", "clipboard-write"} {
		_, err = chromedp.CallBrowser(ctx, browser.SetPermission, browser.SetPermissionParams{
			Permission: &browser.PermissionDescriptor{Name: permission, AllowWithoutSanitization: true}, Setting: browser.PermissionSettingGranted,
		})
		g.Expect(err).NotTo(HaveOccurred())
	}
	p.do(chromedp.EmulateViewport(1280, 900), chromedp.Navigate(p.url+place))
	return p
}

// call sends a command of the browser's protocol.
func call[P, R any](p *tab, command cdp.Command[P, R], params P) R {
	r, err := chromedp.Call(p.ctx, command, params)
	p.Expect(err).NotTo(HaveOccurred(), command.Method)
	return r
}

func (p *tab) hear(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *cdpruntime.EventConsoleAPICalled:
		p.complaints = append(p.complaints, fmt.Sprintf("console.%s", e.Type))
	case *cdpruntime.EventExceptionThrown:
		p.complaints = append(p.complaints, fmt.Sprintf("%+v", e.ExceptionDetails))
	case *cdplog.EventEntryAdded:
		p.complaints = append(p.complaints, e.Entry.Text)
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, "data:") {
			p.requests = append(p.requests, e.Request.URL)
		}
	}
}

func (p *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Expect(chromedp.Do(p.ctx, steps...)).To(Succeed())
}

// until waits for an expression to hold in the page.
func (p *tab) until(expression string) {
	p.Expect(chromedp.Do(p.ctx, chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingInterval(10*time.Millisecond), chromedp.WithPollingTimeout(patience)))).To(Succeed(), expression)
}

// script runs statements in the page.
func (p *tab) script(statements string) { p.do(chromedp.Evaluate[chromedp.Void](statements)) }

// eval evaluates an expression in the page.
func eval[T any](p *tab, expression string) T {
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression))
	p.Expect(err).NotTo(HaveOccurred(), expression)
	return v
}

// shown are the ids of the requirements that the filters leave.
func (p *tab) shown() []string {
	return eval[[]string](p, `[...document.querySelectorAll('.req')].filter(r => r.checkVisibility()).map(r => r.dataset.id)`)
}

// write types into the search field.
func (p *tab) write(keys string) {
	before := eval[string](p, `document.querySelector('#search').value`)
	p.do(chromedp.SendKeys(chromedp.CSS("#search"), keys))
	p.until(fmt.Sprintf(`document.querySelector('#search').value === %q`, before+keys))
}

// click clicks at where an element is once the page has come to rest: after
// two frames nothing moves any more.
func (p *tab) click(selector string) {
	p.do(chromedp.Evaluate[chromedp.Void](`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))`, chromedp.EvalAwaitPromise))
	p.do(chromedp.Click(chromedp.CSS(selector)))
}

// quiet expects that the page had nothing to complain of and asked for nothing.
func (p *tab) quiet() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.Expect(p.complaints).To(BeEmpty())
	for _, asked := range p.requests {
		p.Expect(strings.Split(asked, "#")[0]).To(Equal(p.url))
	}
}

func TestPage(t *testing.T) {
	ctx := chromium(t)
	for _, test := range []struct {
		name string
		try  func(*testing.T, context.Context)
	}{
		{"filters", pageFilters},
		{"deep links", pageDeepLinks},
		{"copies", pageCopies},
		{"by keyboard", pageByKeyboard},
		{"of a hostile target", pageOfAHostileTarget},
		{"is quiet", pageIsQuiet},
		{"on narrow screens", pageOnNarrowScreens},
		{"on paper", pageOnPaper},
		{"is labelled", pageIsLabelled},
		{"contrast", pageContrast},
		{"of a large run", pageOfALargeRun},
		{"of a comparison and of a table", pageOfOthers},
	} {
		t.Run(test.name, func(t *testing.T) { test.try(t, ctx) })
	}
}

func pageFilters(t *testing.T, ctx context.Context) {
	p := open(t, ctx, mixed(t), "")
	every := []string{"any.json", "any.duration", "create.201", "create.header.version", "create.409", "get.deployments", "get.404"}
	p.Expect(p.shown()).To(Equal(every))
	for filter, ids := range map[string][]string{
		"failed": {"any.duration", "create.header.version"}, "not exercised": {"create.201"}, "waived": {"get.404"},
		"passed": {"any.json", "create.409"}, "not applicable": {"get.deployments"}, "": every,
	} {
		chip := fmt.Sprintf(`[data-outcome-filter=%q]`, filter)
		p.click(chip)
		p.Expect(p.shown()).To(Equal(ids), filter)
		p.Expect(eval[string](p, "document.querySelector('"+chip+"').getAttribute('aria-pressed')")).To(Equal("true"))
		p.Expect(eval[int](p, `document.querySelectorAll('[data-outcome-filter][aria-pressed=true]').length`)).To(Equal(1))
		p.Expect(eval[string](p, `document.querySelector('#shown').textContent`)).To(Equal(fmt.Sprintf("%d of 7 shown", len(ids))))
	}
	p.click("#must")
	p.Expect(p.shown()).NotTo(ContainElement("any.duration"))
	p.click(`[data-outcome-filter="failed"]`)
	p.Expect(p.shown()).To(Equal([]string{"create.header.version"}), "filters add up")
	p.Expect(eval[int](p, `[...document.querySelectorAll('.group')].filter(g => g.checkVisibility()).length`)).To(Equal(1), "groups without a match go")
	p.click("#must")
	p.click(`[data-outcome-filter=""]`)
	p.write("CREATE conflict")
	p.Expect(p.shown()).To(Equal([]string{"create.409"}), "all words, in any case")
	p.write(" nonsense")
	p.Expect(p.shown()).To(BeEmpty())
	p.Expect(eval[bool](p, `document.querySelector('#none').checkVisibility()`)).To(BeTrue())
	p.do(chromedp.SendKeys(chromedp.CSS("#search"), kb.Escape))
	p.until(`document.querySelector('#search').value === ''`)
	p.Expect(p.shown()).To(Equal(every))
	p.click("#open")
	p.Expect(eval[int](p, `document.querySelectorAll('.req[open]').length`)).To(Equal(7))
	p.click("#close")
	p.Expect(eval[int](p, `document.querySelectorAll('.req[open]').length`)).To(Equal(0))
	p.click(`[data-answer="create-extension 409"]`)
	p.Expect(p.shown()).To(Equal([]string{"create.409"}), "a cell shows its requirements")
	p.Expect(eval[string](p, `document.activeElement.id`)).To(Equal("answer"))
	p.click("#answer")
	p.Expect(p.shown()).To(Equal(every))
	p.quiet()
}

func pageDeepLinks(t *testing.T, ctx context.Context) {
	p := open(t, ctx, mixed(t), "#create.409")
	p.until(`document.activeElement !== document.body`)
	opened := `[...document.querySelectorAll('.req[open]')].map(r => r.dataset.id)`
	p.Expect(eval[[]string](p, opened)).To(Equal([]string{"create.409"}))
	p.Expect(eval[string](p, `document.activeElement.id`)).To(Equal("create.409"), "its summary has the focus")
	p.Expect(eval[bool](p, `(() => { const r = document.getElementById('create.409').getBoundingClientRect(); return r.top >= 0 && r.top < innerHeight })()`)).To(BeTrue(), "it is in sight")
	p.click(`[data-outcome-filter="failed"]`)
	p.Expect(p.shown()).NotTo(ContainElement("get.404"))
	p.script(`location.hash = '#get.404'`)
	p.until(`document.getElementById('get.404').parentElement.open`)
	p.Expect(p.shown()).To(ContainElement("get.404"), "a link wins over a filter")
	p.click(`#get\.deployments`)
	p.until(`location.hash === '#get.deployments'`)
	p.quiet()
}

func pageCopies(t *testing.T, ctx context.Context) {
	r := mixed(t)
	p := open(t, ctx, r, "#create.header.version")
	p.click(`[data-id="create.header.version"] .broken button[data-copy]`)
	p.until(`document.querySelector('#live').textContent === 'Copied'`)
	copied, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](`navigator.clipboard.readText()`, chromedp.EvalAwaitPromise))
	p.Expect(err).NotTo(HaveOccurred())
	p.Expect(copied).To(Equal(r.byID()["create.header.version"].Findings[0].Curl))
	p.Expect(eval[int](p, `[...document.querySelectorAll('.req')].filter(r => r.querySelector('.exchange') && !r.querySelector('[data-copy]')).length`)).
		To(Equal(0), "each requirement with an exchange has a command to copy")
	p.quiet()
}

func pageByKeyboard(t *testing.T, ctx context.Context) {
	p := open(t, ctx, mixed(t), "")
	p.do(chromedp.KeyEvent(kb.Tab))
	p.Expect(eval[string](p, `document.activeElement.className`)).To(Equal("skip"), "the first stop skips to the requirements")
	p.do(chromedp.KeyEvent(kb.Enter))
	p.until(`document.activeElement.id === 'requirements'`)
	// As a keyboard sends it: the character comes of the key, unless the page takes that.
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
		call(p, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: "/", Code: "Slash", Text: "/"})
	}
	p.Expect(eval[string](p, `document.activeElement.id`)).To(Equal("search"))
	p.do(chromedp.KeyEvent("409"))
	p.until(`document.activeElement.value === '409'`)
	p.Expect(p.shown()).To(Equal([]string{"create.409"}))
	for range 40 {
		p.do(chromedp.KeyEvent(kb.Tab))
		if eval[bool](p, `document.activeElement.matches('.req > summary')`) {
			break
		}
		p.Expect(eval[string](p, `getComputedStyle(document.activeElement).outlineStyle`)).To(Equal("solid"), "the focus is seen")
	}
	p.do(chromedp.KeyEvent(kb.Enter))
	p.Expect(eval[bool](p, `document.getElementById('create.409').parentElement.open`)).To(BeTrue())
	p.quiet()
}

// Nothing of what a target says runs, loads anything or breaks the page.
func pageOfAHostileTarget(t *testing.T, ctx context.Context) {
	p := open(t, ctx, hostile(t), "")
	p.Expect(p.shown()).To(HaveLen(7))
	p.click("#open")
	p.script(`for (const d of document.querySelectorAll('details')) d.open = true`)
	p.until(`[...document.querySelectorAll('pre.json')].every(e => e.dataset.coloured)`)
	p.Expect(eval[bool](p, `'pwned' in window`)).To(BeFalse())
	p.Expect(eval[int](p, `document.querySelectorAll('script, img, iframe, object, embed, [onerror]').length`)).To(Equal(1), "the page's own script is the only one")
	p.Expect(eval[string](p, `document.documentElement.outerHTML`)).NotTo(MatchRegexp("[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f\u202e]"))
	p.quiet()
	// Even were an escape forgotten, the policy would hold.
	p.script(`(() => { const s = document.createElement('script'); s.textContent = 'window.pwned = 5'; document.body.append(s);
		const i = new Image(); i.src = 'http://127.0.0.1:9/'; document.body.append(i) })()`)
	p.Expect(eval[bool](p, `'pwned' in window`)).To(BeFalse())
}

func pageIsQuiet(t *testing.T, ctx context.Context) {
	for name, r := range everyKind(t) {
		p := open(t, ctx, r, "#requirements")
		p.Expect(eval[string](p, `document.querySelector('h1').textContent.trim()`)).To(Equal(upperFirst(string(r.Verdict.Word))), name)
		p.quiet()
	}
}

func pageOnNarrowScreens(t *testing.T, ctx context.Context) {
	for name, r := range everyKind(t) {
		p := open(t, ctx, r, "#create.header.version")
		for _, width := range []int64{320, 390, 768, 1280} {
			p.do(chromedp.EmulateViewport(width, 800))
			p.Expect(eval[int64](p, `document.documentElement.scrollWidth`)).To(BeNumerically("<=", width), "%s at %d", name, width)
		}
	}
}

func pageOnPaper(t *testing.T, ctx context.Context) {
	p := open(t, ctx, mixed(t), "")
	p.script(`window.openOnPaper = [];
		addEventListener('beforeprint', () => { openOnPaper = [...document.querySelectorAll('.req[open]')].map(r => r.dataset.id) })`)
	paper, err := chromedp.Run(p.ctx, chromedp.PrintToPDF(chromedp.PDFPrintBackground()))
	p.Expect(err).NotTo(HaveOccurred())
	p.Expect(string(paper[:5])).To(Equal("%PDF-"))
	p.Expect(eval[[]string](p, `openOnPaper`)).To(ConsistOf("any.duration", "create.header.version", "get.404"), "what failed is open on paper")
	p.Expect(eval[int](p, `document.querySelectorAll('.req[open]').length`)).To(Equal(0), "and closed again afterwards")
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	p.Expect(eval[bool](p, `document.querySelector('.tools').checkVisibility()`)).To(BeFalse())
}

// A page of ten thousand specs is usable; how quick it opens is told, not asserted.
func pageOfALargeRun(t *testing.T, ctx context.Context) {
	r := large(t, 10_000)
	p := open(t, ctx, r, "#"+r.Requirements[len(r.Requirements)-1].ID)
	p.Expect(p.shown()).To(HaveLen(len(r.Requirements)))
	p.Expect(eval[int](p, `document.querySelectorAll('.req[open]').length`)).To(Equal(1))
	p.click(`[data-outcome-filter="failed"]`)
	p.Expect(p.shown()).To(HaveLen(r.Counts.Requirements.Failed))
	p.Expect(eval[int](p, `document.querySelectorAll('*').length`)).To(BeNumerically("<", 100_000))
	t.Logf("loaded in %.0f ms, first painted after %.0f ms, %d elements",
		eval[float64](p, `performance.getEntriesByType('navigation')[0].duration`),
		eval[float64](p, `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1`),
		eval[int](p, `document.querySelectorAll('*').length`))
	p.quiet()
}

// Every control and region has a name, and no two elements share an id.
func pageIsLabelled(t *testing.T, ctx context.Context) {
	compared := everyKind(t)["compared"]
	p := open(t, ctx, compared, "")
	p.click("#open")
	named := map[string]int{}
	for _, n := range call(p, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes {
		if n.Ignored || n.Role == nil {
			continue
		}
		role := strings.Trim(string(n.Role.Value), `"`)
		if !slices.Contains([]string{"button", "link", "searchbox", "image", "region", "heading", "navigation", "DisclosureTriangle", "columnheader", "rowheader"}, role) {
			continue
		}
		p.Expect(n.Name).NotTo(BeNil(), role)
		p.Expect(strings.Trim(string(n.Name.Value), `" `)).NotTo(BeEmpty(), "%s %v", role, n.BackendDOMNodeID)
		named[role]++
	}
	for _, role := range []string{"button", "link", "searchbox", "image", "region", "heading", "navigation", "DisclosureTriangle"} {
		p.Expect(named[role]).To(BeNumerically(">", 0), role)
	}
	p.Expect(eval[[]string](p, `(() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id); return ids.filter((id, i) => ids.indexOf(id) !== i) })()`)).To(BeEmpty())
	p.Expect(eval[[]string](p, `[...document.querySelectorAll('a[href^="#"]')].map(a => a.hash.slice(1)).filter(id => !document.getElementById(decodeURIComponent(id)))`)).To(BeEmpty(), "no link leads nowhere")
	p.Expect(eval[string](p, `document.documentElement.lang`)).To(Equal("en"))
	levels := eval[[]int](p, `[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])`)
	p.Expect(levels[0]).To(Equal(1))
	p.Expect(slices.Contains(levels[1:], 1)).To(BeFalse(), "one heading is the first")
}

// coloured are the texts of a page with their colours and what is behind them.
const coloured = `[...document.querySelectorAll('body *')].filter(e => e.checkVisibility({checkVisibilityCSS: true, contentVisibilityAuto: true}) && !e.closest('.out, .skip') &&
	[...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())).map(e => {
	let behind = e;
	while (behind.parentElement && /^rgba\(.*, 0\)$/.test(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
	return [e.tagName.toLowerCase() + '.' + e.className + ': ' + e.textContent.trim().slice(0, 30), getComputedStyle(e).color, getComputedStyle(behind).backgroundColor];
})`

// All text has a contrast of 4.5 to 1 at least, in light and in dark: level AA
// of the accessibility guidelines, for outcomes as for everything else.
func pageContrast(t *testing.T, ctx context.Context) {
	for name, r := range map[string]*Report{
		"mixed": everyKind(t)["compared"], "passed": Collect(all(), meta()), "unjudged": Unjudged(meta(), "no"), "interrupted": interrupted(),
		"defect": Collect(suiteOf(ran("panics", types.SpecStatePanicked, nil, "create.409")), meta()),
	} {
		p := open(t, ctx, r, "")
		p.script(`for (const d of document.querySelectorAll('details')) d.open = true`)
		p.legible(t, name, 50)
	}
}

// legible computes the contrast of all texts, of which there are more than least.
func (p *tab) legible(t *testing.T, name string, least int) {
	for _, scheme := range []string{"light", "dark"} {
		call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		texts := eval[[][3]string](p, coloured)
		p.Expect(len(texts)).To(BeNumerically(">", least))
		for _, text := range texts {
			p.Expect(contrast(t, text[1], text[2])).To(BeNumerically(">=", 4.5), "%s, %s: %q: %s on %s", name, scheme, text[0], text[1], text[2])
		}
	}
}

// The pages of a comparison and of a table are made of the same parts.
func pageOfOthers(t *testing.T, ctx context.Context) {
	table, err := NewTable(append(two(t), hostile(t)), TableOptions{})
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	comparison := Compare(Collect(all(), meta()), hostile(t), CompareOptions{})
	for name, render := range map[string]func(io.Writer) error{"table": table.HTML, "comparison": comparison.HTML} {
		p := openPage(t, ctx, render, "")
		p.script(`for (const d of document.querySelectorAll('details')) d.open = true`)
		p.Expect(eval[bool](p, `'pwned' in window`)).To(BeFalse())
		p.Expect(eval[[]string](p, `[...document.querySelectorAll('a[href^="#"]')].map(a => a.hash.slice(1)).filter(id => !document.getElementById(decodeURIComponent(id)))`)).To(BeEmpty())
		p.legible(t, name, 10)
		for _, width := range []int64{320, 1280} {
			p.do(chromedp.EmulateViewport(width, 800))
			p.Expect(eval[int64](p, `document.documentElement.scrollWidth`)).To(BeNumerically("<=", width), "%s at %d", name, width)
		}
		p.quiet()
	}
}

// contrast is the ratio of the relative luminances of two CSS colours.
func contrast(t testing.TB, a, b string) float64 {
	t.Helper()
	luminance := func(css string) float64 {
		var rgb [3]float64
		_, err := fmt.Sscanf(css, "rgb(%f, %f, %f)", &rgb[0], &rgb[1], &rgb[2])
		NewWithT(t).Expect(err).NotTo(HaveOccurred(), css)
		for i, c := range rgb {
			if c /= 255; c <= 0.04045 {
				rgb[i] = c / 12.92
			} else {
				rgb[i] = math.Pow((c+0.055)/1.055, 2.4)
			}
		}
		return 0.2126*rgb[0] + 0.7152*rgb[1] + 0.0722*rgb[2]
	}
	light, dark := luminance(a), luminance(b)
	if light < dark {
		light, dark = dark, light
	}
	return (light + 0.05) / (dark + 0.05)
}
