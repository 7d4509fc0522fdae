// What moves in the document, for the server to wait until it rests. Watched as soon as the parser is done, because
// what began before anybody asks counts too. What changes again and again (a clock, a carousel, a counter) is told from
// what is still building up, and counts no more.

const SEEN = {
  subtree: true, childList: true, characterData: true, attributes: true,
  attributeFilter: ['class', 'style', 'hidden', 'disabled', 'open', 'inert', 'aria-hidden', 'aria-expanded',
    'aria-disabled', 'aria-busy'],
};
const TICK = 40;  // ms: changes of one node that are closer together are one change
const HABIT = 4;  // so many changes of one node make a habit
const FORGET = 2000;  // ms without one end it
const JUST_NOW = 200;  // ms: what has not changed for longer is not what never rests
const LOOKED_AT = 100;  // changes of one batch: enough to tell, and never much work

const habits = new WeakMap();  // node → kind of change → {ticks, at}
let moved = 0;  // when something moved last that was no habit
let tired = 0;  // until when growing counts as a habit too: the server has waited for it in vain
let grown = true;  // whether shadow roots may have come since they were looked for

function habitual({ type, target, removedNodes }, now) {
  if (target === document.head || target.parentNode === document.head) return true;
  const grows = type === 'childList' && removedNodes.length === 0;
  if (!habits.has(target)) habits.set(target, {});
  const habit = habits.get(target)[grows ? 'growth' : type] ??= { ticks: 0, at: -Infinity };
  if (now - habit.at > FORGET) habit.ticks = 0;
  if (now - habit.at >= TICK) {
    habit.ticks += 1;
    habit.at = now;
  }
  return habit.ticks > HABIT && (!grows || now < tired);
}
function see(changes) {
  const now = performance.now();
  let news = false;
  for (const change of changes.slice(0, LOOKED_AT)) {
    if (change.addedNodes.length) grown = true;
    if (!habitual(change, now)) news = true;  // and go on: the others may be becoming habits
  }
  if (news) moved = now;
}
const observer = new MutationObserver(see);
if (document.readyState === 'loading') {
  document.addEventListener('DOMContentLoaded', () => {
    if (document.scripts.length) moved = performance.now();  // which is when they begin to build
    observer.observe(document, SEEN);
  }, { once: true });
} else {
  observer.observe(document, SEEN);
}

const watched = new WeakSet([document]);
function watchRoots() {
  grown = false;
  inRoots((root) => {
    if (!watched.has(root)) observer.observe(root, SEEN);
    watched.add(root);
    return null;
  });
}

// After what is in the page's queues already; a timer would come later, behind a frame.
const turn = () => new Promise((done) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => { port1.close(); done(); };
  port2.postMessage(0);
});

// A frame without room to show anything (a counter's pixel, one that is kept for later) may do in it what it likes.
const shows = () => self === top || (innerWidth > 1 && innerHeight > 1);

// How long the document has been at rest, after some more turns of its own tasks. The server is tired of the page as a
// whole; that is the fault of the documents that move just then.
async function movement({ turns = 0, tired: inVain = false } = {}) {
  for (let n = 0; n < turns; n++) await turn();
  see(observer.takeRecords());
  const now = performance.now();
  if (inVain && now - moved < JUST_NOW) tired = now + 30000;
  if (grown && document.readyState !== 'loading') watchRoots();
  if (!shows()) return { loading: false, age: now, rest: now };
  return { loading: document.readyState === 'loading', age: now, rest: now - moved };
}
