// Waiting until an element is fit, and what makes it unfit: invisible, disabled, readonly, moving.

// A label, and what it is made of, stands for its control wherever the control is what can be acted on.
const OWN = 'a[href], button, input, meter, output, progress, select, textarea';
function control(e) {
  const label = closest(e, (a) => a instanceof HTMLLabelElement || a.matches(OWN) || a.isContentEditable);
  return (label instanceof HTMLLabelElement && label.control) || e;
}

// A frame, or 100 ms where frames have stopped (hidden or occluded page).
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const frame = (ms = 100) => Promise.race([new Promise(requestAnimationFrame), sleep(ms)]);
const missing = (selector) => `Could not find an element for the given xPath(s): ${selector}`;

const CLOSING = { error: 'The page is closing', closing: true };

// How often the server has left whoever waited here: its operation was cancelled, or had no more time. What still waits
// then does nothing more, for a later operation may be under way.
let departures = 0;
const leave = () => ({ ok: ++departures > 0 });
const LEFT = { error: 'nobody waits for this any more' };

// Runs `check` on the element until it has no error or time is up; the last error is the answer, also when a check is
// still waiting for a frame (it says with `note` what for, and asks `left` before it does something after one). {hosts} asks the server to look for closed roots first; a
// question that has had enough of them waits for a while before it does. The element is resolved anew each time because
// frameworks replace nodes while they render. A window that is closing is never acted on: the server takes the next one.
async function until(selector, timeout, check) {
  const deadline = performance.now() + (Number(timeout) || 0);
  let asking = question;
  const sated = question?.enough;
  let last = { error: 'the page did not say what is wrong with the element' };
  const note = (error) => { last = { error }; };
  const since = departures;
  const left = () => departures !== since;
  let bell;
  const late = new Promise((done) => { bell = setTimeout(done, Number(timeout) || 0); });
  try {
    for (let pass = 0; ; pass++) {
      if (globalThis.closed) return CLOSING;
      if (left()) return LEFT;
      const round = pass % 10 === 0;
      if (round && pass > 0) asking = { epoch: performance.now(), enough: sated && performance.now() >= deadline };
      const checked = onBehalf(asking, () => {
        const e = resolve(selector);
        if (!e && round && someUnasked()) throw new Unasked();
        return e ? check(e, pass, note, left) : { error: missing(selector) };
      });
      const answer = checked instanceof Promise ? await Promise.race([checked, late]) : checked;
      if (left()) return LEFT;
      if (!answer) return last;
      const rest = deadline - performance.now();
      if (!answer.error || rest <= 0) return answer;
      note(answer.error);
      // Past the first few frames, leave the page room to get ready.
      await (pass < 8 ? frame() : sleep(Math.min(50, rest)));
    }
  } catch (e) {
    if (!(e instanceof Unasked)) throw e;
    return { error: missing(selector), hosts: true, epoch: e.epoch };
  } finally {
    clearTimeout(bell);
  }
}
const style = (e) => getComputedStyle(e);
const isPage = (e) => e === document.body || e === document.documentElement;

// The client rects with an area. One without any (display: contents, a link around a float) has its children's.
function boxes(e) {
  const solid = (rects) => [...rects].filter((r) => r.width > 0 && r.height > 0);
  const own = solid(e.getClientRects());
  if (own.length) return own;
  const range = document.createRange();
  range.selectNodeContents(e);
  return solid(range.getClientRects());
}
function hidden(e) {
  if (!e.isConnected) return 'element is detached';
  const shown = boxes(e).length > 0;
  if (!shown && closest(e, (a) => style(a).display === 'none')) return 'element is not visible (display: none)';
  if (style(e).visibility !== 'visible') return `element is not visible (visibility: ${style(e).visibility})`;
  const shut = closest(up(e), (a) => isShut(a, e) || style(a).contentVisibility === 'hidden');
  if (shut && isShut(shut, e)) return `element is not visible (in the closed ${describe(shut)})`;
  if (shut) return `element is not visible (content-visibility: hidden on ${describe(shut)})`;
  return shown ? '' : 'element has no size';
}
// Of a field that does not render its content Chromium drops what is typed.
const unrendered = (e) => (style(e).contentVisibility === 'hidden' ? 'element is not visible (content-visibility: hidden of its own)' : '');
// Whether this is a <details> that shows nothing but its summary, and the element is in what it does not show.
const isShut = (details, e) => tagOf(details) === 'details' && !details.open && !within(e, summaryOf(details) ?? null);
// What an attribute takes out of reach of pointers and keys; a modal dialog does so too, but that is seen to cover.
function inert(e) {
  const by = closest(e, (a) => a.inert);
  return by ? `element is inert (${by === e ? 'by an attribute of its own' : `it is in ${describe(by)}, which is`})` : '';
}

// ":disabled" already covers fieldsets, and the controls that a page defines itself; the walk covers a span in a disabled button.
const OFF = ':disabled:not(fieldset, optgroup), [aria-disabled=true i]';
const disabled = (e) => (closest(e, (a) => a.matches(OFF)) ? 'element is disabled' : '');
const readonly = (e) => (e.readOnly && e.matches(':read-only') ? 'element is readonly' : '');
const GEOMETRY = /^(trans|rotate|scale|offset|inset|left|top|right|bottom|margin|padding|zoom)|(width|height)$/i;

// When something was scrolled last; not in shadow roots, whose scroll events stay inside.
let scrolled = -Infinity;
addEventListener('scroll', () => { scrolled = performance.now(); }, { capture: true, passive: true });

// What may move the element: "" nothing, "finite" something that ends, "endless" a loop (not one that only paints).
function motion(e) {
  if (performance.now() - scrolled < 100) return 'finite';
  let found = '';
  for (let n = e; n; n = up(n)) {
    for (const a of n.getAnimations()) {
      if (a.playState !== 'running' || !a.effect) continue;
      if (Number.isFinite(a.effect.getComputedTiming().endTime)) return 'finite';
      if (a.effect.getKeyframes().some((k) => Object.keys(k).some((p) => GEOMETRY.test(p)))) found = 'endless';
    }
  }
  return found;
}

// Something that moves it and ends soon is waited for. Two frames at the same place prove nothing there: an animation
// that has just begun, or waits for the compositor, stands for some frames where it starts.
const SOON = 2000;
function travels(e) {
  const soon = (a) => {
    const { endTime, localTime } = a.effect.getComputedTiming();
    return endTime - Math.max(0, localTime ?? 0) <= SOON
      && a.effect.getKeyframes().some((k) => Object.keys(k).some((p) => GEOMETRY.test(p)));
  };
  for (let n = e; n; n = up(n)) if (n.getAnimations().some((a) => a.playState === 'running' && a.effect && soon(a))) return true;
  return false;
}

// Whether the element stays put for a frame. A loop that pulses around a fixed centre never rests, but its centre can
// be hit all the same; it takes some frames to tell that from the slow end of a loop that travels.
async function still(e, moving) {
  const endless = moving === 'endless';
  const where = () => {
    const { x, y, width, height } = e.getBoundingClientRect();
    return endless ? [x + width / 2, y + height / 2] : [x, y, width, height];
  };
  if (travels(e)) return false;
  const before = where();
  for (let frames = endless ? 6 : 1; frames > 0; frames--) {
    await frame(500);  // On a busy machine a frame may be long in coming, and without one nothing seems to move.
    if (!where().every((v, i) => Math.abs(v - before[i]) <= (endless ? 0.5 : 0))) return false;
  }
  return e.isConnected;
}
