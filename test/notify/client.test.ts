import type { lookup } from 'node:dns';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Client, type ClientOptions, openClient, type Post } from '../../src/notify/client.ts';
import { receive } from './receiver.ts';

const NOW = new Date('2026-03-01T00:00:00Z');

function open(options: Partial<ClientOptions> = {}): Client {
  const base = { env: {}, userAgent: 'model-ledger/test', allow: new Set(['127.0.0.1']), now: () => NOW };
  const client = openClient({ ...base, tryMs: 30_000, pauseMs: 1, ...options });
  onTestFinished(client.close);
  return client;
}

function to(url: string): Post {
  return { url: new URL(url), headers: { 'x-id': '1' }, body: 'hello' };
}

const NEVER = new AbortController().signal;

describe('a post', () => {
  test('is taken by an answer of 2xx', async () => {
    const receiver = await receive();
    expect(await open().post(to(`${receiver.url}/a?b=c`), NEVER)).toEqual({ kind: 'taken' });
    const [one] = receiver.received;
    expect([one?.path, one?.headers['x-id'], one?.headers['user-agent'], one?.body]).toEqual([
      '/a?b=c',
      '1',
      'model-ledger/test',
      'hello',
    ]);
  });

  test('of an address with a password sends it as a header', async () => {
    const receiver = await receive();
    await open().post(to(`http://me:p%40ss@127.0.0.1:${receiver.port}/`), NEVER);
    expect(receiver.received[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
  });

  test.each([
    [500, 2, { kind: 'later', reason: 'the receiver answered 500', retryAfterMs: 0 }],
    [404, 1, { kind: 'later', reason: 'the receiver answered 404', retryAfterMs: 0 }],
    [400, 1, { kind: 'never', reason: 'the receiver answered 400' }],
    [410, 1, { kind: 'never', reason: 'the receiver answered 410' }],
  ])('that is answered %i is tried %i times', async (status, tries, reply) => {
    const receiver = await receive((response) => response.writeHead(status).end('no'));
    expect(await open().post(to(receiver.url), NEVER)).toEqual(reply);
    expect(receiver.received.length).toBe(tries);
  });

  test('is tried again when the receiver says, up to a day', async () => {
    const receiver = await receive((response) => response.writeHead(429, { 'retry-after': '999999' }).end());
    expect(await open().post(to(receiver.url), NEVER)).toEqual({
      kind: 'later',
      reason: 'the receiver answered 429',
      retryAfterMs: 86_400_000,
    });
    expect(receiver.received.length).toBe(1);
  });

  test('does not follow a redirect', async () => {
    const other = await receive();
    const receiver = await receive((response) => response.writeHead(307, { location: other.url }).end());
    const reply = await open().post(to(receiver.url), NEVER);
    expect(reply).toEqual({
      kind: 'later',
      reason: 'the receiver answered 307: a redirect, which is not followed',
      retryAfterMs: 0,
    });
    expect(other.received).toEqual([]);
  });

  test('to a receiver that is silent ends', async () => {
    const receiver = await receive(() => {});
    const reply = await open({ tryMs: 50 }).post(to(receiver.url), NEVER);
    expect(reply).toEqual({ kind: 'later', reason: 'no answer within 0.05 s', retryAfterMs: 0 });
  });

  test('to a closed port says so without the address', async () => {
    const { url, close } = await receive();
    await close();
    const reply = await open().post(to(`${url}/secret/path`), NEVER);
    expect(reply).toEqual({ kind: 'later', reason: 'the connection failed (ECONNREFUSED)', retryAfterMs: 0 });
  });

  test('ends when its time is over', async () => {
    const receiver = await receive(() => {});
    const reply = await open({ tryMs: 60_000 }).post(to(receiver.url), AbortSignal.timeout(50));
    expect(reply).toEqual({ kind: 'later', reason: 'there was no time left', retryAfterMs: 0 });
  });

  test.each(['127.0.0.1', '2130706433', '0x7f.1', '[::ffff:7f00:1]', 'localhost'])(
    'to %s does not leave the program',
    async (host) => {
      const receiver = await receive();
      const reply = await open({ allow: new Set() }).post(to(`http://${host}:${receiver.port}/`), NEVER);
      expect(reply).toMatchObject({ kind: 'later', reason: expect.stringContaining('not on the public internet') });
      expect(receiver.received).toEqual([]);
    },
  );

  test('to a name that leads to this machine does not leave the program', async () => {
    const receiver = await receive();
    const resolve = (_: string, __: unknown, callback: (error: null, all: object[]) => void): void =>
      callback(null, [{ address: '127.0.0.1', family: 4 }]);
    const client = open({ lookup: resolve as typeof lookup });
    expect(await client.post(to(`http://hooks.example:${receiver.port}/`), NEVER)).toEqual({
      kind: 'later',
      reason:
        'hooks.example is 127.0.0.1, which is not on the public internet; ' +
        'MODEL_LEDGER_WEBHOOK_ALLOW=hooks.example allows it',
      retryAfterMs: 0,
    });
    expect(receiver.received).toEqual([]);
    const allowed = open({ lookup: resolve as typeof lookup, allow: new Set(['hooks.example']) });
    expect(await allowed.post(to(`http://hooks.example:${receiver.port}/`), NEVER)).toEqual({ kind: 'taken' });
  });
});
