// The in-page half of every action. It lives in the isolated world "belay" of a document; nothing the page patches
// (prototypes, globals, timers) reaches it, and it leaves one frozen global behind. Waiting happens here, in one
// promise per action, not by polling over the protocol: an element that is ready costs one round trip, and the final
// check runs in the same task as the answer. Every function resolves; a failure is {error: "…"}.
//
// The files of this folder are one closure, put together in the order that layer.cmake names.

class Fatal extends Error {}  // What waiting cannot cure.

// The parent as rendered: a slotted node belongs to its slot, a root to its host.
const up = (n) => n.assignedSlot ?? n.parentElement ?? n.parentNode?.host ?? null;
const closest = (n, test) => (!n || test(n) ? n : closest(up(n), test));
const within = (n, ancestor) => closest(n, (a) => a === ancestor) !== null;

// The first answer for the document and its shadow roots, breadth first.
function inRoots(find) {
  const queue = [document];
  for (const root of queue) {
    const hit = find(root);
    if (hit) return hit;
    for (const e of root.querySelectorAll('*')) if (shadowOf(e)) queue.push(shadowOf(e));
  }
  return null;
}
// An element as an error names it. One that nothing of its own tells from others is told by where it is.
const TELLING = ['id', 'class', 'name', 'data-testid', 'aria-label', 'role', 'title'];
const MOST_TOLD = 80;  // characters of an attribute
function openTag(e) {
  const a = TELLING.find((n) => e.getAttribute(n)?.trim());
  const tag = e.localName.slice(0, MOST_TOLD);
  return { told: Boolean(a), tag: a ? `<${tag} ${a}="${e.getAttribute(a).trim().slice(0, MOST_TOLD)}">` : `<${tag}>` };
}
function describe(e) {
  const { told, tag } = openTag(e);
  if (told || isPage(e)) return tag;
  const around = closest(up(e), (a) => isPage(a) || openTag(a).told);
  return around && !isPage(around) ? `${tag} in ${openTag(around).tag}` : tag;
}
const quote = (s) => JSON.stringify(String(s));
// The name of an HTML element, in lower case also where a document keeps it as it was written (XHTML); "" of others.
const XHTML = 'http://www.w3.org/1999/xhtml';
const tagOf = (e) => (e.namespaceURI === XHTML ? e.localName : '');
