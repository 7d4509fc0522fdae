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
const describe = (e) => {
  const a = ['id', 'class', 'name'].find((n) => e.getAttribute(n)?.trim());
  const tag = e.localName.slice(0, 80);
  return a ? `<${tag} ${a}="${e.getAttribute(a).trim().slice(0, 80)}">` : `<${tag}>`;
};
const quote = (s) => JSON.stringify(String(s));
