// From a number of the snapshot to what callers outside of the page can use: a path, a role, a name, a link. A page chooses
// how long each is: what is longer than anybody needs does not leave it.

const MOST_SELECTOR = 16_000;  // bytes; acting takes 16 KiB (selector_path.h), frames around it and "xpath=" among them
const MOST_URL = 2 * 1024 * 1024;  // characters; Chromium goes to no longer one (url::kMaxURLChars)
const MOST_TAG = 200;

// The absolute positional path within the document; a shadow root is entered by "//".
function pathOf(e) {
  let path = '';
  for (let n = e; n instanceof Element;) {
    const parent = n.parentNode;
    // What is called like a frame and is none must not be taken for a way into one.
    const odd = !/^[\w.-]+$/.test(n.localName) || (/^i?frame$/i.test(n.localName) && !(n instanceof HTMLElement));
    const name = n.localName.toLowerCase();
    let k = 0;
    for (let c = parent.firstElementChild; c; c = c.nextElementSibling) {
      if (c.localName.toLowerCase() === name) k++;
      if (c === n) break;
    }
    const step = odd ? `*[name()='${n.nodeName.toLowerCase()}'][${k}]` : `${name}[${k}]`;
    const shadow = parent instanceof ShadowRoot;
    path = `${shadow ? '//' : '/'}${step}${path}`;
    n = shadow ? parent.host : parent;
  }
  return path;
}

// The path where it leads back to the very node; else something else that does.
const bytesOf = (s) => new TextEncoder().encode(s).length;
function selectorOf(e) {
  const leads = (selector) => {
    if (selector.length > MOST_SELECTOR || bytesOf(selector) > MOST_SELECTOR) return false;
    try {
      return resolve(selector) === e;
    } catch {
      return false;
    }
  };
  const path = pathOf(e);
  if (leads(`xpath=${path}`)) return path;
  const id = e.id && `#${CSS.escape(e.id)}`;
  return id && leads(id) ? id : `@ref:${numberOf(e)}`;
}
const absolute = (href) => {
  try {
    return new URL(href, document.baseURI).href;
  } catch {
    return '';
  }
};
function urlOf(e) {
  const link = (a) => a.matches('a, area') && (a.hasAttribute('href') || a.hasAttribute('xlink:href'));
  const target = (a) => absolute(a.getAttribute('href') ?? a.getAttribute('xlink:href'));
  const source = (i) => i.currentSrc || absolute(i.getAttribute('src') ?? i.getAttribute('href') ?? '');
  if (e.localName === 'img') return source(e);
  const around = closest(e, link);
  if (around) return target(around);
  const inner = e.querySelector('a[href], area[href]');
  if (inner) return target(inner);
  if (e === document.documentElement) return document.URL;
  if (/^(iframe|frame|video|audio|embed)$/.test(e.localName)) return source(e);
  const image = e.querySelector('img');
  return image ? source(image) : '';
}
function locate(n) {
  numberedNode(n);
  const e = byRef(n);
  return withScanOfOne(() => {
    const role = roleOf(e);
    const url = urlOf(e);
    return {
      xpath: selectorOf(e), role, name: cut(nameOf(e, role), MOST_NAME), tag: cut(e.localName, MOST_TAG),
      ...(url.length > MOST_URL ? { url: '', urlLength: url.length } : { url }),  // whole or not at all
    };
  });
}
