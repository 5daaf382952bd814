import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readModelList } from '../../src/core/reading/list.ts';
import { Archive } from '../../src/ledger/archive/archive.ts';
import { compress, decompress } from '../../src/ledger/archive/compress.ts';
import { applyDelta, makeDelta } from '../../src/ledger/archive/delta.ts';
import { hashOf } from '../../src/ledger/archive/hash.ts';
import { Recorder } from '../../src/ledger/record/record.ts';
import type { Ledger } from '../../src/ledger/store/open.ts';
import { documentOf } from '../core/documents.ts';
import { newLedger, recordAll, rows } from './ledgers.ts';
import { hour, snapshot } from './snapshots.ts';

const models = (count: number, more = {}) => Array.from({ length: count }, (_, i) => documentOf(`m/${i}`, more));
const bodiesOf = (...lists: unknown[]): Buffer[] => lists.map((list) => Buffer.from(JSON.stringify({ data: list })));

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

  it('tells each list from the one before it', async () => {
    const ledger = await newLedger();
    recordAll(ledger, ...[1, 2, 3].map((n) => models(30, { context_length: n })));
    expect(rows(ledger, 'SELECT id, base, depth FROM archive')).toEqual([
      [1, null, 0],
      [2, 1, 1],
      [3, 2, 2],
    ]);
  });

  it('begins a new chain where telling costs more than ten bodies', async () => {
    const ledger = await newLedger();
    const noise = Array.from({ length: 16 }, () => models(4, { description: randomBytes(2000).toString('hex') }));
    recordAll(ledger, ...noise);
    const chains = rows(ledger, 'SELECT depth FROM archive ORDER BY id').flat();
    expect([chains[0], chains[1], chains.lastIndexOf(0) > 0]).toEqual([0, 1, true]);
    expectBack(ledger, bodiesOf(...noise));
  });

  it('joins the packs of 32 single runs, and every body still comes back', async () => {
    const ledger = await newLedger(':memory:');
    const lists = Array.from({ length: 34 }, (_, i) => models(5, { context_length: i }));
    recordAll(ledger, ...lists.slice(0, 32));
    expect(rows(ledger, 'SELECT deltas, count(*) FROM archive_packs GROUP BY deltas')).toEqual([
      [0, 1],
      [1, 31],
    ]);
    new Recorder(ledger).record([snapshot(hour(32), lists[32] ?? [])]);
    expect(rows(ledger, 'SELECT deltas, count(*) FROM archive_packs GROUP BY deltas')).toEqual([
      [0, 1],
      [32, 1],
    ]);
    new Recorder(ledger).record([snapshot(hour(33), lists[33] ?? [])]);
    expectBack(ledger, bodiesOf(...lists));
  });

  it('packs what one call records together', async () => {
    const ledger = await newLedger(':memory:');
    const lists = Array.from({ length: 40 }, (_, i) => models(5, { context_length: i }));
    new Recorder(ledger).record(lists.map((list, i) => snapshot(hour(i), list)));
    expect(rows(ledger, 'SELECT deltas FROM archive_packs ORDER BY id')).toEqual([[0], [32], [7]]);
    expectBack(ledger, bodiesOf(...lists));
  });

  it('says which body it lacks', async () => {
    const ledger = await newLedger();
    expect(() => new Archive(ledger).get('0'.repeat(64))).toThrow(`the archive lacks the body ${'0'.repeat(64)}`);
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
            expect(String(error)).toBe(`DataFileError: the archived body ${hash} is damaged`);
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
    for (const spoil of ['start = start + 1', 'length = length - 1', 'bytes = bytes + 1', 'base = 1', 'pack = 99']) {
      ledger.sqlite.exec(`PRAGMA foreign_keys = OFF; SAVEPOINT s; UPDATE archive SET ${spoil} WHERE id = 6`);
      expect(() => new Archive(ledger).get(newest)).toThrow(`the archived body ${newest} is damaged`);
      ledger.sqlite.exec('ROLLBACK TO s; RELEASE s');
    }
    expectBack(ledger, bodiesOf(...lists));
  });

  it('of the copy of the newest list is stepped over', async () => {
    const ledger = await newLedger();
    recordAll(ledger, ...lists);
    ledger.sqlite.prepare('UPDATE archive_head SET data = ?').run(compress(Buffer.from('other'), 2));
    const [body = Buffer.alloc(0)] = bodiesOf(lists[5]);
    expect(new Archive(ledger).getHead(hashOf(body)).equals(body)).toBe(true);
  });
});

describe('a body told from another', () => {
  const text = fc.stringMatching(/^[a-z{}[\]:," ]{0,80}$/);
  const list = fc
    .array(fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), x: text, long: fc.constant('y'.repeat(70)) }), {
      minLength: 1,
      maxLength: 6,
    })
    .chain((entries) =>
      fc.tuple(fc.nat({ max: 2 }), fc.boolean()).map(([space, isBare]) => {
        const good = entries.map((one, i) => ({ ...one, id: `${one.id}/${i}`, pricing: {} }));
        return Buffer.from(JSON.stringify(isBare ? good : { data: good }, null, space));
      }),
    );

  it('is that body, whatever the two are', () => {
    fc.assert(
      fc.property(list, list, (body, base) => {
        const [now, before] = [readModelList(body, readModelList(base)), readModelList(base)];
        expect(applyDelta(makeDelta(now, before), base, body.length).equals(body)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('takes few bytes where little changed', () => {
    const [base = Buffer.alloc(0), body = Buffer.alloc(0)] = bodiesOf(
      models(100),
      models(100).map((one, i) => (i === 50 ? { ...one, context_length: 4097 } : one)),
    );
    const known = readModelList(base);
    expect(makeDelta(readModelList(body, known), known).length).toBeLessThan(24);
  });

  it('is refused where the delta does not fit', () => {
    const [base = Buffer.alloc(0), body = Buffer.alloc(0)] = bodiesOf(models(3), models(4));
    const known = readModelList(base);
    const delta = makeDelta(readModelList(body, known), known);
    expect(() => applyDelta(delta, base.subarray(0, 50), body.length)).toThrow('damaged delta');
    expect(() => applyDelta(delta, base, body.length + 1)).toThrow('damaged delta');
    expect(() => applyDelta(delta.subarray(0, 2), base, body.length)).toThrow('damaged delta');
    expect(() => applyDelta(Buffer.alloc(0), base, body.length)).toThrow('damaged delta');
  });
});

it('bytes of any length come back from compression', () => {
  for (const length of [0, 1, 1000, 100_000]) {
    const bytes = randomBytes(length);
    expect(decompress(compress(bytes, 5)).equals(bytes)).toBe(true);
  }
});
