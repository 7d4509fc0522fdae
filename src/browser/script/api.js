// What the server calls: __belay.<name>(…).

const alive = () => (globalThis.closed ? CLOSING : { ok: true });

const api = {
  alive,
  point, pressed, focus, setNative, value, focusForKeys, select, fileInput, clearFiles, element,
  scroll, scrollChunk, scrollIntoView, scrollRest, movement,
  snapshot, census, tell, locate, adoptRoots,
  frameElement, showFrame, throughFrame,
  hosts,
  focusHolder, typesPassword,
  focused: () => locate(numberOf(active() ?? document.documentElement)),
  number: numberOf,
  viewport: () => ({ device: devicePixelRatio, width: innerWidth, height: innerHeight }),
  selector: (e) => ({ selector: selectorOf(e) }),
};
const failure = (e) =>
  e instanceof Unasked ? { error: 'not found', hosts: true }
    : { error: e instanceof Fatal ? e.message : `page script: ${e?.message ?? e}` };
for (const [name, f] of Object.entries(api)) api[name] = (...args) => (async () => f(...args))().catch(failure);
Object.defineProperty(globalThis, '__belay', { value: Object.freeze(api) });
