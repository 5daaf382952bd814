import { describe, expect, it } from 'vitest';
import { Archive } from '../../src/ledger/archive/archive.ts';
import { hashOf } from '../../src/ledger/archive/hash.ts';
import type { Snapshot } from '../../src/ledger/record/runs.ts';
import { newFolder } from '../program/program.ts';
import { hasRecordings, readRecording } from '../recordings.ts';
import { differingRows, newLedger, readTables, recordBatch } from './ledgers.ts';
import { replayNaively } from './naive.ts';
import { snapshot } from './snapshots.ts';

const TEXT = 'output_modalities=text';

/** The bodies of a bundle as an import records them. */
function readBundle(folder: string, season: 'spring' | 'summer'): Snapshot[] {
  return readRecording(folder, season).map(({ at, body }) => snapshot(at, body, { trigger: 'import', scope: TEXT }));
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
