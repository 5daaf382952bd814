import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { verify } from '../../../src/ledger/record/verify.ts';
import { hasContent } from '../../../src/ledger/store/file.ts';
import { openForReading } from '../../../src/ledger/store/open.ts';
import { sync } from '../../../src/sync.ts';
import { readSource } from '../../../src/upstream/source.ts';
import { SEED } from '../../seed.ts';
import { answer, modelList } from '../../upstream/misbehaving.ts';
import { lastRun, newFolder, query, run, serve, start } from '../program.ts';
import { randomOf } from './random.ts';

const KILLS = 100;
/** So many at a time, each on files of its own. */
const LANES = 4;
/** After so many kills a lane begins with no file again. */
const KILLS_A_FILE = 5;

/** An upstream whose list is another one at each request; it can tell of the next request. */
async function newsEveryTime(): Promise<{ href: string; asked: () => Promise<void> }> {
  let requests = 0;
  let tell = (): void => {};
  const { url } = await serve((...request) => {
    requests += 1;
    tell();
    answer(modelList(30 + (requests % 3)).replace('128000', String(128_000 + requests)))(...request);
  });
  const asked = (): Promise<void> =>
    new Promise((settle) => {
      tell = settle;
    });
  return { href: url.href, asked };
}

const countOf = (db: string): number => Number(query(db, 'SELECT count(*) AS n FROM sync_runs')[0]?.n);

/** Whether the kill came before there were tables; what it left is cleared away by whoever may write. */
function isBlank(db: string): boolean {
  if (!hasContent(db)) return true;
  const sqlite = new Database(db);
  const tables = sqlite.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
  sqlite.close();
  return tables === 0;
}

/** How many runs a file has that holds together. */
async function runsOfSound(db: string): Promise<number> {
  if (isBlank(db)) return 0;
  const ledger = openForReading(db);
  try {
    const { runs, problems } = await verify(ledger);
    expect(problems).toEqual([]);
    return runs;
  } finally {
    ledger.close();
  }
}

async function syncHere(db: string, href: string): Promise<void> {
  const outside = {
    env: {},
    stdin: Readable.from([]),
    now: () => new Date(),
    signal: new AbortController().signal,
    userAgent: 'model-ledger/test',
    onRetry: () => {},
  };
  await sync({ db, source: readSource(href), trigger: 'manual' }, outside);
}

/** Kills syncs, one after another; how many of them had recorded their run by then. */
async function lane(kills: number, random: () => number, usualMs: number): Promise<number> {
  const folder = newFolder();
  const upstream = await newsEveryTime();
  let db = '';
  let recorded = 0;
  for (let killed = 0; killed < kills; ) {
    if (killed % KILLS_A_FILE === 0) db = join(folder, `${killed}.db`);
    const before = isBlank(db) ? 0 : countOf(db);
    // Half of them die anywhere from the start on, half around the time of writing.
    const asked = killed % 2 === 0 ? undefined : upstream.asked();
    const { child, exit } = start(['sync', '--db', db, '--source', upstream.href], { input: '' });
    await asked;
    const timer = setTimeout(() => child.kill('SIGKILL'), random() * (asked === undefined ? usualMs : 150));
    const { code } = await exit;
    clearTimeout(timer);
    expect([null, 0]).toContain(code);
    const after = await runsOfSound(db);
    expect(code === 0 ? [before + 1] : [before, before + 1]).toContain(after);
    if (code === 0) continue;
    killed += 1;
    recorded += after - before;
    await syncHere(db, upstream.href);
    expect([countOf(db), lastRun(db)]).toMatchObject([after + 1, { status: 'changed' }]);
    // A copy is for a file of an older version: none of these was.
    expect(existsSync(`${db}.schema-0.bak`)).toBe(false);
  }
  expect(await run(['verify', '--db', db])).toMatchObject({ code: 0 });
  return recorded;
}

test(`${KILLS} syncs killed at random instants: each time the file is whole, and the next sync records`, async () => {
  const { href } = await newsEveryTime();
  const begun = performance.now();
  expect((await run(['sync', '--db', join(newFolder(), 'ledger.db'), '--source', href])).code).toBe(0);
  const usualMs = performance.now() - begun;
  const lanes = Array.from({ length: LANES }, (_, n) => lane(KILLS / LANES, randomOf(SEED + n), usualMs));
  const recorded = (await Promise.all(lanes)).reduce((sum, n) => sum + n, 0);
  console.info(`${recorded} of the ${KILLS} killed syncs had recorded their run`);
});
