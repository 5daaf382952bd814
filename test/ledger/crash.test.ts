import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { openForWriting } from '../../src/ledger/store/open.ts';
import { record } from '../ledgers.ts';
import { newFolder } from '../program/program.ts';
import { crashList } from './crashLists.ts';
import { differingRows, readTables, rows } from './ledgers.ts';
import { replayNaively } from './naive.ts';
import { hour, snapshot } from './snapshots.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const program = join(newFolder(afterAll), 'crashing.cjs');
buildSync({
  entryPoints: [join(ROOT, 'test/ledger/crashing.ts')],
  outfile: program,
  bundle: true,
  platform: 'node',
  define: { 'import.meta.url': JSON.stringify(import.meta.url) },
});

async function newFile(): Promise<string> {
  const file = join(newFolder(), 'ledger.db');
  const ledger = await openForWriting(file);
  record(ledger, snapshot(hour(0), crashList(0)));
  ledger.close();
  return file;
}

/** Lets a process record until it is killed; gives the last list that it said was recorded. */
async function recordAndKill(file: string, from: number, how: { table: string } | { afterLists: number; ms: number }) {
  const args = [program, file, String(from), ...('table' in how ? [how.table] : [])];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_PATH: join(ROOT, 'node_modules') },
  });
  const exit = once(child, 'exit');
  let last = from - 1;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line !== 'ready') last = Number(line);
    if ('ms' in how && last - from + 1 >= how.afterLists) setTimeout(() => child.kill('SIGKILL'), how.ms);
  }
  expect((await exit)[1]).toBe('SIGKILL');
  return last;
}

/** The file is whole and holds exactly the lists before some number, which is given back. */
async function expectWhole(file: string): Promise<number> {
  const ledger = await openForWriting(file);
  try {
    expect(rows(ledger, 'PRAGMA integrity_check')).toEqual([['ok']]);
    expect(rows(ledger, 'PRAGMA foreign_key_check')).toEqual([]);
    const lists = Number(rows(ledger, 'SELECT count(*) FROM sync_runs')[0]?.[0]);
    const observations = Array.from({ length: lists }, (_, i) => {
      const text = JSON.stringify({ data: crashList(i) });
      return { at: hour(i), text, scope: 'output_modalities=all', isAccepted: false };
    });
    expect(differingRows(readTables(ledger), replayNaively(observations))).toEqual([]);
    return lists;
  } finally {
    ledger.close();
  }
}

it.each([
  ...['sync_runs', 'archive', 'archive_packs', 'change_events', 'pricing_history', 'provider_limits'],
  'models',
])('killed at the first row of %s, a run leaves the file as before, and the next one records it', async (table) => {
  const file = await newFile();
  expect(await recordAndKill(file, 1, { table })).toBe(0);
  expect(await expectWhole(file)).toBe(1);

  const ledger = await openForWriting(file);
  record(ledger, snapshot(hour(1), crashList(1)));
  ledger.close();
  expect(await expectWhole(file)).toBe(2);
});

it('killed anywhere, the file holds all that was said to be recorded, and at most one list more', async () => {
  const file = await newFile();
  const kills = fc.sample(fc.record({ afterLists: fc.nat({ max: 3 }), ms: fc.nat({ max: 9 }) }), 8);
  let next = 1;
  for (const kill of kills) {
    const said = await recordAndKill(file, next, kill);
    next = await expectWhole(file);
    expect([said + 1, said + 2]).toContain(next);
  }
});
