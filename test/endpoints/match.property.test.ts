import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../src/core/endpoints/answer.ts';
import type { KnownEndpoint } from '../../src/core/endpoints/cheapestPairs.ts';
import type { Endpoint } from '../../src/core/endpoints/endpoint.ts';
import { matchEndpoints } from '../../src/core/endpoints/match.ts';
import { endpointOf } from './world.ts';

/** A twin: its prompt price in millionths, and its context length. */
type Twin = readonly [price: number, context: number];

function read(twins: readonly Twin[]): readonly Endpoint[] {
  const endpoints = twins.map(([price, context]) =>
    endpointOf('P', (price / 1e6).toFixed(7), { context_length: context }),
  );
  return readAnswer(Buffer.from(JSON.stringify({ data: { id: 'a/1', endpoints } })), 'a/1').endpoints;
}

const known = (twins: readonly Twin[]): KnownEndpoint[] =>
  read(twins).map((endpoint) => ({ endpoint, presence: 'listed' }));

/** What one way of pairing costs, told plainly: how many fields changed, then how far they moved. */
function costOf(pairs: readonly (readonly [Twin, Twin])[]): readonly [number, number] {
  let [fields, moves] = [0, 0];
  for (const [before, after] of pairs) {
    for (const i of [0, 1] as const) {
      if (before[i] === after[i]) continue;
      fields += 1;
      moves += Math.abs(Math.log(after[i] / before[i]));
    }
  }
  return [fields, moves];
}

/** Every way of pairing as many as there can be. */
function* allWays(before: readonly Twin[], after: readonly Twin[]): Generator<(readonly [Twin, Twin])[]> {
  if (before.length > after.length) {
    for (const way of allWays(after, before)) yield way.map(([a, b]) => [b, a] as const);
    return;
  }
  const [first, ...rest] = before;
  if (first === undefined) {
    yield [];
    return;
  }
  for (let i = 0; i < after.length; i += 1) {
    const chosen = after[i];
    if (chosen === undefined) continue;
    for (const way of allWays(rest, [...after.slice(0, i), ...after.slice(i + 1)])) yield [[first, chosen], ...way];
  }
}

/** Equal ones first, by hand. */
function withoutEquals(before: readonly Twin[], after: readonly Twin[]): [Twin[], Twin[]] {
  const left = [...before];
  const now = after.filter((twin) => {
    const at = left.findIndex((other) => String(other) === String(twin));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return [left, now];
}

const same = ([a, b]: readonly [number, number], [c, d]: readonly [number, number]): boolean =>
  a === c && Math.abs(b - d) < 1e-9;

const twins = fc.array(fc.tuple(fc.constantFrom(1, 2, 3, 5, 8), fc.constantFrom(10, 20, 40)), { maxLength: 4 });
const nameOf = (endpoint: Endpoint): string => endpoint.identity;
const pairName = ([before, after]: readonly [Twin, Twin]): string =>
  `${read([before]).map(nameOf)} -> ${read([after]).map(nameOf)}`;

describe('twins', () => {
  it('are paired as a plain search through all ways pairs them, and doubted where it finds another way as good', () => {
    fc.assert(
      fc.property(twins, twins, (before, after) => {
        const [left, now] = withoutEquals(before, after);
        const ways = [...allWays(left, now)];
        const best = ways.map(costOf).sort(([a, b], [c, d]) => a - c || b - d)[0] ?? [0, 0];
        const bestWays = ways.filter((way) => same(costOf(way), best)).map((way) => way.map(pairName).sort());
        const { pairs, fresh, missing } = matchEndpoints(known(before), { endpoints: read(after), broken: [] });
        const changed = pairs.filter(({ known: { endpoint }, endpoint: to }) => endpoint.identity !== to.identity);
        const names = changed.map(({ known: { endpoint }, endpoint: to }) => `${nameOf(endpoint)} -> ${nameOf(to)}`);
        expect(bestWays.map(String)).toContain(String([...names].sort()));
        expect(changed.map(({ isAmbiguous }) => isAmbiguous)).toEqual(
          names.map((name) => bestWays.some((way) => !way.includes(name))),
        );
        expect([pairs.length + fresh.length, pairs.length + missing.length]).toEqual([after.length, before.length]);
        expect(pairs.length).toBe(Math.min(before.length, after.length));
      }),
      { numRuns: 400 },
    );
  });

  it('that only change places change nothing', () => {
    fc.assert(
      fc.property(
        twins.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([before, after]) => {
          const { pairs, fresh, missing, kept } = matchEndpoints(known(before), { endpoints: read(after), broken: [] });
          expect(pairs.every(({ known: one, endpoint }) => one.endpoint.identity === endpoint.identity)).toBe(true);
          expect([pairs.length, fresh, missing, kept]).toEqual([before.length, [], [], []]);
        },
      ),
    );
  });
});
