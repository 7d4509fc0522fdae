// Roles: what ARIA and the HTML accessibility mapping call an element. Where both leave a choice, Chromium's is taken.
// "generic" means nothing to a reader, "none" not even a box.

const ARIA_ROLES = new Set((
  'alert alertdialog application article banner blockquote button caption cell checkbox code columnheader combobox '
  + 'comment complementary contentinfo definition deletion dialog directory document emphasis feed figure form generic '
  + 'grid gridcell group heading img image insertion link list listbox listitem log main mark marquee math menu menubar '
  + 'menuitem menuitemcheckbox menuitemradio meter navigation none note option paragraph presentation progressbar radio '
  + 'radiogroup region row rowgroup rowheader scrollbar search searchbox separator slider spinbutton status strong '
  + 'subscript suggestion superscript switch tab table tablist tabpanel term textbox time timer toolbar tooltip tree '
  + 'treegrid treeitem graphics-document graphics-object graphics-symbol sectionheader sectionfooter').split(' '));
const DOC_ROLES = new Set((
  'abstract acknowledgments afterword appendix backlink biblioentry bibliography biblioref chapter colophon conclusion cover '
  + 'credit credits dedication endnote endnotes epigraph epilogue errata example footnote foreword glossary glossref index '
  + 'introduction noteref notice pagebreak pagefooter pageheader pagelist part preface prologue pullquote qna subtitle tip '
  + 'toc').split(' ').map((n) => `doc-${n}`));
const SPELLING = {
  img: 'image', presentation: 'none', directory: 'list', sectionheader: 'section header', sectionfooter: 'section footer',
};
const INPUT_ROLES = {
  button: 'button', submit: 'button', reset: 'button', image: 'button', checkbox: 'checkbox', radio: 'radio',
  range: 'slider', number: 'spinbutton', search: 'searchbox', file: 'file', color: 'color', date: 'date',
  'datetime-local': 'datetime', month: 'month', week: 'week', time: 'time input', hidden: 'none',
};
const sameAlways = (role, tags) => Object.fromEntries(tags.split(' ').map((t) => [t, role]));
const NATIVE_ROLES = {
  ...sameAlways('generic', 'b bdi bdo big body center cite data div font html i kbd nobr q samp small span tt u var wbr pre '
    + 'map picture strike'),
  ...sameAlways('none', 'head title meta link script style template noscript base source track param slot rp col colgroup'),
  ...sameAlways('heading', 'h1 h2 h3 h4 h5 h6'),
  ...sameAlways('list', 'ul ol menu dir'),
  ...sameAlways('definition', 'dd'),
  ...sameAlways('term', 'dt dfn'),
  ...sameAlways('group', 'fieldset details optgroup hgroup address'),
  ...sameAlways('deletion', 'del s'),
  article: 'article', blockquote: 'blockquote', button: 'button', caption: 'caption', code: 'code', dialog: 'dialog',
  em: 'emphasis', figcaption: 'figcaption', figure: 'figure', hr: 'separator', ins: 'insertion', label: 'label',
  legend: 'legend', main: 'main', mark: 'mark', meter: 'meter', nav: 'navigation', output: 'status', p: 'paragraph',
  progress: 'progressbar', search: 'search', strong: 'strong', sub: 'subscript', sup: 'superscript', textarea: 'textbox',
  time: 'time', iframe: 'iframe', frame: 'iframe', video: 'video', audio: 'audio', canvas: 'canvas', object: 'object',
  embed: 'embed', dl: 'description list', abbr: 'abbr', acronym: 'abbr', br: 'line break', math: 'math', ruby: 'ruby',
  rt: 'ruby text', form: 'form', option: 'option', marquee: 'generic',
};
const SECTIONS = new Set('article aside main nav section complementary navigation'.split(' '));
const labelled = (e) =>
  ['aria-label', 'aria-labelledby', 'aria-labeledby', 'title'].some((attribute) => e.hasAttribute(attribute));
// Whether the element stands in a part of the page; a role of its own decides what a part is before its tag does.
function inSection(e, main = true) {
  for (let a = e.parentElement; a; a = a.parentElement) {
    const what = (a.hasAttribute('role') && explicitRole(a)) || a.localName;
    if ((SECTIONS.has(what) && (main || what !== 'main')) || (what === 'region' && a.localName === 'section')) return true;
  }
  return false;
}
const BY_ELEMENT = {
  a: (e) => (e.hasAttribute('href') || e.hasAttribute('onclick') ? 'link' : 'generic'),
  area: (e) => (e.hasAttribute('href') ? 'link' : 'generic'),
  aside: (e) => (!inSection(e, false) || authorName(e) ? 'complementary' : 'generic'),
  header: (e) => (inSection(e) ? 'section header' : 'banner'),
  footer: (e) => (inSection(e) ? 'section footer' : 'contentinfo'),
  img: (e) => (e.getAttribute('alt') === '' && !labelled(e) && !canFocus(e) && !e.matches(GLOBAL_ARIA) ? 'none' : 'image'),
  input: (e) => inputRole(e),
  li: (e) => (otherList(e.parentElement) ? 'generic' : 'listitem'),
  section: (e) => (authorName(e) ? 'region' : 'generic'),
  select: (e) => (e.size > 1 || (e.multiple && e.size !== 1) ? 'listbox' : 'combobox'),
  summary: (e) => (e.parentElement && tagOf(e.parentElement) === 'details' && summaryOf(e.parentNode) === e ? 'summary' : 'generic'),
  table: (e) => (isDataTable(e) ? 'table' : 'layout table'),
  thead: (e) => inTable(e, 'rowgroup'),
  tbody: (e) => inTable(e, 'rowgroup'),
  tfoot: (e) => inTable(e, 'rowgroup'),
  tr: (e) => inTable(e, 'row'),
  td: (e) => inTable(e, 'cell'),
  th: (e) => inTable(e, 'header'),
};
// Roles that depend on a name, of elements whose names depend on roles: one that is asked about while it is being named
// (by a reference to itself, or to what refers back) counts as named.
function isNamed(e, role) {
  let known = scan.named.get(e);
  if (known === undefined) {
    scan.named.set(e, true);
    known = nameOf(e, role) !== '';
    scan.named.set(e, known);
  }
  return known;
}
const authorName = (e) => labelled(e) && isNamed(e, 'region');
function inputRole(e) {
  const { type } = e;
  if (e.list && /^(text|search|url|tel|email|number)$/.test(type)) return 'combobox';
  return INPUT_ROLES[type] ?? 'textbox';
}

// A cell's role is its table's affair.
function inTable(e, role) {
  const table = e.parentElement?.closest('table');
  if (!table) return 'generic';
  const whole = roleOf(table);
  if (whole === 'layout table') return `layout ${role === 'header' ? 'cell' : role}`;
  if (!/^(table|grid|treegrid)$/.test(whole)) return whole === 'none' ? 'none' : 'generic';
  // What stands in something that is no row, or no group of rows, any more is no part of the table either.
  for (let n = e.parentElement; n !== table; n = n.parentElement) {
    const other = n.hasAttribute('role') ? explicitRole(n) : '';
    if (other && other !== (n.localName === 'tr' ? 'row' : 'rowgroup')) return 'generic';
  }
  const grid = whole !== 'table';
  if (role === 'cell') return grid ? 'gridcell' : 'cell';
  if (role !== 'header') return role;
  const scope = e.getAttribute('scope')?.toLowerCase();
  if (scope === 'row' || scope === 'rowgroup') return 'rowheader';
  if (scope === 'col' || scope === 'colgroup') return 'columnheader';
  return [...e.parentElement.children].some((c) => c.localName === 'td' && c.firstChild) ? 'rowheader' : 'columnheader';
}

// Tables that only arrange things are told apart as browsers do: by what an author writes for data alone, then by size.
function isDataTable(table) {
  if (!scan.tables) scan.tables = new Map();
  if (!scan.tables.has(table)) scan.tables.set(table, judgeTable(table));
  return scan.tables.get(table);
}
function judgeTable(t) {
  if (t.hasAttribute('role') || getComputedStyle(t).display === 'contents') return true;
  if (t.isContentEditable || t.caption || t.tHead || t.tFoot || t.summary || t.rules) return true;
  if (t.querySelector(':scope > colgroup, :scope > col')) return true;
  const rows = [...t.rows];
  const cells = rows.flatMap((r) => [...r.cells]);
  if (cells.length < 2) return false;
  if (cells.some((c) => c.matches('th, [headers], [scope], [abbr]'))) return true;
  if (t.getAttribute('border') && t.getAttribute('border') !== '0') return true;
  if (rows.length < 2 || rows.every((r) => r.cells.length < 2)) return false;
  if (rows.length >= 20 || striped(rows.slice(0, 5))) return true;
  return cells.filter((c) => bordered(c)).length * 2 >= cells.length;
}
function striped(rows) {
  if (rows.length < 3) return false;
  const colors = rows.map((r) => getComputedStyle(r).backgroundColor);
  return colors[0] !== colors[1] && colors.every((c, i) => c === colors[i % 2]);
}
function bordered(cell) {
  const s = getComputedStyle(cell);
  const drawn = (side) => s[`border${side}Style`] !== 'none' && s[`border${side}Width`] !== '0px';
  return ['Top', 'Right', 'Bottom', 'Left'].filter(drawn).length > 1;
}

// The first token of the role attribute that names a role, with a name where the role needs one; "" for none.
function explicitRole(e) {
  const text = e.getAttribute('role');
  if (!text) return '';
  for (const token of text.toLowerCase().split(/\s+/)) {
    if ((token === 'form' || token === 'region') && !authorName(e)) continue;
    if (ARIA_ROLES.has(token) || DOC_ROLES.has(token)) return SPELLING[token] ?? token;
  }
  return '';
}
const canFocus = (e) => !(FORM.test(e.localName) && e.matches(':disabled')) && !(MEDIA.test(e.localName) && !e.controls)
  && (e.tabIndex >= 0 || e.hasAttribute('tabindex') || e.isContentEditable);
const MEDIA = /^(video|audio)$/;
const GLOBAL_ARIA = ('atomic busy controls current describedby details dropeffect flowto grabbed keyshortcuts label '
  + 'labelledby live owns relevant roledescription').split(' ').map((n) => `[aria-${n}]`).join(', ');
function roleOf(e) {
  const explicit = e.hasAttribute('role') ? explicitRole(e) : '';
  if (explicit === 'none') return canFocus(e) || e.matches(GLOBAL_ARIA) ? nativeRole(e) : 'none';
  if (!explicit) return nativeRole(e);
  if (explicit === 'cell') return inGrid(e) ? 'gridcell' : 'cell';
  if (explicit === 'listitem' && e.localName === 'li') return explicit;
  if (Object.hasOwn(CONTEXTS, explicit) && !inContext(e, CONTEXTS[explicit])) return nativeRole(e);
  return explicit;
}

// Roles that mean nothing outside of what they are parts of.
const CONTEXTS = {
  option: /^(listbox|combobox|menu)$/, treeitem: /^tree$/, listitem: /^list$/,
};
function inContext(e, wanted) {
  for (let n = above(e); n; n = above(n)) {
    const role = roleOf(n);
    if (wanted.test(role)) return true;
    if (!/^(generic|none|group|treeitem)$/.test(role)) return false;
  }
  return false;
}

// What a list without meaning, or with another one, has in it is no list item.
const otherList = (parent) =>
  parent?.hasAttribute('role') && /^(ul|ol|menu|dir)$/.test(tagOf(parent)) && explicitRole(parent) !== 'list';
const ROLE_BY_TAG = new Map([...Object.entries(NATIVE_ROLES), ...Object.entries(BY_ELEMENT)]);
function nativeRole(e) {
  if (!(e instanceof HTMLElement)) return foreignRole(e);  // whatever it is called
  const by = ROLE_BY_TAG.get(e.localName);
  const role = !by ? 'generic' : typeof by === 'string' ? by : by(e);
  if (role === 'generic' && isDrawn(e)) return 'image';
  return role === 'generic' && e.localName !== 'a' && e.getAttribute('draggable') === 'true' ? 'group' : role;
}
function foreignRole(e) {
  if (e.namespaceURI === 'http://www.w3.org/1998/Math/MathML') return e.localName === 'math' ? 'math' : 'math part';
  return e.namespaceURI === 'http://www.w3.org/2000/svg' ? svgRole(e, e.localName) : 'generic';
}
function svgRole(e, tag) {
  if (tag === 'svg') {
    if (isNamed(e, 'svg')) return e.ownerSVGElement ? 'group' : 'image';
    return e.firstElementChild || canFocus(e) ? 'svg' : 'generic';
  }
  if (tag === 'a') return e.hasAttribute('href') || e.hasAttribute('xlink:href') ? 'link' : 'generic';
  if (tag === 'image') return isNamed(e, 'image') ? 'image' : 'generic';
  if (!/^(g|path|rect|circle|ellipse|line|polyline|polygon|use)$/.test(tag)) return 'generic';
  if (!isNamed(e, 'graphics-symbol') && !canFocus(e)) return 'generic';
  return { g: 'group', use: 'graphics-object' }[tag] ?? 'graphics-symbol';
}
