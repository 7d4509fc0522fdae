// Where a pointer has to go to reach an element, and what is in its way.

const view = () => ({ left: 0, top: 0, right: innerWidth, bottom: innerHeight });
const meet = (a, b) => ({
  left: Math.max(a.left, b.left), top: Math.max(a.top, b.top),
  right: Math.min(a.right, b.right), bottom: Math.min(a.bottom, b.bottom),
});
const area = (r) => Math.max(0, r.right - r.left) * Math.max(0, r.bottom - r.top);
const holds = (r, p) => p.x >= r.left && p.x < r.right && p.y >= r.top && p.y < r.bottom;

const isForeign = (e) => e instanceof SVGForeignObjectElement;
const isDrawnIn = (e) => e instanceof SVGElement && up(e) instanceof SVGElement && !isForeign(up(e));
// Where an <svg> within a drawing shows what is in it: its own box is that of its content.
function viewportOf(svg) {
  const matrix = style(svg).transform === 'none' && up(svg).getScreenCTM?.();
  if (!matrix) return view();
  const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((name) => svg[name].baseVal.value);
  const corners = [[x, y], [x + width, y], [x, y + height], [x + width, y + height]]
    .map(([a, b]) => new DOMPoint(a, b).matrixTransform(matrix));
  return boundsOf(corners.flatMap((p) => [p.x, p.y]));
}
// Where the element shows what is in it. What is inline shows it everywhere, but a drawing or a group of fields is a box
// whatever its style calls it.
function windowOf(e) {
  const { overflow, display } = style(e);
  if (overflow === 'visible') return view();
  if (isDrawnIn(e) && !isForeign(e)) return e instanceof SVGSVGElement ? viewportOf(e) : view();
  const isBox = !/^(inline|contents)$/.test(display) || e.clientWidth > 0;
  return isBox ? e.getBoundingClientRect() : view();
}
// What of the viewport the element's ancestors let it paint in.
function clip(e) {
  let room = view();
  let { position } = style(e);
  for (let a = up(e); a && !isPage(a); a = up(a)) {
    const s = style(a);
    // A fixed box escapes its ancestors, an absolute one those that do not position it, and neither a drawing's foreign content.
    const free = position === 'fixed' || (position === 'absolute' && s.position === 'static' && s.transform === 'none');
    if (free && !isForeign(a)) continue;
    room = meet(room, windowOf(a));
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

// Chromium counts in 64ths of a pixel, and takes what lies between them for the one before where it is asked and for the nearest
// where it is pressed: a point there may be the element's for us and a neighbour's for the page.
const FINEST = 64;
const onGrid = ({ x, y }) => ({ x: Math.floor(x * FINEST) / FINEST, y: Math.floor(y * FINEST) / FINEST });

// Where to point now: {x, y}, or {error} with what is in the way. `face`: what is shown of the element.
function aim(e, face, need, position) {
  const room = clip(face);
  const r = face.getBoundingClientRect();
  const points = (position
    ? [{ x: r.left + Number(position.x), y: r.top + Number(position.y) }].filter((p) => holds(room, p))
    : pointsOf(face === imageOf(e) ? e : face, room)).map(onGrid);
  let cover = null;
  let inner = null;
  let narrow = null;
  // A page hears of whole pixels, and Chromium itself looks there for whose a context menu or the like is.
  const whole = (p) => receives(e, hitAt(Math.floor(p.x), Math.floor(p.y)));
  let place;  // looked at once: where there is one control only, each hit on one is a hit on that
  const isPlaceOf = (actor) => (place ??= wraps(face, actor));
  for (const p of points) {
    const hit = hitAt(p.x, p.y);
    if (hit && need === 'drop') return p;  // what is dragged may cover where it goes
    const bar = hit && need === 'click' && onScrollBar(hit, p);
    const mine = hit && !bar && receives(e, hit);
    const actor = mine && need === 'click' && !position ? actorIn(face, hit) : null;
    if (mine && (!actor || (!acts(face) && isPlaceOf(actor)))) {
      if (need !== 'click' || position || whole(p)) return p;
      narrow ??= p;
    } else if (actor) inner ??= { ...p, actor };
    else cover ??= hit && { hit, bar, at: p };
  }
  if (narrow) return narrow;
  // What has nothing to do itself may be meant as the place of what is in it; so may a frame of one control.
  if (inner && (!acts(face) || isPlaceOf(inner.actor))) return { x: inner.x, y: inner.y };
  if (inner) return { error: `element is covered by ${describe(inner.actor)}, which is in it and acts for itself` };
  if (!cover) return { error: 'element is outside of the viewport', outside: true };
  if (style(face).pointerEvents === 'none') return { error: 'element does not receive events (pointer-events: none)' };
  // Under a backdrop no scrolling helps; under a sticky header it does.
  const movable = area(meet(cover.hit.getBoundingClientRect(), view())) < area(view());
  const what = cover.bar ? `a scroll bar of ${describe(cover.hit)}` : describe(cover.hit);
  return { error: `element is covered by ${what}`, movable, at: cover.at };
}
function reveal(e, block) {
  if (e.getClientRects().length) {
    e.scrollIntoView({ block, inline: block === 'center' ? 'nearest' : 'center', behavior: 'instant' });
  } else if (boxes(e).length) {
    bring(e, middle(boxes(e)[0]));  // One without a box of its own cannot be scrolled to by itself.
  }
}

// Some things come, and some covers go, once the pointer is there. An element that cannot be clicked is so answered with
// {hover}, a point to move to first: once where it is covered, and of what is hidden over one element around it after
// another, from the outermost that is shown inwards.
const BEFORE_HOVER = 6;  // passes
const MOST_HOVERS = 4;
let hoveredOver = null;
let hoverReason = null;  // what was wrong before the pointer moved
async function hoverFor(e, last) {
  const around = last ? e : closest(up(e), (a) => !hidden(a));
  if (!around || isPage(around) || around === hoveredOver) return null;
  if (!last && aim(around, around, 'hover').outside) {
    reveal(around, 'center');
    await frame();
  }
  const at = last ? last.at : aim(around, around, 'hover');
  if (!at || at.error) return null;
  hoveredOver = around;
  hoverReason = last?.error ?? unseen(e);
  return { hover: { x: at.x, y: at.y } };
}
// The same within one question that is put again after each move: a function that gives what to answer with, if anything.
function hovering(e, pass, hovered) {
  if (hovered === 0) [hoveredOver, hoverReason] = [null, null];
  return async (last) => (hovered < MOST_HOVERS && pass >= BEFORE_HOVER ? hoverFor(e, last) : null);
}
const visible = (selector, { timeout } = {}) =>
  until(selector, timeout, (e) => (hidden(e) ? { error: hidden(e) } : { ok: true }));
const CLOSED_LIST = 'element is an option of a closed list';  // act_steps.h: kClosedList
const listOf = (option) => closest(option, (a) => a instanceof HTMLSelectElement);
const inClosedList = (e) => tagOf(e) === 'option' && !boxes(e).length && listOf(e) !== null;

const MOVING = 'element is moving';
// With `clicks`, that many are about to come there, by a finger with `touch`. `hovered`: how many points to move to it has given
// already, where it may.
function point(selector, { timeout, need = 'click', position, clicks, touch, hovered } = {}) {
  let known = hovered > 0 ? hoverReason : null;  // what was wrong when it was looked at last
  return until(selector, timeout, async (found, pass, note, left) => {
    if (need === 'click' && inClosedList(found)) throw new Fatal(CLOSED_LIST);
    const e = inClosedList(found) ? listOf(found) : found;  // there is nothing else of it to point at
    const unfit = () => inert(e) || (faces(e).length ? '' : unseen(e))
      || (need === 'click' && (disabled(e) || disabled(control(e))));
    const hover = hovering(e, pass, hovered);
    if (unfit()) return (/visible|size/.test(unfit()) && await hover(null)) || { error: unfit() };
    let first;
    for (const face of faces(e)) {
      let last;
      for (const block of ['', 'center', 'start', 'end']) {
        // For a covered element the page is scrolled only now and then, lest it jumps about as long as the cover stays.
        if (block && !(last.outside || (last.movable && pass % 16 === 0))) break;
        if (left()) return LEFT;
        if (unfit()) return { error: unfit() };
        const reason = () => last?.error ?? known ?? aim(e, face, need, position).error ?? MOVING;
        if (block) {
          note(reason());
          reveal(face, block);
          await frame();  // The page's own scroll handlers run first and may shift it.
        }
        const moving = motion(face);
        if (moving) note(reason());
        // One that stood until it was scrolled to, and moves as the page does, is where it was as far as anybody can tell.
        if ((block || moving) && !(await still(face, moving))) return { error: reason() };
        if (left()) return LEFT;
        if (unfit()) return { error: unfit() };
        last = aim(e, face, need, position);
        if (!last.error && clicks) expectPress(selector, e, last, { clicks, touch });
        if (!last.error) return { ...last, tag: e.localName };
      }
      first ??= last;
    }
    known = first.error;
    return (first.at && await hover(first)) || { error: first.error };
  });
}
