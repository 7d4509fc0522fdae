// The site that both browsers visit, in a process of its own so that it takes no turn of the driver's loop.
// Prints its port. /report?n=… is how a page says how often it was clicked; /reports answers what they said.
'use strict';
const http = require('node:http');

const page = `<!doctype html><html><head><meta charset="utf-8"><title>bench</title>
<style>body { font: 16px sans-serif } button { padding: 8px }</style></head><body>
<h1>Bench</h1>
<ul>${Array.from({ length: 50 }, (_, i) => `<li><a href="/page?from=${i}">Link ${i}</a></li>`).slice(0, 10).join('')}</ul>
<form><label>Name <input name="name"></label></form>
<button id="count" type="button">Count</button>
<button id="report" type="button">Report</button>
<script>
  let clicks = 0;
  document.querySelector('#count').addEventListener('click', (e) => { if (e.isTrusted) clicks++; });
  document.querySelector('#report').addEventListener('click', () => fetch('/report?n=' + clicks));
</script></body></html>`;

let reports = [];
const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://site');
  let [type, body] = ['text/html; charset=utf-8', page];
  if (url.pathname === '/favicon.ico') [type, body] = ['image/x-icon', ''];
  if (url.pathname === '/report') [type, body] = ['text/plain', String(reports.push(Number(url.searchParams.get('n'))))];
  if (url.pathname === '/reports') [type, body] = ['application/json', JSON.stringify(reports.splice(0))];
  response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store' });
  response.end(body);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
