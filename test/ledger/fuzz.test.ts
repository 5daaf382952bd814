import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openForWriting } from '../../src/ledger/store/open.ts';
import { rebuild, record } from '../ledgers.ts';
import { SAMPLES } from '../program/program.ts';
import { times } from '../thorough.ts';
import { rows } from './ledgers.ts';
import { hour, snapshot } from './snapshots.ts';

/** The shipped answers as bodies; a failure prints the seed and the mutation with which it can be had again. */
const BODIES = SAMPLES.map((path) => readFileSync(path));
const ROUNDS = times(50, 500);

/** One cut, overwrite, doubling or exchange of bytes; places are shares of the length. */
type ByteChange = readonly [
  kind: 'cut' | 'drop' | 'overwrite' | 'double' | 'insert',
  from: number,
  length: number,
  bytes: Uint8Array,
];

const byteChange: fc.Arbitrary<ByteChange> = fc.tuple(
  fc.constantFrom('cut', 'drop', 'overwrite', 'double', 'insert'),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.nat({ max: 3000 }),
  fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 8 }),
    fc
      .constantFrom(
        '"',
        '}',
        ']',
        ',',
        '{',
        '[',
        ':',
        '\\',
        '0',
        '-',
        'null',
        '\u0000',
        '\ud83d\ude00',
        '\\ud800',
        '1e999',
        '"id":1,',
      )
      .map((text) => Buffer.from(text)),
  ),
);

function changeBytes(body: Buffer, [kind, share, length, bytes]: ByteChange): Buffer {
  const from = Math.floor(share * body.length);
  const [head, middle, tail] = [
    body.subarray(0, from),
    body.subarray(from, from + length),
    body.subarray(from + length),
  ];
  switch (kind) {
    case 'cut':
      return head;
    case 'drop':
      return Buffer.concat([head, tail]);
    case 'double':
      return Buffer.concat([head, middle, middle, tail]);
    case 'insert':
      return Buffer.concat([head, bytes, middle, tail]);
    case 'overwrite':
      return Buffer.concat([head, bytes, body.subarray(from + bytes.length)]);
  }
}

/** What may come to stand where a value stood. */
const oddValue = fc.oneof(
  fc.json({ maxDepth: 3 }).map((text): unknown => JSON.parse(text)),
  fc.constantFrom<unknown>(
    null,
    '',
    '0',
    '-0',
    '-1',
    '1e400',
    '0x10',
    ' 1 ',
    'NaN',
    1e300,
    -1,
    0.1,
    [],
    {},
    '\u0000',
    '\ud800',
    '__proto__',
    { __proto__: 1 },
    'constructor',
    '9'.repeat(400),
    { '\u0000exact': '1' },
    [{ prompt: '1' }],
    [{ utc_start: 100, utc_end: 400, prompt: '1' }],
    '../../etc/x',
    '\u202e\u001b[2J',
  ),
);

interface Edit {
  /** Which node of the tree is changed, counted round and round. */
  readonly at: number;
  readonly kind: 'set' | 'delete' | 'rename' | 'duplicate';
  readonly value: unknown;
  readonly key: string;
}
const edit: fc.Arbitrary<Edit> = fc.record({
  // Spread wide, because small numbers are tried most, and the first nodes hold the whole list.
  at: fc.integer({ min: 1, max: 1_000_000 }).map((n) => n * 7919),
  kind: fc.constantFrom('set', 'set', 'delete', 'rename', 'duplicate'),
  value: oddValue,
  key: fc.oneof(
    fc.string({ maxLength: 6 }),
    fc.constantFrom('id', 'pricing', 'data', '__proto__', 'overrides', 'a.b', '\ud800', '\u0000'),
  ),
});

type Slot = readonly [holder: Record<string, unknown> | unknown[], key: string];

function slotsOf(value: unknown): Slot[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder: Slot[0] = Array.isArray(value) ? value : Object(value);
  return Object.entries(holder).flatMap(([key, inner]): Slot[] => [[holder, key], ...slotsOf(inner)]);
}

function editTree(body: Buffer, edits: readonly Edit[]): Buffer {
  const tree: unknown = JSON.parse(body.toString());
  for (const { at, kind, value, key } of edits) {
    const slots = slotsOf(tree);
    const slot = slots[at % slots.length];
    if (slot === undefined) break;
    const [holder, name] = slot;
    if (kind === 'set') Reflect.set(holder, name, value);
    else if (kind === 'delete' && Array.isArray(holder)) holder.splice(Number(name), 1);
    else if (kind === 'delete') Reflect.deleteProperty(holder, name);
    else if (Array.isArray(holder)) holder.push(Reflect.get(holder, name));
    else Reflect.set(holder, key, Reflect.get(holder, name));
  }
  return Buffer.from(JSON.stringify(tree));
}

const index = fc.nat({ max: BODIES.length - 1 });
/** Mostly of the structure: most changes of bytes leave no JSON. */
const mutation = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ body: index, edits: fc.array(edit, { maxLength: 6 }), changes: fc.constant([]) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      body: index,
      edits: fc.constant([]),
      changes: fc.array(byteChange, { minLength: 1, maxLength: 2 }),
    }),
  },
);
interface Mutation {
  readonly body: number;
  readonly edits: readonly Edit[];
  readonly changes: readonly ByteChange[];
}

const bodyOf = (n: number): Buffer => BODIES[n] ?? Buffer.alloc(0);

function mutate({ body, edits, changes }: Mutation): Buffer {
  return changes.reduce(changeBytes, edits.length === 0 ? bodyOf(body) : editTree(bodyOf(body), edits));
}

test('a mutated answer is recorded, held or rejected, and takes away nothing that stands in its text', async () => {
  const report = await fc.check(
    fc.asyncProperty(index, fc.array(mutation, { minLength: 1, maxLength: 3 }), async (first, mutations) => {
      const ledger = await openForWriting(':memory:');
      try {
        record(ledger, snapshot(hour(0), bodyOf(first)));
        mutations
          .map((one) => mutate(one))
          .forEach((body, n) => {
            const recorded = record(ledger, snapshot(hour(n + 1), body));
            const events = rows(ledger, `SELECT type, model_id FROM change_events WHERE run_id = ${recorded.runId}`);
            const isRefused = recorded.status === 'rejected' || recorded.status === 'held';
            expect(isRefused ? events : []).toEqual([]);
            const text = body.toString();
            const gone = events.filter(([type]) => type === 'removed').map(([, id]) => String(id));
            expect(gone.filter((id) => text.includes(`"id":${JSON.stringify(id)}`))).toEqual([]);
          });
        const before = rows(
          ledger,
          'SELECT model_id, component, condition, price, valid_from, valid_to FROM pricing_history ORDER BY 1, 2, 3, 5',
        );
        await rebuild(ledger);
        expect(
          rows(
            ledger,
            'SELECT model_id, component, condition, price, valid_from, valid_to FROM pricing_history ORDER BY 1, 2, 3, 5',
          ),
        ).toEqual(before);
        expect(rows(ledger, 'PRAGMA foreign_key_check')).toEqual([]);
      } finally {
        ledger.close();
      }
    }),
    { numRuns: ROUNDS },
  );
  console.info(`mutated answers: seed ${report.seed}`);
  if (report.failed) throw new Error(fc.defaultReportMessage(report)?.slice(0, 3000), { cause: report.errorInstance });
});
