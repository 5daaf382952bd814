import { get, type IncomingHttpHeaders } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileOf, STORY } from '../../src/demo/story.ts';
import { startUpstream, type Upstream } from '../../src/demo/upstream.ts';
import { NAMES } from '../sample/answers.ts';

let upstream: Upstream;
beforeEach(async () => {
  upstream = await startUpstream();
});
afterEach(() => upstream.close());

interface Answer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

function request(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(url, { headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    }).on('error', reject);
  });
}

test('the list of the demo is on the loopback interface and covers all modalities', () => {
  expect(upstream.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/v1\/models\?output_modalities=all$/);
});

test('each body is served until the next one', async () => {
  const bodies: string[] = [];
  for (const body of ['{"data":[1]}', '{"data":[2]}']) {
    upstream.serve(Buffer.from(body));
    bodies.push((await request(upstream.url)).body.toString(), (await request(upstream.url)).body.toString());
  }
  expect(bodies).toEqual(['{"data":[1]}', '{"data":[1]}', '{"data":[2]}', '{"data":[2]}']);
});

test('a client that accepts gzip gets gzip, with the tag of the plain body', async () => {
  upstream.serve(Buffer.from('{"data":[]}'));
  const plain = await request(upstream.url);
  const packed = await request(upstream.url, { 'accept-encoding': 'br, gzip' });
  expect([plain.headers['content-encoding'], packed.headers['content-encoding']]).toEqual([undefined, 'gzip']);
  expect(gunzipSync(packed.body).toString()).toBe('{"data":[]}');
  expect(packed.headers.etag).toBe(plain.headers.etag);
});

test('a known body is answered with 304, and another one is not', async () => {
  upstream.serve(Buffer.from('{"data":[1]}'));
  const { headers } = await request(upstream.url);
  const again = await request(upstream.url, { 'if-none-match': headers.etag ?? '' });
  upstream.serve(Buffer.from('{"data":[2]}'));
  const changed = await request(upstream.url, { 'if-none-match': headers.etag ?? '' });
  expect([again.status, again.body.length, changed.status, changed.body.toString()]).toEqual([
    304,
    0,
    200,
    '{"data":[2]}',
  ]);
});

test('there is nothing but the list', async () => {
  const { status, body } = await request(new URL('/api/v1/key', upstream.url).href);
  expect([status, body.toString()]).toEqual([404, '{"error":{"code":404,"message":"Not Found"}}']);
});

test('the story has a step for each shipped answer, in order', () => {
  expect(STORY.map(fileOf)).toEqual(NAMES);
});
