// Keeping a snapshot within a number of characters, step by step until it fits: long text is cut, alike neighbours that
// are not in view are folded, and at last only what is nearest to the view is kept. Whatever is left out, a note says so.

const STEPS = [
  { text: 1000 }, { text: 1000, alike: 100 }, { text: 1000, alike: 50 }, { text: 400, alike: 25 },
  { text: 400, alike: 10 }, { text: 150, alike: 5 }, { text: 150, alike: 3 },
];
const LONGEST_PERIOD = 12;
const HOW = 'scroll, or look again with a selector as scope';

// A name can hold anything but a line break; only the last brackets of a line are flags, so a name that ends like some is
// followed by empty ones.
function lineText(line, frameOrdinal) {
  const { node, role, name, flags } = line;
  const end = flags.length ? ` [${flags.join(' ')}]` : name.endsWith(']') ? ' []' : '';
  const id = node ? `[${frameOrdinal}-${numberOf(node)}] ` : '';
  return `${id}${role}${name ? `: ${name}` : ''}${end}`;
}
function sizeOf(line, depth, frame) {
  line.cost ??= lineText(line, frame).length;
  let sum = line.cost + 2 * depth + 1;
  for (const kid of line.kids) sum += sizeOf(kid, depth + 1, frame);
  return sum;
}

// How far each line is from what can be seen, in pixels: 0 is in view. A part that scrolls shows its own view. What has
// no place itself (an option, a note) is where the line above it is.
function measure(line, room, least, around) {
  const e = line.node instanceof Element ? line.node : line.node?.parentElement ?? null;
  const r = e?.getBoundingClientRect();
  let inner = room;
  line.away = around.away;
  line.above = around.above;
  if (r?.width || r?.height) {
    line.away = Math.max(least, room.top - r.bottom, r.top - room.bottom, room.left - r.right, r.left - room.right, 0);
    line.above = r.bottom < room.top;
    if (look(e) & SCROLLS) inner = meet(room, r);
  }
  const from = inner === room ? least : line.away;
  for (const kid of line.kids) measure(kid, inner, from, line);
}

function cutTexts(line, most) {
  if (line.name.length > most) {
    line.name = cut(line.text ??= line.name, most);
    line.cost = undefined;
  }
  for (const kid of line.kids) cutTexts(kid, most);
}

// The run of alike neighbours at `from`: groups of `period` lines whose roles repeat.
function runAt(kinds, from) {
  let best = { period: 1, groups: 1 };
  for (let period = 1; period <= LONGEST_PERIOD; period++) {
    let to = from + period;
    while (to < kinds.length && kinds[to] === kinds[to - period]) to++;
    const groups = Math.floor((to - from) / period);
    if (groups > 1 && groups * period > best.groups * best.period) best = { period, groups };
    if (groups > 3 && best.period === period) break;
  }
  return best;
}
// Keeps the first of each run of alike neighbours; returns the length of the longest run.
function foldAlike(line, keep) {
  const kids = (line.all ??= line.kids);
  let longest = 0;
  line.kids = kids;
  if (kids.length > keep + 1) {
    const kinds = kids.map((kid) => (kid.kids.length ? `${kid.role}+` : kid.role));
    line.kids = [];
    for (let i = 0; i < kids.length;) {
      const { period, groups } = runAt(kinds, i);
      longest = Math.max(longest, groups);
      line.kids.push(...foldRun(kids.slice(i, i + period * groups), period, keep));
      i += period * groups;
    }
  }
  for (const kid of line.kids) longest = Math.max(longest, foldAlike(kid, keep));
  return longest;
}
function foldRun(run, period, keep) {
  const out = [];
  let left = 0;
  const say = () => {
    if (left) out.push(folded(left, run, period));
    left = 0;
  };
  for (let i = 0; i < run.length; i += period) {
    const group = run.slice(i, i + period);
    const kept = i < keep * period || group.some((one) => one.away === 0);
    if (!kept && (left > 0 || i + 2 * period <= run.length)) left++;
    else {
      say();
      out.push(...group);
    }
  }
  say();
  return out;
}
function folded(count, run, period) {
  const roles = run.slice(0, period).map((one) => one.role).join(', ');
  const nearest = Math.min(...run.filter((one) => one.away > 0).map((one) => one.away));
  return { ...note(`${count} more like these (${roles}) are left out; ${HOW}`), away: nearest };
}

// Keeps the lines nearest to the view, with the lines that they are in.
function keepNearest(page, budget, frame) {
  const all = [];
  const take = (line, parent, depth) => {
    line.parent = parent;
    line.cost = lineText(line, frame).length + 2 * depth + 1;
    all.push(line);
    for (const kid of line.kids) take(kid, line, depth + 1);
  };
  take(page, null, 0);
  page.away = 0;
  const order = all.map((line, i) => ({ line, i })).sort((a, b) => a.line.away - b.line.away || a.i - b.i);
  const kept = new Set([page]);
  let room = budget - page.cost - 160;  // for the note
  for (const { line } of order) {
    const path = [];
    for (let n = line; n && !kept.has(n); n = n.parent) path.push(n);
    const cost = path.reduce((sum, n) => sum + n.cost, 0);
    if (cost > room) continue;
    room -= cost;
    for (const n of path) kept.add(n);
  }
  const left = all.filter((line) => !kept.has(line));
  for (const line of kept) line.kids = line.kids.filter((kid) => kept.has(kid));
  const above = left.filter((line) => line.above).length;
  page.kids.unshift(note(`${left.length} of ${all.length} lines are left out, ${above} above and ${left.length - above} below `
    + `or beside what is in view; ${HOW}`));
}

// A step that fits may leave out far more than it must: keeps as many more of each run as there is room for. `few` fits,
// `many` does not.
function unfold(page, few, many, budget, frame) {
  for (let tries = 0; tries < 4 && many.keep > few.keep + 1 && few.size < 0.9 * budget; tries++) {
    const share = (budget - few.size) / (many.size - few.size);
    const guess = Math.floor(few.keep + 0.95 * share * (many.keep - few.keep));
    const keep = Math.min(many.keep - 1, Math.max(few.keep + 1, guess));
    foldAlike(page, keep);
    const size = sizeOf(page, 0, frame) - 1;
    if (size <= budget) few = { keep, size };
    else many = { keep, size };
  }
  foldAlike(page, few.keep);
}

// What one message of the browser takes (cdp/limits.h), with room for what else is in it. There a character that is not
// of ASCII is six bytes: \u00e9.
const MOST_ON_WIRE = 60_000_000;
const WIDEST = 6;
function fitsMessage(text) {
  let size = text.length;
  if (size <= MOST_ON_WIRE / WIDEST) return true;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x20 || c > 0x7e) size += WIDEST - 1;
    else if (c === 0x22 || c === 0x5c) size++;
  }
  return size <= MOST_ON_WIRE;
}

// Whether anything was left out.
function fitInto(page, budget, frame) {
  const size = () => sizeOf(page, 0, frame) - 1;
  if (!budget || size() <= budget) return false;
  measure(page, view(), 0, { away: 0, above: false });
  let many = { keep: 0, size: 0 };  // how much of each run was kept when it did not fit yet
  for (const { text, alike } of STEPS) {
    cutTexts(page, text);
    const longest = alike ? foldAlike(page, alike) : 0;
    many.keep ||= longest;
    const now = { keep: alike ?? 0, size: size() };
    if (now.size <= budget) {
      if (alike) unfold(page, now, many, budget, frame);
      return true;
    }
    many = now;
  }
  keepNearest(page, budget, frame);
  return true;
}
