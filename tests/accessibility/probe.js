// What the script thinks of every element, for comparison with the browser's own accessibility tree. Elements come in
// the order of DOM.getDocument{pierce}: an element, what its open shadow root holds, its children.
function everyElement() {
  const out = [];
  const take = (parent) => {
    for (const e of parent.children) {
      out.push(e);
      if (e.shadowRoot) {
        if (scan && !scan.texts.has(e.shadowRoot)) readSheets(e.shadowRoot);
        take(e.shadowRoot);
      }
      take(e);
    }
  };
  take(document);
  return out;
}
function exposed(e) {
  if (e.localName === 'area') {  // it is shown with the picture that its map is of
    const name = e.closest('map')?.name;
    e = [...e.getRootNode().querySelectorAll('img[usemap]')].find((i) => i.useMap === `#${name}` && i.naturalWidth);
    if (!e) return false;
  }
  if (look(e) & UNSEEN) return false;
  let inModal = scan.modal === null;
  for (let n = e; n; n = up(n)) {
    if (look(n) & OUT || n.getAttribute('aria-hidden') === 'true' || n.inert) return false;
    if (n === scan.modal) inModal = true;
    const above = up(n);
    if (above && look(above) & (LOCKED | DRAWN)) return false;
    if (above?.localName === 'details' && !above.open && n !== summaryOf(above)) return false;
    if (!above && n !== document.documentElement) return false;  // in a host's light tree, but in no slot
  }
  return inModal;
}
const probe = () => withScan(() => {
  prepare({});
  return everyElement().map((e) => {
    if (!exposed(e)) return null;
    const role = roleOf(e);
    const flags = flagsOf(e, role, '', scan.focused).map((f) => f.split('=')[0]);
    return { tag: e.localName, id: e.id, role, name: nameOf(e, role), flags, level: levelOf(e, role),
             popup: flagsOf(e, role, '', null).find((f) => f.startsWith('haspopup'))?.slice(9) ?? '' };
  });
});
// The elements that have a line of their own, as their places in everyElement().
const lined = () => withScan(() => {
  prepare({});
  const places = new Map(everyElement().map((e, i) => [e, i]));
  const out = [];
  const take = (line) => {
    if (line.node && places.has(line.node)) out.push([places.get(line.node), line.role]);
    line.kids.forEach(take);
  };
  take(treeOf({}));
  return out;
});
// Every number of the text whose path does not lead back to its node.
const misled = () => withScan(() => {
  const bad = [];
  let count = 0;
  for (const m of snapshot({}).text.matchAll(/^ *\[\d+-(\d+)\]/gm)) {
    const n = Number(m[1]);
    count++;
    const path = locate(n).xpath;
    if (path.startsWith('@') || resolve(path.startsWith('/') ? `xpath=${path}` : path) !== byRef(n)) bad.push(`${n}: ${path}`);
  }
  return { count, bad };
});
// The best of nine walks that only look at each node: what any walk must cost on this machine now.
function bareWalk() {
  let best = Infinity;
  for (let i = 0; i < 9; i++) {
    const began = performance.now();
    const walker = document.createTreeWalker(document, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    const out = [];
    for (let n = walker.nextNode(); n; n = walker.nextNode()) {
      if (n.nodeType === Node.TEXT_NODE) out.push(n.data);
      else {
        for (const a of n.attributes) out.push(a.name, a.value);
        out.push(n.getBoundingClientRect().y);
      }
    }
    out.join('\n');
    best = Math.min(best, performance.now() - began);
  }
  return best;
}
const dissolved = () => [...DISSOLVED];
const testing = { bareWalk, dissolved, probe, lined, misled };
