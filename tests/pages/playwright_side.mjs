// Playwright's part of beside_test.py: one browser, and a page of its own for each case. Reads a case as a line of JSON, with
// the page's URL, and answers with a line: {} where it comes out as the case wants, else {wrong}.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const { chromium } = createRequire(`${process.env.NODE_MODULES}/`)('playwright-core');
const [executablePath, ...args] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args, headless: true });
const view = JSON.parse(process.env.VIEW);
const LOADING = 60_000;  // ms; however short the patience with what a row does

// Selectors of several hops lead into frames.
function located(page, selector) {
  const hops = selector.split(' >> ');
  let at = page;
  for (const hop of hops.slice(0, -1)) at = at.frameLocator(hop);
  return at.locator(hops.at(-1).replace(/^(?=\.{0,2}\/|\()/, 'xpath=')).first();
}
const acts = {
  click: (e, [button = 'left'], options) => e.click({ button, ...options }),
  doubleClick: (e, _, options) => e.dblclick(options),
  hover: (e, _, options) => e.hover(options),
  fill: (e, [value], options) => e.fill(value, options),
  type: (e, [text], options) => e.pressSequentially(text, options),
  press: (e, [key], options) => e.press(key, options),
  selectOption: (e, wanted, options) => e.selectOption(wanted, options),
  setInputFiles: (e, paths, options) => e.setInputFiles(paths, options),
  scrollIntoView: (e, _, options) => e.scrollIntoViewIfNeeded(options),
  dragAndDrop: (e, [target], options, page) => e.dragTo(located(page, target), options),
  'mouse.wheel': async (e, [dy = 200], options, page) => { await e.hover(options); await page.mouse.wheel(0, Number(dy)); },
};
const fits = (wanted, value) => (wanted?.regex === undefined ? JSON.stringify(wanted) === JSON.stringify(value)
  : new RegExp(wanted.regex, wanted.flags).test(typeof value === 'string' ? value : JSON.stringify(value)));

// A page may not answer at all.
const within = (ms, promise) => Promise.race([promise, new Promise((_, fail) => setTimeout(() => fail(new Error('the page does not answer')), ms).unref())]);

async function see(page, expression, wanted, patience) {
  const end = performance.now() + patience;
  for (let value; ; await new Promise((done) => setTimeout(done, 20))) {
    value = await within(patience, page.evaluate(`(${expression})`)).catch((error) => error.message);
    if (fits(wanted, value ?? null)) return '';
    if (performance.now() > end) return `${expression}: wanted ${JSON.stringify(wanted)}, got ${JSON.stringify(value)}`;
  }
}
async function stepped(page, step, patience) {
  if (step.sleep) return void await new Promise((done) => setTimeout(done, step.sleep));
  if (step.eval) return await see(page, step.eval, step.want, patience);
  const act = acts[step.method];
  const timeout = Math.min(step.timeout ?? patience, patience);
  const error = await act(located(page, step.selector), step.arguments ?? [], { timeout }, page).then(() => '', (e) => e.message || 'failed');
  if ('fail' in step) return error ? '' : `${step.method} ${step.selector} was not refused`;
  return error && `${step.method} ${step.selector}: ${error.split('\n')[0]}`;
}
async function run({ url, steps, probe = 'window.R.join()', expect, patience }) {
  const context = await browser.newContext({ viewport: view });
  try {
    const page = await context.newPage();
    await page.goto(url, { timeout: LOADING });
    for (const step of steps) {
      const wrong = await stepped(page, step, patience);
      if (wrong) return { wrong };
    }
    const wrong = probe === null || expect === undefined ? '' : await see(page, probe, expect, patience);
    return wrong ? { wrong } : {};
  } catch (error) {
    return { wrong: error.message };
  } finally {
    await within(patience, context.close()).catch(() => {});
  }
}
for await (const line of createInterface({ input: process.stdin })) console.log(JSON.stringify(await run(JSON.parse(line))));
await browser.close();
