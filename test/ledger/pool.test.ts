import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SharedRange } from '../../src/core/reading/shared.ts';
import { Pool } from '../../src/ledger/archive/pool.ts';

/** A body, and which of it stand in an earlier one: told only where it is true. */
interface Step {
  readonly body: Buffer;
  readonly base: number;
  readonly shared: readonly SharedRange[];
}

/** Each body is made of pieces of an earlier one and of new bytes. */
const plans = fc.array(
  fc.record({
    base: fc.nat(),
    pieces: fc.array(
      fc.oneof(
        fc.record({ from: fc.nat(), bytes: fc.nat({ max: 400 }) }),
        fc.uint8Array({ maxLength: 200 }).map((fresh) => ({ fresh })),
      ),
      { maxLength: 6 },
    ),
  }),
  { minLength: 1, maxLength: 12 },
);

function toSteps(plan: typeof plans extends fc.Arbitrary<infer T> ? T : never): Step[] {
  const steps: Step[] = [];
  for (const { base, pieces } of plan) {
    const of = steps.length === 0 ? undefined : base % steps.length;
    const other = of === undefined ? Buffer.alloc(0) : (steps[of]?.body ?? Buffer.alloc(0));
    const shared: SharedRange[] = [];
    const parts: Uint8Array[] = [];
    let at = 0;
    for (const piece of pieces) {
      const from = 'fresh' in piece ? 0 : piece.from % (other.length + 1);
      const part = 'fresh' in piece ? piece.fresh : other.subarray(from, from + piece.bytes);
      if (!('fresh' in piece) && part.length > 0) shared.push({ at, from, bytes: part.length });
      parts.push(part);
      at += part.length;
    }
    const start = steps.slice(0, of).reduce((sum, { body }) => sum + body.length, 0);
    steps.push({ body: Buffer.concat(parts), base: start, shared });
  }
  return steps;
}

test('every body comes back, also after the pool was written and read again', () => {
  fc.assert(
    fc.property(plans, fc.nat({ max: 12 }), (plan, pause) => {
      const steps = toSteps(plan);
      let pool = new Pool();
      steps.forEach(({ body, base, shared }, i) => {
        if (i === pause) pool = new Pool(Buffer.from(pool.bytes), pool.ranges);
        pool.add(body, base, shared);
      });
      const read = new Pool(Buffer.from(pool.bytes), pool.ranges);
      let start = 0;
      for (const { body } of steps) {
        expect(pool.read(start, body.length).equals(body)).toBe(true);
        expect(read.read(start, body.length).equals(body)).toBe(true);
        start += body.length;
      }
      expect([pool.length, read.length]).toEqual([start, start]);
    }),
  );
});

test('a body that has not in common what is said is not taken', () => {
  const add = (letter: string, from: number): void => {
    const pool = new Pool();
    pool.add(Buffer.alloc(300, 'a'));
    pool.add(Buffer.alloc(300, letter), 0, [{ at: 0, from, bytes: 300 }]);
  };
  expect(() => add('b', 0)).toThrow('Packed bodies do not come back as they were.');
  expect(() => add('a', 1)).toThrow('the pack is too short');
});

test('what ranges tell of and the bytes lack is not made up', () => {
  const ranges = Buffer.alloc(8);
  ranges.writeUInt32LE(90, 0);
  ranges.writeUInt32LE(20, 4);
  expect(() => new Pool(Buffer.alloc(100), ranges).read(0, 20)).toThrow('less than its ranges tell of');
});
