// Selectors: css, xpath and text, through shadow roots, to one element of this document. The way through frames is
// the server's (selector_path.h).

// The text, with what is inside of string literals, brackets and parentheses blotted out.
function masked(text) {
  const blank = (m) => '_'.repeat(m.length);
  let mask = text.replace(/\\.|"[^"]*"|'[^']*'/gs, blank);
  for (let last = ''; mask !== last;) [last, mask] = [mask, mask.replace(/\[[^[\]()]*\]|\([^[\]()]*\)/g, blank)];
  return mask;
}
// Splits at `separator`, but not inside string literals, brackets or parentheses.
function split(text, separator) {
  const mask = masked(text);
  let at = 0;
  return mask.split(separator).map((m) => text.slice(at, (at += m.length + separator.length) - separator.length));
}
const XPATH = /^(xpath=|[/(]|\.\.?\/)/i;  // selector_path.h: is_xpath
function resolve(selector) {
  const s = String(selector).trim();
  if (s.startsWith('@ref:')) return byRef(s.slice(5));
  if (/^text=/i.test(s)) return byText(s.slice(5));
  try {
    if (XPATH.test(s)) return byXPath(s.replace(/^xpath=\s*/i, ''));
    const css = s.replace(/^css=/i, '');
    return inRoots((root) => root.querySelector(css)) ?? acrossRoots(css);
  } catch (e) {
    if (e instanceof Fatal || e instanceof Unasked) throw e;
    throw new Fatal(`invalid selector: ${selector}`);
  }
}
function byXPath(path) {
  if (path === '/') return document.documentElement;
  const steps = split(path, '/');
  const evaluate = (expression, context) => {
    const n = document.evaluate(expression, context, null, XPathResult.FIRST_ORDERED_NODE_TYPE, null).singleNodeValue;
    return n instanceof Element ? n : n?.ownerElement ?? n?.parentElement ?? null;
  };
  const anyCase = document instanceof HTMLDocument ? null : withoutNamespaces;
  const find = (expression, context) => evaluate(expression, context) ?? (anyCase && evaluate(anyCase(expression), context));
  const hit = byPosition(steps) ?? find(path, document);
  const inside = /^\.?\/\/|^descendant(-or-self)?::/.exec(path);
  if (hit || !inside) return hit;
  // XPath refuses a shadow root as its context, yet takes one as the parent of its first child.
  const rest = inside[0].endsWith(':') ? `../${path}` : `..${path.replace(/^\./, '')}`;
  return inRoots((root) => {
    const inner = root !== document && root.firstElementChild && find(rest, root.firstElementChild);
    return inner && inner.getRootNode() === root && inner;
  });
}

// In a document that is not HTML (XHTML, SVG) a name means elements without a namespace, of which there are none. What is
// a name is told from operators by what stands before it, from functions and axes by what stands behind.
function withoutNamespaces(path) {
  const token = /"[^"]*"|'[^']*'|\$[\w.:-]+|@\s*[\w.:-]+|attribute\s*::\s*[\w.:-]+|[A-Za-z_][\w.-]*(?::(?!:)[\w.-]+)?|[^\s]/g;
  let out = '';
  let at = 0;
  let before = '';
  for (const m of path.matchAll(token)) {
    const [word] = m;
    const rest = path.slice(m.index + word.length);
    const operator = /^(and|or|div|mod)$/.test(word) && /[\w)\]"'*.]$/.test(before) && !/^(and|or|div|mod|::)$/.test(before);
    const name = /^[A-Za-z_][\w.-]*$/.test(word) && !operator && !/^\s*(\(|::)/.test(rest) && before !== '$';
    out += path.slice(at, m.index) + (name ? `*[local-name()='${word}']` : word);
    at = m.index + word.length;
    before = word;
  }
  return out + path.slice(at);
}

// CSS whose parts stand on both sides of shadow roots: "x-card button" where the button is in the card's root. What is in
// a root counts as in its host.
function acrossRoots(css) {
  const chains = split(css, ',').map(chainOf);
  if (!chains.some((c) => c.length > 1)) return null;
  const left = { steps: 100_000 };
  return inRoots((root) => {
    for (const chain of chains.filter((c) => c.length > 1)) {
      const last = chain.length - 1;
      for (const e of root.querySelectorAll(chain[last].compound)) if (fitsChain(e, chain, last, left)) return e;
    }
    return null;
  });
}
// [{compound, by: what stands before it}]
function chainOf(css) {
  const mask = masked(css.trim());
  const chain = [];
  let begin = 0;
  let by = '';
  for (const m of mask.matchAll(/\s*([>+~])\s*|\s+/g)) {
    chain.push({ compound: css.trim().slice(begin, m.index), by });
    by = m[1] ?? ' ';
    begin = m.index + m[0].length;
  }
  chain.push({ compound: css.trim().slice(begin), by });
  return chain.every((c) => c.compound) ? chain : [];
}
function fitsChain(e, chain, i, left) {
  if (left.steps-- <= 0 || !e?.matches(chain[i].compound)) return false;
  const { by } = chain[i];
  if (i === 0) return by === '';
  const over = (n) => n.parentElement ?? n.parentNode?.host ?? null;
  if (by === '>') return fitsChain(over(e), chain, i - 1, left);
  if (by === '+') return fitsChain(e.previousElementSibling, chain, i - 1, left);
  const next = by === '~' ? (n) => n.previousElementSibling : over;
  for (let n = next(e); n; n = next(n)) if (fitsChain(n, chain, i - 1, left)) return true;
  return false;
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
const SKIP = /^(script|style|template|noscript|head|title|link|meta)$/;
// Text on either side of these is one word; any other element separates.
const INLINE = /^(a|abbr|b|bd[io]|cite|code|em|font|i|kbd|label|mark|q|s|slot|small|span|strong|su[bp]|time|u|wbr)$/;
const fold = (s) => s.toLowerCase();
const squash = (s) => s.replace(/\s+/g, ' ').trim();

// The first innermost element holding the text, which may stand in quotes; rendered ones first, as closed menus often repeat a visible label.
function byText(wanted) {
  const needle = fold(squash(wanted.trim().replace(/^(["'])(.*)\1$/s, '$2')));
  if (!needle) throw new Fatal('invalid selector: text= needs a text');
  const texts = new Map();
  const nodes = (e) => [...(shadowOf(e)?.childNodes ?? []), ...e.childNodes];
  const textOf = (n) => {
    if (n.nodeType === Node.TEXT_NODE) return n.data;
    if (n.nodeType !== Node.ELEMENT_NODE || SKIP.test(tagOf(n))) return '';
    if (!texts.has(n)) {
      const face = tagOf(n) === 'input' && /^(button|submit|reset)$/.test(n.type) ? n.value : '';
      const t = face + nodes(n).map(textOf).join('');
      texts.set(n, INLINE.test(tagOf(n)) ? t : ` ${t} `);
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
