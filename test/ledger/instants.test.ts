import { expect, test } from 'vitest';
import { justAfter, nextInstant } from '../../src/core/time/instant.ts';
import { newestObservedAt } from '../../src/ledger/record/timeline.ts';
import { verify } from '../../src/ledger/record/verify.ts';
import { documentOf } from '../core/documents.ts';
import { rebuild, record as recordSnapshot } from '../ledgers.ts';
import { newLedger } from './ledgers.ts';
import { snapshot } from './snapshots.ts';

const NOW = new Date('2026-03-01T10:00:00.000Z');

test.each([
  '0000-01-01T00:00:00.000Z',
  '0999-12-31T23:59:59.999Z',
  '1969-12-31T23:59:59.999Z',
  '2026-03-01T10:00:00.000Z',
  '2099-01-01T00:00:00.000Z',
  '9998-12-31T23:59:59.999Z',
  '9999-12-31T23:59:59.000Z',
])('a list observed at %s: later runs, rebuild and verify go on', async (odd) => {
  const ledger = await newLedger();
  const list = (...ids: string[]) => ids.map((id) => documentOf(id));
  const record = (body: readonly unknown[], at = nextInstant(NOW, newestObservedAt(ledger))) =>
    recordSnapshot(ledger, snapshot(at, body)).status;
  expect([record(list('a/one'), odd), record(list('a/one', 'a/two')), record(list('a/two'))]).toEqual([
    'changed',
    'changed',
    'changed',
  ]);
  // Older ones before it, among them the same bytes.
  expect([record(list('a/one'), '0000-01-02T00:00:00.000Z'), record(list('a/two'))]).toEqual([
    odd < '0000-01-02' ? 'unchanged' : 'changed',
    'same',
  ]);
  expect(await verify(ledger)).toEqual({ bodies: 3, runs: 5, problems: [] });
  await rebuild(ledger);
  expect(await verify(ledger)).toEqual({ bodies: 3, runs: 5, problems: [] });
  expect([record(list('a/three')), newestObservedAt(ledger)]).toEqual(['changed', expect.stringMatching(/^\d{4}-/)]);
  expect(justAfter(odd) > odd).toBe(true);
});
