// Between the moment at which an element has the focus and the text or the key that is sent to it, the page may take the focus
// away. So the first of what comes is judged as it arrives, before the page hears of it: what is on its way to another element
// is kept from all. After that the page may lead a text where it likes, as from one box of a code to the next, but only to what
// takes text: elsewhere its characters would press buttons.

const TEXT = ['keydown', 'keyup', 'beforeinput', 'pointerdown'];
let typing = null;  // {selector, host, key: it is one key, first, until}; once it has come, {came}; where something was kept
                    // away, {wrong}

function isMeantForText({ selector, host, key }, at) {
  if (key && isPage(host)) return isPage(at);
  if (host.isConnected) return within(at, host) || (key && handedTo(host) === at);
  try {
    const again = control(resolve(selector));  // a page that renders anew replaces elements by their like
    return within(at, again) || (again.isContentEditable && within(again, at));
  } catch {
    return false;
  }
}
// Whether more of a text does there what text does. Where the element named is no field, neither need others be that it leads
// to, as the cells of a grid; a list takes a text for a choice; and what is in a frame or a closed root nobody sees from here.
function takesText({ host }, at) {
  if (within(at, host) || isText(at) || at.editContext || holdsFrame(at)) return true;
  if (tagOf(at) === 'select' || TEXT_ROLES.test(at.getAttribute('role'))) return true;
  if (at.localName.includes('-') && !focusable(at)) return true;
  return !isText(host) && !isPage(at) && !at.matches(ACTOR);
}
function keepAway(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}
function judgeText(event) {
  const t = typing;
  if (event.type === 'pointerdown') typing = null;  // whoever presses something goes elsewhere
  if (!typing || !event.isTrusted || performance.now() > t.until) return;
  const at = active() ?? document.documentElement;
  if (event.type === 'keyup') {
    if (t.wrong) keepAway(event);
    else if (t.came && event.key === 'Tab') t.host = at;  // whoever writes a Tab goes where it leads
    return;
  }
  if (t.came && t.key) return;
  t.until = performance.now() + COMES;  // a text may be long
  if (!t.wrong && (t.came ? takesText(t, at) : isMeantForText(t, at))) {
    t.came = true;
    return;
  }
  t.wrong ??= describe(at);
  keepAway(event);
}
// At once and for each text: as those for presses.
const watchText = () => { for (const type of TEXT) addEventListener(type, judgeText, { capture: true, passive: false }); };
watchText();

function expect(selector, host, key) {
  const first = hearsFirst();
  watchText();
  typing = { selector, host, key, first, until: performance.now() + COMES };
}
const expectText = (selector, host) => expect(selector, host, false);
// For what has the focus now, by the name of `e`. What goes into a frame is not seen here.
function expectKey(selector, e) {
  const holder = active() ?? document.documentElement;
  if (!holdsFrame(holder)) expect(selector, within(holder, e) ? e : holder, true);
}
// Why the text has not come to the element that it was meant for, or the rest of it (`part`) to what takes text; it has come to no
// other of this document. `lost`: that element has gone since, and the text with it. `more`: the rest is to follow.
function textCame({ more = false } = {}) {
  const t = typing;
  if (!more || !t?.came) typing = null;
  if (t?.wrong && t.came) return { wrong: `${t.wrong} took the focus, and the rest of the text was kept from it`, part: true };
  if (t?.wrong && t.key) return { wrong: `${t.wrong} took the focus before the key came, and nothing was pressed` };
  if (t?.wrong) return { wrong: `${t.wrong} took the focus before the text came, and nothing was typed` };
  if (!t || t.came) return { wrong: null, lost: t?.host.isConnected === false };
  // A key may go to what Chromium itself has opened, such as a list.
  return { wrong: t.first && !t.key ? 'the element did not see the text' : null };
}
