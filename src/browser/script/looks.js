// How elements look, read once per element and snapshot: asking for styles is most of what a walk costs.

const OUT = 1;      // not rendered, nor is anything in it
const UNSEEN = 2;   // visibility: hidden or collapse; what is in it may be visible again
const BLOCK = 4;    // its text is a paragraph of its own
const APART = 8;    // its text is no part of the word before it
const HAND = 16;    // the pointer turns into a hand
const SCROLLS = 32;
const LOCKED = 64;  // its content is not rendered (content-visibility: hidden)
const DRAWN = 128;  // a picture from the stylesheet is in the place of its content (content: url(…))

// What one snapshot remembers. Outside of one it is made anew for each question.
let scan = null;
const newScan = () => ({
  looks: new Map(), shown: new Map(), labels: new Map(), stands: new Map(), texts: new Map(), spoken: new Set(),
  elements: 0, depth: 0, referred: 0, generates: false, locks: false, hands: false, scrolls: false, disables: false,
  readonly: false, owns: false, draws: false, owners: new Map(), named: new Map(),
});
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
// For a question about one element. It is asked itself whatever sheets may say, which costs less than to read them.
const ANYTHING = {
  texts: { has: () => true, get: () => 'all' }, generates: true, locks: true, hands: true, scrolls: true, disables: true,
  readonly: true, owns: true, draws: true,
};
function withScanOfOne(f) {
  if (scan) return f();
  scan = { ...newScan(), ...ANYTHING };
  try {
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
    if (display === 'inline' || display === 'ruby') l = 0;
    else if (display === 'contents' || display.startsWith('inline') || display.startsWith('ruby-')) l = APART;
    else l = BLOCK | APART;
    if (s.visibility !== 'visible') l |= UNSEEN;
    if (scan.hands && s.cursor === 'pointer') l |= HAND;
    if (scan.draws && PICTURE.test(s.content) && e.localName !== 'img') l |= DRAWN;
    if (l & APART) {
      // A scrolling axis makes the other one's computed value differ from "visible" too.
      if (scan.scrolls && s.overflowY !== 'visible' && /auto|scroll/.test(s.overflow) && axis(e)) l |= SCROLLS;
      if (scan.locks && s.contentVisibility === 'hidden') l |= LOCKED;
    }
  }
  scan.looks.set(e, l);
  return l;
}
// One picture alone, with or without words for it. Of several things beside each other Chromium shows none.
const PICTURE = /^url\("(?:[^"\\]|\\.)*"\)(?: \/ .*)?$/s;
const isDrawn = (e) => scan.draws && (look(e) & DRAWN) !== 0;

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
  if (tag === 'slot' && e.assignedNodes) {
    const given = e.assignedNodes();
    return given.length ? given : e;
  }
  if (tag === 'details' && e.open === false) {
    const summary = summaryOf(e);
    return summary ? [summary] : [];
  }
  return e;
}
const summaryOf = (details) => [...details.children].find((c) => c.localName === 'summary') ?? null;
