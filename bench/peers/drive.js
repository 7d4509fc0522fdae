// Drives one page through Belay over HTTP and through Stagehand in process, turn by turn, and prints the times as JSON.
// Argument: {stagehand, belay, site, chromium, args, navigations, clicks}.
'use strict';
const { Stagehand } = require('@browserbasehq/stagehand');

const wish = JSON.parse(process.argv[2]);
const launch = { headless: true, executablePath: wish.chromium, viewport: { width: 1280, height: 720 }, args: wish.args };
const url = `${wish.site}/page`;
const action = (id) => ({ selector: `xpath=//button[@id="${id}"]`, description: id, method: 'click', arguments: [] });

const post = require('./lean_client.js')(wish.belay);

async function belay() {
  const { sessionId } = await post('/v1/sessions/start', {
    modelName: 'openai/gpt-4o-mini', browser: { type: 'local', launchOptions: launch },
  });
  const path = `/v1/sessions/${sessionId}`;
  const act = async (id) => {
    const { result } = await post(`${path}/act`, { input: action(id) });
    if (!result.success) throw new Error(result.message);
  };
  return {
    navigate: async (waitUntil) => {
      const { result } = await post(`${path}/navigate`, { url, options: { waitUntil } });
      if (result?.response?.status !== 200) throw new Error('navigate: no response');
    },
    act, click: act,
    end: () => post(`${path}/end`, {}),
  };
}

async function stagehand() {
  const stagehand = new Stagehand({ env: 'LOCAL', verbose: 0, disablePino: true, localBrowserLaunchOptions: launch });
  await stagehand.init();
  const page = stagehand.context.pages()[0];
  return {
    navigate: async (waitUntil) => {
      const response = await page.goto(url, { waitUntil });
      if (response?.status() !== 200) throw new Error('goto: no response');
    },
    act: async (id) => {
      const result = await stagehand.act(action(id));
      if (!result.success) throw new Error(result.message);
    },
    click: (id) => page.deepLocator(action(id).selector).click(),
    end: () => stagehand.close(),
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

async function main() {
  const players = [];
  try {
    for (const make of [belay, stagehand]) players.push(await make());
    console.log(JSON.stringify(await measure(players)));
  } finally {
    for (const player of players) await player.end();
  }
}

main().then(() => process.exit(0), (error) => { console.error(error.stack); process.exit(1); });
