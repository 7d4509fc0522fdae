// Where a pointer has to go to reach an element, and what is in its way.

const view = () => ({ left: 0, top: 0, right: innerWidth, bottom: innerHeight });
const meet = (a, b) => ({
  left: Math.max(a.left, b.left), top: Math.max(a.top, b.top),
  right: Math.min(a.right, b.right), bottom: Math.min(a.bottom, b.bottom),
});
const area = (r) => Math.max(0, r.right - r.left) * Math.max(0, r.bottom - r.top);
const holds = (r, p) => p.x >= r.left && p.x < r.right && p.y >= r.top && p.y < r.bottom;

// What of the viewport the element's ancestors let it paint in.
function clip(e) {
  let room = view();
  let { position } = style(e);
  for (let a = up(e); a && !isPage(a) && position !== 'fixed'; a = up(a)) {
    const s = style(a);
    // An absolute box escapes the ancestors that do not position it.
    if (position === 'absolute' && s.position === 'static' && s.transform === 'none') continue;
    const clips = s.overflow !== 'visible' && !/^(inline|contents)$/.test(s.display);
    if (clips) room = meet(room, a.getBoundingClientRect());
    ({ position } = s);
  }
  return room;
}
function hitAt(x, y) {
  let hit = document.elementFromPoint(x, y);
  const deeper = () => shadowOf(hit)?.elementFromPoint(x, y);
  // A root answers with an element outside of itself where it holds none.
  while (hit && shadowOf(hit) && deeper()?.getRootNode() === shadowOf(hit)) hit = deeper();
  return hit;
}
function receives(e, hit) {
  if (within(hit, e)) return true;
  const label = closest(hit, (a) => a instanceof HTMLLabelElement);
  return label !== null && (label.control === e || within(e, label));
}

// Where to point now: {x, y}, or {error} with what is in the way.
function aim(e, need, position) {
  const room = clip(e);
  const r = e.getBoundingClientRect();
  const spots = position
    ? [{ x: r.left + Number(position.x), y: r.top + Number(position.y) }].filter((p) => holds(room, p))
    : boxes(e).map((b) => meet(b, room)).filter(area).sort((a, b) => area(b) - area(a)).slice(0, 4)
      .map((b) => ({ x: (b.left + b.right) / 2, y: (b.top + b.bottom) / 2 }));
  let cover = null;
  for (const p of spots) {
    const hit = hitAt(p.x, p.y);
    if (hit && (need === 'drop' || receives(e, hit))) return p;  // what is dragged may cover where it goes
    cover ??= hit;
  }
  if (!cover) return { error: 'element is outside of the viewport', outside: true };
  if (style(e).pointerEvents === 'none') return { error: 'element does not receive events (pointer-events: none)' };
  // Under a backdrop no scrolling helps; under a sticky header it does.
  const movable = area(meet(cover.getBoundingClientRect(), view())) < area(view());
  return { error: `element is covered by ${describe(cover)}`, movable };
}
const reveal = (e, block) =>
  e.scrollIntoView({ block, inline: block === 'center' ? 'nearest' : 'center', behavior: 'instant' });
const visible = (selector, { timeout } = {}) =>
  until(selector, timeout, (e) => (hidden(e) ? { error: hidden(e) } : { ok: true }));
// With `clicks`, that many are about to come there.
const point = (selector, { timeout, need = 'click', position, clicks } = {}) =>
  until(selector, timeout, async (e, pass, note) => {
    const unfit = () => hidden(e) || (need === 'click' && (disabled(e) || disabled(control(e))));
    let last;
    for (const block of ['', 'center', 'start', 'end']) {
      // For a covered element the page is scrolled only now and then, lest it jumps about as long as the cover stays.
      if (block && !(last.outside || (last.movable && pass % 16 === 0))) break;
      if (unfit()) return { error: unfit() };
      note(last?.error ?? 'element is moving');
      if (block) reveal(e, block);
      if (block) await frame();  // The page's own scroll handlers run first and may shift it.
      const moving = motion(e);
      if ((block || moving) && !(await still(e, moving))) return { error: 'element is moving' };
      if (unfit()) return { error: unfit() };
      last = aim(e, need, position);
      if (!last.error && clicks) expectPress(selector, e, last, clicks);
      if (!last.error) return { ...last, tag: e.localName };
    }
    return { error: last.error };
  });
