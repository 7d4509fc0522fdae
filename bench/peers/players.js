// The two that are compared, each with a Chromium of its own on the same terms: Belay over HTTP, Stagehand in process. `wish` is
// the driver's argument: {belay, pid, site, chromium, args, …}.
'use strict';
const fs = require('node:fs');

const wish = JSON.parse(process.argv[2]);
const launch = { headless: true, executablePath: wish.chromium, viewport: { width: 1280, height: 720 }, args: wish.args };
const model = { modelName: 'openai/gpt-4o-mini', apiKey: 'k', baseURL: `${wish.site}/v1` };
const post = require('./lean_client.js')(wish.belay);

// A session of Belay: post(verb, body) gives `data` of the answer.
async function session() {
  const { sessionId } = await post('/v1/sessions/start', {
    modelName: model.modelName, browser: { type: 'local', launchOptions: launch },
  });
  return (verb, body) => post(`/v1/sessions/${sessionId}/${verb}`, body);
}

async function stagehand(options = {}) {
  const { Stagehand } = require('@browserbasehq/stagehand');  // slow to load, and not everybody's peer
  const made = new Stagehand({ env: 'LOCAL', verbose: 0, disablePino: true, localBrowserLaunchOptions: launch, ...options });
  await made.init();
  return made;
}

// MB of the process that each runs in.
const memory = {
  ours: () => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${wish.pid}/status`, 'utf8'))[1]) / 1024,
  theirs: () => process.memoryUsage().rss / 1024 / 1024,
};

// Prints what measure(players) gives, and leaves.
async function contend(makers, measure) {
  const players = [];
  try {
    for (const make of makers) players.push(await make());
    console.log(JSON.stringify(await measure(players)));
  } finally {
    for (const player of players) await player.end();
  }
}

module.exports = {
  wish, launch, model, session, stagehand, memory,
  main: (makers, measure) =>
    contend(makers, measure).then(() => process.exit(0), (error) => { console.error(error.stack); process.exit(1); }),
};
