// The in-page half of every action. It lives in the isolated world "belay" of
// a document, so nothing the page patches (prototypes, globals, timers) can
// reach it, and it leaves one frozen global behind.
//
// Waiting happens here, in one promise per action, rather than by polling over
// the protocol: an element that is ready at once costs one round trip, and the
// final check runs in the same task as the answer.
//
// Every function resolves; a failure is {error: "…"}.
(() => {
  'use strict';
  if (globalThis.__belay) return;

  // Thrown for what waiting cannot cure; the wrapper at the end turns it into {error}.
  class Fatal extends Error {}

  // ---- The composed tree ---------------------------------------------------

  // The parent as rendered: a slotted node belongs to its slot, a root to its host.
  const up = (n) => n.assignedSlot ?? n.parentElement ?? (n.parentNode instanceof ShadowRoot ? n.parentNode.host : null);

  const closest = (n, test) => {
    while (n && !test(n)) n = up(n);
    return n;
  };
  const within = (n, ancestor) => closest(n, (a) => a === ancestor) !== null;

  // The document and its open shadow roots, breadth first.
  function* roots() {
    const queue = [document];
    for (const root of queue) {
      yield root;
      for (const e of root.querySelectorAll('*')) if (e.shadowRoot) queue.push(e.shadowRoot);
    }
  }

  function describe(e) {
    const tag = e.localName;
    for (const a of ['id', 'class', 'name']) {
      const v = e.getAttribute(a)?.trim();
      if (v) return `<${tag} ${a}="${v.slice(0, 80)}">`;
    }
    return `<${tag}>`;
  }

  const quote = (s) => JSON.stringify(String(s));

  // ---- Selectors -----------------------------------------------------------

  // Splits at `separator`, but not inside string literals, brackets or parentheses.
  function split(text, separator) {
    const parts = [];
    let from = 0;
    let depth = 0;
    for (let i = 0; i < text.length; i++) {
      const c = text[i];
      if (c === '\\') i++;
      else if (c === '"' || c === "'") {
        const end = text.indexOf(c, i + 1);
        if (end < 0) break;
        i = end;
      } else if (c === '[' || c === '(') depth++;
      else if (c === ']' || c === ')') depth--;
      else if (depth === 0 && text.startsWith(separator, i)) {
        parts.push(text.slice(from, i));
        from = i + separator.length;
        i = from - 1;
      }
    }
    parts.push(text.slice(from));
    return parts;
  }

  const noFrames = (selector) => new Fatal(`${selector}: frames are not supported`);

  function resolve(selector) {
    const s = String(selector).trim();
    // Text may hold ">>" itself; it could not name an iframe anyway.
    if (/^text=/i.test(s)) return byText(s.slice(5));
    if (split(s, '>>').length > 1) throw noFrames(selector);
    try {
      if (/^xpath=/i.test(s)) return byXPath(s.slice(6).trim(), selector);
      if (/^[/(]/.test(s)) return byXPath(s, selector);
      return byCss(s.replace(/^css=/i, ''));
    } catch (e) {
      if (e instanceof Fatal) throw e;
      throw new Fatal(`invalid selector: ${selector}`);
    }
  }

  function byCss(css) {
    for (const root of roots()) {
      const hit = root.querySelector(css);
      if (hit) return hit;
    }
    return null;
  }

  function byXPath(path, selector) {
    if (path === '/') return document.documentElement;
    const steps = split(path, '/');
    if (steps.slice(0, -1).some((s) => /^\s*(?:[\w-]+::)?i?frame\s*(?:\[|$)/i.test(s))) throw noFrames(selector);
    const walked = byPosition(steps);
    if (walked) return walked;
    const find = (expression, context) => {
      const n = document.evaluate(expression, context, null, XPathResult.FIRST_ORDERED_NODE_TYPE, null).singleNodeValue;
      if (n instanceof Document) return n.documentElement;
      return n instanceof Element ? n : n?.ownerElement ?? n?.parentElement ?? null;
    };
    const hit = find(path, document);
    if (hit || !path.startsWith('//')) return hit;
    // XPath knows no shadow roots and refuses one as context, yet takes one as
    // the parent of its first child.
    for (const root of roots()) {
      if (root === document || !root.firstElementChild) continue;
      const inner = find(`..${path}`, root.firstElementChild);
      if (inner && inner.getRootNode() === root) return inner;
    }
    return null;
  }

  // Fully indexed paths (/html[1]/body[1]/x-card[1]//svg[1]) are walked by hand:
  // native XPath misses SVG names in an HTML document, and after a shadow host
  // a "//" means "into its root". Elsewhere the meaning is native XPath's.
  function byPosition(steps) {
    if (steps.shift() !== '') return null;
    let children = [document.documentElement];
    let at = null;
    let deep = false;
    for (const step of steps) {
      if (step === '') {
        if (deep || !at?.shadowRoot) return null;
        deep = true;
        children = at.shadowRoot.children;
        continue;
      }
      const m = /^(?:([\w.-]+)|\*\[name\(\)\s*=\s*(["'])([\w:.-]+)\2\])(?:\[(\d+)\])?$/.exec(step.trim());
      if (!m || (!m[4] && !/^(html|body)$/i.test(step))) return null;
      const name = (m[1] ?? m[3]).toLowerCase();
      at = [...children].filter((e) => e && (m[1] ? e.localName : e.nodeName).toLowerCase() === name)[(m[4] ?? 1) - 1];
      if (!at) return null;
      children = at.children;
      deep = false;
    }
    return deep ? null : at;
  }

  const SKIP = new Set(['SCRIPT', 'STYLE', 'TEMPLATE', 'NOSCRIPT', 'HEAD', 'TITLE', 'LINK', 'META']);
  // Words on either side of these stay one word; any other element separates.
  const INLINE = new Set(['A', 'ABBR', 'B', 'BDI', 'BDO', 'CITE', 'CODE', 'DFN', 'EM', 'FONT', 'I', 'KBD', 'LABEL', 'MARK',
    'Q', 'S', 'SLOT', 'SMALL', 'SPAN', 'STRONG', 'SUB', 'SUP', 'TIME', 'TT', 'U', 'VAR', 'WBR']);
  const squash = (s) => s.replace(/\s+/g, ' ').trim();

  // The first innermost element holding the text; a rendered one is preferred,
  // since menus and templates often repeat a visible label out of sight.
  function byText(wanted) {
    const needle = squash(wanted).toLowerCase();
    if (!needle) throw new Fatal('invalid selector: text= needs a text');
    const texts = new Map();
    const nodes = (e) => (e.shadowRoot ? [...e.shadowRoot.childNodes, ...e.childNodes] : e.childNodes);
    const textOf = (n) => {
      if (n.nodeType === Node.TEXT_NODE) return n.data;
      if (n.nodeType !== Node.ELEMENT_NODE || SKIP.has(n.nodeName)) return '';
      let t = texts.get(n);
      if (t === undefined) {
        t = /^(button|submit|reset)$/.test(n.nodeName === 'INPUT' ? n.type : '') ? n.value : '';
        for (const c of nodes(n)) t += textOf(c);
        if (!INLINE.has(n.nodeName)) t = ` ${t} `;
        texts.set(n, t);
      }
      return t;
    };
    const holds = (e) => squash(textOf(e)).toLowerCase().includes(needle);
    let fallback = null;
    // Returns whether the subtree has a match; stops at the first rendered one.
    let found = null;
    const descend = (e) => {
      if (!holds(e)) return false;
      let deeper = false;
      for (const c of nodes(e)) {
        if (c.nodeType === Node.ELEMENT_NODE && descend(c)) deeper = true;
        if (found) return true;
      }
      if (!deeper && e !== document.documentElement && e !== document.body) {
        fallback ??= e;
        if (!hidden(e)) found = e;
      }
      return true;
    };
    if (document.documentElement) descend(document.documentElement);
    return found ?? fallback;
  }

  // A label stands for its control wherever the control is what can be acted on.
  const control = (e) => (e instanceof HTMLLabelElement && e.control) || e;

  // ---- Waiting -------------------------------------------------------------

  // A frame, or 100 ms where frames have stopped (hidden or occluded page).
  const frame = () => new Promise((done) => {
    const timer = setTimeout(done, 100);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      done();
    });
  });

  const missing = (selector) => `Could not find an element for the given xPath(s): ${selector}`;

  // Runs `check` on the freshly resolved element until it has no error or time
  // is up; the last error is the answer. The element is resolved anew each time
  // because frameworks replace nodes while they render.
  async function until(selector, timeout, check) {
    const deadline = performance.now() + (Number(timeout) || 0);
    for (let pass = 0; ; pass++) {
      const e = resolve(selector);
      const answer = e ? await check(e, pass) : { error: missing(selector) };
      if (!answer.error || performance.now() >= deadline) return answer;
      await frame();
      // Past the first few frames, leave the page room to get ready.
      if (pass > 8) await new Promise((done) => setTimeout(done, 40));
    }
  }

  // ---- State of an element -------------------------------------------------

  const style = (e) => getComputedStyle(e);

  // The client rects with an area. An element without any of its own (display:
  // contents, or a link around a float) is as large as its children.
  function boxes(e) {
    const solid = (rects) => [...rects].filter((r) => r.width > 0 && r.height > 0);
    const own = solid(e.getClientRects());
    if (own.length || !e.firstChild) return own;
    const range = document.createRange();
    range.selectNodeContents(e);
    return solid(range.getClientRects());
  }

  function hidden(e) {
    if (!e.isConnected) return 'element is detached';
    const shown = boxes(e).length > 0;
    if (!shown && closest(e, (a) => style(a).display === 'none')) return 'element is not visible (display: none)';
    const { visibility } = style(e);
    if (visibility !== 'visible') return `element is not visible (visibility: ${visibility})`;
    return shown ? '' : 'element has no size';
  }

  // ":disabled" already covers fieldsets; the walk covers a span in a disabled button.
  const disabled = (e) =>
    closest(e, (a) => a.matches('button:disabled, input:disabled, select:disabled, textarea:disabled, option:disabled') ||
      a.getAttribute('aria-disabled')?.toLowerCase() === 'true') ? 'element is disabled' : '';

  const GEOMETRY = /^(transform|translate|rotate|scale|offset|inset|left|top|right|bottom|margin|padding|(min|max)?(width|height)|fontSize|zoom)/i;

  // "" at rest; "finite" while something runs that may move the element and
  // ends; "endless" when only loops touch its geometry. Loops that only paint
  // (a blinking shadow) do not count.
  function motion(e) {
    let found = '';
    for (let n = e; n; n = up(n)) {
      for (const a of n.getAnimations()) {
        if (a.playState !== 'running' || !a.effect) continue;
        if (Number.isFinite(a.effect.getComputedTiming().endTime)) return 'finite';
        if (a.effect.getKeyframes().some((k) => Object.keys(k).some((p) => GEOMETRY.test(p)))) found = 'endless';
      }
    }
    return found;
  }

  // Whether the element stays put for a frame. A loop that only pulses around a
  // fixed centre never rests, but its centre can be hit all the same.
  async function still(e, moving) {
    const a = e.getBoundingClientRect();
    await frame();
    if (!e.isConnected) return false;
    const b = e.getBoundingClientRect();
    if (moving === 'endless') {
      return Math.hypot(a.x + a.width / 2 - b.x - b.width / 2, a.y + a.height / 2 - b.y - b.height / 2) < 1;
    }
    return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
  }

  // ---- Pointing ------------------------------------------------------------

  const view = () => ({ left: 0, top: 0, right: visualViewport.width * visualViewport.scale, bottom: visualViewport.height * visualViewport.scale });

  const meet = (a, b) => ({
    left: Math.max(a.left, b.left), top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right), bottom: Math.min(a.bottom, b.bottom),
  });
  const area = (r) => (r.right > r.left && r.bottom > r.top ? (r.right - r.left) * (r.bottom - r.top) : 0);

  // What of the viewport the element's ancestors let it paint in.
  function clip(e) {
    let room = view();
    let { position } = style(e);
    for (let a = up(e); a && a !== document.body && a !== document.documentElement; a = up(a)) {
      if (position === 'fixed') break;
      const s = style(a);
      // An absolute box escapes the ancestors that do not position it.
      if (position === 'absolute' && s.position === 'static' && s.transform === 'none') continue;
      if (s.overflow !== 'visible' && !/^(inline|contents)$/.test(s.display)) {
        room = meet(room, a.getBoundingClientRect());
      }
      ({ position } = s);
    }
    return room;
  }

  function hitAt(x, y) {
    let hit = document.elementFromPoint(x, y);
    while (hit?.shadowRoot) {
      const inner = hit.shadowRoot.elementFromPoint(x, y);
      // A root answers with elements outside of itself where it holds none.
      if (!inner || inner === hit || inner.getRootNode() !== hit.shadowRoot) break;
      hit = inner;
    }
    return hit;
  }

  function receives(e, hit) {
    if (within(hit, e)) return true;
    const label = closest(hit, (a) => a instanceof HTMLLabelElement);
    return label !== null && (label.control === e || within(e, label));
  }

  // Where to point now: {x, y}, or {error} with what is in the way.
  function aim(e, position) {
    const room = clip(e);
    let spots;
    if (position) {
      const r = e.getBoundingClientRect();
      const p = { x: r.left + Number(position.x), y: r.top + Number(position.y) };
      spots = p.x >= room.left && p.x < room.right && p.y >= room.top && p.y < room.bottom ? [p] : [];
    } else {
      spots = boxes(e).map((r) => meet(r, room)).filter(area).sort((a, b) => area(b) - area(a)).slice(0, 4)
        .map((r) => ({ x: (r.left + r.right) / 2, y: (r.top + r.bottom) / 2 }));
    }
    if (!spots.length) return { error: 'element is outside of the viewport', outside: true };
    let cover = null;
    for (const p of spots) {
      const hit = hitAt(p.x, p.y);
      if (hit && receives(e, hit)) return p;
      cover ??= hit;
    }
    if (style(e).pointerEvents === 'none') return { error: 'element does not receive events (pointer-events: none)' };
    if (!cover) return { error: 'element is outside of the viewport', outside: true };
    const c = cover.getBoundingClientRect();
    const v = view();
    const everywhere = c.left <= v.left && c.top <= v.top && c.right >= v.right && c.bottom >= v.bottom;
    // Under a backdrop no scrolling helps; under a sticky header it does.
    return { error: `element is covered by ${describe(cover)}`, movable: !everywhere };
  }

  const reveal = (e, block) => e.scrollIntoView({ block, inline: block === 'center' ? 'nearest' : 'center', behavior: 'instant' });

  const point = (selector, { timeout, need = 'click', position } = {}) =>
    until(selector, timeout, async (e, pass) => {
      let last;
      // The page is scrolled for a covered element only now and then, lest it
      // jumps about for as long as the cover stays.
      for (const block of ['', 'center', 'start', 'end']) {
        if (block && !(last.outside || (last.movable && pass % 16 === 0))) break;
        if (block) reveal(e, block);
        const bad = hidden(e) || (need === 'click' && disabled(e));
        if (bad) return { error: bad };
        const moving = motion(e);
        // After a scroll the page's own handlers run first and may shift it.
        if (block) await frame();
        if ((block || moving) && !(await still(e, moving))) return { error: 'element is moving' };
        const again = hidden(e) || (need === 'click' && disabled(e));
        if (again) return { error: again };
        last = aim(e, position);
        if (!last.error) return { x: last.x, y: last.y, tag: e.localName };
      }
      return { error: last.error };
    });

  // ---- Fields --------------------------------------------------------------

  const NATIVE = new Set(['color', 'date', 'datetime-local', 'month', 'range', 'time', 'week']);
  const TEXTUAL = new Set(['email', 'number', 'password', 'search', 'tel', 'text', 'url']);

  function kindOf(e) {
    if (e instanceof HTMLInputElement) {
      if (TEXTUAL.has(e.type)) return 'text';
      if (NATIVE.has(e.type)) return 'native';
      throw new Fatal(`Failed to fill element (unsupported-input-type:${e.type})`);
    }
    if (e instanceof HTMLTextAreaElement) return 'text';
    if (e.isContentEditable) return 'contenteditable';
    throw new Fatal('Failed to fill element (unsupported-element)');
  }

  function active() {
    let a = document.activeElement;
    while (a?.shadowRoot?.activeElement) a = a.shadowRoot.activeElement;
    return a;
  }

  const valueOf = (e) => ('value' in e && !(e instanceof HTMLLIElement) ? String(e.value) : e.innerText ?? e.textContent ?? '');

  function placeCaret(e, kind, caret) {
    const selection = getSelection();
    if (kind === 'text') {
      e.select();
      if (caret !== 'end') return;
      // Number and email fields have no caret in the API, but the editor's
      // own commands move it.
      if (e.selectionStart === null) selection.modify('move', 'forward', 'documentboundary');
      else e.setSelectionRange(e.value.length, e.value.length);
    } else if (kind === 'contenteditable') {
      selection.selectAllChildren(e);
      if (caret === 'end') selection.collapseToEnd();
    }
  }

  const focus = (selector, { timeout, caret = 'all' } = {}) =>
    until(selector, timeout, (found) => {
      const e = control(found);
      const kind = kindOf(e);
      const bad = hidden(e) || disabled(e) || (e.readOnly && e.matches(':read-only') ? 'element is readonly' : '');
      if (bad) return { error: bad };
      const host = kind === 'contenteditable' ? closest(e, (a) => !up(a)?.isContentEditable) : e;
      if (active() !== host) host.focus();
      if (!within(active(), host)) return { error: 'element does not take the focus' };
      placeCaret(e, kind, caret);
      return { kind, type: e.type ?? kind, value: valueOf(e), maxLength: e.maxLength ?? -1 };
    });

  function emit(e) {
    e.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true, inputType: 'insertReplacementText' }));
    e.dispatchEvent(new Event('change', { bubbles: true }));
  }

  // Fields normalise what they take (#FF0000, 1.50, a date with a space), which is no refusal.
  function same(a, b) {
    const norm = (s) => s.trim().toLowerCase().replace(/^(\d[\d-]*) (\d)/, '$1t$2').replace(/(:\d\d):00(\.0+)?$/, '$1');
    return norm(a) === norm(b) || (a.trim() !== '' && b.trim() !== '' && Number(a) === Number(b));
  }

  async function setNative(selector, value) {
    const e = control(one(selector));
    if (!(e instanceof HTMLInputElement || e instanceof HTMLTextAreaElement)) throw new Fatal('Failed to fill element (unsupported-element)');
    if (disabled(e)) throw new Fatal(disabled(e));
    if (e.readOnly && e.matches(':read-only')) throw new Fatal('element is readonly');
    const wanted = String(value);
    const before = e.value;
    // This world's setter is the native one: what a framework puts on the node
    // in the page's world is not seen from here, so React's tracker keeps the
    // old value and notices the new one. Only a caller in the page's own world
    // needs the tracker spoiled.
    const set = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(e), 'value').set;
    set.call(e, wanted);
    const held = e.value;
    if (!same(held, wanted)) {
      set.call(e, before);
      throw new Fatal(`element does not take ${quote(wanted)} (it makes that ${quote(held)}); it holds ${quote(before)}`);
    }
    e._valueTracker?.setValue(wanted === '' ? ' ' : '');
    emit(e);
    if (e.value !== held) throw new Fatal(`the page changed the value: element holds ${quote(e.value)}`);
    return { ok: true, value: held };
  }

  function one(selector) {
    const e = resolve(selector);
    if (!e) throw new Fatal(missing(selector));
    return e;
  }

  async function value(selector) {
    const e = control(one(selector));
    return /^(checkbox|radio)$/.test(e.type) ? { value: valueOf(e), checked: e.checked } : { value: valueOf(e) };
  }

  const focusForKeys = (selector, { timeout } = {}) =>
    until(selector, timeout, (e) => {
      // Focusing anew would throw away the caret, or leave the field inside.
      if (e !== document.body && e !== document.documentElement && !within(active(), e)) e.focus?.();
      return { ok: true };
    });

  const select = (selector, wanted, { timeout } = {}) =>
    until(selector, timeout, (found) => {
      const e = control(found);
      if (!(e instanceof HTMLSelectElement)) throw new Fatal(`element is not a <select> but ${describe(e)}`);
      if (disabled(e)) return { error: disabled(e) };
      const options = [...e.options];
      const names = (o) => [o.label, o.textContent, o.value].map(squash);
      const text = squash(String(wanted));
      const exact = options.filter((o) => names(o).includes(text));
      const matches = exact.length ? exact : options.filter((o) => names(o).some((n) => n.toLowerCase() === text.toLowerCase()));
      if (!matches.length) {
        const list = options.slice(0, 50).map((o) => quote(squash(o.label) || o.value)).join(', ');
        return { error: `no option ${quote(wanted)}; the options are: ${list}${options.length > 50 ? ', …' : ''}` };
      }
      const option = matches.find((o) => !o.matches(':disabled'));
      if (!option) return { error: `option ${quote(wanted)} is disabled` };
      const changed = e.selectedOptions.length !== 1 || !option.selected;
      if (changed) {
        for (const o of options) if (o !== option && e.multiple) o.selected = false;
        option.selected = true;
        emit(e);
        if (!option.selected && option.isConnected) throw new Fatal(`the page changed the selection: element holds ${quote(e.value)}`);
      }
      return { ok: true, value: option.value };
    });

  const isFile = (e) => e instanceof HTMLInputElement && e.type === 'file';

  // File inputs are mostly hidden behind a styled button, so being seen is not asked for.
  const fileInput = (selector, { timeout } = {}) =>
    until(selector, timeout, (found) => {
      const e = control(found);
      if (!isFile(e)) throw new Fatal('Target is not an <input type="file"> element');
      return disabled(e) ? { error: disabled(e) } : { ok: true, multiple: e.multiple };
    });

  // The one function whose result is not data but the node, for its objectId.
  async function element(selector) {
    const e = one(selector);
    return isFile(control(e)) ? control(e) : e;
  }

  // ---- Scrolling -----------------------------------------------------------

  // The axis (vertical first) along which the element scrolls, or null. The
  // root scrolls unless it says otherwise, other elements only if they say so.
  function axis(e) {
    const s = style(e);
    const root = e === document.scrollingElement;
    const can = (overflow) => (root ? !/^(hidden|clip)$/.test(overflow) : /^(auto|scroll|hidden|overlay)$/.test(overflow));
    if (e.scrollHeight > e.clientHeight + 1 && can(s.overflowY)) return { key: 'scrollTop', room: e.scrollHeight - e.clientHeight, page: e.clientHeight };
    if (e.scrollWidth > e.clientWidth + 1 && can(s.overflowX)) {
      return { key: 'scrollLeft', room: (e.scrollWidth - e.clientWidth) * (s.direction === 'rtl' ? -1 : 1), page: e.clientWidth * (s.direction === 'rtl' ? -1 : 1) };
    }
    return null;
  }

  // The element to scroll for `e`. Where the window does not scroll, an app
  // scrolls a pane of its own, and that is what "the page" then means.
  function scroller(e) {
    if (e !== document.body && e !== document.documentElement) return axis(e) ? e : null;
    const v = view();
    const pane = document.scrollingElement;
    return pane && axis(pane) ? pane : closest(hitAt(v.right / 2, v.bottom / 2), (a) => axis(a) !== null);
  }

  const scrollWith = (selector, timeout, target) =>
    until(selector, timeout, (found) => {
      const e = scroller(found);
      if (!e) return { error: `${found === document.body || found === document.documentElement ? 'the page' : describe(found)} cannot be scrolled` };
      const a = axis(e);
      const from = e[a.key];
      // "instant" overrides a scroll-behavior of the page.
      e.scrollTo({ [a.key === 'scrollTop' ? 'top' : 'left']: target(from, a), behavior: 'instant' });
      return { ok: true, moved: e[a.key] - from };
    });

  async function scroll(selector, percent, { timeout } = {}) {
    const m = /^\s*(-?\d*\.?\d+)\s*%?\s*$/.exec(String(percent));
    if (!m) throw new Fatal(`not a percentage: ${quote(percent)}`);
    const part = Math.min(100, Math.max(0, Number(m[1]))) / 100;
    return scrollWith(selector, timeout, (_, a) => a.room * part);
  }

  async function scrollChunk(selector, direction, { timeout } = {}) {
    const sign = { next: 1, down: 1, prev: -1, up: -1 }[direction];
    if (!sign) throw new Fatal(`not a direction: ${quote(direction)}`);
    return scrollWith(selector, timeout, (from, a) => from + sign * a.page);
  }

  const scrollIntoView = (selector, { timeout } = {}) =>
    until(selector, timeout, (e) => {
      const bad = hidden(e);
      if (bad && bad !== 'element has no size') return { error: bad };
      reveal(e, 'center');
      return { ok: true };
    });

  // ---- The face ------------------------------------------------------------

  const api = { point, focus, setNative, value, focusForKeys, scroll, scrollChunk, scrollIntoView, select, fileInput, element };
  for (const [name, f] of Object.entries(api)) {
    api[name] = async (...args) => {
      try {
        return await f(...args);
      } catch (e) {
        return { error: e instanceof Fatal ? e.message : `${name}: ${e?.message ?? e}` };
      }
    };
  }
  Object.defineProperty(globalThis, '__belay', { value: Object.freeze(api) });
})();
