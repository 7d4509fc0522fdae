// The peer of the server benches: the least that fastify can be asked to do. Its request log is off, as ours is for
// probes, and its connections idle as long as ours.
'use strict';
const server = require('fastify')({ logger: false, keepAliveTimeout: 72_000 });
server.get('/healthz', async () => ({ status: 'ok', timestamp: new Date().toISOString() }));
server.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
