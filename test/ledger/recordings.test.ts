import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Archive } from '../../src/ledger/archive/archive.ts';
import { hashOf } from '../../src/ledger/archive/hash.ts';
import type { Snapshot } from '../../src/ledger/record/runs.ts';
import { differingRows, newFolder, newLedger, readTables, recordBatch } from './ledgers.ts';
import { replayNaively } from './naive.ts';
import { snapshot } from './snapshots.ts';

const HISTORY = fileURLToPath(new URL('../../../shared/history/', import.meta.url));
const TEXT = 'output_modalities=text';
const hasRecordings = existsSync(HISTORY);
if (!hasRecordings) console.info(`no recordings at ${HISTORY}: what they prove is left out of this run`);

/** The bodies of a bundle, oldest first, observed when they were committed. */
function readBundle(folder: string, season: 'spring' | 'summer'): Snapshot[] {
  const repository = join(folder, season);
  const git = (args: readonly string[], input?: string): Buffer =>
    execFileSync('git', args, { maxBuffer: 2 ** 30, ...(input === undefined ? {} : { input }) });
  git(['clone', '--quiet', '--bare', join(HISTORY, `openrouter-2026-${season}.bundle`), repository]);
  const log = git(['-C', repository, 'log', '--reverse', '--format=%H %ct', 'main']).toString().trim().split('\n');
  const commits = log.map((line) => line.split(' '));
  const blobs = git(
    ['-C', repository, 'cat-file', '--batch=%(objectsize)'],
    commits.map(([hash]) => `${hash}:models.json\n`).join(''),
  );
  let at = 0;
  return commits.map(([, seconds]) => {
    const start = blobs.indexOf('\n', at) + 1;
    const end = start + Number(blobs.toString('latin1', at, start - 1));
    at = end + 1;
    const observedAt = new Date(Number(seconds) * 1000).toISOString();
    return snapshot(observedAt, Buffer.from(blobs.subarray(start, end)), { trigger: 'import', scope: TEXT });
  });
}

describe.runIf(hasRecordings)('213 real answers', () => {
  it('give the events and intervals of an independent computation, in both orders, and come back to the byte', async () => {
    const folder = newFolder();
    const [spring, summer] = [readBundle(folder, 'spring'), readBundle(folder, 'summer')];
    const all = [...spring, ...summer];
    expect(all.length).toBe(213);

    const inOrder = await newLedger();
    recordBatch(inOrder, all);
    const expected = replayNaively(
      all.map(({ observedAt, body, scope }) => ({ at: observedAt, text: body.toString(), scope, isAccepted: false })),
    );
    const tables = readTables(inOrder);
    expect(differingRows(tables, expected)).toEqual([]);
    expect(new Set(tables.runs.map(([, , status]) => status))).toEqual(new Set(['changed', 'unchanged']));
    expect(tables.quarantine).toEqual([]);

    const archive = new Archive(inOrder);
    for (const { body } of all) expect(archive.get(hashOf(body)).equals(body)).toBe(true);

    const summerFirst = await newLedger();
    recordBatch(summerFirst, summer);
    recordBatch(summerFirst, spring);
    expect(differingRows(readTables(summerFirst), tables)).toEqual([]);
  });
});
