// A press reaches what it is meant for, or nothing. Hovering may put something else under the pointer after the place to
// point was found, and a look after the move would have to wait for a frame. So the press itself is judged as it
// arrives, before the page hears of it. In a frame under the pointer it is not seen; it then counts as right.

const PRESS = ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click', 'auxclick', 'contextmenu', 'dblclick'];
const COMES = 5000;  // ms; a press at the same point that comes later is somebody else's
let press = null;    // {selector, e, at, clicks, until}; once it has come, {seen}; of a wrong one {wrong}, at its end {over}

// A page that renders anew while it is hovered may replace the element by its like.
function meant({ selector, e }, hit) {
  if (!hit) return false;
  if (e.isConnected) return receives(e, hit);
  if (closest(hit, (a) => a.localName === e.localName && a.textContent === e.textContent)) return true;
  try {
    return receives(resolve(selector), hit);
  } catch {
    return false;
  }
}
function judge(event) {
  const p = press;
  if (!p || p.over || !event.isTrusted) return;
  if (!p.seen) {
    const near = Math.abs(event.clientX - p.at.x) < 1 && Math.abs(event.clientY - p.at.y) < 1;
    if (event.type !== 'pointerdown' || !near || performance.now() > p.until) return;
    p.seen = true;
    const hit = hitAt(p.at.x, p.at.y);
    if (!meant(p, hit)) p.wrong = `element is covered by ${describe(hit ?? document.documentElement)} once it is hovered`;
  }
  if (!p.wrong) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (event.type === 'mouseup' && --p.clicks === 0) setTimeout(() => { p.over = true; });  // after its click
}
// At once, to be before the page's own; and for each press, since document.open takes listeners away.
const watchPresses = () => { for (const type of PRESS) addEventListener(type, judge, { capture: true, passive: false }); };
watchPresses();

function expectPress(selector, e, at, clicks) {
  watchPresses();
  press = { selector, e, at, clicks, until: performance.now() + COMES };
}
function pressed() {
  const wrong = press?.wrong;
  press = null;
  return { wrong: wrong ?? null };
}
