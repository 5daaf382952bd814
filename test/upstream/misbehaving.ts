import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { listen } from '../loopback.ts';

/** Answers one request. `origin` is the server's own, `http://127.0.0.1:port`. */
export type Step = (response: ServerResponse, request: IncomingMessage, origin: string) => void;

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Upstream {
  /** Where the list is said to be. */
  readonly url: URL;
  readonly requests: readonly SeenRequest[];
  readonly close: () => Promise<void>;
}

/** A loopback upstream, until the test ends: answers the nth request with the nth step, all further ones with the last. */
export async function startUpstream(script: Step | readonly Step[]): Promise<Upstream> {
  const steps = typeof script === 'function' ? [script] : script;
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    const step = steps[Math.min(requests.length, steps.length) - 1];
    response.on('error', () => {});
    step?.(response, request, `http://${request.headers.host}`);
  });
  const { port, close } = await listen(server);
  return { url: new URL(`http://127.0.0.1:${port}/api/v1/models?output_modalities=all`), requests, close };
}

/** A sound list of `count` models as upstream writes one, all on one line. */
export function modelList(count = 40, extra: object = {}): string {
  const data = Array.from({ length: count }, (_, index) => model(index));
  return JSON.stringify({ data, total_count: count, links: { next: null }, ...extra });
}

function model(index: number): object {
  return {
    id: `author-${index % 7}/model-${index}`,
    canonical_slug: `author-${index % 7}/model-${index}`,
    name: `Model ${index}`,
    created: 1_700_000_000 + index,
    description: `The model number ${index} of a list that nobody else has.`,
    context_length: 128_000,
    architecture: { input_modalities: ['text'], output_modalities: ['text'], tokenizer: 'Other', instruct_type: null },
    pricing: { prompt: `0.0000${10 + index}`, completion: `0.0001${10 + index}` },
    top_provider: { context_length: 128_000, max_completion_tokens: 4096 + index, is_moderated: false },
    per_request_limits: null,
    supported_parameters: ['max_tokens', 'temperature'],
  };
}

export const LIST = modelList();

const JSON_TYPE = { 'content-type': 'application/json' };
const HTML = '<!DOCTYPE html><html><head><title>Just a moment…</title></head><body>checking your browser</body></html>';

/** A whole answer. */
export function answer(body: string | Buffer = LIST, status = 200, headers: Record<string, string> = JSON_TYPE): Step {
  return (response) => void response.writeHead(status, headers).end(body);
}

/** An error as upstream writes it. */
export function refusal(status: number, message: string, headers: Record<string, string> = {}): Step {
  return answer(JSON.stringify({ error: { code: status, message } }), status, { ...JSON_TYPE, ...headers });
}

export function redirectTo(location: string, status = 302): Step {
  return (response) => void response.writeHead(status, { location }).end('moved');
}

function encoded(coding: string, body: () => Buffer): Step {
  return (response) => void response.writeHead(200, { ...JSON_TYPE, 'content-encoding': coding }).end(body());
}

function damagedChecksum(): Buffer {
  const body = gzipSync(LIST);
  body.writeUInt8(body.readUInt8(body.length - 6) ^ 1, body.length - 6);
  return body;
}

/** 300 MB of zeros in 300 KB. */
export function bomb(): Buffer {
  return gzipSync(Buffer.alloc(3e8));
}

/** Calls `write` again and again until the connection is gone. */
function trickle(response: ServerResponse, everyMs: number, write: () => void): void {
  const timer = setInterval(write, everyMs);
  response.on('close', () => clearInterval(timer));
}

function pour(response: ServerResponse, block: Buffer): void {
  const more = (): void => {
    while (!response.destroyed && response.write(block));
  };
  response.on('drain', more);
  more();
}

/** Ends the connection after `start` has been sent. */
function breakOff(start: string, headers: Record<string, string> = JSON_TYPE): Step {
  return (response) => {
    response.writeHead(200, headers).flushHeaders();
    response.write(start, () => setTimeout(() => response.socket?.end(), 10));
  };
}

function page(count: number, next: unknown, from = 0): string {
  const data = Array.from({ length: count }, (_, index) => model(from + index));
  return JSON.stringify({ data, total_count: count * 2, links: { next } });
}

const HALF = LIST.slice(0, LIST.length / 2);

/** What upstream, a CDN or something in between may do, by name; each a script for {@link startUpstream}. */
export const misbehaviours = {
  'a sound list': [answer()],
  '429 with Retry-After in seconds, then a list': [
    refusal(429, 'Rate limit exceeded', { 'retry-after': '7' }),
    answer(),
  ],
  '429 with Retry-After as a date, then a list': [
    refusal(429, 'Rate limit exceeded', { 'retry-after': 'Mon, 01 Jun 2026 00:00:20 GMT' }),
    answer(),
  ],
  '429 with an absurdly long Retry-After': [
    refusal(429, 'Rate limit exceeded', { 'retry-after': '99999999999999999999' }),
  ],
  '429 with a senseless Retry-After, then a list': [refusal(429, 'Slow down', { 'retry-after': '-5' }), answer()],
  '503, then a list': [refusal(503, 'No provider available', { 'retry-after': '2' }), answer()],
  '408, then a list': [refusal(408, 'Request timed out'), answer()],
  '500 for ever': [refusal(500, 'Internal Server Error')],
  '502 as an HTML page for ever': [answer(HTML, 502, { 'content-type': 'text/html' })],
  '524 without a body, then a list': [answer('', 524, {}), answer()],
  '529, then a list': [refusal(529, 'Provider overloaded'), answer()],
  '400': [refusal(400, 'Invalid output_modalities')],
  '401': [refusal(401, 'No auth credentials found')],
  '402': [refusal(402, 'Insufficient credits')],
  '403': [refusal(403, 'Your region is not supported')],
  '404': [refusal(404, 'Not Found')],
  '404 as an HTML page': [answer(HTML, 404, { 'content-type': 'text/html; charset=utf-8' })],
  '403 with an escape sequence in its message': [refusal(403, 'no\u001b]0;owned\u0007\n2026-01-01 all is well\u202e')],
  '400 with an endless message': [refusal(400, 'x'.repeat(60_000))],
  '400 whose body never ends': [
    (response) => {
      response.writeHead(400, JSON_TYPE);
      pour(response, Buffer.alloc(65_536, 'a'));
    },
  ],
  '204 without a body': [answer('', 204, {})],
  '206, a part nobody asked for': [answer(HALF, 206)],
  'an HTML page with 200': [answer(HTML, 200, { 'content-type': 'text/html; charset=utf-8' })],
  'an HTML page with 200, then a list': [answer(HTML, 200, { 'content-type': 'text/html' }), answer()],
  'XML with 200': [answer('<?xml version="1.0"?><rss version="2.0"/>', 200, { 'content-type': 'application/xml' })],
  'an error object with 200': [refusal(200, 'Provider returned error')],
  'an empty body': [answer('')],
  'an empty array': [answer('[]')],
  'a text in JSON': [answer('"maintenance"')],
  'an empty list': [answer('{"data":[]}')],
  'a wrong total_count': [answer(modelList(40, { total_count: 41 }))],
  'plain text': [answer('upstream connect error', 200, { 'content-type': 'text/plain' })],
  'a list with another content type': [answer(LIST, 200, { 'content-type': 'text/html' })],
  'a list without a content type': [answer(LIST, 200, {})],
  'a list behind a byte order mark': [answer(`\ufeff${LIST}`)],
  'half a JSON body': [answer(HALF)],
  'half a JSON body, then a list': [answer(HALF), answer()],
  'a list and then garbage': [answer(`${LIST}<!-- cached -->`)],
  'brackets without end': [answer('['.repeat(200_000))],
  'a list in gzip': [encoded('gzip', () => gzipSync(LIST))],
  'a list in brotli': [encoded('br', () => brotliCompressSync(LIST))],
  'half a gzip body': [encoded('gzip', () => gzipSync(LIST).subarray(0, 400))],
  'half a gzip body, then a list': [encoded('gzip', () => gzipSync(LIST).subarray(0, 400)), answer()],
  'half a brotli body, then a list': [encoded('br', () => brotliCompressSync(LIST).subarray(0, 200)), answer()],
  'a gzip body with a wrong checksum': [encoded('gzip', damagedChecksum)],
  'a body that claims to be gzip': [encoded('gzip', () => Buffer.from(LIST))],
  'a body that claims to be brotli': [encoded('br', () => Buffer.from(LIST))],
  'an unknown content encoding': [encoded('zz', () => gzipSync(LIST))],
  'twenty content encodings': [
    (response) => {
      response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip, '.repeat(19).concat('gzip') });
      response.write(gzipSync(LIST), () => setTimeout(() => response.destroy(), 10));
    },
  ],
  'a gzip bomb': [encoded('gzip', bomb)],
  'an endless body': [(response) => pour(response.writeHead(200, JSON_TYPE), Buffer.alloc(65_536, '[1],'))],
  'a slow drip': [
    (response) => {
      response.writeHead(200, JSON_TYPE);
      trickle(response, 5, () => response.write(' '));
    },
  ],
  'stalled headers': [() => {}],
  'a header that drips': [
    (response) => {
      response.socket?.write('HTTP/1.1 200 OK\r\nx-slow: ');
      trickle(response, 5, () => response.socket?.write('a'));
    },
  ],
  'stalled headers, then a list': [() => {}, answer()],
  'a stalled body': [(response) => void response.writeHead(200, JSON_TYPE).write(HALF)],
  'a reset before the headers': [(response) => response.socket?.resetAndDestroy()],
  'a close before the headers': [(response) => void response.socket?.end()],
  'a reset amid the body': [
    (response) => {
      response.writeHead(200, JSON_TYPE).write(HALF, () => setTimeout(() => response.socket?.resetAndDestroy(), 10));
    },
  ],
  'a reset amid the body, then a list': [breakOff(HALF), answer()],
  'a close amid a chunked body': [breakOff(HALF)],
  'a content-length that is too long': [breakOff(LIST, { ...JSON_TYPE, 'content-length': '999999' })],
  'a content-length that is too short': [
    (response) => {
      response.socket?.end(`HTTP/1.1 200 OK\r\ncontent-length: 1000\r\nconnection: close\r\n\r\n${LIST}`);
    },
  ],
  'no HTTP at all': [(response) => void response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n')],
  'a huge header': [
    (response) => void response.socket?.end(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(100_000)}\r\n\r\n${LIST}`),
  ],
  'a redirect to another host': [redirectTo('https://user:pass@example.invalid/api/v1/models?token=1')],
  'a redirect to another scheme': [
    (response, request) => void response.writeHead(301, { location: `https://${request.headers.host}/` }).end(),
  ],
  'a redirect to another port': [redirectTo('http://127.0.0.1:9/api/v1/models')],
  'a redirect on the same host, then a list': [redirectTo('/v2/models?output_modalities=all', 308), answer()],
  'a redirect that drops the query': [redirectTo('/api/v1/models')],
  'a redirect to itself': [redirectTo('?output_modalities=all')],
  'redirects without end': [
    (response, request) => {
      response.writeHead(302, { location: `/x${request.url}` }).end();
    },
  ],
  'a redirect to nowhere': [redirectTo('')],
  'a redirect to no web address': [redirectTo('javascript:alert(1)', 307)],
  '304 that nobody asked for': [answer('', 304, {})],
  'an ETag that cannot be sent back': [answer(LIST, 200, { ...JSON_TYPE, etag: '"caf\u00e9" oops' })],
  'two pages': [answer(page(20, '/api/v1/models?offset=20')), answer(page(20, null, 20))],
  'a second page at an absolute address': [
    (response, _, origin) => void response.end(page(20, `${origin}/api/v1/models?offset=20`)),
    answer(page(20, null, 20)),
  ],
  'a second page that fails once': [
    answer(page(20, '?offset=20')),
    refusal(503, 'No provider available'),
    answer(page(20, null, 20)),
  ],
  'a second page that is never JSON': [answer(page(20, '?offset=20')), answer(HTML)],
  'a second page that is refused': [answer(page(20, '?offset=20')), refusal(404, 'No such page')],
  'a next page on another host': [answer(page(20, 'https://example.invalid/api/v1/models?offset=20'))],
  'a next page at no address': [answer(page(20, 'http://'))],
  'a next page that is the first': [answer(page(20, '/api/v1/models?output_modalities=all'))],
  'two pages that name each other': [
    answer(page(20, '?offset=20')),
    answer(page(20, '/api/v1/models?output_modalities=all')),
  ],
  'an empty next link': [answer(page(20, ''))],
  'a next link that is no text': [answer(page(20, 20))],
  'pages without end': [
    (response, request) =>
      void response.end(page(20, `?offset=${Number(/\d+$/.exec(request.url ?? '')?.[0] ?? 0) + 20}`)),
  ],
} as const satisfies Record<string, readonly Step[]>;

export type Misbehaviour = keyof typeof misbehaviours;
