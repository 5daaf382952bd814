import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openForReading } from '../../src/ledger/store/open.ts';
import { differingRows, readTables } from '../ledger/ledgers.ts';
import type { Tables } from '../ledger/naive.ts';
import { type Exit, newFolder, type RunOptions, run, start } from './program.ts';
import { makeRepository, scrapedVersions } from './repositories.ts';

const KILLS = 50;
const VERSIONS = 160;
const RECORDING = fileURLToPath(new URL('../../../shared/history/openrouter-2026-spring.bundle', import.meta.url));
/** Printed, so that the instants of a failure can be had again. */
const SEED = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000);
console.info(`instants of the kills: TEST_SEED=${SEED}`);

/** Numbers from 0 to 1 that a seed decides. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const tablesOf = (db: string): Tables => {
  const ledger = openForReading(db);
  try {
    return readTables(ledger);
  } finally {
    ledger.close();
  }
};

/** Runs the command and ends it with a signal after some time, if it has not ended by itself. */
async function endAfter(
  ms: number,
  signal: NodeJS.Signals,
  args: readonly string[],
  options?: RunOptions,
): Promise<Exit> {
  const { child, exit } = start(args, { input: '', ...options });
  const timer = setTimeout(() => child.kill(signal), ms);
  const ended = await exit;
  clearTimeout(timer);
  return ended;
}

let folder: string;
let repository: string;
let whole: Tables;
let duration: number;
const importOf = (from: string, db: string): string[] => ['import', 'git', from, '--path', 'models.json', '--db', db];

beforeAll(async () => {
  folder = newFolder((clean) => afterAll(clean));
  repository = makeRepository(folder, scrapedVersions(VERSIONS));
  const db = join(folder, 'whole.db');
  const begun = performance.now();
  const exit = await run(importOf(repository, db));
  duration = performance.now() - begun;
  expect(exit.code).toBe(0);
  whole = tablesOf(db);
});

/**
 * Starts an import again and again until it ends by itself; how often it was killed.
 * @param longer how much more time each start has than the one before
 */
async function importAmidKills(from: string, db: string, random: () => number, longer = 1): Promise<number> {
  for (let kills = 0; ; kills += 1) {
    const { code, stderr } = await endAfter(60 + random() * duration * longer ** kills, 'SIGKILL', importOf(from, db));
    if (code === 0) return kills;
    expect([code, stderr]).toEqual([null, expect.any(String)]);
  }
}

describe(`an import that is killed at ${KILLS} random instants and started again`, () => {
  test('ends in the tables of one that was never killed, also where later snapshots were there before', async () => {
    const random = randomOf(SEED);
    const here = newFolder();
    const later = join(here, 'later.db');
    const half = makeRepository(here, scrapedVersions(VERSIONS).slice(VERSIONS / 3));
    expect((await run(importOf(half, later))).code).toBe(0);
    let kills = 0;
    for (let n = 0; kills < KILLS; n += 1) {
      const db = join(here, `${n}.db`);
      if (n % 2 === 1) copyFileSync(later, db);
      kills += await importAmidKills(repository, db, random);
      expect([n, differingRows(tablesOf(db), whole).slice(0, 5)]).toEqual([n, []]);
    }
    expect((await run(['verify', '--db', join(here, '0.db')])).code).toBe(0);
  }, 60_000);

  test('of the recordings: the same', async () => {
    if (!existsSync(RECORDING)) return console.info(`no recordings at ${RECORDING}: their import is not killed`);
    const here = newFolder();
    const [db, plain] = [join(here, 'killed.db'), join(here, 'plain.db')];
    await importAmidKills(RECORDING, db, randomOf(SEED), 1.5);
    expect((await run(importOf(RECORDING, plain))).code).toBe(0);
    expect(differingRows(tablesOf(db), tablesOf(plain))).toEqual([]);
    expect((await run(['verify', '--db', db])).code).toBe(0);
  }, 60_000);
});

describe('an import that is told to stop', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('by %s ends with exit %i at any instant, nothing half done, and goes on later', async (signal, code) => {
    const random = randomOf(SEED + code);
    const db = join(newFolder(), 'ledger.db');
    for (let i = 0; i < 5; i += 1) {
      const exit = await endAfter(150 + random() * duration * 0.8, signal, importOf(repository, db));
      if (exit.code === 0) break;
      expect([exit.code, exit.stderr]).toEqual([code, expect.not.stringMatching(/should not happen|could not read/)]);
    }
    expect((await run(importOf(repository, db))).code).toBe(0);
    expect(differingRows(tablesOf(db), whole).slice(0, 5)).toEqual([]);
  });
});
