// The pages that both look at, and the language model that both ask (OpenAI's Responses), in a process of their own. The
// model answers at once: observe gets the first link or button, act is told that nothing fits. Prints its port.
// GET /asked answers the lengths of the prompts since the last time.
'use strict';
const http = require('node:http');

const wrap = (title, body) => `<!doctype html><html><head><meta charset="utf-8"><title>${title}</title></head><body>${body}</body></html>`;
const card = (i) => `<section class="card"><h3>Product ${i}</h3><p>Description of product number ${i}, in a sentence or two.</p>
<ul><li>Price <b>${i}.99</b></li><li>In stock</li></ul><a href="/product/${i}">Details of ${i}</a>
<button>Add ${i} to cart</button><label>Quantity <input name="q${i}" value="1"></label></section>`; // eleven elements
const cards = (n) => wrap('Cards', `<h1>Catalogue</h1>${Array.from({ length: n }, (_, i) => card(i)).join('\n')}`);
const pages = {
  '/tiny': wrap('Tiny', '<h1>Tiny</h1><p>One paragraph.</p><a href="/tiny">A link</a><button>A button</button>'),
  '/polling': wrap('Polling', '<h1>Polling</h1><button>A button</button><script>setInterval(() => fetch("/poll"), 300)</script>'),
  '/cards5000': cards(455),
  '/cards20000': cards(1819),
};

let asked = [];
function answer(body) {
  const texts = body.input.flatMap((item) => (typeof item.content === 'string' ? [item.content] : item.content.map((c) => c.text ?? '')));
  asked.push(texts.reduce((sum, text) => sum + text.length, 0));
  const wants = body.text.format.schema.properties;
  const id = /\[(\d+-\d+)\] (?:link|button)/.exec(texts.join('\n'))?.[1] ?? '0-1';
  const value = 'elements' in wants ? { elements: [{ elementId: id, description: 'it', method: 'click', arguments: [] }] }
    : { action: null, twoStep: false };
  return { id: 'r', object: 'response', created_at: 1, status: 'completed', model: body.model,
    output: [{ type: 'message', id: 'm', role: 'assistant', status: 'completed',
      content: [{ type: 'output_text', text: JSON.stringify(value), annotations: [] }] }],
    usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2, input_tokens_details: { cached_tokens: 0 },
      output_tokens_details: { reasoning_tokens: 0 } } };
}

const server = http.createServer((request, response) => {
  const send = (type, body) => {
    response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store' });
    response.end(body);
  };
  if (request.method === 'POST') {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk) => (text += chunk))
      .on('end', () => send('application/json', JSON.stringify(answer(JSON.parse(text)))));
  } else if (request.url === '/asked') {
    send('application/json', JSON.stringify(asked.splice(0)));
  } else {
    send(request.url in pages ? 'text/html; charset=utf-8' : 'text/plain', pages[request.url] ?? 'ok');
  }
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
