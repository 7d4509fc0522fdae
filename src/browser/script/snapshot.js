// The text of a page for a language model: docs/internals/snapshot.md has the form of its lines.

const cut = (s, most) => (s.length > most ? `${s.slice(0, most).toWellFormed()}… (${s.length} characters)` : s);

// All elements that a selector means, where acting takes the first.
function allOf(selector) {
  const s = String(selector).trim();
  const css = /^css=/i.test(s) || !(XPATH.test(s) || /^(text=|@ref:)/i.test(s));
  const found = new Set();
  if (css && split(s, '>>').length === 1) {
    try {
      inRoots((root) => void root.querySelectorAll(s.replace(/^css=/i, '')).forEach((e) => found.add(e)));
    } catch {
      throw new Fatal(`invalid selector: ${selector}`);
    }
    return found;
  }
  const first = resolve(s);
  if (first) found.add(first);
  if (XPATH.test(s)) {
    try {
      const path = s.replace(/^xpath=\s*/i, '');
      const all = document.evaluate(path, document, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
      const nodes = Array.from({ length: all.snapshotLength }, (_, i) => all.snapshotItem(i));
      for (const n of nodes) if (n instanceof Element) found.add(n);
    } catch { /* resolve() has judged it */ }
  }
  return found;
}
// The modal dialog that holds everything back. Of several, the one that was opened last is in no list, but a pointer
// finds it: nothing else, or its backdrop, is hit.
function topModal() {
  const isModal = (e) => e.localName === 'dialog' && e.matches(':modal');
  const hit = closest(hitAt(innerWidth / 2, innerHeight / 2), isModal) ?? closest(hitAt(1, 1), isModal);
  return hit ?? [...document.querySelectorAll('dialog:modal')].at(-1) ?? null;
}
function prepare(options) {
  scan.focused = hasFocus(active()) ? active() : null;
  scan.ignored = new Set();
  for (const selector of options.ignore ?? []) for (const e of allOf(selector)) scan.ignored.add(e);
  scan.modal = topModal();
  if (scan.modal) {
    scan.around = new Set();
    for (let n = up(scan.modal); n; n = up(n)) scan.around.add(n);
  }
}
function found(selector) {
  const e = resolve(selector);
  if (!e) throw new Fatal(`no element for the selector ${quote(selector)}`);
  return e;
}
function pageFlags() {
  const pane = document.scrollingElement ?? document.documentElement;
  return pane && axis(pane) ? [scrolledTo(pane)] : [];  // a document may have no element at all
}
function treeOf(options) {
  const root = document.documentElement;
  const page = newLine(root ?? document, 'document', tidy(document.title), pageFlags());
  const scopes = [options.scope ?? []].flat();
  for (const scope of scopes) {
    const e = found(scope);
    page.open = false;
    visit(e, page, place(false, 0, scan.modal !== null && within(e, scan.modal), 0));
  }
  if (!scopes.length && root) visit(root, page, place(false, 0, false, 0));
  if (scan.modal) page.kids.unshift(note('a modal dialog is open: what is behind it cannot be used and is not listed'));
  if (scan.tooDeep) page.kids.push(note(`elements nested deeper than ${MAX_DEPTH} levels are left out`));
  return page;
}

// Pieces of text come as the page has them; what is left of some is nothing.
function tidyTexts(line) {
  for (const kid of line.kids) {
    if (kid.role === 'text') kid.name = tidy(kid.name);
    tidyTexts(kid);
  }
  if (line.kids.some((kid) => kid.role === 'text' && !kid.name)) {
    line.kids = line.kids.filter((kid) => kid.role !== 'text' || kid.name);
  }
}
// Nothing when no message takes it.
function print(page, frameOrdinal) {
  const out = [];
  const frames = [];
  let room = MOST_ON_WIRE;
  const put = (line, indent) => {
    if (room < 0) return;
    const text = indent + lineText(line, frameOrdinal);
    room -= text.length + 1;
    out.push(text);
    if (line.frame) frames.push({ number: numberOf(line.node), line: out.length - 1 });
    const deeper = `${indent}  `;
    for (const kid of line.kids) put(kid, deeper);
  };
  put(page, '');
  return room < 0 ? null : { text: out.join('\n'), lines: out.length, frames };
}
function write(page, { maxChars = 0, frame = 0, elements }) {
  tidyTexts(page);
  const folded = fitInto(page, maxChars, frame);
  const told = print(page, frame);
  if (told && fitsMessage(told.text)) return { ...told, elements, folded };
  fitInto(page, MOST_ON_WIRE / WIDEST, frame);
  return { ...print(page, frame), elements, folded: true };
}
function snapshot(options = {}) {
  if (someUnasked()) throw new Unasked();  // there may be a root that only the browser knows of
  return withScan(() => {
    prepare(options);
    const page = treeOf(options);
    return write(page, { ...options, elements: scan.elements });
  });
}
