// What takes the text that is meant for an element: itself, a field in it, or what it hands the focus to; and whether a field
// has kept what it was given.

const focusable = (e) =>
  e.tabIndex >= 0 || e.hasAttribute('tabindex') || Boolean(e.editContext) || Boolean(shadowOf(e)?.delegatesFocus);
const NO_TEXT_TYPE = /^(button|checkbox|file|hidden|image|radio|reset|submit)$/;
const isText = (e) => e instanceof HTMLTextAreaElement || e.isContentEditable
  || (e instanceof HTMLInputElement && !NO_TEXT_TYPE.test(e.type));
// What takes text by an EditContext draws it elsewhere, and may have no size itself.
const NO_SIZE = 'element has no size';  // waiting.js
const unshown = (e) => {
  const why = hidden(e);
  return e.editContext && why === NO_SIZE ? '' : why;
};
// The only field in an element that is none itself: what a person would click into. One that nobody can write in counts where
// there is no other: editors keep some for an input method.
function soleField(e) {
  const found = [];
  const look = (root) => {
    for (const c of root.querySelectorAll('*')) {
      if ((isText(c) || c.editContext) && !c.parentElement?.isContentEditable && !unshown(c)) found.push(c);
      if (shadowOf(c)) look(shadowOf(c));
    }
  };
  if (shadowOf(e)) look(shadowOf(e));
  look(e);
  const free = found.filter((c) => !readonly(c));
  const fields = free.length ? free : found;
  return fields.length === 1 ? fields[0] : null;
}
// Where text for the element goes: {e, kind}; "drawn" is an editor that draws itself, with an EditContext, and "keys" what else
// takes keys without being a field (a cell of a grid, a terminal).
const TEXT_ROLES = /^(textbox|searchbox|combobox|spinbutton|gridcell|cell|application)$/;
function textTarget(found, keys) {
  const e = control(found);
  if (isText(e) || /^(input|select)$/.test(tagOf(e))) return { e, kind: kindOf(e) };
  if (e.editContext) return { e, kind: 'drawn' };
  const field = soleField(e);
  if (field) return { e: field, kind: field.editContext ? 'drawn' : kindOf(field) };
  const takes = keys || TEXT_ROLES.test(e.getAttribute('role')) || shadowOf(e);
  if (focusable(e) && takes) return { e, kind: 'keys' };
  throw new Fatal('Failed to fill element (unsupported-element)');
}

// The field that an element has given the focus to, where that is in its sense: it is no field itself, or cannot be written
// in, or the other one has come for it (it lies over it, or in a dialog that the element is not in). A neighbour is not.
function receiver(e) {
  const f = active();
  if (!f || f === e || isPage(f) || holdsFrame(f) || !isText(f)) return null;
  if (within(f, e)) return f;
  if (!isText(e) || readonly(e)) return f;
  const dialog = closest(f, (a) => a.matches('dialog, [role=dialog], [role=listbox], [aria-modal=true], [popover]'));
  if (dialog && !within(e, dialog)) return f;
  const common = meet(f.getBoundingClientRect(), e.getBoundingClientRect());
  return area(common) > 0 ? f : null;
}
const received = new WeakMap();  // element → field that its text went to
const fieldOf = (found) => {
  const e = control(found);
  const field = received.get(e)?.deref();
  return field?.isConnected ? field : e;
};

const WHITE = /[\s\u200b\u2060\ufeff]+/g;
const bare = (s) => (s ?? '').replace(WHITE, '');
// Addresses as a field for them keeps them: without blanks, domains in ASCII.
const addresses = (s) => s.split(',').map((a) => {
  const [, name, domain] = /^(.*)@([^@]*)$/.exec(a.trim()) ?? [];
  if (!domain) return a.trim();
  try {
    return `${name}@${new URL(`http://${domain}`).hostname}`;
  } catch {
    return a.trim();
  }
}).join();
// What an editor holds besides what it draws for itself, such as a placeholder.
function written(e) {
  if (![...e.querySelectorAll('[contenteditable=false]')].length) return e.innerText;
  const copy = e.cloneNode(true);
  for (const c of copy.querySelectorAll('[contenteditable=false]')) c.remove();
  return copy.textContent;
}
const hints = (e) => ['aria-placeholder', 'data-placeholder', 'placeholder'].map((a) => e.getAttribute(a));

// Whether an editor that draws what is in view alone draws a part of the text: it is as high as the whole, and has blanks in
// place of the rest.
function drawsPart(e, wanted) {
  const drawn = [...e.children].filter((c) => c.offsetHeight > 0);
  const one = Math.min(...drawn.map((c) => c.offsetHeight));  // a line
  const blank = drawn.some((c) => !bare(c.textContent) && c.offsetHeight > 2 * one);
  const all = drawn.reduce((sum, c) => sum + c.offsetHeight, 0);
  const fits = Math.abs(all - one * wanted.split('\n').length) <= 2 * one;
  const text = bare(written(e));
  return blank && fits && text !== '' && bare(wanted).includes(text);
}
// Whether the field holds what it was given, as far as the browser itself or an editor may change that.
function keeps(e, wanted) {
  if (e instanceof HTMLInputElement || e instanceof HTMLTextAreaElement) {
    return e.value === wanted || (e.type === 'email' && addresses(e.value) === addresses(wanted));
  }
  if (!e.isContentEditable) {
    const text = drawnText(e);
    if (wanted === '') return text === '' || hints(e).some((h) => h && text === bare(h));
    return text === bare(wanted) || cameIn(before.drawn, text, bare(wanted));
  }
  // An editor decides itself how it keeps white space: spaces become no-break ones, lines become paragraphs.
  const texts = [e.innerText, written(e)].map(bare);
  return texts.includes(bare(wanted)) || (wanted === '' && hints(e).some((h) => h && texts[0] === bare(h))) || drawsPart(e, wanted);
}
// What there was when the focus was given for a text: the field's `value`, and what is `drawn` of it and of the element that was
// `named`, where those are no fields.
let before = { value: '', drawn: '', named: '' };
function noteBefore(e, f) {
  const value = f.isContentEditable ? written(f) : valueOf(f);
  before = { value, drawn: isText(f) ? '' : drawnText(f), named: e === f ? '' : drawnText(e) };
}
const drawnText = (e) => bare(e.editContext?.text ?? e.innerText);
// Whether the text is in what is shown now by what has changed since. Text that was there all along proves nothing. Where something
// has only gone, as "20" of "2021 €", the rest counts up to where it was.
function cameIn(old, now, text) {
  if (text === '' || old === now) return false;
  let from = 0;
  while (from < old.length && old[from] === now[from]) from++;
  let [to, end] = [now.length, old.length];
  while (to > from && end > from && old[end - 1] === now[to - 1]) [to, end] = [to - 1, end - 1];
  for (let at = now.indexOf(text); at >= 0; at = now.indexOf(text, at + 1)) {
    if (from === to ? at <= to && at + text.length >= from : at < to && at + text.length > from) return true;
  }
  return false;
}
// Whether it holds that besides all that it held before, as an editor does that keeps a selection of its own and has not heard of
// the one that was made for it. What the page has added itself (a unit, a protocol) is no such text.
function keepsBesideOld(e, wanted) {
  if (!isText(e) || !(e.isContentEditable || kindOf(e) === 'text')) return false;
  const [held, text, old] = [e.isContentEditable ? written(e) : e.value, wanted, before.value].map(bare);
  if (!old || held.length !== old.length + text.length) return false;
  return [held.indexOf(text), held.lastIndexOf(text)].some((at) =>
    at >= 0 && held.slice(0, at) + held.slice(at + text.length) === old);
}

// Whether the browser has refused none of a text that was typed; a number field refuses what no number has, and a full one what has
// no room. What the page makes of the keys is its own affair: it sets the text its own way, or leads on to another field. Marks
// between thousands and blanks around a number are no part of it.
const BEGUN = /^[-+]?\d*[.,]?\d*(e[-+]?\d*)?$/i;  // as "-", which more is to follow
const GROUPS = /(?<=\d)[,'\s](?=(\d{3})+(?!\d))/g;
function marksIn(text) {
  const typed = text.trim();
  const groups = /\..*[,'\s]/.test(typed) ? [] : typed.match(GROUPS) ?? [];
  const at = text.indexOf(typed);
  return text.slice(0, at) + groups.join('') + text.slice(at + typed.length);
}
function textKept(text) {
  const t = typing;
  if (!t?.came) return { kept: true };
  endOffer(t);
  const f = t.field;
  const begun = !f.validity?.badInput || BEGUN.test(text.trim());
  const taken = begun && (t.refused === '' || (f.type === 'number' && t.refused === marksIn(text)));
  return { value: valueOf(f), password: t.password || isPassword(f), kept: taken || active() !== f };
}

// What a selector means now, as far as that is known without asking for closed roots.
function foundAgain(selector) {
  const e = onBehalf({ epoch: epoch(), enough: true }, () => resolve(selector));
  return e && control(e);
}
// What an element holds after its text went to where it goes: {wrong} where it has not come, {taken} where the page has had it and
// has taken the field away, {lost} where the field has gone again by itself, and the text with it. What stands in the place of a
// field that was taken away, and holds something else, is what the page has made of the text.
async function value(selector, wanted = '') {
  const t = typing;
  const { wrong, part } = textCame();
  if (wrong) return { wrong, part };
  if (globalThis.closed) return { taken: true };
  const gone = Boolean(t?.came) && !t.host.isConnected;
  const took = gone && tookField(t);
  let e = t?.named.isConnected ? t.named : null;
  try {
    e ??= foundAgain(selector);
  } catch (error) {
    if (!took) throw error;
  }
  if (!e) return gone ? { taken: true } : { error: missing(selector) };
  const field = fieldOf(e);
  const f = gone && field === e && !isText(e) ? soleField(e) ?? e : field;
  const look = () => {
    const a = active();
    const opened = !isText(f) && a && isText(a) && keeps(a, wanted);  // a cell that has opened a field
    const put = wanted !== '' && t?.put !== undefined && bare(t.put) === bare(wanted);
    const kept = keeps(f, wanted) || opened || put;
    const beside = !kept && keepsBesideOld(f, wanted);
    const shows = f !== e && !beside && cameIn(before.named, drawnText(e), bare(wanted));  // what it draws of what came
    return { kept, shows, beside };
  };
  let told = look();
  // What draws a text itself does so a frame later, or two.
  for (let passes = 3; passes > 0 && !(isText(f) && f === e) && !(told.kept || told.shows || told.beside); passes--) {
    await moment();
    told = look();
  }
  if (took && !told.kept && bare(valueOf(f)) === '') return { taken: true };
  const held = f.editContext?.text ?? valueOf(f);
  return { value: held, password: t?.password || isPassword(f), lost: gone && !took, ...told };
}
