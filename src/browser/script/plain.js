// A field hides the property of its form that is called like it (<input name="parentNode">), in every world, but it cannot
// hide symbols. Whoever puts the files together (layer.cmake) makes `e.parentNode` into `e[its['parentNode']]`, for these
// names.
const PLAIN = `
  addEventListener assignedSlot blur checkVisibility childNodes children clientHeight clientLeft clientTop clientWidth
  closest contains dispatchEvent firstChild firstElementChild focus getAnimations getAttribute getBoundingClientRect
  getClientRects getRootNode hasAttribute hasAttributes id inert innerText isConnected isContentEditable
  lastElementChild localName matches namespaceURI nextElementSibling nextSibling nodeName nodeType offsetHeight
  offsetWidth parentElement parentNode previousElementSibling querySelector querySelectorAll removeEventListener
  scrollBy scrollHeight scrollIntoView scrollLeft scrollTo scrollTop scrollWidth shadowRoot tabIndex textContent title`;
const its = {};
for (const name of PLAIN.trim().split(/\s+/)) {
  its[name] = Symbol(name);
  for (const { prototype } of [EventTarget, Node, Element, HTMLElement, SVGElement, MathMLElement, Document, DocumentFragment,
    ShadowRoot, Range]) {
    const property = Object.getOwnPropertyDescriptor(prototype, name);
    if (property) Object.defineProperty(prototype, its[name], property);
  }
}
Object.freeze(its);

