// Drives one page through Belay over HTTP and through Stagehand in process, turn by turn, and prints the times as JSON.
// Argument: {belay, pid, site, chromium, args, navigations, clicks}.
'use strict';
const { wish, session, stagehand, main } = require('./players.js');

const url = `${wish.site}/page`;
const action = (id) => ({ selector: `xpath=//button[@id="${id}"]`, description: id, method: 'click', arguments: [] });

async function ours() {
  const post = await session();
  const act = async (id) => {
    const { result } = await post('act', { input: action(id) });
    if (!result.success) throw new Error(result.message);
  };
  return {
    navigate: async (waitUntil) => {
      const { result } = await post('navigate', { url, options: { waitUntil } });
      if (result?.response?.status !== 200) throw new Error('navigate: no response');
    },
    act, click: act,
    end: () => post('end', {}),
  };
}

async function theirs() {
  const peer = await stagehand();
  const page = peer.context.pages()[0];
  return {
    navigate: async (waitUntil) => {
      const response = await page.goto(url, { waitUntil });
      if (response?.status() !== 200) throw new Error('goto: no response');
    },
    act: async (id) => {
      const result = await peer.act(action(id));
      if (!result.success) throw new Error(result.message);
    },
    click: (id) => page.deepLocator(action(id).selector).click(),
    end: () => peer.close(),
  };
}

async function timed(times, run) {
  const began = performance.now();
  await run();
  times.push(performance.now() - began);
}

// One call of each in turn; who is first changes from round to round.
async function contest(ours, theirs, rounds, run) {
  const times = { ours: [], theirs: [] };
  for (let i = -Math.ceil(rounds / 10); i < rounds; i++) {
    const turns = [[i < 0 ? [] : times.ours, ours], [i < 0 ? [] : times.theirs, theirs]];
    for (const [list, who] of i % 2 ? turns : turns.reverse()) await timed(list, () => run(who));
  }
  return times;
}

// Both pages must have felt every click: they tell the site their count.
async function clicksFelt(players) {
  const felt = [];
  for (const player of players) {
    await player.act('report');
    for (let got = []; !got.length;) {
      got = await (await fetch(`${wish.site}/reports`)).json();
      felt.push(...got);
    }
  }
  return felt;
}

async function measure(players) {
  const out = {};
  for (const waitUntil of ['load', 'domcontentloaded'])
    out[`navigate_${waitUntil}`] = await contest(...players, wish.navigations, (who) => who.navigate(waitUntil));
  out.act = await contest(...players, wish.clicks, (who) => who.act('count'));
  out.click = await contest(...players, wish.clicks, (who) => who.click('count'));
  const expected = 2 * (wish.clicks + Math.ceil(wish.clicks / 10));
  const felt = await clicksFelt(players);
  if (felt.some((n) => n !== expected)) throw new Error(`${expected} clicks were made, the pages felt ${felt}`);
  return out;
}

main([ours, theirs], measure);
