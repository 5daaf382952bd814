import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { define } from '../../src/commands/sync/sync.ts';
import { ask } from '../commands/asking.ts';
import { answer, type Misbehaviour, misbehaviours, modelList, type Step } from '../upstream/misbehaving.ts';
import { call } from './call.ts';
import { checksums, lastRun, newFolder, query, run, serve, touched } from './program.ts';

/** What comes of it: exit code, what the run's row says, and the number of requests. */
type Outcome = readonly [code: number, status: string, error: string | null, http: number | null, requests: number];

const same = (requests: number): Outcome => [0, 'unchanged', null, 200, requests];
const failed = (error: string, http: number | null, requests: number): Outcome => [3, 'failed', error, http, requests];
const rejected = (error: string, requests: number): Outcome => [4, 'rejected', error, 200, requests];

const OUTCOMES: Partial<Record<Misbehaviour, Outcome>> = {
  'a sound list': same(1),
  '429 with a senseless Retry-After, then a list': same(2),
  '408, then a list': same(2),
  '500 for ever': failed('http_error', 500, 5),
  '502 as an HTML page for ever': failed('http_error', 502, 5),
  '524 without a body, then a list': same(2),
  '529, then a list': same(2),
  '400': failed('http_error', 400, 1),
  '401': failed('http_error', 401, 1),
  '402': failed('http_error', 402, 1),
  '403 with an escape sequence in its message': failed('http_error', 403, 1),
  '404 as an HTML page': failed('http_error', 404, 1),
  '400 with an endless message': failed('http_error', 400, 1),
  '400 whose body never ends': failed('http_error', 400, 1),
  '204 without a body': failed('http_error', 204, 1),
  '206, a part nobody asked for': failed('http_error', 206, 1),
  'an HTML page with 200': rejected('not_json', 5),
  'an HTML page with 200, then a list': same(2),
  'XML with 200': rejected('not_json', 5),
  'an error object with 200': rejected('error_object', 1),
  'an empty body': rejected('empty_body', 5),
  'an empty array': rejected('empty_list', 1),
  'a text in JSON': rejected('no_data', 1),
  'an empty list': rejected('empty_list', 1),
  'a wrong total_count': rejected('count_mismatch', 1),
  'plain text': rejected('not_json', 5),
  'a list with another content type': same(1),
  'half a JSON body': rejected('cut_off', 5),
  'half a JSON body, then a list': same(2),
  'a list and then garbage': rejected('not_json', 5),
  'brackets without end': rejected('too_deep', 5),
  'a list in gzip': same(1),
  'a list in brotli': same(1),
  'half a gzip body': rejected('cut_off', 5),
  'a gzip body with a wrong checksum': failed('cut_off', 200, 5),
  'a body that claims to be gzip': failed('cut_off', 200, 5),
  'an unknown content encoding': rejected('not_json', 5),
  'twenty content encodings': failed('unreachable', null, 1),
  'a slow drip': failed('timeout', null, 5),
  'stalled headers': failed('timeout', null, 5),
  'stalled headers, then a list': same(2),
  'a stalled body': failed('timeout', null, 5),
  'a reset before the headers': failed('unreachable', null, 5),
  'a reset amid the body': failed('cut_off', 200, 5),
  'a content-length that is too long': failed('cut_off', 200, 5),
  'a content-length that is too short': rejected('cut_off', 5),
  'no HTTP at all': failed('bad_http', null, 5),
  'a redirect to another host': failed('redirected', 302, 1),
  'a redirect on the same host, then a list': same(2),
  'a redirect that drops the query': failed('redirected', 302, 1),
  'redirects without end': failed('redirected', 302, 6),
  '304 that nobody asked for': failed('http_error', 304, 1),
  'a second page that is refused': failed('http_error', 404, 2),
  'a second page that is never JSON': rejected('not_json', 6),
  'a next page on another host': failed('foreign_page', 200, 1),
  'two pages that name each other': failed('page_loop', 200, 2),
  'a next link that is no text': rejected('count_mismatch', 1),
};

/** Attempts that hang are cut short, in milliseconds; sound ones have their time on a busy machine too. */
const CUT_SHORT: Partial<Record<Misbehaviour, string>> = {
  'a slow drip': '500',
  'stalled headers': '500',
  'a stalled body': '500',
  'stalled headers, then a list': '3000',
};
const cutShort = new Map<string, string>(Object.entries(CUT_SHORT));

/** One of each outcome is had from the program itself, which takes longer; the others from its command in this process. */
const IN_A_PROCESS: readonly string[] = [
  'a sound list',
  '500 for ever',
  '400 whose body never ends',
  'half a gzip body',
  'a wrong total_count',
  'brackets without end',
  'a stalled body',
  'a reset amid the body',
  'a redirect on the same host, then a list',
] satisfies Misbehaviour[];

const TOUCHED: Readonly<Record<string, readonly string[]>> = {
  rejected: ['archive', 'archive_packs', 'seals', 'sync_runs'],
};

let ledger: Buffer;
beforeAll(async () => {
  const folder = newFolder(afterAll);
  const db = join(folder, 'ledger.db');
  writeFileSync(join(folder, 'list.json'), modelList());
  await call(['sync', '--db', db, '--scope', 'output_modalities=all', '--source', join(folder, 'list.json')]);
  ledger = readFileSync(db);
});

describe('an upstream that misbehaves', () => {
  const scripts = new Map<string, readonly Step[]>(Object.entries(misbehaviours));

  test.each(Object.entries(OUTCOMES))('%s', async (name, [code, status, error, http, requests]) => {
    const db = join(newFolder(), 'ledger.db');
    writeFileSync(db, ledger);
    const before = checksums(db);
    const upstream = await serve(scripts.get(name) ?? []);
    const env = {
      MODEL_LEDGER_TIMEOUT_MS: cutShort.get(name) ?? '30000',
      NO_COLOR: '1',
      MODEL_LEDGER_RETRY_DELAY_MS: '1',
    };
    const now = new Date().toISOString();
    const args = ['--db', db, '--source', upstream.url.href];
    const exit = IN_A_PROCESS.includes(name)
      ? await run(['sync', ...args], { env })
      : await ask(define, args, { env, now });
    const row = lastRun(db);
    expect([exit.code, row.status, row.error_code, row.http_status, upstream.requests.length]).toEqual([
      code,
      status,
      error,
      http,
      requests,
    ]);
    expect([row.attempts, row.scope, row.source]).toEqual([requests, 'output_modalities=all', upstream.url.href]);
    expect(touched(before, checksums(db))).toEqual(TOUCHED[status] ?? ['sync_runs']);
    expect(query(db, 'SELECT count(*) AS n FROM sync_runs')).toEqual([{ n: 2 }]);
    expect(exit.stdout + exit.stderr).not.toMatch(/should not happen|(?!\n)[\p{Cc}\p{Cf}]/u);
    expect(exit.stderr).toMatch(code === 0 ? /^(?:Request 1 failed.*\n)?$/ : /\S/);
  });

  test('pages are one list, which comes back as its pages in order', async () => {
    const db = join(newFolder(), 'ledger.db');
    const { url, requests } = await serve(misbehaviours['two pages']);
    expect((await run(['sync', '--db', db, '--source', url.href])).code).toBe(0);
    expect(lastRun(db)).toMatchObject({ status: 'changed', attempts: 2, model_count: 40, added: 40, etag: null });
    expect(requests).toHaveLength(2);
    const { stdout } = await call(['snapshot', '--db', db]);
    expect(stdout.match(/"links":\{"next":[^}]*\}/g)).toEqual([
      '"links":{"next":"/api/v1/models?offset=20"}',
      '"links":{"next":null}',
    ]);
    expect((await call(['verify', '--db', db])).code).toBe(0);
  });

  test('Retry-After is obeyed', async () => {
    const db = join(newFolder(), 'ledger.db');
    const instants: number[] = [];
    const note =
      (step: Step): Step =>
      (response, request, origin) => {
        instants.push(performance.now());
        step(response, request, origin);
      };
    const { url } = await serve([note(answer('', 429, { 'retry-after': '1' })), note(answer())]);
    const { code, stderr } = await call(['sync', '--db', db, '--source', url.href]);
    expect([code, stderr]).toEqual([0, expect.stringContaining('trying again in 1.0 s')]);
    expect((instants[1] ?? 0) - (instants[0] ?? 0)).toBeGreaterThan(950);
  });

  test('nobody listens: a failed run, and advice', async () => {
    const db = join(newFolder(), 'ledger.db');
    const upstream = await serve(answer());
    await upstream.close();
    const exit = await call(['sync', '--db', db, '--source', upstream.url.href]);
    expect([exit.code, exit.stdout]).toEqual([3, '']);
    expect(exit.stderr).toMatch(/ECONNREFUSED.*\n.*Check the network/);
    expect(lastRun(db)).toMatchObject({ status: 'failed', attempts: 5, error_code: 'unreachable', http_status: null });
  });
});
