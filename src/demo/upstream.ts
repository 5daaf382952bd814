import { once } from 'node:events';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { etag } from 'hono/etag';

const MODELS_PATH = '/api/v1/models';

/** A stand-in for openrouter.ai on the loopback interface. */
export interface Upstream {
  /** The address of the list with its query, for `sync --source`. */
  readonly url: string;
  /** Answers every further request for the list with this body. */
  serve(body: Buffer<ArrayBuffer>): void;
  close(): Promise<void>;
}

/** Starts an {@link Upstream} on a free port. Until the first `serve` its list is an empty body. */
export async function startUpstream(): Promise<Upstream> {
  let body = Buffer.alloc(0);
  const app = new Hono();
  // The tag is weak, because the plain and the compressed bytes share it.
  app.get(MODELS_PATH, compress({ threshold: 0 }), etag({ weak: true }), (context) =>
    context.body(body, 200, { 'content-type': 'application/json' }),
  );
  app.notFound((context) => context.json({ error: { code: 404, message: 'Not Found' } }, 404));
  const server = createAdaptorServer({ fetch: app.fetch });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}${MODELS_PATH}?output_modalities=all`,
    serve(next) {
      body = next;
    },
    async close() {
      const closed = once(server.close(), 'close');
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}
