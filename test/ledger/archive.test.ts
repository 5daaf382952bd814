import { randomBytes } from 'node:crypto';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Archive } from '../../src/ledger/archive/archive.ts';
import { compress, decompress } from '../../src/ledger/archive/compress.ts';
import { hashOf } from '../../src/ledger/archive/hash.ts';
import { recordInBatches } from '../../src/ledger/record/recordInBatches.ts';
import type { Ledger } from '../../src/ledger/store/open.ts';
import { documentOf } from '../core/documents.ts';
import { record } from '../ledgers.ts';
import { newLedger, recordAll, recordBatch, rows } from './ledgers.ts';
import { hour, snapshot } from './snapshots.ts';

const models = (count: number, more = {}) => Array.from({ length: count }, (_, i) => documentOf(`m/${i}`, more));
const bodiesOf = (...lists: unknown[]): Buffer[] => lists.map((list) => Buffer.from(JSON.stringify({ data: list })));

const sum = (bodies: readonly Buffer[]): number => bodies.reduce((total, { length }) => total + length, 0);

/** Every body comes back from an archive that had nothing at hand. */
function expectBack(ledger: Ledger, bodies: readonly Buffer[]): void {
  const archive = new Archive(ledger);
  for (const body of bodies) expect(archive.get(hashOf(body)).equals(body)).toBe(true);
}

const page = (documents: unknown[], next: string | null) =>
  JSON.stringify({ data: documents, total_count: 2, links: { next } });

describe('a body comes back byte for byte', () => {
  it.each([
    ['a bare array', JSON.stringify(models(2))],
    ['odd spacing', ` {\t"data" :\r\n[ ${JSON.stringify(models(2), null, 3).slice(1, -1)} ] , "x":  1 }\n\n`],
    ['repeated keys', '[{"id":"a","id":"a","pricing":{},"x":1,"x":2}]'],
    ['escapes that need none', '[{"id":"\\u0061","pricing":{},"x":"\\/\\ud83d\\ude00\\ud800"}]'],
    ['numbers of every writing', '[{"id":"a","pricing":{"prompt":1E-7},"x":[1.0,1e400,-0,9007199254740993]}]'],
    ['a byte order mark', `\ufeff${JSON.stringify(models(1))}`],
    ['pages', `${page(models(1), '/next')}\n${page([documentOf('z/1')], null)}`],
    ['entries in quarantine', JSON.stringify([...models(8), { id: 'm/0' }, null])],
    ['an entry repeated', JSON.stringify([...models(8), ...models(2)])],
    ['HTML', '<html>\u0000</html>'],
    ['nothing', ''],
    ['half a body', JSON.stringify(models(2)).slice(0, 40)],
    ['no UTF-8', Buffer.from([0x5b, 0x22, 0xff, 0xfe, 0x22, 0x5d])],
  ])('though it is or has %s', async (_, body) => {
    const bytes = Buffer.from(body);
    const ledger = await newLedger();
    recordAll(ledger, models(3), bytes, models(4));
    expectBack(ledger, [bytes, ...bodiesOf(models(3), models(4))]);
    expect(rows(ledger, 'SELECT body_sha256, body_bytes FROM sync_runs WHERE id = 2')).toEqual([
      [hashOf(bytes), bytes.length],
    ]);
  });

  it('though it was held', async () => {
    const ledger = await newLedger();
    recordAll(ledger, models(40), models(20));
    expectBack(ledger, bodiesOf(models(40), models(20)));
  });

  it('the first megabyte of it, when it is a rejected one of more', async () => {
    const ledger = await newLedger();
    const body = Buffer.concat([Buffer.from('<'), randomBytes(1 << 20)]);
    recordAll(ledger, body);
    const archive = new Archive(ledger);
    for (const _ of ['once', 'and again']) {
      expect(archive.get(hashOf(body)).equals(body.subarray(0, 1 << 20))).toBe(true);
    }
    expect(rows(ledger, 'SELECT bytes, cut FROM archive')).toEqual([[1 << 20, 1]]);
    expect(rows(ledger, 'SELECT body_bytes FROM sync_runs')).toEqual([[(1 << 20) + 1]]);
  });
});

describe('the archive', () => {
  it('keeps a body once, however often it is observed', async () => {
    const ledger = await newLedger();
    recordAll(ledger, models(2), models(3), models(2), '<', '<');
    expect(rows(ledger, 'SELECT count(*) FROM archive')).toEqual([[3]]);
  });

  it('gathers the bodies of runs in a pack, until it has 256', async () => {
    const ledger = await newLedger(':memory:');
    const lists = Array.from({ length: 258 }, (_, i) => models(5, { context_length: i }));
    // Most of them at once, as the runs before would have left them.
    const archive = new Archive(ledger);
    for (const bytes of bodiesOf(...lists.slice(0, 250))) archive.put({ bytes, sha256: hashOf(bytes) });
    archive.flush();
    recordAll(ledger, ...lists.slice(250));
    expect(rows(ledger, 'SELECT id, bodies FROM archive_packs')).toEqual([
      [1, 256],
      [2, 2],
    ]);
    expect(rows(ledger, 'SELECT pack, start FROM archive WHERE id IN (1, 2, 256, 257, 258)')).toEqual([
      [1, 0],
      [1, sum(bodiesOf(lists[0]))],
      [1, sum(bodiesOf(...lists.slice(0, 255)))],
      [2, 0],
      [2, sum(bodiesOf(lists[256]))],
    ]);
    expectBack(ledger, bodiesOf(...lists));
  });

  it('packs what one batch records together, wherever in time it belongs', async () => {
    const lists = Array.from({ length: 300 }, (_, i) => models(5, { context_length: i }));
    const ledger = await newLedger(':memory:');
    const batch = (...hours: number[]) =>
      recordBatch(
        ledger,
        hours.map((i) => snapshot(hour(i), lists[i] ?? [])),
      );
    const between = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
    batch(0, ...between(50, 200));
    batch(...between(200, 202));
    // Older ones, which are compared with a list that stands in the middle of the pack.
    batch(...between(1, 50));
    expect(rows(ledger, 'SELECT bodies FROM archive_packs')).toEqual([[202]]);
    batch(...between(202, 300));
    expect(rows(ledger, 'SELECT bodies FROM archive_packs')).toEqual([[256], [44]]);
    expectBack(ledger, bodiesOf(...lists));
  });

  it('keeps what a body has in common with the one that it is compared with once', async () => {
    const ledger = await newLedger(':memory:');
    const list = (price: string, elo: number) =>
      models(40, { description: 'word '.repeat(60), benchmarks: { elo } }).map((document, i) =>
        i === 7 ? { ...document, pricing: { prompt: price } } : document,
      );
    const lists = [list('1', 1), list('2', 1), list('2', 22), list('3', 22)];
    const bodies = bodiesOf(...lists);
    const kept = lists.map((documents, i) => {
      record(ledger, snapshot(hour(i), documents));
      return Number(rows(ledger, 'SELECT bytes FROM archive_packs')[0]?.[0]);
    });
    const [first = 0, ...more] = kept.map((bytes, i) => bytes - (kept[i - 1] ?? 0));
    expect(first).toBe(bodies[0]?.length);
    const entry = sum(bodies.slice(0, 1)) / 40;
    // One entry; forty times what stands behind a key; one entry and, as they are that short, the forty again.
    const most = [entry, 40 * 20, entry + 40 * 20].map((bytes) => bytes + 60);
    expect(more.map((bytes, i) => bytes < (most[i] ?? 0))).toEqual([true, true, true]);
    expectBack(ledger, bodies);
  });

  it('goes on in a pack that holds its bodies as they stand', async () => {
    const ledger = await newLedger();
    const lists = Array.from({ length: 6 }, (_, i) => models(9, { context_length: i }));
    recordAll(ledger, ...lists.slice(0, 3));
    const whole = Buffer.concat(bodiesOf(...lists.slice(0, 3)));
    ledger.sqlite
      .prepare('UPDATE archive_packs SET data = ?, bytes = ?, ranges = NULL')
      .run(compress(whole), whole.length);
    expectBack(ledger, bodiesOf(...lists.slice(0, 3)));
    for (const i of [3, 4, 5]) record(ledger, snapshot(hour(i), lists[i] ?? []));
    expect(rows(ledger, 'SELECT id, bodies FROM archive_packs')).toEqual([[1, 6]]);
    expectBack(ledger, bodiesOf(...lists));
  });

  it('begins a new pack rather than one of more than 4 MiB, in an import 16', async () => {
    const bodies = Array.from({ length: 18 }, () => Buffer.concat([Buffer.from('<'), randomBytes((1 << 20) - 1)]));
    const ledger = await newLedger(':memory:');
    recordAll(ledger, ...bodies.slice(0, 6));
    expect(rows(ledger, 'SELECT bodies FROM archive_packs')).toEqual([[4], [2]]);
    expectBack(ledger, bodies.slice(0, 6));
    const imported = await newLedger(':memory:');
    recordBatch(
      imported,
      bodies.map((body, i) => snapshot(hour(i), body)),
    );
    expect(rows(imported, 'SELECT bodies FROM archive_packs')).toEqual([[16], [2]]);
    expectBack(imported, bodies);
    const inBatches = await newLedger(':memory:');
    async function* given() {
      for (const [i, body] of bodies.entries()) yield snapshot(hour(i), body);
    }
    await recordInBatches(inBatches, given(), new AbortController().signal);
    expect(rows(inBatches, 'SELECT bodies FROM archive_packs')).toEqual([[16], [2]]);
    expectBack(inBatches, bodies);
  });

  it('does not write a pack that an import has filled anew with each run', async () => {
    const ledger = await newLedger(':memory:');
    const wide = Array.from({ length: 6 }, (_, i) => documentOf(`wide/${i}`, { description: 'x'.repeat(1 << 20) }));
    const list = (i: number) => wide.map((document, k) => (k < 2 ? { ...document, context_length: i } : document));
    recordBatch(
      ledger,
      [0, 1].map((i) => snapshot(hour(i), list(i))),
    );
    const [small] = [models(3)];
    record(ledger, { ...snapshot(hour(2), small), isAccepted: true });
    expect(rows(ledger, 'SELECT bodies FROM archive_packs')).toEqual([[2], [1]]);
    expectBack(ledger, bodiesOf(list(0), list(1), small));
  });

  it('keeps the few new bytes of a large list beside it', async () => {
    const ledger = await newLedger(':memory:');
    const wide = Array.from({ length: 3 }, (_, i) => documentOf(`large/${i}`, { description: ' '.repeat(3 << 20) }));
    const lists = Array.from({ length: 6 }, (_, i) => [...wide, documentOf('n/1', { context_length: i })]);
    recordAll(ledger, ...lists);
    const [one = Buffer.alloc(0)] = bodiesOf(lists[0]);
    const [[bodies, bytes] = []] = rows(ledger, 'SELECT bodies, bytes FROM archive_packs');
    expect(bodies).toBe(6);
    expect(Number(bytes) - one.length).toBeLessThan(5 * 1000);
    expectBack(ledger, bodiesOf(...lists));
  });

  it('is read while another process records', async () => {
    const ledger = await newLedger();
    const lists = Array.from({ length: 20 }, (_, i) => models(5, { context_length: 1000 + i }));
    const reader = new Archive(ledger);
    lists.forEach((list, i) => {
      record(ledger, snapshot(hour(i), list));
      for (const body of bodiesOf(...lists.slice(0, i + 1))) expect(reader.get(hashOf(body)).equals(body)).toBe(true);
    });
  });

  it('says which body it lacks', async () => {
    const ledger = await newLedger();
    expect(() => new Archive(ledger).get('0'.repeat(64))).toThrow(`The archive lacks the body ${'0'.repeat(64)}.`);
  });
});

describe('damage', () => {
  const lists = Array.from({ length: 6 }, (_, i) => models(8, { context_length: i, description: `words ${i * 7919}` }));

  it('of any byte of any pack is found', async () => {
    const ledger = await newLedger(':memory:');
    recordAll(ledger, ...lists);
    const columns = ['data', 'ranges'] as const;
    const pieces = columns.flatMap((column) =>
      ledger.sqlite
        .prepare<[], { id: number; bytes: Buffer }>(`SELECT id, ${column} AS bytes FROM archive_packs`)
        .all()
        .map((pack) => ({
          ...pack,
          put: ledger.sqlite.prepare(`UPDATE archive_packs SET ${column} = ? WHERE id = ?`),
        })),
    );
    const flip = fc.record({ pack: fc.constantFrom(...pieces), at: fc.nat(), bit: fc.nat({ max: 7 }) });
    fc.assert(
      fc.property(flip, ({ pack, at, bit }) => {
        const damaged = Buffer.from(pack.bytes);
        const i = at % damaged.length;
        damaged[i] = (damaged[i] ?? 0) ^ (1 << bit);
        pack.put.run(damaged, pack.id);
        // A bit that no body depends on may flip in vain; a wrong body never comes back.
        for (const body of bodiesOf(...lists)) {
          const hash = hashOf(body);
          let back: Buffer | undefined;
          try {
            back = new Archive(ledger).get(hash);
          } catch (error) {
            expect(String(error)).toBe(`DataFileError: The archived body ${hash} is damaged.`);
          }
          expect(back === undefined || back.equals(body)).toBe(true);
        }
        pack.put.run(pack.bytes, pack.id);
      }),
      { numRuns: 120 },
    );
  });

  it('of where a body stands is found', async () => {
    const ledger = await newLedger();
    recordAll(ledger, ...lists);
    const newest = hashOf(bodiesOf(lists[5])[0] ?? Buffer.alloc(0));
    for (const spoil of ['start = start + 1', 'bytes = bytes - 1', 'bytes = bytes + 1', 'pack = 99']) {
      ledger.sqlite.exec(`PRAGMA foreign_keys = OFF; SAVEPOINT s; UPDATE archive SET ${spoil} WHERE id = 6`);
      expect(() => new Archive(ledger).get(newest)).toThrow(`The archived body ${newest} is damaged.`);
      ledger.sqlite.exec('ROLLBACK TO s; RELEASE s');
    }
    expectBack(ledger, bodiesOf(...lists));
  });

  it('of a rejected body that was cut, which its hash does not prove, is found', async () => {
    const ledger = await newLedger();
    const body = Buffer.concat([Buffer.from('<'), randomBytes(1 << 20)]);
    recordAll(ledger, lists[0] ?? [], body, lists[1] ?? []);
    expect(new Archive(ledger).get(hashOf(body)).equals(body.subarray(0, 1 << 20))).toBe(true);
    // By another program: what this one writes renews the checksums, as long as they were whole.
    const other = new Database(ledger.file);
    const expectDamaged = (): void =>
      expect(() => new Archive(ledger).get(hashOf(body))).toThrow(`The archived body ${hashOf(body)} is damaged.`);
    for (const [spoil, mend] of [
      ['start = start - 1', 'start = start + 1'],
      ['bytes = bytes - 1', 'bytes = bytes + 1'],
    ]) {
      other.exec(`UPDATE archive SET ${spoil} WHERE cut = 1`);
      expectDamaged();
      other.exec(`UPDATE archive SET ${mend} WHERE cut = 1`);
      expect(new Archive(ledger).get(hashOf(body)).equals(body.subarray(0, 1 << 20))).toBe(true);
    }
    const data = other.prepare<[], Buffer>('SELECT data FROM archive_packs').pluck().get() ?? Buffer.alloc(0);
    data[data.length >> 1] = (data[data.length >> 1] ?? 0) ^ 1;
    other.prepare('UPDATE archive_packs SET data = ?').run(data);
    other.close();
    expectDamaged();
    // Nor after a run has put a body behind it.
    record(ledger, snapshot(hour(9), '<'));
    expectDamaged();
  });
});

it('bytes of any length come back from compression', () => {
  for (const length of [0, 1, 1000, 100_000]) {
    const bytes = randomBytes(length);
    expect(decompress(compress(bytes), length).equals(bytes)).toBe(true);
  }
});
