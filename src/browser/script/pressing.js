// A press reaches what it is meant for, or nothing. Hovering may put something else under the pointer after the place to
// point was found, and a look after the move would have to wait for a frame. So the press itself is judged as it
// arrives, before the page hears of it. One that goes into a frame is not seen here: nothing can keep it from that, but
// afterwards the frame is there.

const PRESS = ['pointerdown', 'touchstart', 'mousedown', 'pointerup', 'touchend', 'mouseup', 'click', 'auxclick', 'contextmenu', 'dblclick'];
const COMES = 5000;  // ms; a press at the same point that comes later is somebody else's
const FRAMES = 'iframe, frame, object, embed, fencedframe';
let press = null;    // {selector, e, at, clicks, touch, first, actor, until, seen: how many have come, ended: how many of them are over};
                     // of a wrong one {wrong}, at its end {over}; of one that came to something else {stray}; of all a trail (lost.js)

// A page that renders anew while it is hovered may replace the element by its like.
function meant({ selector, e, actor }, hit) {
  if (!hit) return false;
  if (e.isConnected) return receives(e, hit) && (actorIn(e, hit) ?? actor) === actor;
  if (closest(hit, (a) => a.localName === e.localName && a.textContent === e.textContent)) return true;
  try {
    return receives(resolve(selector), hit);
  } catch {
    return false;
  }
}
// The first press of a double click may do something itself; the second then is not to be felt by what is there instead.
const MOVED_AWAY = (other) => `element moved away under the first press, and the second was kept from ${other}`;
function judge(event) {
  const p = press;
  if (!p || p.over || !event.isTrusted) return;
  if (!p.seen && (event.type !== 'pointerdown' || performance.now() > p.until || (event.pointerType === 'touch') !== p.touch)) return;
  if (event.type === 'pointerdown' && p.seen < p.clicks && !p.wrong) {
    const near = Math.abs(event.clientX - p.at.x) < 1 && Math.abs(event.clientY - p.at.y) < 1;
    // Under some transforms of a frame a press comes to a place beside the one that was meant.
    const at = near ? p.at : { x: event.clientX, y: event.clientY };
    // Both are asked: the event itself, since its point may be another one by a fraction of a pixel, and what lies there now, since
    // a page that hears of the press before us may have put something there, to which the click would go.
    const hit = hitAt(at.x, at.y);
    const other = [hit, cameTo(event, at)].find((one) => !meant(p, one));
    const wrong = other === undefined ? '' : describe(other ?? document.documentElement);
    if (!near && wrong && !p.seen) {
      p.stray = wrong;
      return;
    }
    if (wrong) p.wrong = p.seen ? MOVED_AWAY(wrong) : `element is covered by ${wrong} once it is ${p.touch ? 'touched' : 'hovered'}`;
    else p.trail.on = pressedAt(p.e, hit, event);
    p.seen++;
  }
  if (event.type === 'pointerup') p.ended++;
  if (!p.wrong) {
    follow(p, event);
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  if (event.type === 'pointerup' && p.ended >= p.clicks) setTimeout(() => { p.over = true; });  // after its click
}
// At once, to be before the page's own; and for each press, since document.open takes listeners away.
const watchPresses = () => { for (const type of PRESS) addEventListener(type, judge, { capture: true, passive: false }); };
watchPresses();

// Whether nothing of the page hears of a press before we do. A page that was there before the script has listeners that
// may keep a press from us, and so has one that was opened anew (document.open), which takes ours away. What such a page
// has felt we cannot know, and to press again might do it twice.
const early = document.documentElement === null;
const PROBE = `belay ${Math.random()}`;
let heard = false;
addEventListener(PROBE, () => { heard = true; });
function hearsFirst() {
  heard = false;
  dispatchEvent(new Event(PROBE));
  return early && heard;
}

function expectPress(selector, e, at, { clicks, touch = false }) {
  const first = hearsFirst();
  watchPresses();
  press = { selector, e, at, clicks, touch, first, actor: actorIn(e, hitAt(at.x, at.y)), until: performance.now() + COMES, seen: 0, ended: 0,
    trail: newTrail() };
}
// What was met instead of the element, and whether that has felt it. Where all is well the timers that the press has set
// have had their turn (departure.h), but for a hidden page, whose timers are slow. `held`: the button is still down, and what
// comes of a wrong press until it is let go of is kept away as well.
async function pressed({ held = false } = {}) {
  const p = press;
  if (p && !held) await tapsClick(p);
  const verdict = met(p, held);
  const waits = !verdict.wrong && !document.hidden;
  if (waits) await new Promise((done) => setTimeout(() => setTimeout(done)));
  return { ...verdict, timers: waits || document.hidden };
}
function met(p, held) {
  if (press === p && (!held || !p?.wrong)) press = null;  // the next act may have come meanwhile
  if (!held && p?.seen && !p.wrong && lostClick(p)) return { wrong: LOST_CLICK, felt: true };
  if (!p || p.seen) return { wrong: p?.wrong ?? null, felt: p?.seen > 1 };
  const hit = hitAt(p.at.x, p.at.y);
  if (hit?.matches(FRAMES) && meant(p, hit)) return { wrong: null, felt: false };
  if (p.stray) return { wrong: `the press came to ${p.stray} instead`, felt: true };
  if (!hit?.matches(FRAMES)) return { wrong: p.first ? 'the page did not see the press' : null, felt: false };
  return { wrong: `${describe(hit)} came over the element once it was hovered, and the press went into that`, felt: true };
}
