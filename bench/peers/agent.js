// Lets Belay over HTTP and Stagehand in process take the same steps of an agent on the same pages, turn by turn, with a model
// that answers at once, and prints times, characters sent to the model, gaps between its answers and requests, and memory as
// JSON. Argument: {belay, pid, site, chromium, args, rounds}.
'use strict';
const fs = require('node:fs');
const { Stagehand } = require('@browserbasehq/stagehand');

const wish = JSON.parse(process.argv[2]);
const launch = { headless: true, executablePath: wish.chromium, viewport: { width: 1280, height: 720 }, args: wish.args };
const model = { modelName: 'openai/gpt-4o-mini', apiKey: 'k', baseURL: `${wish.site}/v1` };
const MOST_STEPS = 40;

const post = require('./lean_client.js')(wish.belay);

async function belay() {
  const { sessionId } = await post('/v1/sessions/start', {
    modelName: 'openai/gpt-4o-mini', browser: { type: 'local', launchOptions: launch },
  });
  const path = `/v1/sessions/${sessionId}`;
  return {
    go: (url) => post(`${path}/navigate`, { url, options: { waitUntil: 'load' } }),
    run: async (instruction) => (await post(`${path}/agentExecute`, {
      agentConfig: { mode: 'dom', model }, executeOptions: { instruction, maxSteps: MOST_STEPS },
    })).result,
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${wish.pid}/status`, 'utf8'))[1]) / 1024,
    end: () => post(`${path}/end`, {}),
  };
}

async function stagehand() {
  const stagehand = new Stagehand({ env: 'LOCAL', verbose: 0, disablePino: true, model, localBrowserLaunchOptions: launch });
  await stagehand.init();
  const page = stagehand.context.pages()[0];
  return {
    go: (url) => page.goto(url, { waitUntil: 'load' }),
    run: (instruction) => stagehand.agent({ mode: 'dom', model }).execute({ instruction, maxSteps: MOST_STEPS }),
    memory: () => process.memoryUsage().rss / 1024 / 1024,
    end: () => stagehand.close(),
  };
}

const told = async () => (await fetch(`${wish.site}/told`)).json();

// One run of a script: its time, what was sent, and how long each step took without its model.
async function take(player, script, steps) {
  await player.go(`${wish.site}/cards`);
  await told();
  const began = performance.now();
  const result = await player.run(`Take all steps. SCRIPT:${script}`);
  const time = performance.now() - began;
  const { chars, calls, gaps } = await told();
  const failed = result.actions.filter((action) => action.success === false);
  if (!result.success || calls < steps || failed.length)
    throw new Error(`${script}: ${calls} calls, ${JSON.stringify(failed).slice(0, 300)} ${JSON.stringify(result).slice(0, 300)}`);
  return { time, chars, gaps };
}

// Runs in turns; who is first changes from round to round. The first round warms up.
async function contest(players, rounds, script, steps) {
  const runs = [[], []];
  for (let i = -1; i < rounds; i++)
    for (const who of i % 2 ? [0, 1] : [1, 0]) {
      const run = await take(players[who], script, steps);
      if (i >= 0) runs[who].push(run);
    }
  return (pick) => ({ ours: runs[0].flatMap(pick), theirs: runs[1].flatMap(pick) });
}

async function measure(players) {
  const out = {};
  const steps = await contest(players, wish.rounds, 'steps', 15);
  out.run = steps((run) => [run.time]);
  out.chars = steps((run) => [run.chars]);
  const thoughts = await contest(players, wish.rounds, 'think', 31);
  out.step = thoughts((run) => run.gaps);
  out.memory = { ours: [players[0].memory()], theirs: [players[1].memory()] };
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
