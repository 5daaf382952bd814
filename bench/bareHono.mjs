// The floor of the server: a handler of Hono that answers a file's bytes from memory.
import { readFileSync } from 'node:fs';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const bytes = readFileSync(process.argv[2] ?? '');
const app = new Hono();
app.get('/', () => new Response(bytes, { headers: { 'content-type': 'application/json' } }));
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  console.error(`serving at http://127.0.0.1:${port}`);
});
