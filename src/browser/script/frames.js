// Frames: the elements that hold documents, and where a point of such a document lies in this one. What is inside may
// be in another process; the server asks each document on the way.

const holdsFrame = (e) => /^(iframe|frame|object|embed)$/.test(tagOf(e));

// The element itself, for its objectId.
const frameElement = (selector, { timeout } = {}) =>
  until(selector, timeout, (e) => {
    if (!holdsFrame(e)) throw new Fatal(`Unable to obtain a content frame for selector: ${selector}`);
    return e;
  });

// What the transforms around an element make of a vector, as a matrix; where things come to lie is measured.
function linear(e) {
  let m = new DOMMatrix();
  for (let n = e; n; n = up(n)) {
    const { rotate, scale, transform } = style(n);
    if (rotate === 'none' && scale === 'none' && transform === 'none') continue;
    const turned = /^-?[\d.]+deg$/.test(rotate) ? `rotate(${rotate})` : '';
    const scaled = scale === 'none' ? '' : `scale(${scale.trim().replace(/\s+/g, ', ')})`;
    m = new DOMMatrix(`${turned} ${scaled}`.trim() || 'none').multiply(new DOMMatrix(transform)).multiply(m);
  }
  return m;
}

// Where the point (x, y) of the document inside lies in this one. The middle of a box stays the middle of its bounding
// rect under whatever turns and scales it.
function outward(e, x, y) {
  const r = e.getBoundingClientRect();
  const s = style(e);
  const dx = x + e.clientLeft + parseFloat(s.paddingLeft) - e.offsetWidth / 2;
  const dy = y + e.clientTop + parseFloat(s.paddingTop) - e.offsetHeight / 2;
  const m = linear(e);
  const straight = Math.abs(m.b) < 1e-6 && Math.abs(m.c) < 1e-6;
  const [a, d] = straight ? [(Math.sign(m.a) * r.width) / e.offsetWidth, (Math.sign(m.d) * r.height) / e.offsetHeight]
    : [m.a, m.d];
  const [b, c] = straight ? [0, 0] : [m.b, m.c];
  return { x: r.left + r.width / 2 + a * dx + c * dy, y: r.top + r.height / 2 + b * dx + d * dy };
}

// Where a point of this document lies in the element's own box, which may be turned.
function inward(e, p) {
  const r = e.getBoundingClientRect();
  const { x, y } = linear(e).inverse().transformPoint({ x: p.x - r.left - r.width / 2, y: p.y - r.top - r.height / 2 });
  return { x: x + e.offsetWidth / 2, y: y + e.offsetHeight / 2 };
}
// Whether something around the element turns it out of the plane, so that only the browser's own quads tell where it lies.
function isTilted(e) {
  for (let n = e; n; n = up(n)) {
    const { perspective, transform, rotate, offsetPath = 'none' } = style(n);
    if (perspective !== 'none' || /^matrix3d/.test(transform) || offsetPath !== 'none') return true;
    if (rotate !== 'none' && !/^-?[\d.]+deg$/.test(rotate)) return true;
  }
  return false;
}
// The same by quads: {content, border}, the corners of the element's boxes in the coordinates of its process. Those differ
// from this document's by where its frame lies, which the bounds of the same box in both tell.
function projected(e, x, y, { content, border }) {
  const [r, b] = [e.getBoundingClientRect(), boundsOf(border)];
  const here = (n) => [r.left + ((n[0] - b.left) * r.width) / (b.right - b.left),
    r.top + ((n[1] - b.top) * r.height) / (b.bottom - b.top)];
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = [0, 2, 4, 6].map((i) => here(content.slice(i, i + 2)));
  const s = style(e);
  const u = x / (e.clientWidth - parseFloat(s.paddingLeft) - parseFloat(s.paddingRight));
  const v = y / (e.clientHeight - parseFloat(s.paddingTop) - parseFloat(s.paddingBottom));
  // The projective map of the unit square to the quad.
  const [ax, ay, cx, cy] = [x1 - x2, y1 - y2, x3 - x2, y3 - y2];
  const [sx, sy] = [x0 - x1 + x2 - x3, y0 - y1 + y2 - y3];
  const area2 = ax * cy - cx * ay;
  const [g, h] = [(sx * cy - cx * sy) / area2, (ax * sy - sx * ay) / area2];
  const w = g * u + h * v + 1;
  return {
    x: ((x1 - x0 + g * x1) * u + (x3 - x0 + h * x3) * v + x0) / w,
    y: ((y1 - y0 + g * y1) * u + (y3 - y0 + h * y3) * v + y0) / w,
  };
}

// Scrolls every pane around the element, and the window, so that the point comes to its middle. Whether any moved.
function bring(e, point) {
  const p = { ...point };
  let moved = false;
  const scroll = (pane, middle) => {
    const before = [pane.scrollLeft, pane.scrollTop];
    pane.scrollBy({ left: p.x - middle.x, top: p.y - middle.y, behavior: 'instant' });
    const [dx, dy] = [pane.scrollLeft - before[0], pane.scrollTop - before[1]];
    p.x -= dx;
    p.y -= dy;
    if (dx || dy) moved = true;
  };
  const root = document.scrollingElement ?? document.documentElement;
  for (let a = e; a && a !== root; a = up(a)) {
    if (style(a).position === 'fixed') return moved;
    if (a === e || isPage(a) || !axis(a)) continue;
    const r = a.getBoundingClientRect();
    scroll(a, { x: r.left + r.width / 2, y: r.top + r.height / 2 });
  }
  scroll(root, { x: innerWidth / 2, y: innerHeight / 2 });
  return moved;
}

// No wait brings back an element that was taken out of the document: its frame is to be found anew (kFrameGone).
const FRAME_GONE = 'the frame is gone';

// What takes all that is in the frame out of reach, for what is done there without a pointer or the focus.
function frameUnfit(e) {
  if (!e.isConnected) return { error: FRAME_GONE };
  return inert(e) ? { error: inert(e) } : { ok: true };
}

// A frame that cannot be seen may not be laid out, nor run its timers.
async function showFrame(e) {
  if (!e.isConnected) return { error: FRAME_GONE };
  if (hidden(e)) return { error: hidden(e) };
  if (area(meet(e.getBoundingClientRect(), clip(e)))) return { ok: true };
  reveal(e, 'center');
  await frame();
  return { ok: true };
}

// Where the point of the document inside lies here, if a pointer there reaches that document: {x, y}, or {error}; {tilted}
// asks for the quads of the element.
async function throughFrame(e, x, y, quads = null) {
  for (const last of [false, true]) {
    if (!e.isConnected) return { error: FRAME_GONE };
    if (hidden(e) || inert(e)) return { error: hidden(e) || inert(e) };
    const moving = motion(e);
    if (moving && !(await still(e, moving))) return { error: 'element is moving' };
    if (!quads && isTilted(e)) return { tilted: true };
    const p = quads ? projected(e, x, y, quads) : outward(e, x, y);
    const seen = holds(clip(e), p);
    const hit = holds(view(), p) ? hitAt(p.x, p.y) : null;
    if (hit === e) return p;
    if (!last && bring(e, p)) {
      await frame();
      if (quads) return { tilted: true };
      continue;
    }
    if (style(e).pointerEvents === 'none') return { error: 'element does not receive events (pointer-events: none)' };
    if (!hit || !seen) return { error: 'element is outside of the viewport' };
    return { error: `element is covered by ${describe(hit)}` };
  }
  return { error: 'element is outside of the viewport' };
}
