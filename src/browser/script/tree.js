// The walk: the page as a tree of lines. A line is {node, role, name, flags, kids}; what means nothing by itself (layout
// boxes, inline markup) leaves its content to the line above it.

// Their name is their content, so that what is in them is told only where it can be acted on.
const ATOMS = new Set('button link menuitem menuitemcheckbox menuitemradio option checkbox radio switch tab summary'.split(' '));
const LEAVES = new Set(('textbox,searchbox,spinbutton,slider,date,datetime,month,week,time input,color,file,progressbar,meter,'
  + 'scrollbar,separator').split(','));
const CONTROLS = new Set([...ATOMS, ...('textbox,searchbox,spinbutton,slider,date,datetime,month,week,time input,color,file,'
  + 'combobox,listbox,treeitem,iframe,video,audio,clickable').split(',')]);
const DISSOLVED = new Set(('generic,none,paragraph,strong,emphasis,code,mark,time,subscript,superscript,abbr,label,'
  + 'legend,caption,figcaption,section header,section footer,rowgroup,layout table,layout row,layout cell,layout rowgroup,'
  + 'description list,ruby,ruby text,line break,marquee,presentation,suggestion').split(','));
const CELLS = new Set('cell gridcell columnheader rowheader'.split(' '));
const TAKES_TEXT = new Set([...CELLS, ...('heading listitem treeitem term definition blockquote status alert log note tooltip '
  + 'deletion insertion banner contentinfo region article complementary group dialog alertdialog figure clickable row tabpanel '
  + 'navigation form main search comment timer toolbar').split(' ')]);
const NAMED_BY_MARKUP = /^(fieldset|table|figure|optgroup)$/;
const MAX_DEPTH = 1000;  // of elements in each other; the stack has room for some more

// Text of the page is told whole where there is room (fold.js); a name names.
const MOST_NAME = 10_000;
function newLine(node, role, name, flags) {
  const line = { node, role, name, flags, kids: [], open: false };
  if (role === 'text' || name.length <= MOST_NAME) return line;
  line.text = name;
  line.name = cut(name, MOST_NAME);
  return line;
}
function addText(into, node, data) {
  if (into.open) into.kids[into.kids.length - 1].name += data;
  else if (/[^\s\uE000-\uF8FF]/.test(data)) {
    into.kids.push(newLine(node, 'text', data, []));
    into.open = true;
  }
}
function addLine(into, line) {
  into.open = false;
  into.kids.push(line);
}

// Where the walk is: `quiet` when the text is told already, `hand` when the pointer above is one, `inside` of the modal dialog.
const place = (quiet, hand, inside, depth) => ({ quiet, hand, inside, depth });
const below = (at, quiet, hand) => place(quiet, hand, at.inside, at.depth + 1);
function visitAll(e, into, at) {
  const l = look(e);
  if (l & LOCKED) return;
  if (l & DRAWN) return addText(into, e, at.quiet ? '' : pictureText(e));
  const silent = at.quiet || l & UNSEEN;
  const asks = scan.generates && !silent;
  const before = asks ? generated(e, '::before') : '';
  if (before) addText(into, e, before);
  const list = rendered(e);
  const given = Array.isArray(list) ? list : null;
  for (let c = given ? given[0] : list.firstChild, i = 1; c; c = given ? given[i++] : c.nextSibling) {
    if (c.nodeType === Node.ELEMENT_NODE) visit(c, into, at);
    else if (c.nodeType === Node.TEXT_NODE && !silent) addText(into, c, c.data);
  }
  const after = asks ? generated(e, '::after') : '';
  if (after) addText(into, e, after);
}
function visit(e, into, at) {
  scan.elements++;
  if (scan.ignored.has(e)) return;
  const l = look(e);
  if (l & OUT) return;
  const attributes = e.hasAttributes();
  if (attributes && (e.getAttribute('aria-hidden') === 'true' || e.inert)) return;
  if (scan.around && !at.inside) {
    // Behind an open modal dialog nothing can be reached.
    if (e === scan.modal) at = place(at.quiet, at.hand, true, at.depth);
    else if (!scan.around.has(e)) return;
    else return visitAll(e, into, at);
  }
  if (at.depth > MAX_DEPTH) return void (scan.tooDeep = true);
  const role = roleOf(e);
  if (role === 'line break') return addText(into, null, into.open ? ' ' : '');
  if (l & UNSEEN) return visitAll(e, into, below(at, at.quiet, at.hand));
  if (l & BLOCK) into.open = false;
  else if (l & APART && into.open) addText(into, null, ' ');
  enter(e, into, at, role, l, attributes);
  if (l & BLOCK) into.open = false;
  else if (l & APART && into.open) addText(into, null, ' ');
}
// Elements that are only called like others have nothing of them.
const isNative = (e) => e instanceof HTMLElement || (e instanceof SVGElement && e.localName === 'svg')
  || (e instanceof MathMLElement && e.localName === 'math');
function enter(e, into, at, role, l, attributes) {
  const special = Object.hasOwn(SPECIAL, e.localName) && isNative(e) && SPECIAL[e.localName];
  if (special) return special(e, into, at, role, l);
  if (l & DRAWN && (role === 'image' || DISSOLVED.has(role))) return drawn(e, into, at, role, l);
  if (ATOMS.has(role)) return atom(e, into, at, role, l);
  if (LEAVES.has(role) && !e.isContentEditable) return leaf(e, into, role);
  const why = attributes || role === 'label' || l & (HAND | SCROLLS) || e === document.body ? reasons(e, role, at, l) : null;
  const inner = below(at, at.quiet, l & HAND);
  if (role === 'label' && !scan.spoken.has(e) && controlListed(e)) nameOf(e.control, roleOf(e.control));
  if (scan.spoken.has(e) && DISSOLVED.has(role)) inner.quiet = true;
  if ((DISSOLVED.has(role) || (at.quiet && !CONTROLS.has(role))) && !why) return visitAll(e, into, inner);
  container(e, into, inner, role, why);
}

// Why an element that says nothing by its role gets a line, and what a line says beyond its role: null for no reason.
function reasons(e, role, at, l) {
  const found = [];
  if (l & SCROLLS && e !== document.documentElement && e !== document.body) found.push('scrollable');
  if (CONTROLS.has(role)) return found.length ? found : null;
  // The whole page of an old editor is its field: it lives in a frame whose body, or document, can be edited.
  if (isPage(e)) return e === document.body && e.isContentEditable ? ['editable'] : null;
  if (e.hasAttribute('contenteditable') && e.isContentEditable) found.push('editable');
  if (e.getAttribute('draggable') === 'true') found.push('draggable');
  const focusable = e.hasAttribute('tabindex') && e.tabIndex >= 0;
  const strong = e.hasAttribute('onclick') || (focusable && DISSOLVED.has(role) && !(l & SCROLLS));
  if (strong) found.push('clickable');
  else if (l & HAND && !at.hand && !at.quiet && !(e.localName === 'label' && controlListed(e))) found.push('hand');
  if (e.localName === 'label' && !controlListed(e) && e.control) found.push('clickable');
  if (DISSOLVED.has(role) && (e.hasAttribute('aria-label') || e.hasAttribute('aria-labelledby'))) found.push('named');
  return found.length ? found : null;
}
// Whether the control that a label names has a line itself. A checkbox that is shown by its label alone (hidden, or
// without a size) has none: the label stands for it.
function controlListed(label) {
  const { control: c } = label;
  return Boolean(c) && !labelStandsFor(c) && shown(c);
}
function labelStandsFor(c) {
  if (c.localName !== 'input' || !/^(checkbox|radio|file)$/.test(c.type)) return false;
  let known = scan.stands.get(c);
  if (known === undefined) {
    // Left in its place and as the browser draws it, a control has a size; asking for it costs a layout.
    const s = getComputedStyle(c);
    const usual = !(look(c) & OUT) && s.position === 'static' && s.appearance !== 'none';
    const sized = usual || (c.offsetWidth > 0 && c.offsetHeight > 0);
    known = !sized && labelsOf(c).some((l) => shown(l) && l.offsetWidth > 0);
    scan.stands.set(c, known);
  }
  return known;
}
function atom(e, into, at, role, l) {
  const name = nameOf(e, role);
  const fromContent = nameFrom === 'content';
  const line = newLine(e, role, name, flagsOf(e, role, name, scan.focused));
  if (e.firstElementChild || shadowOf(e)) {
    const quiet = at.quiet || fromContent || name.includes(tidy(contentOf(e, { seen: new Set([e]), naming: null })));
    visitAll(e, line, below(at, quiet, HAND));
  } else if (!fromContent && !at.quiet) {
    const text = tidy(contentOf(e, { seen: new Set(), naming: null }));
    if (text && !name.includes(text) && e.localName !== 'option') addText(line, e.firstChild, text);
  }
  if (!name && !line.kids.length) line.flags.push(...clue(e));
  addLine(into, line);
}
// An icon that a stylesheet puts in the place of an element's content: nothing else of the element is shown.
function drawn(e, into, at, role, l) {
  if (role === 'label' && controlListed(e)) return;  // told by the name of its control
  const why = new Set(reasons(e, role === 'image' ? 'generic' : role, at, l));
  if (at.quiet && !why.size) return;
  const name = nameOf(e, 'image');
  const line = newLine(e, 'image', name, flagsOf(e, 'image', name, scan.focused));
  const stoodFor = role === 'label' ? e.control : null;
  if (stoodFor) line.flags.unshift(...flagsOf(stoodFor, roleOf(stoodFor), name, scan.focused));
  if (why.has('clickable') || why.has('hand')) line.flags.push('clickable');
  for (const mark of ['editable', 'draggable']) if (why.has(mark)) line.flags.push(mark);
  if (!name) line.flags.push(...clue(e));
  addLine(into, line);
}
function leaf(e, into, role) {
  const name = nameOf(e, role);
  if (role === 'separator' && !name && !e.hasAttribute('aria-valuenow')) return;
  const line = newLine(e, role, name, flagsOf(e, role, name, scan.focused));
  if (!name && !line.flags.some((f) => f.startsWith('placeholder'))) line.flags.push(...clue(e));
  addLine(into, line);
}

// What tells a control without a name from others: a word that its author chose.
function clue(e) {
  const inner = e.querySelector('[class]');
  const href = e.querySelector('use')?.getAttribute('href');
  const text = e.getAttribute('data-testid') || e.id || href || e.getAttribute('name') || e.getAttribute('class')
    || inner?.getAttribute('class');
  return text ? [`hint=${inQuotes(cut(text, 60))}`] : [];
}
function container(e, into, at, role, why) {
  const attributes = e.hasAttributes();
  const named = attributes || NAMED_BY_MARKUP.test(e.localName);
  const author = named ? nameOf(e, FROM_CONTENT.has(role) ? 'region' : role) : '';
  const titled = author !== '' && nameFrom === 'title';
  const line = newLine(e, role, author, attributes ? flagsOf(e, role, author, scan.focused) : []);
  const level = levelOf(e, role);
  if (level) line.flags.push(`level=${level}`);
  visitAll(e, line, at);
  const only = line.kids.length === 1 ? line.kids[0] : null;
  if (only?.role === 'text' && (TAKES_TEXT.has(role) || DISSOLVED.has(role))) {
    const text = tidy(only.name);
    if (!author || titled || author === text) {
      line.name = text;
      line.text = undefined;
      line.kids = [];
    }
  } else if (titled && line.kids.length) line.name = '';
  if (!line.name && !line.kids.length && isDrawn(e)) line.name = nameOf(e, role);
  if (role === 'treeitem' && !line.name && line.kids[0]?.role === 'text') line.name = tidy(line.kids.shift().name);
  if (/^(combobox|textbox|searchbox)$/.test(role) && line.kids.length && only?.role === 'text') {
    line.flags.unshift(`value=${inQuotes(cut(tidy(only.name), 200))}`);
    line.kids = [];
  }
  settle(e, into, line, why, only);
}

// A container that turns out to say nothing leaves its content to the line above.
function settle(e, into, line, why, only) {
  const { role } = line;
  const plain = DISSOLVED.has(role) || (role === 'group' && !line.name);
  const control = only !== null && CONTROLS.has(only.role);
  const marks = new Set(why ?? []);
  if (marks.has('hand') && control) marks.delete('hand');
  const kept = marks.has('clickable') || marks.has('hand') || marks.has('editable') || marks.has('draggable');
  if (plain && !kept && !marks.has('scrollable') && !(marks.has('named') && line.name)) return spill(into, line);
  if (!kept && !marks.size && !line.flags.length) {
    if (!line.name && !line.kids.length && !CELLS.has(role) && !CONTROLS.has(role)) return;
    if ((role === 'listitem' || CELLS.has(role)) && only && !line.name && line.kids.length) return spill(into, line);
  }
  if (plain) line.role = kept ? 'clickable' : role === 'group' || marks.has('named') ? 'group' : 'area';
  else if (marks.has('clickable') || marks.has('hand')) line.flags.push('clickable');
  for (const mark of ['editable', 'draggable']) if (marks.has(mark)) line.flags.push(mark);
  if (marks.has('scrollable')) line.flags.push(scrolledTo(e));
  const labels = e.localName === 'label' ? e.control : null;
  if (labels && !line.name && labelStandsFor(labels)) {
    // Beside a link or a button of its own it says what its control is called all the same.
    line.name = cut(nameOf(labels, roleOf(labels)), MOST_NAME);
    line.kids = line.kids.filter((k) => k.role !== 'text');
  }
  if (labels) line.flags.unshift(...flagsOf(labels, roleOf(labels), line.name, scan.focused));
  if (kept && !line.name && !line.kids.length) line.flags.push(...clue(e));
  addLine(into, line);
}
function spill(into, line) {
  // Text beside text stays apart only where a box separates it; the caller has closed the line for boxes.
  for (const kid of line.kids) {
    if (kid.role === 'text' && into.open) addText(into, kid.node, kid.name);
    else into.kids.push(kid);
    into.open = kid.role === 'text' && line.open;
  }
  if (line.name && !line.kids.length) {
    addText(into, line.node, line.name);
  }
}
function scrolledTo(e) {
  const a = axis(e);
  if (!a) return 'scrollable';
  const done = a.room ? Math.round((100 * e[its[a.key]]) / a.room) : 0;
  return `${a.side === 'left' ? 'scrollable-x' : 'scrollable'}=${Math.max(0, done)}%`;
}
