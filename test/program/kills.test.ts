import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openForReading } from '../../src/ledger/store/open.ts';
import { differingRows, readTables } from '../ledger/ledgers.ts';
import type { Tables } from '../ledger/naive.ts';
import { HISTORY } from '../recordings.ts';
import { SEED } from '../seed.ts';
import { type Exit, newFolder, query, run, start } from './program.ts';
import { makeRepository, scrapedVersions } from './repositories.ts';
import { randomOf } from './unattended/random.ts';

const KILLS = 50;
const POLL_MS = 2;
/** How much later at most, which is about what a transaction takes. */
const LATER_MS = 40;
/** So many that an import takes several transactions. */
const VERSIONS = 400;
const STEP = 128;
const RECORDING = join(HISTORY, 'openrouter-2026-spring.bundle');
const hasRecording = existsSync(RECORDING);
if (!hasRecording) console.info(`no recordings at ${RECORDING}: their import is not killed`);

const tablesOf = (db: string): Tables => {
  const ledger = openForReading(db);
  try {
    return readTables(ledger);
  } finally {
    ledger.close();
  }
};

/** How many runs others see in a data file while it is written to; none while it is being made. */
function runsSeen(db: string): number {
  // A look before the file has its log could keep it from getting one.
  return existsSync(`${db}-wal`) ? runsIn(db) : 0;
}

/** How many runs a data file has to which nobody writes. */
function runsIn(db: string): number {
  try {
    return Number(query(db, 'SELECT count(*) AS n FROM sync_runs')[0]?.n);
  } catch {
    return 0;
  }
}

/**
 * Runs the command and ends it with a signal, if it has not ended by itself: however fast the machine is, not before
 * so many runs are seen, and a little later.
 */
async function endAfter(runs: number, laterMs: number, signal: NodeJS.Signals, args: readonly string[]): Promise<Exit> {
  const { child, exit } = start(args, { input: '' });
  const db = args.at(-1) ?? '';
  while (child.exitCode === null && runsSeen(db) < runs) await setTimeout(POLL_MS);
  if (child.exitCode === null) await setTimeout(laterMs);
  child.kill(signal);
  return await exit;
}

let folder: string;
let repository: string;
let whole: Tables;
const importOf = (from: string, db: string): string[] => ['import', 'git', from, '--path', 'models.json', '--db', db];

beforeAll(async () => {
  folder = newFolder(afterAll);
  repository = makeRepository(folder, scrapedVersions(VERSIONS));
  const db = join(folder, 'whole.db');
  const exit = await run(importOf(repository, db));
  expect(exit.code).toBe(0);
  whole = tablesOf(db);
});

/**
 * Starts an import again and again until it ends by itself; how often it was killed. Every other start gets further than
 * the one before, so that there is an end; between them one is killed wherever it happens to be.
 */
async function importAmidKills(from: string, db: string, random: () => number): Promise<number> {
  for (let kills = 0; ; kills += 1) {
    const before = runsIn(db);
    const runs = kills % 2 === 0 ? 0 : before + 1 + Math.floor(random() * STEP);
    const { code, stderr } = await endAfter(runs, random() * LATER_MS, 'SIGKILL', importOf(from, db));
    if (code === 0) return kills;
    expect([code, stderr]).toEqual([null, expect.any(String)]);
    expect(runsIn(db)).toBeGreaterThanOrEqual(Math.max(before, runs));
  }
}

describe(`an import that is killed at ${KILLS} random instants and started again`, () => {
  test('ends in the tables of one that was never killed, also where later snapshots were there before', async () => {
    const random = randomOf(SEED);
    const here = newFolder();
    const later = join(here, 'later.db');
    const half = makeRepository(here, scrapedVersions(VERSIONS).slice(Math.floor(VERSIONS / 3)));
    expect((await run(importOf(half, later))).code).toBe(0);
    let kills = 0;
    for (let n = 0; kills < KILLS; n += 1) {
      const db = join(here, `${n}.db`);
      if (n % 2 === 1) copyFileSync(later, db);
      kills += await importAmidKills(repository, db, random);
      expect([n, differingRows(tablesOf(db), whole).slice(0, 5)]).toEqual([n, []]);
    }
    expect((await run(['verify', '--db', join(here, '0.db')])).code).toBe(0);
  });

  test.skipIf(!hasRecording)('of the recordings: the same', async () => {
    const here = newFolder();
    const [db, plain] = [join(here, 'killed.db'), join(here, 'plain.db')];
    await importAmidKills(RECORDING, db, randomOf(SEED));
    expect((await run(importOf(RECORDING, plain))).code).toBe(0);
    expect(differingRows(tablesOf(db), tablesOf(plain))).toEqual([]);
    expect((await run(['verify', '--db', db])).code).toBe(0);
  });
});

describe('an import that is told to stop', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('by %s ends with exit %i at any instant, nothing half done, and goes on later', async (signal, code) => {
    const random = randomOf(SEED + code);
    const db = join(newFolder(), 'ledger.db');
    const exits: Exit[] = [];
    for (let n = 0; n < 3; n += 1) {
      // What is stopped keeps what it has read, so that nobody knows beforehand how far it comes.
      const runs = runsIn(db) + 1;
      exits.push(await endAfter(runs, random() * LATER_MS, signal, importOf(repository, db)));
      expect(runsIn(db)).toBeGreaterThanOrEqual(exits[n]?.code === 0 ? runs - 1 : runs);
    }
    // The last one may have come too late; the first had most of the work before it. In its last moment Node listens no more:
    // then the signal itself ends the process, which a shell tells by the same number.
    const late = expect.toBeOneOf([code, 0, null]);
    expect(exits.map((exit) => exit.code)).toEqual([code, late, late]);
    for (const { stderr } of exits) expect(stderr).not.toMatch(/should not happen|could not read/);
    expect((await run(importOf(repository, db))).code).toBe(0);
    expect(differingRows(tablesOf(db), whole).slice(0, 5)).toEqual([]);
  });
});
