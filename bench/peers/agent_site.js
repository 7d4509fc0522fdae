// The pages on which both agents work, and the language model that both ask (OpenAI's Responses), in a process of its own. The
// model answers at once, by a script: as many calls as the conversation holds, so many steps have been taken. Prints its port.
// GET /told answers, since the last time, {chars, calls, gaps}: the characters of all request bodies, how many of the requests
// were the agent's own, and the milliseconds from each answer to an agent's request to the next request.
'use strict';
const http = require('node:http');

const wrap = (title, body) => `<!doctype html><html><head><meta charset="utf-8"><title>${title}</title></head><body>${body}</body></html>`;
const card = (i) => `<section class="card"><h3>Product ${i}</h3><p>Description of product number ${i}, in a sentence or two.</p>
<ul><li>Price <b>${i}.99</b></li><li>In stock</li></ul><a href="/cards">Details of ${i}</a>
<button>Add ${i} to cart</button><label>Quantity <input name="q${i}" value="1"></label></section>`; // eleven elements
const cards = (title) => wrap(title, `<h1>${title}</h1>${Array.from({ length: 40 }, (_, i) => card(i)).join('\n')}`);
const pages = { '/cards': cards('Catalogue'), '/more': cards('More') };

let port;
const act = (n) => ['act', { action: `press the button that adds number ${n} to the cart` }];
const SCRIPTS = {
  steps: () => [['ariaTree', {}], act(3), ['scroll', { direction: 'down', percentage: 50 }],
    ['extract', { instruction: 'the heading' }], ['keys', { method: 'press', value: 'Tab' }], ['think', { reasoning: 'on to the next' }],
    act(5), ['goto', { url: `http://127.0.0.1:${port}/more` }], ['ariaTree', {}], ['scroll', { direction: 'up', percentage: 50 }],
    ['extract', { instruction: 'the last price' }], ['keys', { method: 'type', value: 'ab' }], ['wait', { timeMs: 0 }], act(7)],
  think: () => Array.from({ length: 30 }, (_, i) => ['think', { reasoning: `thought ${i}` }]),
};

function filled(schema) { // some value of this schema
  if (schema.anyOf) return filled(schema.anyOf[0]);
  if (schema.properties) return Object.fromEntries(Object.entries(schema.properties).map(([k, v]) => [k, filled(v)]));
  return { array: [], boolean: true, number: 1, integer: 1 }[schema.type] ?? 'Catalogue';
}

const say = (text) => ({ type: 'message', id: 'm', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text, annotations: [] }] });

function output(body, text) {
  const tools = (body.tools ?? []).map((tool) => tool.name);
  if (!tools.length) {
    const schema = body.text.format.schema;
    if (!('action' in schema.properties)) return say(JSON.stringify(filled(schema)));
    const elementId = /\[(\d+-\d+)\] button/.exec(text)[1];
    return say(JSON.stringify({ action: { elementId, description: 'it', method: 'click', arguments: [] }, twoStep: false }));
  }
  const taken = body.input.filter((item) => item.type === 'function_call').length;
  const script = SCRIPTS[/SCRIPT:(\w+)/.exec(text)[1]]();
  const done = ['done', { reasoning: 'all steps were taken', taskComplete: true }];
  if (taken >= script.length && !tools.includes('done')) return say('All steps were taken.');
  const [name, args] = tools.length === 1 || taken >= script.length ? done : script[taken];
  return { type: 'function_call', id: `fc_${taken}`, call_id: `call_${taken}`, name, arguments: JSON.stringify(args), status: 'completed' };
}

let told;
let answered = 0; // when an agent's request was answered last, and nothing has come since
const begin = () => { told = { chars: 0, calls: 0, gaps: [] }; answered = 0; };
begin();

const server = http.createServer((request, response) => {
  const came = performance.now();
  const send = (type, body, then) => {
    response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store' });
    response.end(body, then);
  };
  if (request.method === 'POST') {
    if (answered) told.gaps.push(came - answered);
    answered = 0;
    let text = '';
    request.setEncoding('utf8').on('data', (chunk) => (text += chunk)).on('end', () => {
      const body = JSON.parse(text);
      told.chars += text.length;
      if (body.tools) told.calls++;
      const reply = { id: 'r', object: 'response', created_at: 1, status: 'completed', model: body.model, output: [output(body, text)],
        usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2, input_tokens_details: { cached_tokens: 0 },
          output_tokens_details: { reasoning_tokens: 0 } } };
      send('application/json', JSON.stringify(reply));
      if (body.tools) answered = performance.now();
    });
  } else if (request.url === '/told') {
    send('application/json', JSON.stringify(told));
    begin();
  } else {
    send(request.url in pages ? 'text/html; charset=utf-8' : 'text/plain', pages[request.url] ?? 'ok');
  }
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log((port = server.address().port)));
