// Selectors: css, xpath and text, through shadow roots, to one element of this document. The way through frames is
// the server's (selector_path.h).

// Splits at `separator`, but not inside string literals, brackets or parentheses.
function split(text, separator) {
  const blank = (m) => '_'.repeat(m.length);
  let mask = text.replace(/\\.|"[^"]*"|'[^']*'/gs, blank);
  for (let last = ''; mask !== last;) [last, mask] = [mask, mask.replace(/\[[^[\]()]*\]|\([^[\]()]*\)/g, blank)];
  let at = 0;
  return mask.split(separator).map((m) => text.slice(at, (at += m.length + separator.length) - separator.length));
}
function resolve(selector) {
  const s = String(selector).trim();
  if (s.startsWith('@ref:')) return byRef(s.slice(5));
  if (/^text=/i.test(s)) return byText(s.slice(5));
  try {
    if (/^(xpath=|[/(])/i.test(s)) return byXPath(s.replace(/^xpath=\s*/i, ''));
    return inRoots((root) => root.querySelector(s.replace(/^css=/i, '')));
  } catch (e) {
    if (e instanceof Fatal || e instanceof Unasked) throw e;
    throw new Fatal(`invalid selector: ${selector}`);
  }
}
function byXPath(path) {
  if (path === '/') return document.documentElement;
  const steps = split(path, '/');
  const find = (expression, context) => {
    const n = document.evaluate(expression, context, null, XPathResult.FIRST_ORDERED_NODE_TYPE, null).singleNodeValue;
    return n instanceof Element ? n : n?.ownerElement ?? n?.parentElement ?? null;
  };
  const hit = byPosition(steps) ?? find(path, document);
  if (hit || !path.startsWith('//')) return hit;
  // XPath refuses a shadow root as its context, yet takes one as the parent of its first child.
  return inRoots((root) => {
    const inner = root !== document && root.firstElementChild && find(`..${path}`, root.firstElementChild);
    return inner && inner.getRootNode() === root && inner;
  });
}

// Fully indexed paths (/html[1]/body[1]/x-card[1]//svg[1]) are walked by hand: native XPath misses SVG names in
// HTML documents, and after a shadow host a "//" means "into its root". Elsewhere the meaning is native XPath's.
function byPosition(steps) {
  if (steps.shift() !== '') return null;
  let inside = document;
  let at = null;
  for (const step of steps) {
    if (step === '') {
      if (at && mayHide(at)) throw new Unasked();
      inside = at && shadowOf(at);
      continue;
    }
    const m = /^(?:([\w.-]+)|\*\[name\(\)\s*=\s*(["'])([\w:.-]+)\2\])(?:\[(\d+)\])?$/.exec(step.trim());
    if (!m || (!m[4] && !/^(html|body)$/i.test(step))) return null;
    const name = (m[1] ?? m[3]).toLowerCase();
    let left = Number(m[4] ?? 1);
    for (at = inside?.firstElementChild ?? null; at; at = at.nextElementSibling) {
      if ((m[1] ? at.localName : at.nodeName).toLowerCase() === name && --left === 0) break;
    }
    if (!at) return null;
    inside = at;
  }
  return at;
}
const SKIP = /^(SCRIPT|STYLE|TEMPLATE|NOSCRIPT|HEAD|TITLE|LINK|META)$/;
// Text on either side of these is one word; any other element separates.
const INLINE = /^(A|ABBR|B|BD[IO]|CITE|CODE|EM|FONT|I|KBD|LABEL|MARK|Q|S|SLOT|SMALL|SPAN|STRONG|SU[BP]|TIME|U|WBR)$/;
const fold = (s) => s.toLowerCase();
const squash = (s) => s.replace(/\s+/g, ' ').trim();

// The first innermost element holding the text; rendered ones first, as closed menus often repeat a visible label.
function byText(wanted) {
  const needle = fold(squash(wanted));
  if (!needle) throw new Fatal('invalid selector: text= needs a text');
  const texts = new Map();
  const nodes = (e) => [...(shadowOf(e)?.childNodes ?? []), ...e.childNodes];
  const textOf = (n) => {
    if (n.nodeType === Node.TEXT_NODE) return n.data;
    if (n.nodeType !== Node.ELEMENT_NODE || SKIP.test(n.nodeName)) return '';
    if (!texts.has(n)) {
      const face = n.nodeName === 'INPUT' && /^(button|submit|reset)$/.test(n.type) ? n.value : '';
      const t = face + nodes(n).map(textOf).join('');
      texts.set(n, INLINE.test(n.nodeName) ? t : ` ${t} `);
    }
    return texts.get(n);
  };
  let found, fallback;
  const descend = (e) => {
    if (!fold(squash(textOf(e))).includes(needle)) return false;
    let deeper = false;
    for (const c of nodes(e)) {
      if (c.nodeType === Node.ELEMENT_NODE && descend(c)) deeper = true;
      if (found) return true;
    }
    if (!deeper && !isPage(e)) fallback ??= e;
    if (!deeper && !isPage(e) && !hidden(e)) found = e;
    return true;
  };
  for (const e of document.children) descend(e);
  return found ?? fallback;
}
