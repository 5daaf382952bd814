import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Archive } from '../../src/ledger/archive/archive.ts';
import { compress, decompress } from '../../src/ledger/archive/compress.ts';
import { hashOf } from '../../src/ledger/archive/hash.ts';
import { record } from '../../src/ledger/record/record.ts';
import type { Ledger } from '../../src/ledger/store/open.ts';
import { documentOf } from '../core/documents.ts';
import { newLedger, recordAll, recordBatch, rows } from './ledgers.ts';
import { hour, snapshot } from './snapshots.ts';

const models = (count: number, more = {}) => Array.from({ length: count }, (_, i) => documentOf(`m/${i}`, more));
const bodiesOf = (...lists: unknown[]): Buffer[] => lists.map((list) => Buffer.from(JSON.stringify({ data: list })));

const sum = (bodies: readonly Buffer[]): number => bodies.reduce((total, { length }) => total + length, 0);

/** Every body comes back from an archive that has nothing at hand. */
function expectBack(ledger: Ledger, bodies: readonly Buffer[]): void {
  for (const body of bodies) expect(new Archive(ledger).get(hashOf(body)).equals(body)).toBe(true);
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

  it('gathers the bodies of eight runs, and puts them behind those before, until a pack has 64', async () => {
    const ledger = await newLedger(':memory:');
    const lists = Array.from({ length: 82 }, (_, i) => models(5, { context_length: i }));
    const sizes = lists.map((list, i) => {
      record(ledger, snapshot(hour(i), list));
      return rows(ledger, 'SELECT bodies FROM archive_packs ORDER BY id').flat();
    });
    expect([0, 6, 7, 8, 14, 15, 16, 62, 63, 64, 71, 72, 79, 80].map((i) => sizes[i])).toEqual([
      ...[[1], [7], [8], [8, 1], [8, 7], [16], [16, 1]],
      ...[[56, 7], [64], [64, 1], [64, 8], [64, 8, 1], [64, 16], [64, 16, 1]],
    ]);
    expect(rows(ledger, 'SELECT id, bodies, bytes FROM archive_packs')).toEqual([
      [1, 64, sum(bodiesOf(...lists.slice(0, 64)))],
      [2, 16, sum(bodiesOf(...lists.slice(64, 80)))],
      [3, 2, sum(bodiesOf(...lists.slice(80)))],
    ]);
    expect(rows(ledger, 'SELECT pack, start FROM archive WHERE id IN (1, 2, 64, 65, 80, 82)')).toEqual([
      [1, 0],
      [1, sum(bodiesOf(lists[0]))],
      [1, sum(bodiesOf(...lists.slice(0, 63)))],
      [2, 0],
      [2, sum(bodiesOf(...lists.slice(64, 79)))],
      [3, sum(bodiesOf(lists[80]))],
    ]);
    expectBack(ledger, bodiesOf(...lists));
  });

  it('packs what one batch records together', async () => {
    const lists = Array.from({ length: 90 }, (_, i) => models(5, { context_length: i }));
    const ledger = await newLedger(':memory:');
    const batch = (from: number, to: number) =>
      recordBatch(
        ledger,
        lists.slice(from, to).map((list, i) => snapshot(hour(from + i), list)),
      );
    batch(0, 70);
    expect(rows(ledger, 'SELECT bodies FROM archive_packs')).toEqual([[64], [6]]);
    batch(70, 72);
    batch(72, 90);
    expect(rows(ledger, 'SELECT bodies FROM archive_packs')).toEqual([[64], [26]]);
    expectBack(ledger, bodiesOf(...lists));
  });

  it('has all of a pack that was read before it was filled up', async () => {
    const ledger = await newLedger(':memory:');
    const lists = Array.from({ length: 72 }, (_, i) => models(5, { context_length: i }));
    const batch = (...hours: number[]) =>
      recordBatch(
        ledger,
        hours.map((i) => snapshot(hour(i), lists[i] ?? [])),
      );
    batch(0, ...Array.from({ length: 50 }, (_, i) => i + 22));
    // Older ones, which are compared with a list of the pack behind which they come.
    batch(...Array.from({ length: 11 }, (_, i) => i + 1));
    expect(rows(ledger, 'SELECT bodies FROM archive_packs')).toEqual([[62]]);
    batch(...Array.from({ length: 10 }, (_, i) => i + 12));
    expect(rows(ledger, 'SELECT bodies FROM archive_packs')).toEqual([[62], [10]]);
    expectBack(ledger, bodiesOf(...lists));
  });

  it('begins a new pack rather than one of more than 32 MiB, but takes any body', async () => {
    const ledger = await newLedger(':memory:');
    const wide = [...models(9), documentOf('large/1', { description: ' '.repeat(3 << 20) })];
    const lists = Array.from({ length: 12 }, (_, i) => [...wide, documentOf('n/1', { context_length: i })]);
    recordAll(ledger, ...lists);
    expect(rows(ledger, 'SELECT bodies FROM archive_packs')).toEqual([[8], [4]]);
    expectBack(ledger, bodiesOf(...lists));
  });

  it('is read while another process records, puts packs together and takes their numbers again', async () => {
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
    const packs = ledger.sqlite.prepare<[], { id: number; data: Buffer }>('SELECT id, data FROM archive_packs').all();
    const put = ledger.sqlite.prepare('UPDATE archive_packs SET data = ? WHERE id = ?');
    const flip = fc.record({ pack: fc.constantFrom(...packs), at: fc.nat(), bit: fc.nat({ max: 7 }) });
    fc.assert(
      fc.property(flip, ({ pack, at, bit }) => {
        const damaged = Buffer.from(pack.data);
        const i = at % damaged.length;
        damaged[i] = (damaged[i] ?? 0) ^ (1 << bit);
        put.run(damaged, pack.id);
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
        put.run(pack.data, pack.id);
      }),
      { numRuns: 80 },
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
});

it('bytes of any length come back from compression', () => {
  for (const length of [0, 1, 1000, 100_000]) {
    const bytes = randomBytes(length);
    expect(decompress(compress(bytes), length).equals(bytes)).toBe(true);
  }
});
