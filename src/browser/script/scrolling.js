// Scrolling an element, the page or the pane that stands for it. Always at once, whatever scroll-behavior says.

// The axis (vertical first) along which the element scrolls, or null. The root scrolls unless it says otherwise.
function axis(e) {
  const s = style(e);
  const root = e === document.scrollingElement;
  const can = (overflow) => (root ? /^(visible|auto|scroll)$/ : /^(auto|scroll|hidden)$/).test(overflow);
  if (e.scrollHeight > e.clientHeight + 1 && can(s.overflowY)) {
    return { key: 'scrollTop', side: 'top', room: e.scrollHeight - e.clientHeight, page: e.clientHeight };
  }
  if (e.scrollWidth <= e.clientWidth + 1 || !can(s.overflowX)) return null;
  const way = s.direction === 'rtl' ? -1 : 1;
  return { key: 'scrollLeft', side: 'left', room: way * (e.scrollWidth - e.clientWidth), page: way * e.clientWidth };
}

// The element to scroll for `e`. Where the window does not scroll, "the page" means the pane in its middle that does.
function scroller(e) {
  if (!isPage(e)) return axis(e) ? e : null;
  const root = document.scrollingElement ?? e;
  return axis(root) ? root : closest(hitAt(innerWidth / 2, innerHeight / 2), (a) => axis(a) !== null);
}
const scrollWith = (selector, timeout, target) =>
  until(selector, timeout, (found) => {
    const e = scroller(found);
    if (!e) return { error: `${describe(found)} cannot be scrolled` };
    const a = axis(e);
    const from = e[its[a.key]];
    e.scrollTo({ [a.side]: target(from, a), behavior: 'instant' });  // Whatever the page's scroll-behavior.
    return { ok: true, moved: e[its[a.key]] - from };
  });
async function scroll(selector, percent, { timeout } = {}) {
  const m = /^\s*(-?\d*\.?\d+)\s*%?\s*$/.exec(String(percent));
  if (!m) throw new Fatal(`not a percentage: ${quote(percent)}`);
  return scrollWith(selector, timeout, (_, a) => a.room * Math.min(1, Math.max(0, Number(m[1]) / 100)));
}
async function scrollChunk(selector, direction, { timeout } = {}) {
  const sign = { next: 1, down: 1, prev: -1, up: -1 }[direction];
  if (!sign) throw new Fatal(`not a direction: ${quote(direction)}`);
  return scrollWith(selector, timeout, (from, a) => from + sign * a.page);
}
const scrollIntoView = (selector, { timeout } = {}) =>
  until(selector, timeout, async (e, pass, note) => {
    const face = imageOf(e) ?? e;
    // What only cannot be seen has a place to scroll to; what has no box has none.
    const unfit = () => (/detached|display: none|in the closed/.test(hidden(face)) ? hidden(face) : '');
    if (unfit()) return { error: unfit() };
    note('element is moving');
    const moving = motion(face);
    if (moving && !(await still(face, moving))) return { error: unfit() || 'element is moving' };
    reveal(face, 'center');
    return { ok: true };
  });

// What moves may glide, and may begin late: resolves when scrolling has come to rest, or has not begun.
const LATE = 150;  // ms
const REST = 80;
const LONGEST = 1000;
async function scrollRest() {
  const begun = performance.now();
  let last = 0;
  const note = () => { last = performance.now(); };
  const roots = [];
  inRoots((root) => void roots.push(root));  // of what scrolls in a shadow root the document hears nothing
  for (const root of roots) root.addEventListener('scroll', note, { capture: true, passive: true });
  for (let now = begun; now - begun < LONGEST && (last ? now - last < REST : now - begun < LATE);) {
    await sleep(20);
    now = performance.now();
  }
  for (const root of roots) root.removeEventListener('scroll', note, { capture: true });
  return true;
}
