// Roles: what ARIA and the HTML accessibility mapping call an element. Where both leave a choice, Chromium's is taken.
// "generic" means nothing to a reader, "none" not even a box.

const ARIA_ROLES = new Set((
  'alert alertdialog application article banner blockquote button caption cell checkbox code columnheader combobox '
  + 'comment complementary contentinfo definition deletion dialog directory document emphasis feed figure form generic '
  + 'grid gridcell group heading img image insertion link list listbox listitem log main mark marquee math menu menubar '
  + 'menuitem menuitemcheckbox menuitemradio meter navigation none note option paragraph presentation progressbar radio '
  + 'radiogroup region row rowgroup rowheader scrollbar search searchbox separator slider spinbutton status strong '
  + 'subscript suggestion superscript switch tab table tablist tabpanel term textbox time timer toolbar tooltip tree '
  + 'treegrid treeitem graphics-document graphics-object graphics-symbol').split(' '));
const SPELLING = { img: 'image', presentation: 'none', directory: 'list' };
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
  ...sameAlways('list', 'ul ol menu'),
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
const SECTIONING = 'article, aside, main, nav, section, [role=article], [role=complementary], [role=main], '
  + '[role=navigation], [role=region]';
const SECTIONING_BUT_MAIN = 'article, aside, nav, section, [role=article], [role=complementary], [role=navigation], '
  + '[role=region]';
const labelled = (e) => e.hasAttribute('aria-label') || e.hasAttribute('aria-labelledby') || e.hasAttribute('title');
const inSection = (e) => e.parentElement?.closest(SECTIONING) != null;
const BY_ELEMENT = {
  a: (e) => (e.hasAttribute('href') ? 'link' : 'generic'),
  area: (e) => (e.hasAttribute('href') ? 'link' : 'generic'),
  aside: (e) => (!e.parentElement?.closest(SECTIONING_BUT_MAIN) || authorName(e) ? 'complementary' : 'generic'),
  header: (e) => (inSection(e) ? 'section header' : 'banner'),
  footer: (e) => (inSection(e) ? 'section footer' : 'contentinfo'),
  img: (e) => (e.getAttribute('alt') === '' && !labelled(e) && !canFocus(e) ? 'none' : 'image'),
  input: (e) => inputRole(e),
  li: () => 'listitem',
  section: (e) => (authorName(e) ? 'region' : 'generic'),
  select: (e) => (e.size > 1 || (e.multiple && e.size !== 1) ? 'listbox' : 'combobox'),
  summary: (e) => (e.parentNode?.nodeName === 'DETAILS' && summaryOf(e.parentNode) === e ? 'summary' : 'generic'),
  table: (e) => (isDataTable(e) ? 'table' : 'layout table'),
  thead: (e) => inTable(e, 'rowgroup'),
  tbody: (e) => inTable(e, 'rowgroup'),
  tfoot: (e) => inTable(e, 'rowgroup'),
  tr: (e) => inTable(e, 'row'),
  td: (e) => inTable(e, 'cell'),
  th: (e) => inTable(e, 'header'),
};
const authorName = (e) => labelled(e) && nameOf(e, 'region') !== '';
function inputRole(e) {
  const { type } = e;
  if (e.list && /^(text|search|url|tel|email)$/.test(type)) return 'combobox';
  return INPUT_ROLES[type] ?? 'textbox';
}

// A cell's role is its table's affair.
function inTable(e, role) {
  const table = e.parentElement?.closest('table');
  if (!table) return 'generic';
  const explicit = explicitRole(table);
  if (explicit && !/^(table|grid|treegrid)$/.test(explicit)) return explicit === 'none' ? 'none' : 'generic';
  if (!explicit && !isDataTable(table)) return `layout ${role === 'header' ? 'cell' : role}`;
  const grid = explicit === 'grid' || explicit === 'treegrid';
  if (role === 'cell') return grid ? 'gridcell' : 'cell';
  if (role !== 'header') return role;
  const scope = e.getAttribute('scope')?.toLowerCase();
  if (scope === 'row' || scope === 'rowgroup') return 'rowheader';
  if (scope === 'col' || scope === 'colgroup') return 'columnheader';
  const headers = [...e.parentElement.children].every((c) => c.localName === 'th');
  const head = headers || e.parentElement.parentElement.localName === 'thead';
  return !head && e.cellIndex === 0 ? 'rowheader' : 'columnheader';
}

// Tables that only arrange things are told apart as browsers do: by what an author writes for data alone, then by size.
function isDataTable(table) {
  if (!scan.tables) scan.tables = new Map();
  if (!scan.tables.has(table)) scan.tables.set(table, judgeTable(table));
  return scan.tables.get(table);
}
function judgeTable(t) {
  if (t.isContentEditable || t.caption || t.tHead || t.tFoot || t.summary || t.rules) return true;
  if (t.querySelector(':scope > colgroup, :scope > col')) return true;
  const rows = [...t.rows];
  const cells = rows.flatMap((r) => [...r.cells]);
  if (cells.length < 2) return false;
  if (cells.some((c) => c.matches('th, [headers], [scope], [abbr]'))) return true;
  if (t.getAttribute('border') && t.getAttribute('border') !== '0') return true;
  if (rows.length < 2 || rows.every((r) => r.cells.length < 2)) return false;
  if (rows.length >= 20) return true;
  return cells.filter((c) => bordered(c)).length * 2 >= cells.length;
}
function bordered(cell) {
  const s = getComputedStyle(cell);
  const drawn = (side) => s[`border${side}Style`] !== 'none' && s[`border${side}Width`] !== '0px';
  return ['Top', 'Right', 'Bottom', 'Left'].filter(drawn).length > 1;
}

// The first token of the role attribute that names a role; "" for none.
function explicitRole(e) {
  const text = e.getAttribute('role');
  if (!text) return '';
  for (const token of text.toLowerCase().split(/\s+/)) {
    if (ARIA_ROLES.has(token) || token.startsWith('doc-')) return SPELLING[token] ?? token;
  }
  return '';
}
const canFocus = (e) => e.tabIndex >= 0 || e.hasAttribute('tabindex') || e.isContentEditable;
const GLOBAL_ARIA = ('atomic busy controls current describedby details dropeffect flowto grabbed keyshortcuts label '
  + 'labelledby live owns relevant roledescription').split(' ').map((n) => `[aria-${n}]`).join(', ');
function roleOf(e) {
  const explicit = e.hasAttribute('role') ? explicitRole(e) : '';
  if (explicit === 'none') return canFocus(e) || e.matches(GLOBAL_ARIA) ? nativeRole(e) : 'none';
  if (!explicit) return inNone(e) ? 'none' : nativeRole(e);
  if (explicit === 'form' || explicit === 'region') return authorName(e) ? explicit : nativeRole(e);
  if (Object.hasOwn(CONTEXTS, explicit) && !inContext(e, CONTEXTS[explicit])) return nativeRole(e);
  return explicit;
}

// Roles that mean nothing outside of what they are parts of.
const CONTEXTS = {
  option: /^(listbox|combobox|menu)$/, treeitem: /^tree$/, listitem: /^list$/,
};
function inContext(e, wanted) {
  for (let n = up(e); n; n = up(n)) {
    const role = roleOf(n);
    if (wanted.test(role)) return true;
    if (!/^(generic|none|group|treeitem)$/.test(role)) return false;
  }
  return false;
}

// What a list or table without meaning requires of its children has none either.
const PARTS = new Set('li tr td th thead tbody tfoot dt dd'.split(' '));
function inNone(e) {
  if (!PARTS.has(e.localName)) return false;
  if (/^(li|dt|dd)$/.test(e.localName)) {
    const parent = e.parentElement;
    return parent?.hasAttribute('role') && /^(UL|OL|MENU|DL)$/.test(parent.nodeName) && explicitRole(parent) === 'none';
  }
  const table = e.closest('table');
  return table?.hasAttribute('role') && roleOf(table) === 'none';
}
const ROLE_BY_TAG = new Map([...Object.entries(NATIVE_ROLES), ...Object.entries(BY_ELEMENT)]);
function nativeRole(e) {
  const by = ROLE_BY_TAG.get(e.localName);
  if ((!by || SHARED.has(e.localName)) && !(e instanceof HTMLElement)) return foreignRole(e);
  const role = !by ? 'generic' : typeof by === 'string' ? by : by(e);
  return role === 'generic' && e.getAttribute('draggable') === 'true' ? 'group' : role;
}
const SHARED = new Set('a audio canvas font iframe image script style svg title video'.split(' '));  // names of SVG too
function foreignRole(e) {
  if (e.namespaceURI === 'http://www.w3.org/1998/Math/MathML') return 'math part';
  return e.namespaceURI === 'http://www.w3.org/2000/svg' ? svgRole(e, e.localName) : 'generic';
}
function svgRole(e, tag) {
  if (tag === 'svg') return nameOf(e, 'svg') ? 'image' : 'svg';
  if (tag === 'a') return e.hasAttribute('href') || e.hasAttribute('xlink:href') ? 'link' : 'generic';
  if (tag === 'image') return 'image';
  if (!/^(g|path|rect|circle|ellipse|line|polyline|polygon|use)$/.test(tag)) return 'generic';
  return nameOf(e, 'graphics-symbol') ? (tag === 'g' ? 'group' : 'graphics-symbol') : 'generic';
}
