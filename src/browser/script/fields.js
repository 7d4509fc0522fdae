// Fields: values, choices, files.

function kindOf(e) {
  if (e instanceof HTMLTextAreaElement) return 'text';
  if (e instanceof HTMLInputElement) {
    if (/^(email|number|password|search|tel|text|url)$/.test(e.type)) return 'text';
    if (/^(color|date|datetime-local|month|range|time|week)$/.test(e.type)) return 'native';
    throw new Fatal(`Failed to fill element (unsupported-input-type:${e.type})`);
  }
  if (e.isContentEditable) return 'contenteditable';
  throw new Fatal('Failed to fill element (unsupported-element)');
}
const valueOf = (e) =>
  /^(input|textarea|select|button|option|output)$/.test(tagOf(e)) ? e.value : e.innerText ?? e.textContent ?? '';
function emit(e) {
  e.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true, inputType: 'insertReplacementText' }));
  e.dispatchEvent(new Event('change', { bubbles: true }));
}

// Fields normalise what they take (#FF0000, 1.50, a date with a space), which is no refusal.
function same(a, b) {
  const norm = (s) => s.trim().toLowerCase().replace(/^([\d-]+) /, '$1t').replace(/(:\d\d):00(\.0+)?$/, '$1');
  return norm(a) === norm(b) || (a.trim() !== '' && b.trim() !== '' && Number(a) === Number(b));
}
// `secret`: a field may change what it is given, so that nobody who masks values would know it again.
const setNative = (selector, value, secret) =>
  until(selector, 0, (found) => {
    const e = fieldOf(found);
    if (kindOf(e) === 'contenteditable') throw new Fatal('Failed to fill element (unsupported-element)');
    if (disabled(e) || readonly(e)) return { error: disabled(e) || readonly(e) };
    const [wanted, before] = [String(value), e.value];
    const wrong = (words) => ({ error: secret ? 'the field holds something else than it was given' : words });
    // This world's setter is the native one: what a framework puts on the node in the page's world is not seen, so
    // React's tracker keeps the old value and notices the new one. The rest serves a caller in the page's world.
    const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(e), 'value');
    set.call(e, wanted);
    const held = e.value;
    if (!same(held, wanted)) {
      set.call(e, before);
      return wrong(`element turns ${quote(wanted)} into ${quote(held)}; it still holds ${quote(before)}`);
    }
    e._valueTracker?.setValue(wanted === '' ? ' ' : '');
    emit(e);
    if (e.value !== held) return wrong(`the page changed the value: element holds ${quote(e.value)}`);
    return { ok: true, value: held };
  });
// `named`: the option that the list was named by; it comes before others of its name, and is meant where nothing is wanted.
function optionFor(list, wanted, named) {
  const options = named ? [named, ...[...list.options].filter((o) => o !== named)] : [...list.options];
  const names = (o) => [o.label, o.textContent, o.value].map(squash);
  const text = squash(String(wanted));
  if (named && text === '') return named.matches(':disabled') ? { error: 'element is disabled' } : { option: named };
  let matches = options.filter((o) => names(o).includes(text));
  if (!matches.length) matches = options.filter((o) => names(o).map(fold).includes(fold(text)));
  if (!matches.length) {
    const labels = options.slice(0, 50).map((o) => quote(squash(o.label) || o.value)).join(', ');
    return { error: `no option ${quote(wanted)}; the options are: ${labels}${options.length > 50 ? ', …' : ''}` };
  }
  const option = matches.find((o) => !o.matches(':disabled'));
  return option ? { option } : { error: `option ${quote(wanted)} is disabled` };
}
// Some pages give a list its options once somebody is about to open it. It is given the focus, and then told of a press,
// which opens nothing since it is no real one.
function askForOptions(list, pass) {
  if (pass === 1) list.focus();
  if (pass === 4) {
    for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click']) {
      const Kind = type.startsWith('pointer') ? PointerEvent : MouseEvent;
      list.dispatchEvent(new Kind(type, { bubbles: true, composed: true, cancelable: true }));
    }
  }
}
// A click on an option of a list that is closed: the choice that a person makes by opening it.
const chooseOption = (selector, { timeout } = {}) =>
  until(selector, timeout, (option) => {
    const list = listOf(option);
    if (!(option instanceof HTMLOptionElement) || !list) throw new Fatal(`element is not an <option> but ${describe(option)}`);
    const bad = disabled(list) || (option.matches(':disabled') ? 'element is disabled' : '') || inert(list);
    if (bad) return { error: bad };
    if (!option.selected) {
      if (list.multiple) option.selected = true;
      else list.selectedIndex = option.index;
      emit(list);
      if (option.isConnected && !option.selected) throw new Fatal(`the page made another choice: ${quote(list.value)}`);
    }
    return { ok: true };
  });
const select = (selector, wanted, { timeout } = {}) =>
  until(selector, timeout, (at, pass) => {
    const named = at instanceof HTMLOptionElement && listOf(at) ? at : null;
    const e = named ? listOf(at) : control(at);
    if (!(e instanceof HTMLSelectElement)) throw new Fatal(`element is not a <select> but ${describe(e)}`);
    if (disabled(e) || inert(e)) return { error: disabled(e) || inert(e) };
    if (wanted.length > 1 && !e.multiple) throw new Fatal('the list takes one choice only');
    const found = wanted.map((w) => optionFor(e, w, named));
    const bad = found.find((f) => f.error);
    if (bad) {
      askForOptions(e, pass);
      return bad;
    }
    const chosen = new Set(found.map((f) => f.option));
    if ([...e.options].some((o) => o.selected !== chosen.has(o))) {
      if (e.multiple) for (const o of e.options) o.selected = chosen.has(o);
      else e.selectedIndex = found[0].option.index;
      emit(e);
      const lost = [...chosen].some((o) => o.isConnected && !o.selected);
      if (lost) throw new Fatal(`the page made another choice: ${quote(e.value)}`);
    }
    return { ok: true, value: e.value };
  });
const isFile = (e) => e instanceof HTMLInputElement && e.type === 'file';

// File inputs are mostly hidden behind a styled button, so being seen is not asked for.
const fileInput = (selector, { timeout } = {}) =>
  until(selector, timeout, (found) => {
    const e = control(found);
    if (!isFile(e)) throw new Fatal('Target is not an <input type="file"> element');
    if (disabled(e)) return { error: disabled(e) };
    watchFiles(e);
    return { ok: true, multiple: e.multiple, folder: e.webkitdirectory };
  });

// How many files the input has come to hold. A page may take them and empty it at once, so that they are counted when the
// browser tells of them, before the page hears of it. Those in a folder are looked for first.
const NO_FILES = 'the input took no file';  // act_fields.cc: kNoFiles
const filesSeen = new WeakMap();  // input → their count; null until the browser has told
const countFiles = ({ target, isTrusted }) => {
  const seen = filesSeen.get(target);
  if (isTrusted && seen !== undefined) filesSeen.set(target, Math.max(seen ?? 0, target.files.length));
};
function watchFiles(e) {
  filesSeen.set(e, null);
  for (const type of ['input', 'change', 'cancel']) e.getRootNode().addEventListener(type, countFiles, { capture: true });
}
const filesHeld = (selector, { timeout } = {}) =>
  until(selector, timeout, (found) => {
    const e = control(found);
    const seen = filesSeen.get(e);
    if (seen === undefined || seen > 0 || e.files?.length) return { ok: true };  // what the page put in its place is not watched
    if (seen === 0) throw new Fatal(NO_FILES);
    return { error: NO_FILES };
  });

// DOM.setFileInputFiles cannot set none.
const clearFiles = (selector) =>
  until(selector, 0, (found) => {
    const e = control(found);
    if (e.files.length) {
      e.files = new DataTransfer().files;
      emit(e);
    }
    return { ok: true };
  });

// The one function whose result is not data but the node, for its objectId.
const element = (selector) => until(selector, 0, control);
