// The focus of the keyboard: who has it and who is given it. What is typed then: typing.js.

// The element with the focus, as far as this document knows: the body where no element has it, and a frame's element where
// something in the frame has it.
function active() {
  let a = document.activeElement;
  while (a && shadowOf(a)?.activeElement) a = shadowOf(a).activeElement;
  return a;
}
// The element of the frame that has the focus, for its objectId.
function focusHolder() {
  if (focusedHost()) throw new Unasked();
  const e = active();
  return e && holdsFrame(e) ? e : { error: 'no frame in here has the focus' };
}
// Whether what is typed now goes into a password field.
const typesPassword = () => {
  dropTyping();  // it goes to whatever has the focus
  const e = active();
  return { password: !!e && e.localName === 'input' && e.type === 'password' };
};

// Gives the focus to the frame that the element holds, where it is not in there already (`had`). Some elements take it only
// by way of what is in them.
function focusInside(e) {
  if (!e.isConnected) return { error: FRAME_GONE };
  if (inert(e)) return { error: inert(e) };  // a field in it would take the focus all the same
  const had = active() === e;
  if (!had) e.focus({ preventScroll: true });
  return { ok: true, had };
}
const hasFocusInside = (e) => (active() === e ? { ok: true } : { error: `${describe(e)} does not have the focus` });

const selects = (e) => {
  const s = getSelection();
  return s.rangeCount > 0 && within(s.anchorNode, e);
};
// A page's own element counts as active when nothing has the focus.
const hasFocus = (host) => active() === host && (!isPage(host) || selects(host));

// `caret`: all of it is selected, or the caret is put at its end.
function placeCaret(e, kind, caret) {
  if (/^(native|keys|drawn)$/.test(kind)) return;
  if (kind === 'text') e.select();
  else getSelection().selectAllChildren(e);
  if (caret !== 'end') return;
  // Number and email fields have no caret in the API, but the editor's own commands move it.
  if (kind === 'contenteditable') getSelection().collapseToEnd();
  else if (e.selectionStart === null) getSelection().modify('move', 'forward', 'documentboundary');
  else e.setSelectionRange(e.value.length, e.value.length);
}
const NO_FOCUS = 'element does not take the focus';
const LOST_FOCUS = 'element does not keep the focus';
// After what the page has put off: timers of a millisecond or so, and, where there are frames, what waits for the next one.
async function moment() {
  await sleep(5);
  if (!document.hidden) await frame();
}
// With `caret` "keep" a field that has the focus keeps its caret too. `held`: the frame had the focus before. `hovered`: as in
// pointing.js, for what is shown only once the pointer is there.
function focus(selector, { timeout, caret = 'all', held = true, hovered } = {}) {
  const end = performance.now() + (Number(timeout) || 0);
  return until(selector, timeout, async (found, pass, note, left) => {
    const { e, kind } = textTarget(found, caret === 'keep');
    const unfit = () => unshown(e) || unrendered(e) || disabled(e) || inert(e);
    if (unfit()) return (unshown(e) && await hovering(e, pass, hovered)()) || { error: unfit() };
    const host = kind === 'contenteditable' ? closest(e, (a) => !up(a)?.isContentEditable) : e;
    const had = held && hasFocus(host);
    const wasPassword = isPassword(e);  // some show what is in them while they have the focus
    if (!had) host.focus();
    if (!within(active(), host) && !receiver(host)) return { error: NO_FOCUS };
    note(LOST_FOCUS);
    // What a page does with a field that gets the focus, it does soon: editors also restore a selection of their own.
    if (!had) await moment();
    if (left()) return LEFT;
    const given = receiver(host);
    const [field, takes] = given ? [given, kindOf(given)] : [e, kind];
    const lost = () => (field.isConnected && within(active(), given ?? host) ? '' : LOST_FOCUS);
    const bad = lost() || (given ? '' : unfit()) || readonly(field);
    if (bad) return { error: bad };
    received.set(control(found), new WeakRef(field));
    const stays = caret === 'keep' && had && (kind !== 'contenteditable' || selects(e));
    if (!stays) placeCaret(field, takes, caret === 'all' ? 'all' : 'end');
    if (!stays && takes === 'contenteditable') {
      // Editors that keep a selection of their own learn of this one by selectionchange, some a frame later.
      await moment();
      await moment();
      if (lost()) return { error: lost() };
    }
    if (left()) return LEFT;
    if (performance.now() > end) return { error: LOST_FOCUS };  // nobody waits for it any more, and no text comes
    const password = wasPassword || isPassword(field);
    if (takes !== 'native') expectText(selector, control(found), given ?? host, field, password);
    noteBefore(control(found), field);
    return { kind: takes, type: field.type ?? takes, password, value: valueOf(field), maxLength: field.maxLength ?? -1 };
  });
}
// What never has the focus itself: keys for it go to what has it and leads among the items, as the field of a list of suggestions.
const ITEM = /^(listbox|option|menu|menuitem|menuitemcheckbox|menuitemradio|tree|treeitem|grid|row|gridcell|tablist|tab)$/;
const SUGGESTED = /^(listbox|option)$/;
const roled = (e, roles) => closest(e, (a) => roles.test(a.getAttribute('role'))) !== null;
// Whether `f` names what `e` is in as its own. What a button opens or a tab shows it controls too, and leads nothing in there.
function leads(f, e) {
  const root = f.getRootNode();
  const of = (attribute, told) =>
    [...(f.getAttribute(attribute) ?? '').split(/\s+/).map((id) => root.getElementById?.(id)), ...told];
  const named = [...of('aria-activedescendant', [f.ariaActiveDescendantElement]), ...of('aria-owns', f.ariaOwnsElements ?? [])];
  if (f.getAttribute('role') === 'combobox' || roled(e, ITEM)) named.push(...of('aria-controls', f.ariaControlsElements ?? []));
  return named.some((n) => n && !within(f, n) && within(e, n));
}
// Whether `f` has the focus on behalf of `e`. Many a page names nothing: a field is then taken for that of a list, and what is
// open for that of any items.
function standsFor(f, e) {
  const opens = f.getAttribute('role') === 'combobox' || f.getAttribute('aria-expanded') === 'true';
  return roled(e, opens ? ITEM : SUGGESTED) && (opens || isText(f));
}
// The field that an element hands keys for it on to. A button or a link takes them itself: a key that it is named for never
// presses something in a form that nobody has named.
const handedTo = (e) => (e.matches(ACTOR) ? null : receiver(e));
const isEdited = (a) => a.isContentEditable && !up(a)?.isContentEditable;
// What the browser gives the focus to only for keys to scroll it.
const onlyScrolls = (a) => !focusable(a) && !isEdited(a) && /auto|scroll/.test(style(a).overflow);
// Gives the focus to the element that keys for `e` go to, as a click on it would: to itself, to what it labels, to the nearest
// around it that takes it, and where nothing does to the page, or to the box that keys scroll after such a click. Answers what is
// wrong with that.
function focusAround(e) {
  const had = active();
  const takes = (n) => {
    if (active() !== n) n.focus?.({ preventScroll: n !== e });
    return active() === n;
  };
  if (takes(e) || within(active(), e) || fieldOf(e) === active()) return '';
  if (active() !== had && handedTo(e)) return '';
  if (hidden(e)) return hidden(e);
  if (active() !== had || focusable(e)) return NO_FOCUS;  // the page leads it elsewhere, or keeps it from there
  const holder = had && !isPage(had) ? had : null;
  // A combobox of the older kind is an element around the field, which names the list in its place.
  if (holder && closest(holder, (a) => leads(a, e))) return '';
  const labelled = control(e);
  if (labelled !== e && takes(labelled)) return '';
  const shared = holder && standsFor(holder, e) ? (a) => within(holder, a) : () => false;
  const nearest = (test) => closest(up(e), (a) => isPage(a) || shared(a) || test(a)) ?? document.documentElement;
  const given = (around) => !isPage(around) || shared(around);
  if (given(nearest((a) => !onlyScrolls(a) && takes(a))) || given(nearest((a) => onlyScrolls(a) && takes(a)))) return '';
  const other = active();
  if (other && !isPage(other)) other.blur?.();
  document.body?.focus?.({ preventScroll: true });  // one that is edited
  return '';
}
const focusForKeys = (selector, { timeout, held = true, hovered } = {}) =>
  until(selector, timeout, async (e, pass) => {
    dropTyping();
    const to = control(e);
    const bad = disabled(e) || disabled(to) || inert(e) || inert(to);
    if (bad) return { error: bad };
    if (!held) globalThis['focus']();  // the window's, which plain.js knows nothing of
    if (isPage(e)) return { ok: true };  // whatever in it has the focus
    // Focusing anew would throw away the caret, or leave the field inside.
    const wrong = within(active(), e) ? '' : focusAround(e);
    if (wrong) return (hidden(e) && await hovering(e, pass, hovered)()) || { error: wrong };
    expectKey(selector, e);
    return { ok: true };
  });
