// The in-page half of every action. It lives in the isolated world "belay" of a document; nothing the page patches
// (prototypes, globals, timers) reaches it, and it leaves one frozen global behind. Waiting happens here, in one
// promise per action, not by polling over the protocol: an element that is ready costs one round trip, and the final
// check runs in the same task as the answer. Every function resolves; a failure is {error: "…"}.
(() => {
  'use strict';
  if (globalThis.__belay) return;

  class Fatal extends Error {}  // What waiting cannot cure.

  // The parent as rendered: a slotted node belongs to its slot, a root to its host.
  const up = (n) => n.assignedSlot ?? n.parentElement ?? n.parentNode?.host ?? null;
  const closest = (n, test) => (!n || test(n) ? n : closest(up(n), test));
  const within = (n, ancestor) => closest(n, (a) => a === ancestor) !== null;

  // The first answer for the document and its open shadow roots, breadth first.
  function inRoots(find) {
    const queue = [document];
    for (const root of queue) {
      const hit = find(root);
      if (hit) return hit;
      for (const e of root.querySelectorAll('*')) if (e.shadowRoot) queue.push(e.shadowRoot);
    }
    return null;
  }
  const describe = (e) => {
    const a = ['id', 'class', 'name'].find((n) => e.getAttribute(n)?.trim());
    return a ? `<${e.localName} ${a}="${e.getAttribute(a).trim().slice(0, 80)}">` : `<${e.localName}>`;
  };
  const quote = (s) => JSON.stringify(String(s));

  // ---- Selectors -----------------------------------------------------------
  // Splits at `separator`, but not inside string literals, brackets or parentheses.
  function split(text, separator) {
    const blank = (m) => '_'.repeat(m.length);
    let mask = text.replace(/\\.|"[^"]*"|'[^']*'/gs, blank);
    for (let last = ''; mask !== last;) [last, mask] = [mask, mask.replace(/\[[^[\]()]*\]|\([^[\]()]*\)/g, blank)];
    let at = 0;
    return mask.split(separator).map((m) => text.slice(at, (at += m.length + separator.length) - separator.length));
  }
  const noFrames = (selector) => new Fatal(`${selector}: frames are not supported`);
  function resolve(selector) {
    const s = String(selector).trim();
    // Text may hold ">>" itself; it could not name an iframe anyway.
    if (/^text=/i.test(s)) return byText(s.slice(5));
    if (split(s, '>>').length > 1) throw noFrames(selector);
    try {
      if (/^(xpath=|[/(])/i.test(s)) return byXPath(s.replace(/^xpath=\s*/i, ''), selector);
      return inRoots((root) => root.querySelector(s.replace(/^css=/i, '')));
    } catch (e) {
      if (e instanceof Fatal) throw e;
      throw new Fatal(`invalid selector: ${selector}`);
    }
  }
  function byXPath(path, selector) {
    if (path === '/') return document.documentElement;
    const steps = split(path, '/');
    if (steps.slice(0, -1).some((s) => /^\s*(?:[\w-]+::)?i?frame\s*(?:\[|$)/i.test(s))) throw noFrames(selector);
    const find = (expression, context) => {
      const n = document.evaluate(expression, context, null, XPathResult.FIRST_ORDERED_NODE_TYPE, null).singleNodeValue;
      return n instanceof Element ? n : n?.ownerElement ?? n?.parentElement ?? null;
    };
    const hit = byPosition(steps) ?? find(path, document);
    if (hit || !path.startsWith('//')) return hit;
    // XPath refuses a shadow root as its context, yet takes one as the parent of its first child.
    return inRoots((root) => {
      const inner = root !== document && root.firstElementChild && find(`..${path}`, root.firstElementChild);
      return inner && inner.getRootNode() === root && inner;
    });
  }

  // Fully indexed paths (/html[1]/body[1]/x-card[1]//svg[1]) are walked by hand: native XPath misses SVG names in
  // HTML documents, and after a shadow host a "//" means "into its root". Elsewhere the meaning is native XPath's.
  function byPosition(steps) {
    if (steps.shift() !== '') return null;
    let { children } = document;
    let at = null;
    for (const step of steps) {
      if (step === '') {
        children = at?.shadowRoot?.children ?? [];
        continue;
      }
      const m = /^(?:([\w.-]+)|\*\[name\(\)\s*=\s*(["'])([\w:.-]+)\2\])(?:\[(\d+)\])?$/.exec(step.trim());
      if (!m || (!m[4] && !/^(html|body)$/i.test(step))) return null;
      const name = (m[1] ?? m[3]).toLowerCase();
      at = [...children].filter((e) => (m[1] ? e.localName : e.nodeName).toLowerCase() === name)[(m[4] ?? 1) - 1];
      if (!at) return null;
      children = at.children;
    }
    return at;
  }
  const SKIP = /^(SCRIPT|STYLE|TEMPLATE|NOSCRIPT|HEAD|TITLE|LINK|META)$/;
  // Text on either side of these is one word; any other element separates.
  const INLINE = /^(A|ABBR|B|BD[IO]|CITE|CODE|EM|FONT|I|KBD|LABEL|MARK|Q|S|SLOT|SMALL|SPAN|STRONG|SU[BP]|TIME|U|WBR)$/;
  const fold = (s) => s.toLowerCase();
  const squash = (s) => s.replace(/\s+/g, ' ').trim();

  // The first innermost element holding the text; rendered ones first, as closed menus often repeat a visible label.
  function byText(wanted) {
    const needle = fold(squash(wanted));
    if (!needle) throw new Fatal('invalid selector: text= needs a text');
    const texts = new Map();
    const nodes = (e) => [...(e.shadowRoot?.childNodes ?? []), ...e.childNodes];
    const textOf = (n) => {
      if (n.nodeType === Node.TEXT_NODE) return n.data;
      if (n.nodeType !== Node.ELEMENT_NODE || SKIP.test(n.nodeName)) return '';
      if (!texts.has(n)) {
        const face = n.nodeName === 'INPUT' && /^(button|submit|reset)$/.test(n.type) ? n.value : '';
        const t = face + nodes(n).map(textOf).join('');
        texts.set(n, INLINE.test(n.nodeName) ? t : ` ${t} `);
      }
      return texts.get(n);
    };
    let found, fallback;
    const descend = (e) => {
      if (!fold(squash(textOf(e))).includes(needle)) return false;
      let deeper = false;
      for (const c of nodes(e)) {
        if (c.nodeType === Node.ELEMENT_NODE && descend(c)) deeper = true;
        if (found) return true;
      }
      if (!deeper && !isPage(e)) fallback ??= e;
      if (!deeper && !isPage(e) && !hidden(e)) found = e;
      return true;
    };
    for (const e of document.children) descend(e);
    return found ?? fallback;
  }

  // A label stands for its control wherever the control is what can be acted on.
  const control = (e) => (e instanceof HTMLLabelElement && e.control) || e;

  // ---- Waiting -------------------------------------------------------------
  // A frame, or 100 ms where frames have stopped (hidden or occluded page).
  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
  const frame = () => Promise.race([new Promise(requestAnimationFrame), sleep(100)]);
  const missing = (selector) => `Could not find an element for the given xPath(s): ${selector}`;

  // Runs `check` on the element until it has no error or time is up; the last error is the answer. The element is
  // resolved anew each time because frameworks replace nodes while they render.
  async function until(selector, timeout, check) {
    const deadline = performance.now() + (Number(timeout) || 0);
    for (let pass = 0; ; pass++) {
      const e = resolve(selector);
      const answer = e ? await check(e, pass) : { error: missing(selector) };
      const left = deadline - performance.now();
      if (!answer.error || left <= 0) return answer;
      // Past the first few frames, leave the page room to get ready.
      await (pass < 8 ? frame() : sleep(Math.min(50, left)));
    }
  }
  const style = (e) => getComputedStyle(e);
  const isPage = (e) => e === document.body || e === document.documentElement;

  // The client rects with an area. One without any (display: contents, a link around a float) has its children's.
  function boxes(e) {
    const solid = (rects) => [...rects].filter((r) => r.width > 0 && r.height > 0);
    const own = solid(e.getClientRects());
    if (own.length) return own;
    const range = document.createRange();
    range.selectNodeContents(e);
    return solid(range.getClientRects());
  }
  function hidden(e) {
    if (!e.isConnected) return 'element is detached';
    const shown = boxes(e).length > 0;
    if (!shown && closest(e, (a) => style(a).display === 'none')) return 'element is not visible (display: none)';
    if (style(e).visibility !== 'visible') return `element is not visible (visibility: ${style(e).visibility})`;
    return shown ? '' : 'element has no size';
  }

  // ":disabled" already covers fieldsets; the walk covers a span in a disabled button.
  const OFF = ':is(button, input, select, textarea, option):disabled, [aria-disabled=true i]';
  const disabled = (e) => (closest(e, (a) => a.matches(OFF)) ? 'element is disabled' : '');
  const readonly = (e) => (e.readOnly && e.matches(':read-only') ? 'element is readonly' : '');
  const GEOMETRY = /^(trans|rotate|scale|offset|inset|left|top|right|bottom|margin|padding|zoom)|(width|height)$/i;

  // What may move the element: "" nothing, "finite" something that ends, "endless" a loop (not one that only paints).
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

  // Whether the element stays put for a frame. A loop that pulses around a fixed centre never rests, but its centre can
  // be hit all the same; it takes some frames to tell that from the slow end of a loop that travels.
  async function still(e, moving) {
    const endless = moving === 'endless';
    const where = () => {
      const { x, y, width, height } = e.getBoundingClientRect();
      return endless ? [x + width / 2, y + height / 2] : [x, y, width, height];
    };
    const before = where();
    for (let frames = endless ? 6 : 1; frames > 0; frames--) {
      await frame();
      if (!where().every((v, i) => Math.abs(v - before[i]) <= (endless ? 0.5 : 0))) return false;
    }
    return e.isConnected;
  }

  // ---- Pointing ------------------------------------------------------------
  const view = () => ({ left: 0, top: 0, right: innerWidth, bottom: innerHeight });
  const meet = (a, b) => ({
    left: Math.max(a.left, b.left), top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right), bottom: Math.min(a.bottom, b.bottom),
  });
  const area = (r) => Math.max(0, r.right - r.left) * Math.max(0, r.bottom - r.top);
  const holds = (r, p) => p.x >= r.left && p.x < r.right && p.y >= r.top && p.y < r.bottom;

  // What of the viewport the element's ancestors let it paint in.
  function clip(e) {
    let room = view();
    let { position } = style(e);
    for (let a = up(e); a && !isPage(a) && position !== 'fixed'; a = up(a)) {
      const s = style(a);
      // An absolute box escapes the ancestors that do not position it.
      if (position === 'absolute' && s.position === 'static' && s.transform === 'none') continue;
      const clips = s.overflow !== 'visible' && !/^(inline|contents)$/.test(s.display);
      if (clips) room = meet(room, a.getBoundingClientRect());
      ({ position } = s);
    }
    return room;
  }
  function hitAt(x, y) {
    let hit = document.elementFromPoint(x, y);
    const deeper = () => hit?.shadowRoot?.elementFromPoint(x, y);
    // A root answers with an element outside of itself where it holds none.
    while (hit && deeper()?.getRootNode() === hit.shadowRoot) hit = deeper();
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
    const r = e.getBoundingClientRect();
    const spots = position
      ? [{ x: r.left + Number(position.x), y: r.top + Number(position.y) }].filter((p) => holds(room, p))
      : boxes(e).map((b) => meet(b, room)).filter(area).sort((a, b) => area(b) - area(a)).slice(0, 4)
        .map((b) => ({ x: (b.left + b.right) / 2, y: (b.top + b.bottom) / 2 }));
    let cover = null;
    for (const p of spots) {
      const hit = hitAt(p.x, p.y);
      if (hit && receives(e, hit)) return p;
      cover ??= hit;
    }
    if (!cover) return { error: 'element is outside of the viewport', outside: true };
    if (style(e).pointerEvents === 'none') return { error: 'element does not receive events (pointer-events: none)' };
    // Under a backdrop no scrolling helps; under a sticky header it does.
    const movable = area(meet(cover.getBoundingClientRect(), view())) < area(view());
    return { error: `element is covered by ${describe(cover)}`, movable };
  }
  const reveal = (e, block) =>
    e.scrollIntoView({ block, inline: block === 'center' ? 'nearest' : 'center', behavior: 'instant' });
  const point = (selector, { timeout, need = 'click', position } = {}) =>
    until(selector, timeout, async (e, pass) => {
      const unfit = () => hidden(e) || (need === 'click' && disabled(e));
      let last;
      for (const block of ['', 'center', 'start', 'end']) {
        // For a covered element the page is scrolled only now and then, lest it jumps about as long as the cover stays.
        if (block && !(last.outside || (last.movable && pass % 16 === 0))) break;
        if (unfit()) return { error: unfit() };
        if (block) reveal(e, block);
        if (block) await frame();  // The page's own scroll handlers run first and may shift it.
        const moving = motion(e);
        if ((block || moving) && !(await still(e, moving))) return { error: 'element is moving' };
        if (unfit()) return { error: unfit() };
        last = aim(e, position);
        if (!last.error) return { ...last, tag: e.localName };
      }
      return { error: last.error };
    });

  // ---- Fields --------------------------------------------------------------
  function kindOf(e) {
    if (e instanceof HTMLTextAreaElement) return 'text';
    if (e instanceof HTMLInputElement) {
      if (/^(email|number|password|search|tel|text|url)$/.test(e.type)) return 'text';
      if (/^(color|date|datetime-local|month|range|time|week)$/.test(e.type)) return 'native';
      throw new Fatal(`Failed to fill element (unsupported-input-type:${e.type})`);
    }
    if (e.isContentEditable) return 'contenteditable';
    throw new Fatal('Failed to fill element (unsupported-element)');
  }
  function active() {
    let a = document.activeElement;
    while (a?.shadowRoot?.activeElement) a = a.shadowRoot.activeElement;
    return a;
  }
  const valueOf = (e) =>
    /^(INPUT|TEXTAREA|SELECT|BUTTON|OPTION|OUTPUT)$/.test(e.nodeName) ? e.value : e.innerText ?? e.textContent ?? '';
  function placeCaret(e, kind, caret) {
    if (kind === 'native') return;
    if (kind === 'text') e.select();
    else getSelection().selectAllChildren(e);
    if (caret !== 'end') return;
    // Number and email fields have no caret in the API, but the editor's own commands move it.
    if (kind === 'contenteditable') getSelection().collapseToEnd();
    else if (e.selectionStart === null) getSelection().modify('move', 'forward', 'documentboundary');
    else e.setSelectionRange(e.value.length, e.value.length);
  }
  const focus = (selector, { timeout, caret = 'all' } = {}) =>
    until(selector, timeout, (found) => {
      const e = control(found);
      const kind = kindOf(e);
      const bad = hidden(e) || disabled(e) || readonly(e);
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
    const norm = (s) => s.trim().toLowerCase().replace(/^([\d-]+) /, '$1t').replace(/(:\d\d):00(\.0+)?$/, '$1');
    return norm(a) === norm(b) || (a.trim() !== '' && b.trim() !== '' && Number(a) === Number(b));
  }
  const setNative = (selector, value) =>
    until(selector, 0, (found) => {
      const e = control(found);
      if (kindOf(e) === 'contenteditable') throw new Fatal('Failed to fill element (unsupported-element)');
      if (disabled(e) || readonly(e)) return { error: disabled(e) || readonly(e) };
      const [wanted, before] = [String(value), e.value];
      // This world's setter is the native one: what a framework puts on the node in the page's world is not seen, so
      // React's tracker keeps the old value and notices the new one. The rest serves a caller in the page's world.
      const { set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(e), 'value');
      set.call(e, wanted);
      const held = e.value;
      if (!same(held, wanted)) {
        set.call(e, before);
        return { error: `element turns ${quote(wanted)} into ${quote(held)}; it still holds ${quote(before)}` };
      }
      e._valueTracker?.setValue(wanted === '' ? ' ' : '');
      emit(e);
      if (e.value !== held) return { error: `the page changed the value: element holds ${quote(e.value)}` };
      return { ok: true, value: held };
    });
  const value = (selector) => until(selector, 0, (e) => ({ value: valueOf(control(e)), checked: control(e).checked }));
  const focusForKeys = (selector, { timeout } = {}) =>
    until(selector, timeout, (e) => {
      // Focusing anew would throw away the caret, or leave the field inside.
      if (!isPage(e) && !within(active(), e)) e.focus?.();
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
      let matches = options.filter((o) => names(o).includes(text));
      if (!matches.length) matches = options.filter((o) => names(o).map(fold).includes(fold(text)));
      if (!matches.length) {
        const list = options.slice(0, 50).map((o) => quote(squash(o.label) || o.value)).join(', ');
        return { error: `no option ${quote(wanted)}; the options are: ${list}${options.length > 50 ? ', …' : ''}` };
      }
      const option = matches.find((o) => !o.matches(':disabled'));
      if (!option) return { error: `option ${quote(wanted)} is disabled` };
      if (e.selectedOptions.length !== 1 || !option.selected) {
        e.selectedIndex = option.index;  // Deselects the others, in a multiple one too.
        emit(e);
        if (!option.selected && option.isConnected) throw new Fatal(`the page made another choice: ${quote(e.value)}`);
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
  const element = (selector) => until(selector, 0, (e) => (isFile(control(e)) ? control(e) : e));

  // ---- Scrolling -----------------------------------------------------------
  // The axis (vertical first) along which the element scrolls, or null. The root scrolls unless it says otherwise.
  function axis(e) {
    const s = style(e);
    const root = e === document.scrollingElement;
    const can = (overflow) => (root ? /^(visible|auto|scroll)$/ : /^(auto|scroll|hidden)$/).test(overflow);
    if (e.scrollHeight > e.clientHeight + 1 && can(s.overflowY)) {
      return { key: 'scrollTop', side: 'top', room: e.scrollHeight - e.clientHeight, page: e.clientHeight };
    }
    if (e.scrollWidth <= e.clientWidth + 1 || !can(s.overflowX)) return null;
    const way = s.direction === 'rtl' ? -1 : 1;
    return { key: 'scrollLeft', side: 'left', room: way * (e.scrollWidth - e.clientWidth), page: way * e.clientWidth };
  }

  // The element to scroll for `e`. Where the window does not scroll, "the page" means the pane in its middle that does.
  function scroller(e) {
    if (!isPage(e)) return axis(e) ? e : null;
    const root = document.scrollingElement ?? e;
    return axis(root) ? root : closest(hitAt(innerWidth / 2, innerHeight / 2), (a) => axis(a) !== null);
  }
  const scrollWith = (selector, timeout, target) =>
    until(selector, timeout, (found) => {
      const e = scroller(found);
      if (!e) return { error: `${describe(found)} cannot be scrolled` };
      const a = axis(e);
      const from = e[a.key];
      e.scrollTo({ [a.side]: target(from, a), behavior: 'instant' });  // Whatever the page's scroll-behavior.
      return { ok: true, moved: e[a.key] - from };
    });
  async function scroll(selector, percent, { timeout } = {}) {
    const m = /^\s*(-?\d*\.?\d+)\s*%?\s*$/.exec(String(percent));
    if (!m) throw new Fatal(`not a percentage: ${quote(percent)}`);
    return scrollWith(selector, timeout, (_, a) => a.room * Math.min(1, Math.max(0, Number(m[1]) / 100)));
  }
  async function scrollChunk(selector, direction, { timeout } = {}) {
    const sign = { next: 1, down: 1, prev: -1, up: -1 }[direction];
    if (!sign) throw new Fatal(`not a direction: ${quote(direction)}`);
    return scrollWith(selector, timeout, (from, a) => from + sign * a.page);
  }
  const scrollIntoView = (selector, { timeout } = {}) =>
    until(selector, timeout, (e) => {
      if (/visible|detached/.test(hidden(e))) return { error: hidden(e) };
      reveal(e, 'center');
      return { ok: true };
    });

  const api = {
    point, focus, setNative, value, focusForKeys, scroll, scrollChunk, scrollIntoView, select, fileInput, element,
  };
  const failure = (e) => ({ error: e instanceof Fatal ? e.message : `page script: ${e?.message ?? e}` });
  for (const [name, f] of Object.entries(api)) api[name] = (...args) => (async () => f(...args))().catch(failure);
  Object.defineProperty(globalThis, '__belay', { value: Object.freeze(api) });
})();
