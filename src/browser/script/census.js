// The other source of lines, Chromium's accessibility tree, knows nodes by numbers of its own. Which element is which, the
// server finds out by the order of all elements, told from both sides at once. The lines that it makes come back here, to
// be folded and written as those of the walk are.

let counted = [];  // the elements of the latest census, until its lines are written

// Each element before those in its shadow root, and those before its children. Scopes and what is to be left out are
// told as [first, end) of what is in them.
function census({ scope = [], ignore = [] } = {}) {
  if (someUnasked()) throw new Unasked();  // there may be a root that only the browser knows of
  counted = [];
  const names = [];
  const depths = [];
  const left = document.documentElement ? [[document.documentElement, 0]] : [];
  while (left.length) {
    const [e, depth] = left.pop();
    const root = shadowOf(e);
    counted.push(e);
    names.push(root ? `${e.localName}/` : e.localName);  // which no name has in it
    depths.push(depth);
    for (const inside of [e, root]) {
      for (let c = inside?.lastElementChild; c; c = c.previousElementSibling) left.push([c, depth + 1]);
    }
  }
  const range = (e) => {
    const first = counted.indexOf(e);
    let end = first + 1;
    while (end < counted.length && depths[end] > depths[first]) end++;
    return [first, end];
  };
  const scopes = [scope].flat().map((selector) => range(found(selector)));
  const ignored = ignore.flatMap((selector) => [...allOf(selector)]).map(range);
  return { names: names.join(' '), scope: scopes, ignore: ignored };
}

// What the browser takes for white space has no number there.
const WRITTEN = /[^\t-\r \u1680\u2000-\u200A\u2028\u205F\u3000]/;
const textsIn = (inside) => [...inside.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE && WRITTEN.test(n.data));

// `lines`: JSON of [depth, element, text of it or -1, whether that is in its root, role, name, flags], the document's first.
function tell({ lines, elements, maxChars = 0, frame = 0 }) {
  return withScan(() => {
    const path = [];
    let known = { inside: null, texts: [] };
    const nodeOf = (e, text, inRoot) => {
      const inside = inRoot ? shadowOf(e) : e;
      if (text < 0 || !inside) return e;
      if (known.inside !== inside) known = { inside, texts: textsIn(inside) };
      return known.texts[text] ?? e;
    };
    for (const [depth, at, text, inRoot, role, name, flags] of JSON.parse(lines)) {
      const e = counted[at];
      const line = newLine(nodeOf(e, text, inRoot), role, tidy(name), flags.map((f) => (f === 'scrollable' ? scrolledTo(e) : f)));
      if (role === 'iframe') line.frame = true;
      path[depth] = line;
      if (depth) path[depth - 1].kids.push(line);
    }
    counted = [];
    const [page] = path;
    page.flags.push(...pageFlags());
    return write(page, { maxChars, frame, elements });
  });
}
