// Accessible names (accname 1.2), in the order of its steps: aria-labelledby, aria-label, what the element's own markup
// offers, its content, its title.

const FROM_CONTENT = new Set((
  'button cell checkbox columnheader gridcell heading link menuitem menuitemcheckbox menuitemradio option radio '
  + 'rowheader summary switch tab term tooltip treeitem doc-backlink doc-biblioref doc-glossref doc-noteref doc-subtitle '
  + 'graphics-object').split(' '));
// Their title describes them and is no name.
const NEVER_TITLED = new Set(('paragraph,emphasis,strong,mark,insertion,deletion,subscript,superscript,code,time,definition,'
  + 'term,caption,suggestion,line break').split(','));
// Private-use characters are icons of icon fonts: no reader knows them. Where a word may be broken it is one all the
// same. Lone surrogates are no characters at all.
const ODD = /[^\x20-\x7e]| {2}|^ | $/;
const ICONS = /[\u200B\u2060\uE000-\uF8FF]|[\u{F0000}-\u{10FFFD}]/gu;
const SPACES = /[\s\p{Cc}\u202A-\u202E\u2066-\u2069]+/gu;
const tidy = (s) => (ODD.test(s) ? s.toWellFormed().replace(ICONS, '').replace(SPACES, ' ').trim() : s);

// What they open is no part of their name.
const OWNERS = new Set('treeitem menuitem menuitemcheckbox menuitemradio'.split(' '));

// Where the last name came from: "author" (ARIA), "native", "content", "title", "placeholder" or "".
let nameFrom = '';
const MOST_REFERRED = 100_000;  // elements that names take in by reference: each of many may refer to all of them
function nameOf(e, role) {
  const name = nameOnce(e, role, { seen: new Set(), referenced: false, naming: e, owner: role });
  return tidy(name);
}
function nameOnce(e, role, how) {
  nameFrom = '';
  if (how.seen.has(e)) return '';
  how.seen.add(e);
  const attributes = e.hasAttributes();
  if (role === 'line break') return '';
  if (attributes && !how.within && (!how.referenced || how.labels)) {
    const text = byReferences(e, how);
    if (text) return from('author', text);
  }
  if (how.naming !== e) {
    const inside = embedded(e, role, how);
    if (inside !== null) return from('native', inside);
  }
  const label = attributes ? e.getAttribute('aria-label') : null;
  if (label?.trim()) return from('author', label);
  const native = nativeName(e, role, how);
  if (native !== null && native.trim()) return from(nativeFrom, native);
  // One that refers to itself means what it holds.
  if (how.within && how.referenced && how.naming === e && /^(textbox|searchbox)$/.test(role) && typed(e)) {
    return from('native', typed(e));
  }
  const told = how.referenced && !(how.naming === e && FIELD.test(e.localName));
  if (told || (how.naming !== e && native === null) || namedByContent(e, role)) {
    const text = contentOf(e, how);
    if (text.trim()) return from('content', text);
  }
  const hintText = attributes && /^(textbox|searchbox)$/.test(role) ? e.getAttribute('aria-placeholder') : null;
  if (hintText?.trim()) return from('placeholder', hintText);
  const title = attributes && !NEVER_TITLED.has(role) ? e.getAttribute('title') : null;
  if (title?.trim()) return from('title', title);
  return from('', '');
}
const TABLES = '[role=grid], [role=treegrid], [role=table], table';
const inGrid = (e) => closest(up(e), (a) => a.matches(TABLES))?.matches('[role=grid], [role=treegrid]');
const editing = (e) => e.isContentEditable && e.hasAttribute('contenteditable');  // its content is its value
const namedByContent = (e, role) => !FIELD.test(e.localName) && !editing(e) && (
  FROM_CONTENT.has(role) || (role === 'math' && e.localName !== 'math') || (role === 'row' && inGrid(e)));
const FIELD = /^(input|select|textarea)$/;
function from(where, text) {
  nameFrom = where;
  return text;
}
function byReferences(e, how) {
  const ids = e.getAttribute('aria-labelledby') ?? e.getAttribute('aria-labeledby');
  if (!ids?.trim()) return '';
  const root = e.getRootNode();
  const parts = [];
  const targets = ids.trim().split(/\s+/).map((id) => root.getElementById?.(id));
  for (const target of targets) {
    if (!target || target.closest('[inert]') || NO_TEXT.test(target.localName) || locked(target)) continue;
    if (target !== e) scan.spoken.add(target);
    // What is within the name that a part of it refers to is in it once.
    if (how.naming !== e && target !== e) {
      if (how.seen.has(target)) continue;
      how.seen.add(target);
    }
    // References are followed once, and not from within of what they lead to.
    const once = { seen: new Set(), referenced: true, within: targets, hidden: !shown(target), naming: how.naming };
    const text = nameOnce(target, roleOf(target), once);
    if (text.trim()) parts.push(text.trim());
  }
  return parts.join(' ');
}
const NO_TEXT = /^(script|style|template|noscript)$/;
const locked = (e) => inClosed(e) || (scan.locks && closest(up(e), (a) => look(a) & LOCKED) !== null);
function inClosed(e) {
  for (let d = e.closest('details:not([open])'); d; d = d.parentElement?.closest('details:not([open])')) {
    if (d !== e && !summaryOf(d)?.contains(e)) return true;
  }
  return false;
}
function inView(e) {
  const path = [];
  let known;
  for (let n = e; n && known === undefined; n = up(n)) {
    known = n !== e && isDrawn(n) ? false : scan.shown.get(n);
    if (known === undefined) {
      path.push(n);
      if (look(n) & OUT || n.getAttribute('aria-hidden') === 'true') known = false;
    }
  }
  known ??= true;
  if (known) for (const n of path) scan.shown.set(n, true);
  else scan.shown.set(e, false);
  return known;
}
const shown = (e) => inView(e) && !(look(e) & UNSEEN);

// What a field holds, as it is shown: of a password nothing may get out.
const typed = (e) => (isPassword(e) ? '•'.repeat(e.value.length) : e.value);

// A control inside of what names another one says its value.
function embedded(e, role, how) {
  const content = () => contentOf(e, { ...how, naming: null, owner: '', referenced: false, labels: false });
  if (/^(textbox|searchbox)$/.test(role)) return (typed(e) ?? content()) || null;
  if (/^(combobox|listbox)$/.test(role)) {
    if (e instanceof HTMLSelectElement) return [...e.selectedOptions].map((o) => o.label || o.text).join(' ');
    if (e.localName === 'input') return typed(e);
    const chosen = e.querySelector('[role=option][aria-selected=true]');
    return chosen ? chosen.textContent : role === 'combobox' ? content() : '';
  }
  if (/^(slider|spinbutton|progressbar|meter|scrollbar)$/.test(role)) {
    return e.getAttribute('aria-valuetext') ?? e.getAttribute('aria-valuenow') ?? String(typed(e) ?? usualValue(e, role));
  }
  return null;
}

// What ARIA has a range hold that does not say.
function usualValue(e, role) {
  if (role === 'progressbar') return '';
  if (role === 'spinbutton' || role === 'meter') return '0';
  const number = (attribute, usual) => parseFloat(e.getAttribute(attribute) ?? '') || usual;
  return String((number('aria-valuemin', 0) + number('aria-valuemax', 100)) / 2);
}

// Labels by control, of one document or shadow root: element.labels would walk the whole tree for each control.
function labelsOf(e) {
  const root = e.getRootNode();
  if (!root.querySelectorAll) return [];
  let map = scan.labels.get(root);
  if (!map) {
    map = new Map();
    for (const label of root.querySelectorAll('label')) {
      const { control } = label;
      if (control) map.has(control) ? map.get(control).push(label) : map.set(control, [label]);
    }
    scan.labels.set(root, map);
  }
  return map.get(e) ?? [];
}
let nativeFrom = 'native';
const labels = (label) => label.getAttribute('aria-hidden') !== 'true' && !(look(label) & UNSEEN)
  && (label.checkVisibility() || (getComputedStyle(label).display === 'contents' && up(label).checkVisibility()));
function labelText(e, how) {
  const parts = [];
  for (const label of labelsOf(e)) {
    if (how.seen.has(label) || how.within?.includes(label) || !labels(label)) continue;
    const seen = new Set(how.seen);
    const text = nameOnce(label, 'label', { seen, referenced: true, labels: true, within: how.within, naming: e }).trim();
    if (text) {
      parts.push(text);
      scan.spoken.add(label);
    }
  }
  return parts.join(' ');
}
function childName(e, tag, how) {
  for (const c of e.children) {
    if (c.localName !== tag) continue;
    if (!shown(c)) return '';
    scan.spoken.add(c);
    return nameOnce(c, tag, { seen: how.seen, referenced: true, within: how.within, naming: how.naming });
  }
  return '';
}

// null: the markup of this element offers no name at all.
function nativeName(e, role, how) {
  nativeFrom = 'native';
  if (!(e instanceof HTMLElement)) return svgName(e);
  switch (e.localName) {
    case 'input': return inputName(e, how);
    case 'textarea': return labelText(e, how) || hint(e);
    case 'select': case 'meter': case 'progress': return labelText(e, how);
    case 'button': case 'output': return labelText(e, how) || null;
    case 'img': case 'area': return e.getAttribute('alt');
    case 'fieldset': return childName(e, 'legend', how) || null;
    case 'table': return childName(e, 'caption', how) || e.summary || null;
    case 'optgroup': return e.label;
    case 'option': return e.label || e.text;
    case 'iframe': case 'frame': return e.title;
    case 'video': case 'audio': case 'object': case 'embed': return '';
    default: return isDrawn(e) ? pictureText(e) || null : null;
  }
}
const NAMED_IN_SVG = /^(svg|g|a|path|circle|rect|use|image)$/;
function svgName(e) {
  if (e.namespaceURI !== 'http://www.w3.org/2000/svg' || !NAMED_IN_SVG.test(e.localName)) return null;
  if (e.hasAttribute('role') && explicitRole(e) === 'none' && !canFocus(e)) return null;
  for (const c of e.children) if (c.localName === 'title') return c.textContent;
  return (e.localName === 'a' && (e.getAttribute('xlink:title') ?? null)) || null;
}
function inputName(e, how) {
  const label = labelText(e, how);
  if (label) return label;
  switch (e.type) {
    case 'submit': return e.hasAttribute('value') ? e.value : 'Submit';
    case 'reset': return e.hasAttribute('value') ? e.value : 'Reset';
    case 'button': return e.value;
    case 'image': return e.getAttribute('alt') || e.getAttribute('value') || e.getAttribute('title') || 'Submit';
    case 'checkbox': case 'radio': case 'range': case 'color': case 'file': case 'date': case 'datetime-local':
    case 'month': case 'week': case 'time': return '';
    default: return hint(e);
  }
}
function hint(e) {
  const title = e.getAttribute('title');
  if (title?.trim()) return title;
  nativeFrom = 'placeholder';
  return e.getAttribute('placeholder') || e.getAttribute('aria-placeholder') || '';
}

// The text of the content, in which boxes are words of their own.
function contentOf(e, how) {
  if (e.localName === 'svg' && !e.querySelector(SAYING)) return '';
  if (look(e) & LOCKED || (isDrawn(e) && e !== how.naming)) return '';
  if (scan.depth >= MAX_NAME_DEPTH) return e.textContent;
  scan.depth++;
  const text = contentWithin(e, how);
  scan.depth--;
  return text;
}
function contentWithin(e, how) {
  const first = e.firstChild;
  if (first && !first.nextSibling && first.nodeType === Node.TEXT_NODE && !shadowOf(e) && e.localName !== 'slot' && !scan.owns) {
    return !how.hidden && look(e) & UNSEEN ? '' : around(e, first.data, how);
  }
  let out = '';
  const silent = !how.hidden && look(e) & UNSEEN;
  const drawn = e instanceof SVGElement && e.localName !== 'foreignObject';
  const list = how.hidden && e.localName === 'details' ? e : rendered(e);
  const given = Array.isArray(list) ? list : null;
  for (let c = given ? given[0] : list.firstChild, i = 1; c; c = given ? given[i++] : c.nextSibling) {
    if (c.nodeType === Node.TEXT_NODE) out += silent || (drawn && !/^t/.test(e.localName)) ? '' : c.data;
    else if (c.nodeType === Node.ELEMENT_NODE && !(drawn && NEVER_DRAWN.has(c.localName)) && !ownedByOther(c, e)) {
      out += contentPart(c, how);
    }
  }
  const owned = ownedBy(e);
  if (owned.length) out += ` ${owned.map((c) => contentPart(c, how)).join('')}`;
  return around(e, out, how);
}
const SAYING = 'text, title, a, foreignObject, [aria-label], [aria-labelledby]';  // what of a drawing has words
const MAX_NAME_DEPTH = 200;  // deeper, the text is taken as it is
function around(e, text, how) {
  // Nothing is generated around what is not rendered.
  if (!scan.generates || (how.hidden && !e.checkVisibility())) return text;
  return `${generated(e, '::before')}${text}${generated(e, '::after')}`;
}
// Words of their own, though they may stand within a line.
const WORDS = new Set(('button checkbox combobox listbox menu menubar menuitem menuitemcheckbox menuitemradio radio scrollbar '
  + 'searchbox slider spinbutton switch tab textbox').split(' '));
function contentPart(c, how) {
  if (how.within && ++scan.referred > MOST_REFERRED) return '';
  const l = look(c);
  if (!how.hidden) {
    if (l & OUT) return '';
    if (c.getAttribute('aria-hidden') === 'true') return '';
  } else if (NO_TEXT.test(c.localName)) return '';
  if (c.inert) return '';
  if (c.localName === 'br') return ' ';
  if (c.localName === 'slot') return ` ${contentOf(c, how)} `;
  if (l & UNSEEN && !how.hidden) return contentOf(c, how);
  const role = roleOf(c);
  if (how.naming && /^(group|menu|tree)$/.test(role) && c !== how.naming && OWNERS.has(how.owner ?? '')) return '';
  if (role === 'ruby text' || c.localName === 'math') return '';  // an annotation; a formula, which has a line of its own
  const text = nameOnce(c, role, { ...how, referenced: false, labels: false });
  const apart = l & BLOCK || (l & APART && text.trim()) || c.localName === 'canvas' || WORDS.has(role) || editing(c)
    || (nameFrom && nameFrom !== 'content');
  return apart ? ` ${text} ` : text;
}
