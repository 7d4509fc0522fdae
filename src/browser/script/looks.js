// How elements look, read once per element and snapshot: asking for styles is most of what a walk costs.

const OUT = 1;      // not rendered, nor is anything in it
const UNSEEN = 2;   // visibility: hidden or collapse; what is in it may be visible again
const BLOCK = 4;    // its text is a paragraph of its own
const APART = 8;    // its text is no part of the word before it
const HAND = 16;    // the pointer turns into a hand
const SCROLLS = 32;
const LOCKED = 64;  // its content is not rendered (content-visibility: hidden)

// What one snapshot remembers. Outside of one it is made anew for each question.
let scan = null;
const newScan = () => ({ looks: new Map(), labels: new Map(), texts: new Map(), spoken: new Set(), elements: 0,
                        generates: false, locks: false });
function withScan(f) {
  if (scan) return f();
  scan = newScan();
  try {
    readSheets(document);
    return f();
  } finally {
    scan = null;
  }
}
function look(e) {
  const known = scan.looks.get(e);
  if (known !== undefined) return known;
  const s = getComputedStyle(e);
  const { display } = s;
  let l = 0;
  if (display === 'none' || display === '' || e.localName === 'noscript') l = OUT;  // scripts run, or we would not
  else {
    if (display === 'inline') l = 0;
    else if (display === 'contents' || display.startsWith('inline') || display.startsWith('ruby')) l = APART;
    else l = BLOCK | APART;
    if (s.visibility !== 'visible') l |= UNSEEN;
    if (s.cursor === 'pointer') l |= HAND;
    if (l & APART) {
      // A scrolling axis makes the other one's computed value differ from "visible" too.
      if (s.overflowY !== 'visible' && /auto|scroll/.test(s.overflow) && axis(e)) l |= SCROLLS;
      if (scan.locks && s.contentVisibility === 'hidden') l |= LOCKED;
    }
  }
  scan.looks.set(e, l);
  return l;
}

// The children as rendered: a shadow root's instead of the host's, what is slotted instead of the slot's own, and of a
// closed <details> only its summary. Gives the node whose children they are, or an array of them (a node list would be
// slower to go through than the nodes' own links).
function rendered(e) {
  const root = shadowOf(e);
  if (root) {
    if (!scan.texts.has(root)) readSheets(root);
    return root;
  }
  const tag = e.localName;
  if (tag === 'slot') {
    const given = e.assignedNodes();
    return given.length ? given : e;
  }
  if (tag === 'details' && !e.open) {
    const summary = summaryOf(e);
    return summary ? [summary] : [];
  }
  return e;
}
const firstOf = (from) => (Array.isArray(from) ? from[0] : from.firstChild);
const nextOf = (from, node, i) => (Array.isArray(from) ? from[i] : node.nextSibling);
const summaryOf = (details) => [...details.children].find((c) => c.localName === 'summary') ?? null;

// What stylesheets may do that is dear to ask of every element: generate text (::before, ::after) and leave content
// unrendered (content-visibility). Their rules say whom to ask; where a sheet cannot be read (it is another site's),
// everybody. `scan.texts` has, for each root, the elements with generated text, or "all", or null.
function readRules(rules, into) {
  for (const rule of rules) {
    if (rule.cssRules?.length) readRules(rule.cssRules, into);
    if (!rule.selectorText) continue;
    if (rule.style.contentVisibility) scan.locks = true;
    if (!/::?(before|after)/.test(rule.selectorText)) continue;
    const { content } = rule.style;
    if (!content || /^(none|normal|""|'')$/.test(content)) continue;
    for (const one of split(rule.selectorText, ',')) {
      if (!/::?(before|after)\s*$/.test(one)) continue;
      const nested = one.includes('&') || rule.parentRule?.selectorText;  // relative to its parents' selectors
      into.push(nested ? '*' : one.replace(/::?(before|after)\s*$/, ''));
    }
  }
}
function readSheets(root) {
  const selectors = [];
  for (const sheet of [...root.styleSheets, ...root.adoptedStyleSheets]) {
    if (sheet.disabled) continue;
    try {
      readRules(sheet.cssRules, selectors);
    } catch {
      selectors.push('*');
      scan.locks = true;
    }
  }
  let found = null;
  if (selectors.some((s) => !s.trim() || s.trim() === '*')) found = 'all';
  else if (selectors.length) found = matchesOf(root, selectors);
  scan.texts.set(root, found);
  if (found) scan.generates = true;
  if (root.querySelector('[hidden=until-found], [style*=content-visibility]')) scan.locks = true;
}
function matchesOf(root, selectors) {
  const found = new Set();
  for (const s of selectors) {
    try {
      for (const e of root.querySelectorAll(/[>+~\s]$/.test(s) ? `${s}*` : s)) found.add(e);
      if (s.includes(':host') && root.host) found.add(root.host);
      if (s.includes('::slotted')) return 'all';
    } catch {
      return 'all';
    }
  }
  return found;
}
const DEFAULT_CONTENT = /^(none|normal|)$/;
function generated(e, where) {
  if (!scan.generates) return '';
  const some = scan.texts.get(e.getRootNode());
  const inner = e.shadowRoot ? scan.texts.get(e.shadowRoot) : null;
  if (some !== 'all' && !some?.has(e) && inner !== 'all' && !inner?.has(e)) return '';
  const s = getComputedStyle(e, where);
  if (DEFAULT_CONTENT.test(s.content) || s.display === 'none' || s.visibility !== 'visible') return '';
  const alt = / \/ ((?:"(?:[^"\\]|\\.)*"\s*)+)$/.exec(s.content);
  const said = (alt ? alt[1] : s.content).replace(/open-quote/g, '"“"').replace(/close-quote/g, '"”"');
  const text = [...said.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((m) => m[1]).join('');
  const plain = text.replace(/\\([0-9a-f]{1,6}) ?/gi, (_, h) => String.fromCodePoint(parseInt(h, 16))).replace(/\\(.)/g, '$1');
  return plain && (alt || s.display !== 'inline') ? ` ${plain} ` : plain;
}
