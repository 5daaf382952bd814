import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { call } from '../program/call.ts';
import { newFolder } from '../program/program.ts';
import { ask, endpointOf } from './world.ts';

const NOW = { env: { MODEL_LEDGER_NOW: '2026-09-01T00:00:00.000Z' } };

/** A saved file of one model, at a price, with an instant in it or without. */
function save(folder: string, name: string, price: string, observedAt?: string): string {
  const path = join(folder, name);
  const endpoints = { 'a/1': { id: 'a/1', endpoints: [endpointOf('P', price)] } };
  writeFileSync(path, JSON.stringify({ ...(observedAt !== undefined && { observed_at: observedAt }), endpoints }));
  return path;
}

const prices = (db: string) =>
  ask(db, "SELECT price, valid_from, valid_to FROM endpoint_prices WHERE component = 'prompt' ORDER BY valid_from");

it('what a file says of its instant counts, whatever its name tells or does not', async () => {
  const folder = newFolder();
  const db = join(folder, 'ledger.db');
  mkdirSync(join(folder, 'saved'));
  save(join(folder, 'saved'), 'third.json', '3', '2026-08-03T12:00:00+02:00');
  save(join(folder, 'saved'), '2026-08-02.json', '2');
  const named = save(folder, 'first.json', '1', '2026-08-01T00:00:00.5Z');
  const moved = save(folder, '2026-07-01.json', '4', '2026-08-04T00:00:00Z');
  const exit = await call(['import', 'endpoints', join(folder, 'saved'), moved, named, '--db', db], NOW);
  expect([exit.code, exit.stdout.split('\n'), exit.stderr.trim()]).toEqual([
    0,
    ['Imported 4 answers of 4 instants.', 'Of another day than its name says: 1 file; what stands in it counts.', ''],
    `Began a new ledger in ${db}.`,
  ]);
  expect(prices(db)).toEqual([
    ['1', '2026-08-01T00:00:00.500Z', '2026-08-02T00:00:00.000Z'],
    ['2', '2026-08-02T00:00:00.000Z', '2026-08-03T10:00:00.000Z'],
    ['3', '2026-08-03T10:00:00.000Z', '2026-08-04T00:00:00.000Z'],
    ['4', '2026-08-04T00:00:00.000Z', null],
  ]);
});

it('--at stands above both', async () => {
  const folder = newFolder();
  const db = join(folder, 'ledger.db');
  const file = save(folder, '2026-07-01.json', '1', '2026-08-04T00:00:00Z');
  expect((await call(['import', 'endpoints', file, '--at', '2026-08-05', '--db', db], NOW)).code).toBe(0);
  expect(prices(db)).toEqual([['1', '2026-08-05T00:00:00.000Z', null]]);
});

it('a file of which neither it nor its name tells is left out and named', async () => {
  const folder = newFolder();
  const db = join(folder, 'ledger.db');
  const undated = save(folder, 'saved.json', '1', 'yesterday');
  const alone = await call(['import', 'endpoints', undated, '--db', db], NOW);
  const told = 'Left out: 1 file without an instant in it or in its name; --at gives one.';
  expect([alone.code, alone.stdout]).toEqual([2, expect.stringContaining(told)]);
  expect(alone.stderr).toContain(undated);
  const beside = await call(['import', 'endpoints', undated, save(folder, '2026-08-01.json', '2'), '--db', db], NOW);
  expect([beside.code, beside.stdout]).toEqual([0, `Imported 1 answer of 1 instant.\n${told}\n`]);
});

it('a file in UTF-16 is read, and one of another shape is told for what it is', async () => {
  const folder = newFolder();
  const db = join(folder, 'ledger.db');
  const file = save(folder, '2026-08-01.json', '1');
  writeFileSync(file, `\ufeff${readFileSync(file, 'utf8')}`, 'utf16le');
  const list = join(folder, '2026-08-02.json');
  writeFileSync(list, '[{"id":"a/1"}]');
  const { code, stderr } = await call(['import', 'endpoints', file, list, '--db', db], NOW);
  expect([code, prices(db)]).toEqual([0, [['1', '2026-08-01T00:00:00.000Z', null]]]);
  const why = 'The answer is a JSON array, not an answer about endpoints ({"data": {"endpoints": [...]}}).';
  expect(stderr).toContain(`Left out ${list}: ${why}`);
});

it('an import that fails in a later transaction says that the files before are recorded', async () => {
  const folder = newFolder();
  const db = join(folder, 'ledger.db');
  const files = Array.from({ length: 20 }, (_, i) =>
    save(folder, `2026-08-${String(i + 1).padStart(2, '0')}.json`, String(i + 1)),
  );
  expect((await call(['import', 'endpoints', files[0] ?? '', '--db', db], NOW)).code).toBe(0);
  const sqlite = new Database(db);
  sqlite.exec(`CREATE TRIGGER spoil BEFORE INSERT ON endpoint_sweeps
    WHEN NEW.started_at > '2026-08-18' BEGIN SELECT RAISE(ABORT, 'no more'); END`);
  sqlite.close();
  const { code, stderr } = await call(['import', 'endpoints', ...files, '--db', db], NOW);
  expect([code, stderr]).toEqual([
    5,
    expect.stringContaining('(no more); the 16 files before are recorded; the same import goes on from there.'),
  ]);
  expect(prices(db).map(([price]) => price)).toEqual(Array.from({ length: 16 }, (_, i) => String(i + 1)));
});
