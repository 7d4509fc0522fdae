// Lets Belay over HTTP and Stagehand in process take the same steps of an agent on the same pages, turn by turn, with a model
// that answers at once, and prints times, characters sent to the model, gaps between its answers and requests, and memory as
// JSON. Argument: {belay, pid, site, chromium, args, rounds}.
'use strict';
const { wish, model, session, stagehand, memory, main } = require('./players.js');

const MOST_STEPS = 40;

async function ours() {
  const post = await session();
  return {
    go: (url) => post('navigate', { url, options: { waitUntil: 'load' } }),
    run: async (instruction) => (await post('agentExecute', {
      agentConfig: { mode: 'dom', model }, executeOptions: { instruction, maxSteps: MOST_STEPS },
    })).result,
    memory: memory.ours,
    end: () => post('end', {}),
  };
}

async function theirs() {
  const peer = await stagehand({ model });
  const page = peer.context.pages()[0];
  return {
    go: (url) => page.goto(url, { waitUntil: 'load' }),
    run: (instruction) => peer.agent({ mode: 'dom', model }).execute({ instruction, maxSteps: MOST_STEPS }),
    memory: memory.theirs,
    end: () => peer.close(),
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

main([ours, theirs], measure);
