// A page may move an element as it is pressed: by an error line that it shows above as a field loses the focus, or in the
// element's own mousedown. The button is then let go of over something else, and the click goes to what both are in, if
// anywhere. Such a press has been felt and has not done its work. What is gone since, or lies under something that the press
// itself has opened (a menu over its field), has done it, and so has a field that has the focus now.

const LOST_CLICK = 'element moved away as it was pressed: it saw the press and no click';
const ENDS = /^(click|auxclick|contextmenu)$/;
const TAPPED = 2000;  // ms; a finger's click comes some time after it was lifted

// A page that leads elsewhere as it is pressed has taken the press, wherever its elements are by then.
let ledAway = 0;
globalThis.navigation?.addEventListener('navigate', () => { ledAway++; });

// on: what was pressed of the element; came: how many clicks have come to it; away: it was elsewhere when the button was let go
// of; touches: their events, which tell whether the page wants a click of them; heard: called at a click, whosever it is.
const newTrail = () => ({ on: [], came: 0, away: false, touches: [], ended: 0, heard: () => {}, ledAway });

const NEAR = 1;  // pixels; a mouse's events come in whole ones
const liesAt = (n, { clientX: x, clientY: y }) =>
  boxes(n).some((b) => x > b.left - NEAR && x < b.right + NEAR && y > b.top - NEAR && y < b.bottom + NEAR);
// What of the element is at that point: itself, what is shown for it, what was hit of it. Nothing of one that the page has
// replaced by its like.
const pressedAt = (e, hit, event) =>
  (e.isConnected ? [...new Set([e, ...faces(e), hit])].filter((n) => liesAt(n, event)) : []);
const isAway = ({ on }, event) => !on.some((n) => !hidden(n) && liesAt(n, event));
// What the event has come to; null for the document.
function cameTo(event, at = { x: event.clientX, y: event.clientY }) {
  const [target] = event.composedPath();
  if (!(target instanceof Element)) return null;
  // Of what is in a closed root an event tells the host alone.
  const hit = shadowOf(target) && hitAt(at.x, at.y);
  return hit && within(hit, target) ? hit : target;
}
function isClickOn(e, event) {
  const target = cameTo(event);
  return target !== null && receives(e, target);
}
function follow({ e, seen, trail }, event) {
  if (/^touch/.test(event.type)) trail.touches.push(event);
  // The mouse that a finger is taken for comes after the finger has left.
  if (/^(pointerup|mouseup)$/.test(event.type) && isAway(trail, event)) trail.away = true;
  if (!ENDS.test(event.type)) return;
  // Of a right button both come, a click and a context menu, and of a label its control's click too.
  if (isClickOn(e, event)) trail.came = Math.min(seen, trail.came + 1);
  trail.ended++;
  trail.heard();
}
const refusesClick = ({ touches }) => touches.some((t) => t.defaultPrevented);

async function tapsClick({ touch, seen, wrong, trail }) {
  if (!touch || !seen || wrong || trail.ended || refusesClick(trail) || document.hidden) return;
  await Promise.race([new Promise((done) => { trail.heard = done; }), sleep(TAPPED)]);
}
// Only where nothing of the page could keep the click from us.
function lostClick({ e, first, at, seen, ended, trail }) {
  if (!first || trail.came >= seen || refusesClick(trail) || trail.ledAway !== ledAway) return false;
  const a = active();  // a field around it, too, or in it
  if (a && isText(a) && (within(a, e) || within(e, a))) return false;
  // Where nobody saw the button let go of, it was over another document.
  const away = trail.away || (ended < seen && isAway(trail, { clientX: at.x, clientY: at.y }));
  return away && trail.on.some((n) => !hidden(n));
}
