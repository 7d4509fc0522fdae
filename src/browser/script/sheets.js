// What stylesheets may do that is dear to ask of every element: generate text (::before, ::after), leave content
// unrendered (content-visibility), turn the pointer into a hand, scroll. Their rules say whether and whom to ask; where
// a sheet cannot be read (it is another site's), everybody is asked.

const MANY_SELECTORS = 60;  // more of them cost more than asking everybody
const HAS_TEXT = /[^\s"'\\\uE000-\uF8FF\u{F0000}-\u{10FFFD}]/u;
const UNREADABLE = { selectors: ['*'], locks: true, hands: true, scrolls: true, draws: true };
const sheetFacts = new WeakMap();
function readRules(rules, facts) {
  for (const rule of rules) {
    if (rule.cssRules?.length) readRules(rule.cssRules, facts);
    const { selectorText, style: s } = rule;
    if (!selectorText) continue;
    if (s.contentVisibility) facts.locks = true;
    if (s.cursor) facts.hands = true;
    if (s.overflowX || s.overflowY) facts.scrolls = true;
    if (/^url\(/.test(s.content) || s.content?.includes('var(')) facts.draws = true;
    if (!s.content || /^(none|normal)$/.test(s.content) || !HAS_TEXT.test(s.content)) continue;
    for (const one of split(selectorText, ',')) {
      if (!/::?(before|after)\s*$/.test(one)) continue;
      const nested = one.includes('&') || rule.parentRule?.selectorText;  // relative to its parents' selectors
      facts.selectors.push(nested ? '*' : one.replace(/::?(before|after)\s*$/, ''));
    }
  }
}
function factsOf(sheet) {
  let rules;
  try {
    rules = sheet.cssRules;
  } catch {
    return UNREADABLE;
  }
  let facts = sheetFacts.get(sheet);
  if (facts?.length !== rules.length) {
    facts = { selectors: [], length: rules.length };
    readRules(rules, facts);
    sheetFacts.set(sheet, facts);
  }
  return facts;
}

// Called for each document and shadow root before its first element. `scan.texts` has, for each, the elements with
// generated text, or "all", or null.
function readSheets(root) {
  const selectors = [];
  for (const sheet of [...root.styleSheets, ...root.adoptedStyleSheets]) {
    if (sheet.disabled) continue;
    const facts = factsOf(sheet);
    selectors.push(...facts.selectors);
    scan.locks ||= facts.locks;
    scan.hands ||= facts.hands;
    scan.scrolls ||= facts.scrolls;
    scan.draws ||= facts.draws;
  }
  scan.locks ||= root.querySelector('[hidden=until-found], [style*=content-visibility]') !== null;
  scan.hands ||= root.querySelector('[style*=cursor]') !== null;
  scan.scrolls ||= root.querySelector('[style*=overflow], dialog, [popover]') !== null;
  scan.disables ||= root.querySelector('[aria-disabled]') !== null;
  scan.readonly ||= root.querySelector('[aria-readonly]') !== null;
  scan.owns ||= root.querySelector('[aria-owns]') !== null;
  if (root.querySelector('q')) selectors.push('q');  // the browser's own quotation marks
  const everybody = selectors.length > MANY_SELECTORS || selectors.some((s) => !s.trim() || s.trim() === '*');
  const found = everybody ? 'all' : selectors.length ? matchesOf(root, selectors) : null;
  scan.texts.set(root, found);
  if (found) scan.generates = true;
}
function matchesOf(root, selectors) {
  const found = new Set();
  for (const s of selectors) {
    if (s.includes('::slotted')) return 'all';
    try {
      for (const e of root.querySelectorAll(/[>+~\s]$/.test(s) ? `${s}*` : s)) found.add(e);
      if (s.includes(':host') && root.host) found.add(root.host);
    } catch {
      return 'all';
    }
  }
  return found;
}

const ALT = / \/ ((?:"(?:[^"\\]|\\.)*"\s*)+)$/;
const stringsOf = (content) => [...content.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((m) => m[1]).join('')
  .replace(/\\([0-9a-f]{1,6}) ?/gi, (_, h) => String.fromCodePoint(parseInt(h, 16))).replace(/\\(.)/g, '$1');
// The words for the picture that a stylesheet puts in the place of an element's content.
const pictureText = (e) => stringsOf(ALT.exec(getComputedStyle(e).content)?.[1] ?? '');
const DEFAULT_CONTENT = /^(none|normal|)$/;
function generated(e, where) {
  if (!scan.generates) return '';
  const roots = [e.getRootNode(), shadowOf(e), e.assignedSlot?.getRootNode()];
  if (!roots.some((root) => root && (scan.texts.get(root) === 'all' || scan.texts.get(root)?.has(e)))) return '';
  const s = getComputedStyle(e, where);
  if (DEFAULT_CONTENT.test(s.content) || s.display === 'none' || s.visibility !== 'visible') return '';
  const alt = ALT.exec(s.content);
  const marks = e.parentElement?.closest('q') ? '‘’' : '“”';
  const plain = stringsOf((alt ? alt[1] : s.content.replace(/url\("(?:[^"\\]|\\.)*"\)/g, ''))
    .replace(/open-quote/g, `"${marks[0]}"`).replace(/close-quote/g, `"${marks[1]}"`));
  return plain && (alt || !/^(inline|contents)$/.test(s.display)) ? ` ${plain} ` : plain;
}
