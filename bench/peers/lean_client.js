// The lean client of ours: one connection, kept alive. post(path, body) gives `data` of the answer.
'use strict';
const http = require('node:http');

module.exports = (base) => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  return (path, body) => new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    const request = http.request(base + path, { method: 'POST', agent, headers }, (response) => {
      let answer = '';
      response.setEncoding('utf8').on('data', (chunk) => (answer += chunk)).on('end', () => {
        if (response.statusCode !== 200) reject(new Error(`${path}: ${response.statusCode} ${answer}`));
        else resolve(JSON.parse(answer).data);
      });
    });
    request.on('error', reject).end(text);
  });
};
