import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readLifecycle } from '../../../src/core/diff/lifecycle.ts';
import { netLeafChanges, netPriceChanges } from '../../../src/core/diff/netChanges.ts';
import { changeWords } from '../../../src/core/format/eventWords.ts';
import type { PriceRow } from '../../../src/core/pricing/applicablePrice.ts';
import { blendedPrice, readBlend, type Sort, sortOffers } from '../../../src/core/pricing/offerOrder.ts';
import { isFree, type Offer, readPerMillion } from '../../../src/core/pricing/offers.ts';
import { applyOrder, isOrderNeeded, readOrder } from '../../../src/core/pricing/precedence.ts';
import { type TimedPrice, Timetable } from '../../../src/core/pricing/timetable.ts';
import { filterOffers } from '../../../src/core/query/offerFilter.ts';
import { compareAmounts } from '../../../src/core/reading/price.ts';
import { usualGapMs } from '../../../src/core/time/usualGap.ts';

const row = (component: string, price: string | null, condition = ''): PriceRow => {
  return { component, condition, price, dynamic: price === null };
};

describe('a timetable', () => {
  const instant = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
  const periods = fc.array(
    fc.record({
      component: fc.constantFrom('prompt', 'image'),
      from: fc.nat(50),
      length: fc.option(fc.integer({ min: 1, max: 20 })),
    }),
    { maxLength: 12 },
  );

  test('has at every instant exactly the periods that hold it', () => {
    fc.assert(
      fc.property(periods, fc.array(fc.nat(80)), (drawn, minutes) => {
        const timed = drawn.map(({ component, from, length }, index): TimedPrice => {
          const validTo = length === null ? null : instant(from + length);
          return { ...row(component, String(index)), validFrom: instant(from), validTo };
        });
        const timetable = new Timetable(timed);
        for (const minute of minutes) {
          const at = instant(minute);
          expect(timetable.at(at)).toEqual(
            timed.filter(({ validFrom, validTo }) => validFrom <= at && (validTo === null || at < validTo)),
          );
        }
      }),
    );
  });
});

describe('the order of overrides', () => {
  const tiers = [
    row('prompt', '1'),
    row('prompt', '2', 'min_prompt_tokens=10'),
    row('prompt', '3', 'min_prompt_tokens=20'),
  ];
  const at = new Date('2026-01-01T00:00:00Z');

  test('is asked for only where two conditions may hold', () => {
    const needed = (prompt: number): boolean => isOrderNeeded(tiers, new Map([['prompt', prompt]]), at);
    expect([needed(5), needed(15), needed(25)]).toEqual([false, false, true]);
  });

  test('is that of the document', () => {
    const document = JSON.stringify({
      pricing: {
        prompt: '1',
        overrides: [
          { min_prompt_tokens: 20, prompt: '3' },
          { min_prompt_tokens: 10, prompt: '2' },
        ],
      },
    });
    expect(applyOrder(tiers, readOrder(document)).map(({ order }) => order)).toEqual([0, 2, 1]);
  });

  test('is unknown where the document does not say', () => {
    expect(applyOrder(tiers, readOrder('{"id":"a/b"}'))).toEqual(tiers);
  });
});

describe('differences, net', () => {
  const event = (field: string, before: string | null, after: string | null, cause: 'drift' | null = null) => {
    return { type: 'updated', field, before, after, cause };
  };

  test('a leaf that is back differs no more, else first and last are told', () => {
    const events = [event('a', '1', '2'), event('b', null, '1'), event('a', '2', '1'), event('b', '1', '2')];
    expect(netLeafChanges(events)).toEqual([{ ...event('b', null, '2'), changePct: null }]);
  });

  test('drift and then news is news', () => {
    expect(netLeafChanges([event('a', null, '1', 'drift')])[0]?.cause).toBe('drift');
    expect(netLeafChanges([event('a', null, '1', 'drift'), event('a', '1', '2')])[0]?.cause).toBeNull();
  });

  test('prices differ with their cause', () => {
    const after = [row('prompt', null), row('request', '0')];
    expect(netPriceChanges('a/b', [row('prompt', '1')], after, () => null)).toEqual([
      { type: 'repriced', field: 'pricing.prompt', before: '1', after: 'dynamic', cause: null, changePct: null },
      { type: 'updated', field: 'pricing.request', before: null, after: '0', cause: 'zero', changePct: null },
    ]);
  });
});

describe('a life', () => {
  const life = [
    { type: 'added', observedAt: '1', previousObservedAt: null },
    { type: 'repriced', observedAt: '2', previousObservedAt: '1' },
    { type: 'removed', observedAt: '4', previousObservedAt: '3' },
    { type: 'restored', observedAt: '6', previousObservedAt: '5' },
    { type: 'removed', observedAt: '8', previousObservedAt: '7' },
  ];

  test('is told up to an instant', () => {
    expect(readLifecycle(life, '5')).toEqual({
      ...{ firstSeenAt: '1', isOlder: true, listed: false, removedAt: '4', lastSeenAt: '3' },
      absences: [{ from: '4', to: null }],
    });
    expect(readLifecycle(life, '6')).toEqual({
      ...{ firstSeenAt: '1', isOlder: true, listed: true, removedAt: null, lastSeenAt: null },
      absences: [{ from: '4', to: '6' }],
    });
    expect(readLifecycle(life, null).absences).toEqual([
      { from: '4', to: '6' },
      { from: '8', to: null },
    ]);
    expect(readLifecycle(life, '0')).toMatchObject({ firstSeenAt: null, listed: false, removedAt: null, absences: [] });
  });
});

describe('offers', () => {
  const offer = (model: string, prices: PriceRow[], contextLength: number | null = null): Offer => ({
    ...{ model, prices, contextLength, name: null, author: 'a', maxCompletionTokens: null },
    since: `2026-01-01T00:00:00.${String(model.length).padStart(3, '0')}Z`,
    ...{ parameters: [], inputs: [], outputs: [] },
  });

  test('sort by exact prices, what is no number last', () => {
    const offers = [
      offer('a/dynamic', [row('prompt', null)]),
      offer('a/none', []),
      offer('a/more', [row('prompt', '0.00000000000000000000002')]),
      offer('a/less', [row('prompt', '0.00000000000000000000001')]),
      offer('a/ten', [row('prompt', '10')]),
      offer('a/nine', [row('prompt', '9')]),
    ];
    const sorted = (isDescending: boolean) =>
      sortOffers(offers, { sort: 'prompt', isDescending }).map(({ model }) => model.slice(2));
    expect(sorted(false)).toEqual(['less', 'more', 'nine', 'ten', 'dynamic', 'none']);
    expect(sorted(true)).toEqual(['ten', 'nine', 'more', 'less', 'dynamic', 'none']);
  });

  test('sort by completion, blend, context, name and age, either way', () => {
    const offers = [
      offer('a/b', [row('prompt', '1'), row('completion', '9')], 10),
      offer('a/aaa', [row('prompt', '2'), row('completion', '3')], null),
      offer('a/cc', [row('prompt', '4'), row('completion', '1')], 30),
    ];
    const sorted = (sort: Sort, isDescending?: boolean) =>
      sortOffers(offers, { sort, isDescending, blend: { prompt: '3', completion: '1' } }).map(({ model }) =>
        model.slice(2),
      );
    expect(sorted('completion')).toEqual(['cc', 'aaa', 'b']);
    expect(sorted('blend')).toEqual(['aaa', 'b', 'cc']);
    expect(sorted('blend', true)).toEqual(['cc', 'b', 'aaa']);
    expect(sorted('context')).toEqual(['cc', 'b', 'aaa']);
    expect(sorted('context', true)).toEqual(['cc', 'b', 'aaa']);
    expect(sorted('context', false)).toEqual(['b', 'cc', 'aaa']);
    expect(sorted('name', true)).toEqual(['cc', 'b', 'aaa']);
    expect(sorted('new')).toEqual(['aaa', 'cc', 'b']);
    expect(sorted('new', true)).toEqual(['aaa', 'cc', 'b']);
  });

  test('blend prices exactly, as parts of prompt to parts of completion', () => {
    const both = offer('a', [row('prompt', '0.0000025'), row('completion', '0.00001')]);
    expect(blendedPrice(both, readBlend('3:1'))).toBe('0.000004375');
    expect(blendedPrice(both, readBlend('1:2'))).toBe('0.0000075');
    expect(blendedPrice(offer('a', [row('prompt', '1')]), readBlend('3:1'))).toBeNull();
    for (const text of ['3', '0:0', '3:1:1', '-1:2', '1e9:1']) expect(() => readBlend(text)).toThrow('is not a blend');
  });

  test('are free only where every price is zero', () => {
    expect(isFree(offer('a', [row('prompt', '0'), row('request', '0')]))).toBe(true);
    expect(isFree(offer('a', [row('prompt', '0'), row('request', '0.1')]))).toBe(false);
    expect(isFree(offer('a', [row('prompt', null)]))).toBe(false);
    expect(isFree(offer('a', []))).toBe(false);
  });

  test('a dynamic price is below no limit', () => {
    const offers = [offer('a', [row('prompt', null)]), offer('b', [row('prompt', '0.0000005')])];
    expect(filterOffers(offers, { maxPrice: readPerMillion('$0.5') }).map(({ model }) => model)).toEqual(['b']);
    expect(filterOffers(offers, { maxPrice: readPerMillion('0.49') })).toEqual([]);
  });
});

test('canonical amounts compare as numbers do', () => {
  const digits = fc.tuple(fc.nat(2000), fc.nat(9999));
  const text = ([whole, fraction]: [number, number]): string =>
    fraction === 0 ? String(whole) : `${whole}.${String(fraction).padStart(4, '0').replace(/0+$/, '')}`;
  fc.assert(
    fc.property(digits, digits, (a, b) => {
      expect(Math.sign(compareAmounts(text(a), text(b)))).toBe(Math.sign(a[0] - b[0] || a[1] - b[1]));
    }),
  );
});

test('the usual gap is the median, and two lists have none', () => {
  const at = (...hours: number[]): string[] => hours.map((hour) => new Date(hour * 3_600_000).toISOString());
  expect(usualGapMs(at(9, 0, 1, 2, 3))).toBe(3_600_000);
  expect(usualGapMs(at(0, 1))).toBeNull();
});

describe('a change in words', () => {
  const change = (type: string, field: string, before: string | null, after: string | null) =>
    changeWords({ type, field, before, after, cause: null, changePct: null });

  test('a limit that grows is for the better, one that is cut is not', () => {
    expect(change('limits_changed', 'context_length', '8000', '16000')).toEqual({
      ...{ what: 'context_length', move: '8k -> 16k  ▲ +100 %', isBetter: true },
    });
    expect(change('limits_changed', 'top_provider.max_completion_tokens', null, '16384')).toEqual({
      ...{ what: 'top_provider.max_completion_tokens', move: 'none -> 16,384', isBetter: null },
    });
  });

  test('lists are told by what came and went, long texts by their length', () => {
    expect(change('updated', 'supported_parameters', '["a","b"]', '["b","c"]').move).toBe('+c -a');
    expect(change('updated', 'supported_parameters', '["a","b"]', '["b","a"]').move).toBe('in another order');
    expect(change('updated', 'description', 'x'.repeat(1000), 'short').move).toBe('1,000 characters -> short');
    expect(change('updated', 'expiration_date', null, '2026-08-01').move).toBe('none -> 2026-08-01');
  });
});
