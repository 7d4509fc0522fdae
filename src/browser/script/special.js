// Elements whose content is not told as it stands: lists of options, frames, pictures.

const MANY_OPTIONS = 30;
const FEW_OPTIONS = 10;
function simple(e, into, role, ...more) {
  const name = nameOf(e, role);
  const line = newLine(e, role, name, [...flagsOf(e, role, name, scan.focused), ...more]);
  addLine(into, line);
  return line;
}
const optionLine = (o) => {
  const name = tidy(o.label || o.text);
  const flags = o.selected ? ['selected'] : [];
  if (o.matches(':disabled')) flags.push('disabled');
  return newLine(o, 'option', name, flags);
};
const groupLine = (g) => newLine(g, 'group', tidy(g.label), g.disabled ? ['disabled'] : []);
function selectLine(e, into, at, role) {
  if (LEAVES.has(role) || ATOMS.has(role)) role = 'combobox';
  const line = simple(e, into, role);
  const all = [...e.options].filter((o) => !o.hidden && !(look(o) & OUT));
  const long = all.length > MANY_OPTIONS;
  let left = 0;
  let group = null;
  all.forEach((o, i) => {
    if (long && i >= FEW_OPTIONS && !o.selected) return void left++;
    const parent = o.parentElement.localName === 'optgroup' ? o.parentElement : null;
    if (parent !== group?.node) group = parent && groupLine(parent);
    if (group && !line.kids.includes(group)) line.kids.push(group);
    (group ?? line).kids.push(optionLine(o));
  });
  if (!left) return;
  const last = inQuotes(cut(all.at(-1).label, 60));
  line.kids.push(note(`${left} more options, down to ${last}; any of them can be chosen by its text`));
}

// A line of the server's own. It has no id, which no line of the page lacks.
const note = (text) => ({ node: null, role: 'note', name: text, flags: [], kids: [], open: false });
function frameLine(e, into) {
  const line = simple(e, into, 'iframe');
  line.frame = true;
}
function imageLine(e, into, at, role) {
  if (role === 'none') return;
  if (role !== 'image') return enterAnyway(e, into, at, role);
  const l = look(e);
  const clickable = l & HAND && !at.hand ? ['clickable'] : [];
  const line = simple(e, into, 'image', ...clickable);
  if (at.quiet && !clickable.length) line.name = '';  // told by the name that it is part of
  // Of a picture that is not shown no part can be clicked.
  const map = e.useMap && e.naturalWidth && e.getRootNode().querySelector(`map[name="${CSS.escape(e.useMap.replace(/^#/, ''))}"]`);
  for (const area of map ? map.areas : []) if (area.href) line.kids.push(newLine(area, 'link', nameOf(area, 'link'), []));
}
function enterAnyway(e, into, at, role) {
  if (ATOMS.has(role)) return atom(e, into, at, role);
  return void simple(e, into, role);
}
const INSIDE_SVG = 'a, text, foreignObject, [role], [tabindex], [onclick], [aria-label], g > title, path > title, '
  + 'circle > title, rect > title';
const NEVER_DRAWN = new Set(('title desc defs symbol clipPath mask pattern marker metadata linearGradient '
  + 'radialGradient').split(' '));
function svgLine(e, into, at, role, l) {
  if (role === 'none') return;
  const name = nameOf(e, role);
  const clickable = (l & HAND && !at.hand) || e.hasAttribute('onclick');
  if (ATOMS.has(role)) return atom(e, into, at, role);
  if (at.quiet && !clickable && !e.querySelector('a, [tabindex], [onclick]')) return;
  const line = newLine(e, 'image', name, clickable ? ['clickable'] : []);
  if (e.querySelector(INSIDE_SVG)) {
    const inner = below(at, at.quiet, l & HAND);
    for (const c of e.children) if (!NEVER_DRAWN.has(c.localName)) visit(c, line, inner);
  }
  if (clickable && !name && !line.kids.length) line.flags.push(...clue(e));
  if (name || clickable) return addLine(into, line);
  for (const kid of line.kids) addLine(into, kid);
}
function mathLine(e, into) {
  const text = tidy(e.textContent);
  if (text) addLine(into, newLine(e, 'math', nameOf(e, 'math') || text, []));
}
function inputLine(e, into, at, role, l) {
  if (role === 'none' || labelStandsFor(e)) return;
  if (ATOMS.has(role)) atom(e, into, at, role, l);
  else leaf(e, into, role);
}
const SPECIAL = {
  select: selectLine, iframe: frameLine, frame: frameLine, img: imageLine, svg: svgLine, math: mathLine,
  textarea: (e, into, at, role) => leaf(e, into, role),
  input: inputLine,
  video: (e, into) => void simple(e, into, 'video', e.paused ? 'paused' : 'playing'),
  audio: (e, into) => void (e.controls && simple(e, into, 'audio', e.paused ? 'paused' : 'playing')),
  canvas: (e, into, at, role, l) => void simple(e, into, 'canvas', ...(l & HAND && !at.hand ? ['clickable'] : [])),
  object: (e, into) => { simple(e, into, 'object').frame = e.contentDocument !== null; },
  embed: (e, into) => void simple(e, into, 'embed'),
  progress: (e, into) => leaf(e, into, 'progressbar'),
  meter: (e, into) => leaf(e, into, 'meter'),
};
