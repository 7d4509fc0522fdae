// Between the moment at which an element has the focus and the text or the key that is sent to it, the page may take the focus
// away. So the first of what comes is judged as it arrives, before the page hears of it: what is on its way to another element
// is kept from all. After that the page may lead a text where it likes, as from one box of a code to the next, but only to what
// takes text: elsewhere its characters would press buttons.

const TEXT = ['keydown', 'keyup', 'beforeinput', 'textInput', 'input', 'pointerdown'];
// {selector, named, host, field, password, key: it is one key, first, until, refused}; once it has come, {came} and what
// text_taken.js notes; where something was kept away, {wrong}; once its whole verdict was asked for, {over}.
let typing = null;

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
function begin(t, at) {
  if (!t.host.isConnected) [t.host, t.field] = [at, at];
  t.came = true;
  if (!t.key) watchHost(t);
}
function judgeText(event) {
  const t = typing;
  if (event.type === 'pointerdown') dropTyping();  // whoever presses something goes elsewhere
  if (!typing || t.over || !event.isTrusted) return;
  const at = active() ?? document.documentElement;
  const judged = performance.now() <= t.until;
  if (event.type === 'keyup') {
    if (judged && t.wrong) keepAway(event);
    else if (judged && t.came && event.key === 'Tab') t.host = at;  // whoever writes a Tab goes where it leads
    return;
  }
  if (judged && /^(keydown|beforeinput)$/.test(event.type) && !(t.came && t.key)) {
    // The line break after a code that was taken at its last digit.
    if (t.came && !t.wrong && isPage(at) && event.key === 'Enter') return void keepAway(event);
    if (!t.wrong) t.until = performance.now() + COMES;  // a text may be long
    if (t.wrong || !(t.came ? takesText(t, at) : isMeantForText(t, at))) {
      t.wrong ??= describe(at);
      keepAway(event);
      return;
    }
    if (!t.came) begin(t, at);
  }
  if (t.came && !t.key) followText(t, event);
}
// At once and for each text: as those for presses.
const watchText = () => { for (const type of TEXT) addEventListener(type, judgeText, { capture: true, passive: false }); };
watchText();

function dropTyping() {
  typing?.watch?.disconnect();
  typing = null;
}
function expect(what) {
  const first = hearsFirst();
  watchText();
  dropTyping();
  typing = { ...what, first, until: performance.now() + COMES, refused: '' };
}
const expectText = (selector, named, host, field, password) => expect({ selector, named, host, field, password });
// For what has the focus now, by the name of `e`. What goes into a frame is not seen here.
function expectKey(selector, e) {
  const holder = active() ?? document.documentElement;
  if (!holdsFrame(holder)) expect({ selector, host: within(holder, e) ? e : holder, key: true });
}
// Why the text has not come to the element that it was meant for, or the rest of it (`part`) to what takes text; it has come to no
// other of this document. `more`: the rest is to follow.
function textCame({ more = false } = {}) {
  const t = typing;
  if (!t) return { wrong: null };
  if (!more || !t.came) {
    t.watch?.disconnect();
    t.over = true;
  }
  if (!t.came) typing = null;
  if (t.wrong && t.came) return { wrong: `${t.wrong} took the focus, and the rest of the text was kept from it`, part: true };
  if (t.wrong && t.key) return { wrong: `${t.wrong} took the focus before the key came, and nothing was pressed` };
  if (t.wrong) return { wrong: `${t.wrong} took the focus before the text came, and nothing was typed` };
  // A key may go to what Chromium itself has opened, such as a list.
  return { wrong: !t.came && t.first && !t.key ? 'the element did not see the text' : null };
}
