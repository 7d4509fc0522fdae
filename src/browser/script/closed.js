// Closed shadow roots, which no script can find by itself: whoever knows some hands them in. The server is told when
// something was not found and there are elements that may have one; it asks the browser about just those.

const closedRoots = new WeakMap();
function adoptRoots(...roots) {
  for (const root of roots) if (root?.host) closedRoots.set(root.host, root);
  return { ok: true };
}
const shadowOf = (e) => e.shadowRoot ?? closedRoots.get(e) ?? null;

class Unasked extends Error {}  // what was looked for may be in a root that the browser was not asked about

// Other elements that may have a root (DOM, attachShadow).
const HOST = /^(ARTICLE|ASIDE|BLOCKQUOTE|BODY|DIV|FOOTER|H[1-6]|HEADER|MAIN|NAV|P|SECTION|SPAN)$/;
const AGAIN = 1000;  // ms; an element of the page's making may get its root late
const MOST = 300;    // that are asked about at once
const asked = new WeakMap();

function mayHide(e, focused = false) {
  if (shadowOf(e)) return false;
  const custom = e.localName.includes('-');
  if (!custom && !HOST.test(e.nodeName)) return false;
  if (asked.has(e) && (!custom || performance.now() - asked.get(e) < AGAIN)) return false;
  // Of the elements that are not the page's own only those that have the focus, or show something and hold nothing.
  return custom || focused || (!e.firstElementChild && !e.textContent.trim() && area(e.getBoundingClientRect()) > 0);
}
// The element with the focus, where that may in truth be one in its root.
function focusedHost() {
  const e = active();
  return e && !isPage(e) && mayHide(e, true) ? e : null;
}
function unasked(most = MOST) {
  const out = [];
  const first = focusedHost();
  if (first) out.push(first);
  inRoots((root) => {
    for (const e of root.querySelectorAll('*')) if (out.length < most && e !== first && mayHide(e)) out.push(e);
    return out.length === most;
  });
  return out;
}

// Those elements, for their objectIds. They count as asked about from now on.
function hosts() {
  const out = unasked();
  for (const e of out) asked.set(e, performance.now());
  return out;
}
