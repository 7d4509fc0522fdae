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
    const text = bare(e.editContext?.text ?? e.innerText);
    return wanted === '' || text.includes(bare(wanted));
  }
  // An editor decides itself how it keeps white space: spaces become no-break ones, lines become paragraphs.
  const texts = [e.innerText, written(e)].map(bare);
  return texts.includes(bare(wanted)) || (wanted === '' && hints(e).some((h) => h && texts[0] === bare(h))) || drawsPart(e, wanted);
}
// What a field held when it was given the focus for text: {value, start, end} with what was selected.
let before = { value: '', start: 0, end: 0 };
function noteBefore(f) {
  const value = f.isContentEditable ? written(f) : valueOf(f);
  // Where the API knows no caret it is taken for the one at the end.
  before = { value, start: f.selectionStart ?? value.length, end: f.selectionEnd ?? value.length };
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

// Whether a number field holds what was typed. It drops what no number has, and its page may write the number its own way.
const BEGUN = /^[-+]?\d*[.,]?\d*(e[-+]?\d*)?$/i;  // as "-", which more is to follow
const GROUPS = /(?<=\d)[,'\s](?=(\d{3})+(?!\d))/g;
function keepsNumber({ value, valueAsNumber, validity }, typed) {
  if (validity.badInput) return BEGUN.test(typed);
  const plain = /\..*[,'\s]/.test(typed) ? typed : typed.replace(GROUPS, '');
  if (typed !== '' && Number(plain) === valueAsNumber) return true;
  const digits = plain.replace(/^\+/, '').replace(/\.$/, '');
  return [typed, typed.replace(',', '.'), digits].some((s) => value.includes(s));
}
// Whether a field with a maxlength has cut what was typed: it holds a beginning of that, and has no room for the character that
// comes next. A page that writes in capitals has not made up for it.
function cutTyped({ value, maxLength }, text) {
  if (maxLength < 0) return false;
  const [head, tail] = [before.value.slice(0, before.start), before.value.slice(before.end)];
  const came = value.length - head.length - tail.length;
  if (came < 0 || came >= text.length) return false;
  const [next] = new Intl.Segmenter().segment(text.slice(came));
  return value.length + next.segment.length > maxLength
    && value.toLowerCase() === (head + text.slice(0, came) + tail).toLowerCase();
}
// What a field holds of a text that was typed into it, and whether that is all, as far as the browser is concerned. A page may
// set the text its own way (a mask), and lead on to another field (the boxes of a code).
function textKept(selector, text) {
  return until(selector, 0, (found) => {
    const f = fieldOf(found);
    const kept = f.type === 'number' ? keepsNumber(f, text.trim()) : active() !== f || !cutTyped(f, text);
    return { value: valueOf(f), kept };
  });
}
// What an element holds after its text went to where it goes: {wrong} where it has not come, {lost} where it has gone again
// (focus.js).
function value(selector, wanted = '') {
  const { wrong, part, lost } = textCame();
  if (wrong) return { wrong, part };
  return until(selector, 0, (found) => {
    const [e, f, a] = [control(found), fieldOf(found), active()];
    const shows = f !== e && wanted !== '' && bare(e.innerText).includes(bare(wanted));  // what it draws of what came
    const opened = !isText(f) && a && isText(a) && keeps(a, wanted);  // a cell that has opened a field
    const kept = keeps(f, wanted) || opened;
    return { value: valueOf(f), checked: f.checked, lost, kept, shows, beside: !kept && keepsBesideOld(f, wanted) };
  });
}
