// aria-owns: what belongs into an element though it stands elsewhere. Only names and contexts follow it; a line stays
// where it is shown.

function ownersIn(root) {
  let map = scan.owners.get(root);
  if (map) return map;
  map = new Map();
  scan.owners.set(root, map);
  for (const owner of root.querySelectorAll('[aria-owns]')) {
    if (!shown(owner)) continue;
    for (const id of owner.getAttribute('aria-owns').trim().split(/\s+/)) {
      const e = root.getElementById(id);
      if (e && !map.has(e) && !isAround(e, owner, map) && !closest(e, (a) => look(a) & OUT)) map.set(e, owner);
    }
  }
  return map;
}
// Nothing belongs into what is in it, nor into what belongs to it.
function isAround(e, owner, map) {
  for (let n = owner; n; n = map.get(n) ?? up(n)) if (n === e) return true;
  return false;
}
const ownerOf = (e) => (scan.owns && e.id ? ownersIn(e.getRootNode()).get(e) ?? null : null);
const ownedByOther = (e, parent) => scan.owns && (ownerOf(e) ?? parent) !== parent;
function ownedBy(owner) {
  if (!scan.owns || !owner.hasAttribute('aria-owns')) return [];
  const all = [...ownersIn(owner.getRootNode())];
  const own = owner.getAttribute('aria-owns').trim().split(/\s+/);
  return all.filter(([e, o]) => o === owner && !owner.contains(e)).map(([e]) => e)
    .sort((a, b) => own.indexOf(a.id) - own.indexOf(b.id));
}
// The parent in the accessibility tree.
const above = (e) => ownerOf(e) ?? up(e);
