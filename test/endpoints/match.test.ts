import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../src/core/endpoints/answer.ts';
import type { KnownEndpoint } from '../../src/core/endpoints/cheapestPairs.ts';
import { compareEndpoints } from '../../src/core/endpoints/compare.ts';
import { matchEndpoints } from '../../src/core/endpoints/match.ts';
import { endpointOf, type Json } from './world.ts';

function read(endpoints: readonly unknown[]) {
  return readAnswer(Buffer.from(JSON.stringify({ data: { id: 'a/1', endpoints } })), 'a/1');
}

function match(before: readonly Json[], after: readonly unknown[], presence: KnownEndpoint['presence'] = 'listed') {
  const known = read(before).endpoints.map((endpoint) => ({ endpoint, presence }));
  const { pairs, fresh, missing, kept } = matchEndpoints(known, read(after));
  return {
    changes: pairs.flatMap(({ known: { endpoint }, endpoint: now, isAmbiguous }) =>
      compareEndpoints(endpoint, now).map(
        ({ type, field, before: old, after: to }) =>
          `${type} ${field} ${old} -> ${to}${isAmbiguous ? ' ambiguous' : ''}`,
      ),
    ),
    fresh: fresh.map(({ label }) => label.provider),
    missing: missing.map(({ endpoint }) => endpoint.label.provider),
    kept: kept.map(({ endpoint }) => endpoint.label.provider),
  };
}

const NOTHING = { changes: [], fresh: [], missing: [], kept: [] };
const twin = (prompt: string, more: Json = {}): Json => endpointOf('P', prompt, more);

describe('which endpoint is which', () => {
  it('one cheaper and one dearer twin are two changes, and no doubt is left', () => {
    expect(match([twin('0.10'), twin('0.20')], [twin('0.21'), twin('0.09')])).toEqual({
      ...NOTHING,
      changes: ['repriced pricing.prompt 0.2 -> 0.21', 'repriced pricing.prompt 0.1 -> 0.09'],
    });
  });

  it('twins that were alike, one of which changed, are one change', () => {
    expect(match([twin('0.10'), twin('0.10')], [twin('0.12'), twin('0.10')])).toEqual({
      ...NOTHING,
      changes: ['repriced pricing.prompt 0.1 -> 0.12'],
    });
  });

  it('twins that both became dearer may be either: that is said', () => {
    expect(match([twin('10'), twin('11')], [twin('12'), twin('13')])).toEqual({
      ...NOTHING,
      changes: ['repriced pricing.prompt 10 -> 12 ambiguous', 'repriced pricing.prompt 11 -> 13 ambiguous'],
    });
  });

  it('a twin that left took the price that is not there any more', () => {
    expect(match([twin('1'), twin('2')], [twin('2')])).toEqual({ ...NOTHING, missing: ['P'] });
  });

  it('telemetry and the order of keys are nothing', () => {
    const { status: _, ...rest } = twin('1');
    expect(match([twin('1')], [{ ...rest, uptime_last_5m: 3, status: -2, perf_p90: [1] }])).toEqual(NOTHING);
    expect(match([twin('1')], [Object.fromEntries(Object.entries(twin('1')).reverse())])).toEqual(NOTHING);
  });

  it('a precision that is named is a change, whatever the price does', () => {
    const after = { ...twin('2'), tag: 'p/int4', quantization: 'int4' };
    expect(match([twin('1')], [after])).toEqual({
      ...NOTHING,
      changes: ['repriced pricing.prompt 1 -> 2', 'updated tag p -> p/int4', 'updated quantization fp8 -> int4'],
    });
  });

  it('a provider that is renamed stays the same; another one with another price does not', () => {
    const renamed = { ...twin('1'), name: 'Q | a/1', provider_name: 'Q', tag: 'q' };
    expect(match([twin('1')], [renamed]).changes).toEqual([
      'updated name P | a/1 -> Q | a/1',
      'updated provider_name P -> Q',
      'updated tag p -> q',
    ]);
    expect(match([twin('1')], [endpointOf('Q', '2')])).toEqual({ ...NOTHING, fresh: ['Q'], missing: ['P'] });
  });

  it('one that could not be read stands for the one with its label; one without a label for any', () => {
    const broken = twin('free');
    expect(match([twin('1'), endpointOf('Q', '1')], [broken])).toEqual({ ...NOTHING, kept: ['P'], missing: ['Q'] });
    expect(match([twin('1'), endpointOf('Q', '1')], ['?'])).toEqual({ ...NOTHING, kept: ['P', 'Q'] });
    expect(match([twin('1'), twin('5')], [broken, twin('4')])).toEqual({
      ...NOTHING,
      kept: ['P'],
      changes: ['repriced pricing.prompt 5 -> 4'],
    });
  });

  it('one that left comes back as itself', () => {
    expect(match([twin('1')], [twin('2')], 'removed').changes).toEqual(['repriced pricing.prompt 1 -> 2']);
  });
});
