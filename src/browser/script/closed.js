// Closed shadow roots, which no script can find by itself: whoever knows some hands them in. The server is told when
// something was not found and there are elements that may have one; it asks the browser about just those.

const closedRoots = new WeakMap();
function adoptRoots(...roots) {
  for (const root of roots) if (root?.host) closedRoots.set(root.host, root);
  return { ok: true };
}
const shadowOf = (e) => e.shadowRoot ?? closedRoots.get(e) ?? null;

// A question is put again after each round of asking, with its epoch: what was asked about since (and somewhat before)
// is not asked about again on its account, however long the asking takes. When it has had its rounds it is put with
// `enough`, and is answered with the roots that are known then.
let question = null;  // the one that is being answered at this moment: {epoch, enough}
const epoch = () => question?.epoch ?? performance.now();
// Answers with `answer`, a function that does not wait.
function onBehalf(asking, answer) {
  const other = question;
  question = asking;
  try {
    return answer();
  } finally {
    question = other;
  }
}
class Unasked extends Error {  // what was looked for may be in a root that the browser was not asked about
  epoch = epoch();
}

// Other elements that may have a root (DOM, attachShadow).
const HOST = /^(article|aside|blockquote|body|div|footer|h[1-6]|header|main|nav|p|section|span)$/;
const AGAIN = 1000;  // ms before a question; an element of the page's making may get its root late
const MOST = 300;    // that are asked about in one round
const asked = new WeakMap();

function mayHide(e, focused = false) {
  if (question?.enough || shadowOf(e)) return false;
  const custom = e.localName.includes('-');
  if (!custom && !HOST.test(tagOf(e))) return false;
  if (asked.has(e) && (!custom || epoch() - asked.get(e) < AGAIN)) return false;
  // Of the elements that are not the page's own only those that have the focus, or show something though they hold nothing, or
  // nothing that is rendered.
  return custom || focused || (unplaced(e) && area(e.getBoundingClientRect()) > 0);
}
// A child that a root gives no place has no style. Whether one that has a place has it in a closed root nobody can tell.
const isUnplaced = (child) => child !== null && style(child).display === '';
const unplaced = (e) => (e.firstElementChild ? isUnplaced(e.firstElementChild) || isUnplaced(e.lastElementChild)
  : !e.textContent.trim());
// The element with the focus, where that may in truth be one in its root.
function focusedHost() {
  const e = active();
  return e && !isPage(e) && mayHide(e, true) ? e : null;
}
// Until `take` says true to one.
function eachUnasked(take) {
  const first = focusedHost();
  if (first && take(first)) return true;
  return inRoots((root) => {
    for (const e of root.querySelectorAll('*')) if (e !== first && mayHide(e) && take(e)) return true;
    return false;
  }) !== null;
}
const someUnasked = () => eachUnasked(() => true);

// Those elements, for their objectIds. They count as asked about from now on. Of more than a question has rounds for,
// each gets its turn: those that were never asked about come first, after the one with the focus.
function hosts() {
  const fresh = [];
  const again = [];
  const first = focusedHost();
  eachUnasked((e) => {
    const list = asked.has(e) && e !== first ? again : fresh;
    if (list.length < MOST) list.push(e);
    return fresh.length === MOST;
  });
  const out = [...fresh, ...again].slice(0, MOST);
  for (const e of out) asked.set(e, performance.now());
  return out;
}
