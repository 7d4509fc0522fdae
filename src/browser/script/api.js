// What the server calls: __belay.<name>(…).

const alive = () => (globalThis.closed ? CLOSING : { ok: true });

const api = {
  alive, leave,
  point, visible, pressed, focus, setNative, value, textKept, focusForKeys, select, chooseOption, fileInput, filesHeld, clearFiles,
  element,
  scroll, scrollChunk, scrollIntoView, scrollRest, movement,
  snapshot, census, tell, locate, adoptRoots,
  frameElement, frameUnfit, showFrame, throughFrame,
  hosts,
  focusHolder, focusInside, hasFocusInside, textCame, typesPassword,
  focused: () => locate(numberOf(active() ?? document.documentElement)),
  number: numberOf,
  viewport: () => ({ device: devicePixelRatio, width: innerWidth, height: innerHeight }),
  selector: (e) => ({ selector: selectorOf(e) }),
};
// A question put again: closed.js. The epoch may be of the document before this one.
api.again = (since, enough, name, ...args) =>
  onBehalf({ epoch: Math.min(since, performance.now()), enough }, () => api[name](...args));
const failure = (e) =>
  e instanceof Unasked ? { error: 'not found', hosts: true, epoch: e.epoch }
    : { error: e instanceof Fatal ? e.message : `page script: ${e?.message ?? e}` };
// Their words may quote what a page says.
const MOST_WORDS = 32_768;
const worded = (answer) =>
  (typeof answer?.error === 'string' && answer.error.length > MOST_WORDS
    ? { ...answer, error: cut(answer.error, MOST_WORDS) } : answer);
for (const [name, f] of Object.entries(api)) {
  api[name] = (...args) => (async () => f(...args))().catch(failure).then(worded);
}
Object.defineProperty(globalThis, '__belay', { value: Object.freeze(api) });
