import { copyFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openForWriting } from '../../src/ledger/store/open.ts';
import { smallLedger } from '../commands/asking.ts';
import { snapshot } from '../ledger/snapshots.ts';
import { record } from '../ledgers.ts';
import { newFolder } from '../program/program.ts';
import { jsonOf, newApp } from './apps.ts';

const LAST = '2026-01-20T00:00:00.000Z';

async function newServed(options: Parameters<typeof newApp>[1] = {}) {
  const db = await smallLedger();
  const served = newApp(db, options);
  const get = async (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    await served.app.request(path, { method, headers });
  return { ...served, db, get };
}

describe('every answer of the API', () => {
  it('says of which list it is, how long it holds and that anyone may read it', async () => {
    const { get } = await newServed();
    const answer = await get('/api/v1/models');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/json',
      'x-ledger-observed-at': LAST,
      'last-modified': new Date(LAST).toUTCString(),
      'cache-control': 'public, max-age=60',
      'access-control-allow-origin': '*',
      vary: 'accept-encoding',
      etag: expect.stringMatching(/^"[\w-]{27}"$/),
      'content-length': String((await answer.arrayBuffer()).byteLength),
    });
  });

  it('is 304 to whoever has it, whatever a proxy made of its tag', async () => {
    const { get } = await newServed();
    const tag = (await get('/api/v1/models')).headers.get('etag') ?? '';
    for (const known of [tag, `W/${tag}`, `"x", ${tag}`, '*', tag.replace(/"$/, '-br"')]) {
      const again = await get('/api/v1/models', { 'if-none-match': known });
      expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', tag]);
      expect(again.headers.get('x-ledger-observed-at')).toBe(LAST);
    }
    expect((await get('/api/v1/models', { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('is compressed for whoever asks, under a tag of its own', async () => {
    const { get } = await newServed();
    const plain = await (await get('/api/v1/models')).text();
    const gzip = await get('/api/v1/models', { 'accept-encoding': 'gzip' });
    expect(gunzipSync(Buffer.from(await gzip.arrayBuffer())).toString()).toBe(plain);
    const best = await get('/api/v1/models', { 'accept-encoding': 'gzip;q=0.5, br' });
    expect([best.headers.get('content-encoding'), best.headers.get('etag')]).toEqual([
      'br',
      expect.stringMatching(/-br"$/),
    ]);
    expect(brotliDecompressSync(Buffer.from(await best.arrayBuffer())).toString()).toBe(plain);
    const none = await get('/api/v1/models', { 'accept-encoding': 'br;q=0, identity' });
    expect(none.headers.get('content-encoding')).toBe(null);
  });

  it('has the same head without a body', async () => {
    const { get } = await newServed();
    const [head, whole] = [await get('/api/v1/models', {}, 'HEAD'), await get('/api/v1/models')];
    expect(await head.text()).toBe('');
    expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(whole.headers));
  });

  it('answers what a browser asks before it sends a token', async () => {
    const { get } = await newServed({ token: 'secret' });
    const answer = await get('/api/v1/models', { 'access-control-request-headers': 'authorization' }, 'OPTIONS');
    expect([answer.status, answer.headers.get('access-control-allow-headers')]).toEqual([204, '*, Authorization']);
  });
});

describe('an error has upstream’s shape', () => {
  it.each([
    ['/api/v1/nothing', 404],
    ['/api/v1', 404],
    ['/api/', 404],
    ['/api/v1/models/', 404],
    ['/api/v1/models/%FF/x/endpoints', 400],
    ['/api/v1/model/%', 400],
    ['/api/v1/model/%00/x', 404],
    ['/api/v1/models?limit=%FF', 400],
  ])('%s', async (path, status) => {
    const { get, errors } = await newServed();
    const answer = await get(path);
    expect([answer.status, await jsonOf(answer)]).toEqual([
      status,
      { error: { code: status, message: expect.any(String) } },
    ]);
    expect([answer.headers.get('content-type'), errors]).toEqual(['application/json', []]);
  });

  it.each([
    ['/api/v1/models', 'GET, HEAD, OPTIONS'],
    ['/', 'GET, HEAD, OPTIONS'],
    ['/feed.atom', 'GET, HEAD, OPTIONS'],
    ['/healthz', 'GET, HEAD, OPTIONS'],
    ['/cost', 'GET, HEAD, OPTIONS, POST'],
    ['/cost/?model=x', 'GET, HEAD, OPTIONS, POST'],
  ])('%s says which methods it knows, and knows them', async (path, allow) => {
    const { get } = await newServed();
    const refused = await get(path, {}, 'DELETE');
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, allow]);
    expect(await refused.text()).toContain(`Only ${allow} are answered here.`);
    const told = await get(path, {}, 'OPTIONS');
    expect([told.status, told.headers.get('allow'), await told.text()]).toEqual([204, allow, '']);
    expect(told.headers.get('access-control-allow-headers')).toBe('*, Authorization');
  });

  it('also for methods that write', async () => {
    const { get } = await newServed();
    const answer = await get('/api/v1/models', {}, 'DELETE');
    expect([answer.status, (await jsonOf(answer)).error.code]).toEqual([405, 405]);
  });
});

describe('a token', () => {
  it('is ignored where none is asked for', async () => {
    const { get } = await newServed();
    expect((await get('/api/v1/models', { authorization: 'Bearer nonsense' })).status).toBe(200);
  });

  it.each([
    ['Bearer secret', 200],
    ['bearer secret', 200],
    ['Bearer secrets', 401],
    ['Bearer', 401],
    ['Basic secret', 401],
    ['', 401],
  ])('"%s" gives %i where one is', async (authorization, status) => {
    const { get } = await newServed({ token: 'secret' });
    const answer = await get('/api/v1/models', authorization === '' ? {} : { authorization });
    expect([answer.status, (await jsonOf(answer)).error?.code]).toEqual([status, status === 200 ? undefined : status]);
    expect((await get('/api/v1/nothing')).status).toBe(401);
  });

  it('keeps answers out of caches that others share', async () => {
    const { get } = await newServed({ token: 'secret' });
    const answers = [await get('/api/v1/models', { authorization: 'Bearer secret' }), await get('/feed.atom')];
    expect(answers.map(({ headers }) => headers.get('cache-control'))).toEqual([
      'private, max-age=60',
      'public, max-age=60',
    ]);
  });
});

describe('below a path of a proxy', () => {
  it('everything is found there, and pages name it', async () => {
    const { get } = await newServed({ base: '/ledger' });
    const answer = await jsonOf(await get('/ledger/api/v1/models?limit=1'));
    expect(answer.links.next).toBe('/ledger/api/v1/models?offset=1&limit=1');
    expect((await get('/api/v1/models')).status).toBe(404);
  });
});

describe('the data file', () => {
  const list = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ id: `eve/${i}`, pricing: { prompt: '1' } }));

  it('is read anew after each commit beside it', async () => {
    const { get, db, errors } = await newServed();
    const before = (await get('/api/v1/models')).headers.get('etag');
    const ledger = await openForWriting(db);
    record(ledger, snapshot('2026-01-21T00:00:00.000Z', list(5)));
    const after = await get('/api/v1/models');
    ledger.close();
    expect(errors).toEqual([]);
    expect(after.headers.get('x-ledger-observed-at')).toBe('2026-01-21T00:00:00.000Z');
    expect([(await jsonOf(after)).total_count, after.headers.get('etag') === before]).toEqual([5, false]);
  });

  it('that is missing, damaged, foreign, newer or locked is 503 in words, until a good one is there', async () => {
    const { get, db, errors } = await newServed();
    const good = join(newFolder(), 'good.db');
    new Database(db).exec(`VACUUM INTO '${good}'`).close();
    const put = (make: (file: string) => void): void => {
      const file = `${db}.new`;
      make(file);
      for (const end of ['-wal', '-shm']) rmSync(db + end, { force: true });
      renameSync(file, db);
    };
    const states: [string, () => void][] = [
      ['missing', () => rmSync(db)],
      ['no ledger', () => put((file) => writeFileSync(file, 'this is no database at all'.repeat(400)))],
      ['damaged', () => put((file) => truncated(good, file))],
      ['newer', () => put((file) => ofTomorrow(good, file))],
    ];
    for (const [words, spoil] of states) {
      expect((await get('/api/v1/models')).status).toBe(200);
      spoil();
      const answer = await get('/api/v1/models');
      expect([answer.status, (await jsonOf(answer)).error]).toEqual([
        503,
        { code: 503, message: expect.stringContaining(words) },
      ]);
      expect([answer.headers.get('retry-after'), answer.headers.get('cache-control')]).toEqual(['30', 'no-store']);
      put((file) => copyFileSync(good, file));
    }
    const locker = new Database(db);
    locker.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
    expect((await jsonOf(await get('/api/v1/models'))).error.message).toContain('another program');
    locker.exec('ROLLBACK');
    locker.close();
    expect((await get('/api/v1/models')).status).toBe(200);
    expect(errors.length).toBe(states.length + 1);
  });
});

function truncated(good: string, file: string): void {
  copyFileSync(good, file);
  truncateSync(file, 30_000);
}

function ofTomorrow(good: string, file: string): void {
  copyFileSync(good, file);
  new Database(file).exec('PRAGMA user_version = 9999').close();
}
