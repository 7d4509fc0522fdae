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
  /^(INPUT|TEXTAREA|SELECT|BUTTON|OPTION|OUTPUT)$/.test(e.nodeName) ? e.value : e.innerText ?? e.textContent ?? '';
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
    const e = control(found);
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
// After text was sent: {wrong} where it has not come, {lost} where it has gone again (focus.js).
function value(selector) {
  const { wrong, lost } = textCame();
  if (wrong) return { wrong };
  return until(selector, 0, (e) => ({ value: valueOf(control(e)), checked: control(e).checked, lost }));
}
function optionFor(list, wanted) {
  const options = [...list.options];
  const names = (o) => [o.label, o.textContent, o.value].map(squash);
  const text = squash(String(wanted));
  let matches = options.filter((o) => names(o).includes(text));
  if (!matches.length) matches = options.filter((o) => names(o).map(fold).includes(fold(text)));
  if (!matches.length) {
    const labels = options.slice(0, 50).map((o) => quote(squash(o.label) || o.value)).join(', ');
    return { error: `no option ${quote(wanted)}; the options are: ${labels}${options.length > 50 ? ', …' : ''}` };
  }
  const option = matches.find((o) => !o.matches(':disabled'));
  return option ? { option } : { error: `option ${quote(wanted)} is disabled` };
}
const select = (selector, wanted, { timeout } = {}) =>
  until(selector, timeout, (at) => {
    const e = control(at);
    if (!(e instanceof HTMLSelectElement)) throw new Fatal(`element is not a <select> but ${describe(e)}`);
    if (disabled(e)) return { error: disabled(e) };
    if (wanted.length > 1 && !e.multiple) throw new Fatal('the list takes one choice only');
    const found = wanted.map((w) => optionFor(e, w));
    const bad = found.find((f) => f.error);
    if (bad) return bad;
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
    return disabled(e) ? { error: disabled(e) } : { ok: true, multiple: e.multiple };
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
