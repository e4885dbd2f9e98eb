(() => {
  'use strict';
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const requirements = all('.req');
  const search = one('#search');
  const must = one('#must');
  const chips = all('[data-outcome-filter]');
  const answer = one('#answer');
  const filters = { outcome: '', must: false, words: [], only: null };

  function apply() {
    let shown = 0;
    for (const r of requirements) {
      const fits = (!filters.outcome || r.dataset.outcome === filters.outcome) &&
        (!filters.must || r.dataset.level === 'MUST') &&
        (!filters.only || filters.only.has(r.dataset.id)) &&
        filters.words.every(word => r.dataset.search.includes(word));
      r.hidden = !fits;
      shown += fits;
    }
    for (const group of all('.group')) group.hidden = !one('.req:not([hidden])', group);
    for (const chip of chips) chip.setAttribute('aria-pressed', String(chip.dataset.outcomeFilter === filters.outcome));
    must.setAttribute('aria-pressed', String(filters.must));
    answer.hidden = !filters.only;
    one('#shown').textContent = `${shown} of ${requirements.length} shown`;
    one('#none').hidden = shown > 0;
  }
  function reset() {
    Object.assign(filters, { outcome: '', must: false, words: [], only: null });
    search.value = '';
    apply();
  }

  // A deep link opens its requirement, whatever the filters say. The browser
  // itself then scrolls to the summary and moves the focus there; where it has
  // done so already, before the requirement was in sight, that is made good.
  function reveal() {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* taken as it is */ }
    const at = id && document.getElementById(id);
    if (!at) return;
    const requirement = at.closest('.req');
    if (requirement) {
      if (requirement.hidden) reset();
      requirement.open = true;
    }
    at.scrollIntoView();
    if (!requirement) at.tabIndex = -1;
    at.focus({ preventScroll: true });
  }

  async function copy(button) {
    const text = one('code', button.parentElement).textContent;
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement('textarea');
      area.value = text;
      document.body.append(area);
      area.select();
      done = document.execCommand('copy');
      area.remove();
      button.focus();
    }
    const says = done ? 'Copied' : 'Not copied';
    button.textContent = says;
    one('#live').textContent = says;
    setTimeout(() => { button.textContent = 'Copy'; one('#live').textContent = ''; }, 1600);
  }

  // JSON is coloured when somebody looks at it. It stays text: nothing of it
  // is ever read as HTML.
  const token = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\b\d[\d.eE+-]*\b|\b(?:true|false|null)\b/g;
  function colour(pre) {
    if (pre.dataset.coloured) return;
    pre.dataset.coloured = 'yes';
    const text = pre.textContent;
    const parts = document.createDocumentFragment();
    let from = 0;
    for (const m of text.matchAll(token)) {
      parts.append(text.slice(from, m.index));
      const word = m[1] ?? m[0];
      const span = document.createElement('span');
      span.className = m[2] ? 't-key' : m[1] ? 't-text' : 't-number';
      span.textContent = word;
      parts.append(span);
      from = m.index + word.length;
    }
    parts.append(text.slice(from));
    pre.replaceChildren(parts);
  }

  if (search) {
    search.addEventListener('input', () => {
      filters.words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      apply();
    });
    must.addEventListener('click', () => { filters.must = !filters.must; apply(); });
    answer.addEventListener('click', () => { filters.only = null; apply(); search.focus(); });
    for (const chip of chips) {
      chip.addEventListener('click', () => { filters.outcome = chip.dataset.outcomeFilter; apply(); });
    }
    one('#open').addEventListener('click', () => { for (const r of requirements) if (!r.hidden) r.open = true; });
    one('#close').addEventListener('click', () => { for (const r of requirements) r.open = false; });
    apply();
  }

  document.addEventListener('click', event => {
    const button = event.target.closest('button[data-copy]');
    if (button) { copy(button); return; }
    const cell = event.target.closest('a[data-requirements]');
    if (cell) {
      reset();
      filters.only = new Set(cell.dataset.requirements.split(' '));
      answer.textContent = `${cell.dataset.answer} ×`;
      answer.setAttribute('aria-label', `Only ${cell.dataset.answer}; show all again`);
      apply();
      event.preventDefault();
      one('#requirements').scrollIntoView();
      answer.focus({ preventScroll: true });
      return;
    }
    const summary = event.target.closest('.req > summary');
    if (summary && !summary.parentElement.open) history.replaceState(null, '', `#${summary.id}`);
    const link = event.target.closest('a[href^="#"]');
    if (link && link.hash === location.hash) reveal(); // it changes nothing that would be heard
  });
  document.addEventListener('toggle', event => {
    const at = event.target;
    if (!at.open || !at.matches('details')) return;
    for (const pre of all('pre.json', at)) if (pre.closest('details') === at) colour(pre);
  }, true);
  document.addEventListener('keydown', event => {
    if (!search || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '/' && !event.target.matches('input, textarea')) {
      event.preventDefault();
      one('#requirements').scrollIntoView();
      search.focus({ preventScroll: true });
    } else if (event.key === 'Escape' && event.target === search) {
      reset();
    }
  });
  addEventListener('hashchange', reveal);
  reveal();

  // Paper shows what failed.
  let opened = [];
  addEventListener('beforeprint', () => {
    opened = all('.req.o-failed:not([open]), .req.o-waived:not([open]), .req.o-failed .broken details:not([open])');
    for (const d of opened) d.open = true;
  });
  addEventListener('afterprint', () => { for (const d of opened) d.open = false; opened = []; });
})();
