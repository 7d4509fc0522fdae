// Numbers for nodes. Each document counts its own: a node keeps its number as long as the document lives, and a number
// is never given twice. Nothing is held alive by being numbered.

const numbers = new WeakMap();
const numbered = new Map();
const forget = new FinalizationRegistry((n) => numbered.delete(n));
let lastNumber = 0;
function numberOf(node) {
  let n = numbers.get(node);
  if (n === undefined) {
    n = ++lastNumber;
    numbers.set(node, n);
    numbered.set(n, new WeakRef(node));
    forget.register(node, n);
  }
  return n;
}
function numberedNode(n) {
  const node = numbered.get(Number(n))?.deref();
  if (!node?.isConnected) throw new Fatal('the element is gone; look at the page again');
  return node;
}

// The selector "@ref:<number>": the very element, or the one that holds the text.
function byRef(n) {
  const node = numberedNode(n);
  return node instanceof Element ? node : node.parentElement ?? node.getRootNode().host;
}
