// Lets Belay over HTTP and Stagehand in process look at the same pages, turn by turn, with a model that answers at once,
// and prints times, prompt lengths, processor time and memory as JSON.
// Argument: {belay, pid, site, chromium, args, rounds}.
'use strict';
const fs = require('node:fs');
const { wish, model, session, stagehand, memory, main } = require('./players.js');

async function ours() {
  const post = await session();
  const ticks = () => {
    const fields = fs.readFileSync(`/proc/${wish.pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10; // ms, at 100 ticks a second
  };
  return {
    go: (url) => post('navigate', { url, options: { waitUntil: 'load' } }),
    observe: async () => (await post('observe', { instruction: 'everything', options: { model } })).result,
    act: (instruction) => post('act', { input: instruction, options: { model } }),
    processor: ticks,
    memory: memory.ours,
    end: () => post('end', {}),
  };
}

async function theirs() {
  const peer = await stagehand({ model });
  const page = peer.context.pages()[0];
  return {
    go: (url) => page.goto(url, { waitUntil: 'load' }),
    observe: () => peer.observe('everything'),
    act: (instruction) => peer.act(instruction),
    processor: () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; },
    memory: memory.theirs,
    end: () => peer.close(),
  };
}

const asked = async () => (await fetch(`${wish.site}/asked`)).json();

// One call of each in turn; who is first changes from round to round. The first round warms up.
async function contest(players, rounds, run) {
  const times = [[], []];
  for (let i = -1; i < rounds; i++)
    for (const who of i % 2 ? [0, 1] : [1, 0]) {
      const began = performance.now();
      await run(players[who]);
      if (i >= 0) times[who].push(performance.now() - began);
    }
  return { ours: times[0], theirs: times[1] };
}

async function inTurn(players, rounds, run, measure) {
  const out = [];
  for (const player of players) {
    const before = await measure(player);
    for (let i = 0; i < rounds; i++) await run(player);
    out.push([((await measure(player)) - before) / rounds]);
  }
  return { ours: out[0], theirs: out[1] };
}

async function prompts(players, run) {
  const out = [];
  await asked();
  for (const player of players) {
    await run(player);
    out.push([(await asked())[0]]);
  }
  return { ours: out[0], theirs: out[1] };
}

async function measure(players) {
  const out = {};
  const see = async (path) => { for (const player of players) await player.go(`${wish.site}${path}`); };
  const observe = async (player) => {
    if ((await player.observe()).length !== 1) throw new Error('observe found nothing');
  };
  await see('/tiny');
  out.act_tiny = await contest(players, wish.rounds, (player) => player.act('press what is not there'));
  await see('/polling');
  out.act_polling = await contest(players, 3, (player) => player.act('press what is not there'));
  for (const size of [5000, 20000]) {
    await see(`/cards${size}`);
    out[`prompt_${size}`] = await prompts(players, observe);
    out[`observe_${size}`] = await contest(players, wish.rounds, observe);
    out[`processor_${size}`] = await inTurn(players, wish.rounds, observe, (player) => player.processor());
  }
  out.memory = { ours: [players[0].memory()], theirs: [players[1].memory()] };
  return out;
}

main([ours, theirs], measure);
