// Clicks and fills on one page through Belay over HTTP and through Puppeteer and Playwright in process, turn by turn, and prints the
// times as JSON. Each has a Chromium of its own. Argument: {belay, site, chromium, args, clicks}.
'use strict';
const puppeteer = require('puppeteer-core');
const { chromium } = require('playwright-core');
const { wish, launch, session, main } = require('./players.js');

const url = `${wish.site}/page`;

async function ours() {
  const post = await session();
  const act = async (method, selector, ...args) => {
    const input = { selector, description: selector, method, arguments: args };
    const { result } = await post('act', { input });
    if (!result.success) throw new Error(result.message);
  };
  await post('navigate', { url });
  return {
    click: (selector) => act('click', selector),
    fill: (selector, text) => act('fill', selector, text),
    end: () => post('end', {}),
  };
}

async function withPuppeteer() {
  const browser = await puppeteer.launch({ ...launch, defaultViewport: launch.viewport });
  const [page] = await browser.pages();
  await page.goto(url);
  return {
    click: (selector) => page.click(selector),
    careful: (selector) => page.locator(selector).click(),
    fill: (selector, text) => page.locator(selector).fill(text),
    end: () => browser.close(),
  };
}

async function withPlaywright() {
  const browser = await chromium.launch(launch);
  const page = await browser.newPage({ viewport: launch.viewport });
  await page.goto(url);
  return {
    click: (selector) => page.click(selector),
    fill: (selector, text) => page.fill(selector, text),
    end: () => browser.close(),
  };
}

// One call of each in turn; who is first changes from round to round. The first rounds are not counted.
async function contest(rounds, turns) {
  const times = turns.map(() => []);
  for (let i = -Math.ceil(rounds / 10); i < rounds; i++) {
    for (let k = 0; k < turns.length; k++) {
      const at = (k + Math.abs(i)) % turns.length;
      const began = performance.now();
      await turns[at](i);
      if (i >= 0) times[at].push(performance.now() - began);
    }
  }
  return times;
}

async function measure([belay, pptr, pw]) {
  const out = {};
  const [own, bare, careful, played] = await contest(wish.clicks, [
    () => belay.click('#count'), () => pptr.click('#count'), () => pptr.careful('#count'), () => pw.click('#count')]);
  out.click_puppeteer = { ours: own, theirs: bare };
  out.click_puppeteer_locator = { ours: own, theirs: careful };
  out.click_playwright = { ours: own, theirs: played };
  const [filled, located, typed] = await contest(wish.clicks, [belay, pptr, pw].map(
    (who) => (i) => who.fill('[name=name]', `text ${i}`)));
  out.fill_puppeteer = { ours: filled, theirs: located };
  out.fill_playwright = { ours: filled, theirs: typed };
  // Each page must have felt every click: it tells the site its count.
  const felt = [];
  for (const who of [belay, pptr, pw]) {
    await who.click('#report');
    for (let got = []; !got.length;) {
      got = await (await fetch(`${wish.site}/reports`)).json();
      felt.push(...got);
    }
  }
  const once = wish.clicks + Math.ceil(wish.clicks / 10);
  if (felt.join() !== [once, 2 * once, once].join()) throw new Error(`each should have felt ${once} clicks, not ${felt}`);
  return out;
}

main([ours, withPuppeteer, withPlaywright], measure);
