// The points at which an element may be hit, and whose hit there counts as the element's own.

// Controls that do something of their own when they are clicked in a row, a label or a card.
const ACTOR = 'a[href], area[href], button, summary, iframe, frame, input:is([type=button], [type=submit], [type=reset], '
  + '[type=image], [type=checkbox], [type=radio], [type=file]), [role=button i], [role=link i], [role=menuitem i], '
  + '[role=checkbox i], [role=radio i], [role=switch i], [role=tab i]';
// What is in one of these is a part of it: a click on the part is the control's.
const WHOLE = 'a[href], button, summary, label, option, [role=button i], [role=link i], [role=menuitem i], '
  + '[role=menuitemcheckbox i], [role=menuitemradio i], [role=tab i], [role=option i], [role=checkbox i], [role=radio i], '
  + '[role=switch i]';
const CLICKABLE = `${WHOLE}, [onclick], [tabindex="0"]`;

// Whether a click that hits `hit` is one on `e`.
function receives(e, hit) {
  if (within(hit, e)) return true;
  const label = closest(hit, (a) => a instanceof HTMLLabelElement);
  if (label !== null && label.control === e && !actorIn(label, hit)) return true;
  // A part that lets pointers through, or that something lies over within the same control.
  const whole = closest(e, (a) => a.matches(WHOLE));
  if (whole && whole !== e && closest(hit, (a) => a.matches(WHOLE)) === whole && !actorIn(whole, hit)) return true;
  return style(e).pointerEvents === 'none' && within(e, hit) && hit.matches(CLICKABLE);
}
// Whether the point is on a scroll bar of the element, which takes presses and clicks nothing.
function onScrollBar(e, p) {
  const s = style(e);
  if (!(e instanceof HTMLElement) || isPage(e) || !/auto|scroll/.test(s.overflow) || s.display === 'inline') return false;
  const [across, down] = [e.offsetWidth - e.clientWidth - parseFloat(s.borderLeftWidth) - parseFloat(s.borderRightWidth),
    e.offsetHeight - e.clientHeight - parseFloat(s.borderTopWidth) - parseFloat(s.borderBottomWidth)];
  if (across < 1 && down < 1) return false;
  const { x, y } = inward(e, p);
  return x < e.clientLeft || x >= e.clientLeft + e.clientWidth || y < e.clientTop || y >= e.clientTop + e.clientHeight;
}
// The control within `e` that a hit goes to in place of `e`. What an element has in its shadow root is of its own making.
function actorIn(e, hit) {
  if (e.matches('a[href], button')) return null;
  const actor = closest(hit, (a) => a === e || a.matches(ACTOR));
  const inner = actor && actor !== e && e.contains(actor) ? actor : null;
  return e instanceof HTMLLabelElement && e.control === inner ? null : inner;
}
// Whether an element is nothing but the place of one control. A label is its own control's.
function wraps(e, actor) {
  return !(e instanceof HTMLLabelElement && e.control) && [...e.querySelectorAll(ACTOR)].every((a) => a === actor || within(a, actor))
    && squash(e.textContent) === squash(actor.textContent);
}
// Whether an element itself has something to do when it is clicked, as far as one can see from here.
const acts = (e) => e.matches(CLICKABLE) || style(e).cursor === 'pointer';

// Points from the middle of a box outwards, those at the edges among them.
const PARTS = [0.5, 0.3, 0.7, 0.1, 0.9, 0, 1];
const GRID = PARTS.flatMap((y) => PARTS.map((x) => [x, y]))
  .sort((a, b) => Math.hypot(a[0] - 0.5, a[1] - 0.5) - Math.hypot(b[0] - 0.5, b[1] - 0.5));
function gridOf(box) {
  const at = (from, to, part) => {
    const edge = Math.min(2, (to - from) / 10);
    return from + edge + (to - from - 2 * edge) * part;
  };
  return GRID.map(([x, y]) => ({ x: at(box.left, box.right, x), y: at(box.top, box.bottom, y) }));
}
const middle = (r) => ({ x: (r.left + r.right) / 2, y: (r.top + r.bottom) / 2 });

// Points on the lines of a drawing, of which a grid may meet none.
const MOST_SHAPES = 8;
function strokesOf(e) {
  if (!(e instanceof SVGElement) || e.localName === 'svg') return [];
  const shapes = (e instanceof SVGGeometryElement ? [e] : [...e.querySelectorAll('*')]
    .filter((s) => s instanceof SVGGeometryElement)).slice(0, MOST_SHAPES);
  return shapes.flatMap((shape) => {
    const matrix = shape.getScreenCTM();
    const length = shape.getTotalLength();
    if (!matrix || !(length > 0)) return [];
    return [0.5, 0.25, 0.75, 0.1, 0.9].map((part) => {
      const { x, y } = shape.getPointAtLength(length * part).matrixTransform(matrix);
      return { x, y };
    });
  });
}
// In the order in which they are tried: what a person would aim at, then all around it.
function pointsOf(e, room) {
  if (tagOf(e) === 'area') return areaPoints(e).filter((p) => holds(room, p));
  const parts = boxes(e).map((b) => meet(b, room)).filter(area).sort((a, b) => area(b) - area(a)).slice(0, 4);
  if (!parts.length) return [];
  const strokes = strokesOf(e).filter((p) => holds(room, p));
  return [...parts.map(middle), ...strokes, ...gridOf(parts[0]).slice(1)];
}

// What is clicked for an element: itself, or what is shown in its place. A checkbox that a page hides is clicked by its
// label.
function faces(e) {
  if (tagOf(e) === 'area') return [imageOf(e)].filter((i) => i && !hidden(i));
  const labels = tagOf(e) === 'input' && /^(checkbox|radio|file)$/.test(e.type) ? [...e.labels] : [];
  return [e, ...labels].filter((f) => !hidden(f));
}
const unseen = (e) => (tagOf(e) === 'area' && !imageOf(e) ? 'no image uses the map of this area' : hidden(imageOf(e) ?? e));

// Areas of image maps.
const mapOf = (image) => {
  const name = image.useMap?.replace(/^#/, '');
  return name ? image.getRootNode().querySelector(`map[name="${CSS.escape(name)}"]`) : null;
};
function imageOf(e) {
  const map = tagOf(e) === 'area' ? closest(e, (a) => tagOf(a) === 'map') : null;
  return map && ([...map.getRootNode().querySelectorAll('img[usemap]')].find((i) => mapOf(i) === map) ?? null);
}
function areaPoints(e) {
  const image = imageOf(e);
  const n = (e.getAttribute('coords') ?? '').split(/[\s,;]+/).map(Number.parseFloat).filter(Number.isFinite);
  const [shape = 'rect'] = /^(circ|poly|default)/.exec(fold(e.getAttribute('shape') ?? '')) ?? [];
  let inside;
  if (shape === 'circ') inside = gridOf(boundsOf([n[0] - n[2], n[1] - n[2], n[0] + n[2], n[1] + n[2]]));
  else if (shape === 'default') inside = gridOf({ left: 0, top: 0, right: image.clientWidth, bottom: image.clientHeight });
  else inside = gridOf(boundsOf(n));
  if (shape === 'circ') inside = inside.filter((p) => Math.hypot(p.x - n[0], p.y - n[1]) < n[2]);
  if (shape === 'poly') inside = inside.filter((p) => inPolygon(n, p));
  return inside.filter((p) => Number.isFinite(p.x + p.y)).map((p) => outward(image, p.x, p.y));
}
function boundsOf(n) {
  const [xs, ys] = [n.filter((_, i) => i % 2 === 0), n.filter((_, i) => i % 2 === 1)];
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}
function inPolygon(n, { x, y }) {
  let inside = false;
  const count = Math.floor(n.length / 2);
  for (let i = 0, j = count - 1; i < count; j = i++) {
    const [xi, yi, xj, yj] = [n[2 * i], n[2 * i + 1], n[2 * j], n[2 * j + 1]];
    if ((yi > y) !== (yj > y) && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}
