import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

const MODELS_PATH = '/api/v1/models';

/** A stand-in for openrouter.ai on the loopback interface. */
export interface Upstream {
  /** The address of the list with its query, for `sync --source`. */
  readonly url: string;
  /** Answers every further request for the list with this body. */
  serve(body: Buffer): void;
  close(): Promise<void>;
}

/** Starts an {@link Upstream} on a free port. Until the first `serve` its list is an empty body. */
export async function startUpstream(): Promise<Upstream> {
  let body: Buffer = Buffer.alloc(0);
  const server = createServer((request, response) => answer(request, response, body));
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
      server.closeAllConnections();
      await closed;
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (request.method !== 'GET' || pathname !== MODELS_PATH) {
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end('{"error":{"code":404,"message":"Not Found"}}');
    return;
  }
  // Weak, because the plain and the compressed bytes have the same tag.
  const etag = `W/"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`;
  const headers = { 'content-type': 'application/json', etag, vary: 'accept-encoding' };
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
  } else if (/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) {
    response.writeHead(200, { ...headers, 'content-encoding': 'gzip' }).end(gzipSync(body));
  } else {
    response.writeHead(200, headers).end(body);
  }
}
