import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readModelList } from '../../src/core/reading/list.ts';
import { findShared } from '../../src/core/reading/shared.ts';
import { documentOf } from './documents.ts';

const bodyOf = (documents: readonly unknown[]): Buffer => Buffer.from(JSON.stringify({ data: documents }));

function sharedBytes(before: Buffer, after: Buffer): number {
  const known = readModelList(before);
  const list = readModelList(after, known);
  let done = 0;
  let bytes = 0;
  for (const range of findShared(list, known)) {
    expect(range.at).toBeGreaterThanOrEqual(done);
    expect(
      after.subarray(range.at, range.at + range.bytes).equals(before.subarray(range.from, range.from + range.bytes)),
    ).toBe(true);
    done = range.at + range.bytes;
    bytes += range.bytes;
  }
  expect(done).toBeLessThanOrEqual(after.length);
  return bytes;
}

const model = (i: number, more = {}) => documentOf(`m/${i}`, { description: `about ${i}`, ...more });
const models = (count: number) => Array.from({ length: count }, (_, i) => model(i));

describe('what two lists have in common', () => {
  it('is all entries of the same list, and none of another', () => {
    const body = bodyOf(models(9));
    expect(sharedBytes(body, body)).toBe(body.length - '{"data":[]}'.length);
    expect(sharedBytes(body, bodyOf([documentOf('other/1')]))).toBe(0);
  });

  it('is the list around a new entry, a gone one and one in another place', () => {
    const list = models(9);
    const [first, ...others] = list;
    const one = bodyOf([model(4)]).length - '{"data":[]}'.length;
    const around = (documents: readonly unknown[]) => bodyOf(documents).length - '{"data":[]}'.length;
    expect(sharedBytes(bodyOf(list), bodyOf([...list.slice(0, 4), model(99), ...list.slice(4)]))).toBe(
      around(list) - 1,
    );
    expect(sharedBytes(bodyOf(list), bodyOf(others))).toBe(around(others));
    expect(sharedBytes(bodyOf(list), bodyOf([...others, first]))).toBe(around(list) - 1);
    expect(
      sharedBytes(bodyOf(list), bodyOf(list.map((document, i) => (i === 4 ? model(4, { x: 1 }) : document)))),
    ).toBe(around(list) - one - 2);
  });

  it('is an entry around its benchmarks', () => {
    const rated = (elo: number) => bodyOf(models(3).map((document) => ({ ...document, benchmarks: { elo } })));
    const whole = rated(1).length - '{"data":[]}'.length;
    expect(sharedBytes(rated(1), rated(1200))).toBe(whole - 3 * '{"elo":1}'.length);
  });

  it('is true, whatever the lists are', () => {
    const entry = fc.record({
      i: fc.nat({ max: 9 }),
      more: fc.constantFrom({}, { x: 1 }, { benchmarks: 1 }, { benchmarks: 22 }),
    });
    const list = fc
      .array(entry, { minLength: 1, maxLength: 12 })
      .map((all) => all.map(({ i, more }) => model(i, more)));
    const spaced = fc.constantFrom(0, 1, 3);
    fc.assert(
      fc.property(list, list, spaced, spaced, (before, after, a, b) => {
        const [one, other] = [
          Buffer.from(JSON.stringify(before, null, a)),
          Buffer.from(JSON.stringify(after, null, b)),
        ];
        try {
          readModelList(one);
          readModelList(other);
        } catch {
          fc.pre(false);
        }
        sharedBytes(one, other);
      }),
    );
  });
});
