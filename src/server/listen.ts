import { once } from 'node:events';
import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** Stops the server. It takes no new connections, and open ones may finish within {@link GRACE_MS}. */
  readonly signal: AbortSignal;
  readonly onRequest: (line: RequestLine) => void;
  readonly onListening: (address: { readonly host: string; readonly port: number }) => void;
}

/** What is logged of a request. */
interface RequestLine {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly ms: number;
  readonly remote: string;
}

const GRACE_MS = 500;
const LIMITS = { maxHeaderSize: 16 << 10, headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 5_000 };
const MOST_CONNECTIONS = 512;
const IDLE_MS = 60_000;

/** Serves until the signal comes. */
export async function listen(app: Hono, { host, port, signal, onRequest, onListening }: ListenOptions): Promise<void> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: { ...LIMITS, connectionsCheckingInterval: 2000 },
  });
  if (!('closeAllConnections' in server)) throw new TypeError('an HTTP/1.1 server was asked for');
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(IDLE_MS);
  guard(server, onRequest);
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  onListening({ host, port: typeof address === 'object' && address !== null ? address.port : port });
  if (!signal.aborted) await once(signal, 'abort');
  await end(server);
}

/** Reports every request, and answers those that are not valid HTTP. */
function guard(server: Server, onRequest: ListenOptions['onRequest']): void {
  server.prependListener('request', (request, response) => {
    const begun = performance.now();
    // No answer depends on the host, and one that is not valid would make the adapter fail.
    request.headers.host = 'localhost';
    response.once('close', () => {
      const { method = '', url = '', socket } = request;
      const [status, ms, remote] = [response.statusCode, performance.now() - begun, socket.remoteAddress ?? ''];
      onRequest({ method, url, status, ms, remote });
    });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return;
    const [status, message] = CLIENT_ERRORS[error.code ?? ''] ?? [400, 'This is no HTTP request.'];
    const body = JSON.stringify({ error: { code: status, message } });
    socket.end(
      `HTTP/1.1 ${status} \r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
    );
    // Whoever never closes its end would keep one of the connections.
    setTimeout(() => socket.destroy(), GRACE_MS).unref();
  });
}

const CLIENT_ERRORS: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The headers are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long.'],
};

async function end(server: Server): Promise<void> {
  const late = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeIdleConnections();
  });
  clearTimeout(late);
}
