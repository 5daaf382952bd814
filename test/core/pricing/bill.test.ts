import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import type { PriceRow } from '../../../src/core/pricing/applicablePrice.ts';
import { bill, type RequestBill, type RequestBillLine } from '../../../src/core/pricing/bill.ts';
import { readUsage } from '../../../src/core/pricing/usage.ts';

const NOON = new Date('2026-07-01T12:00:00.000Z');

function row(component: string, price: string | null, condition = '', order?: number): PriceRow {
  const base = { component, condition, price, dynamic: price === null };
  return order === undefined ? base : { ...base, order };
}

function line(component: string, quantity: bigint, unitPrice: string, amount: string, condition = ''): RequestBillLine {
  return { component, pricedAs: component, quantity, unitPrice, condition, amount, problem: null };
}

function problem(
  component: string,
  quantity: bigint,
  word: RequestBillLine['problem'],
  condition = '',
): RequestBillLine {
  return { component, pricedAs: component, quantity, unitPrice: null, condition, amount: null, problem: word };
}

function priced(promptTokens: bigint, total: string, ...lines: RequestBillLine[]): RequestBill {
  const conditions = [...new Set(lines.map(({ condition }) => condition))].filter((condition) => condition !== '');
  return { lines, total, subtotal: total, promptTokens, conditions, skipped: [], unbilled: [], discount: null };
}

const PLAIN = [row('prompt', '0.0000006'), row('completion', '0.0000018')];
const ABOVE_32K = 'min_prompt_tokens=32000';
const ABOVE_128K = 'min_prompt_tokens=128000';
const TIERS = [
  ...PLAIN,
  row('input_cache_read', '0.0000001'),
  row('prompt', '0.000001', ABOVE_32K, 0),
  row('completion', '0.000003', ABOVE_32K, 0),
  row('prompt', '0.000002', ABOVE_128K, 1),
];
const NIGHT = 'utc_end=330,utc_start=2230';
const WINDOWS = [...PLAIN, row('prompt', '0.0000003', NIGHT, 0)];
const BOTH = `min_prompt_tokens=1000,${NIGHT}`;

describe('a plain bill', () => {
  test('each component is its quantity times its price, and the total is their sum', () => {
    expect(bill(PLAIN, readUsage({ completionTokens: 500, promptTokens: 1000 }), NOON)).toEqual(
      priced(
        1000n,
        '0.0015',
        line('prompt', 1000n, '0.0000006', '0.0006'),
        line('completion', 500n, '0.0000018', '0.0009'),
      ),
    );
  });

  test('every unit is billed by its own quantity', () => {
    const prices = [row('image', '0.04'), row('request', '0.01'), row('web_search', '0.005'), row('audio', '0.000001')];
    const usage = readUsage({ images: 3, requests: 2, webSearches: 7, audioTokens: 10 });
    expect(bill(prices, usage, NOON)).toEqual(
      priced(
        10n,
        '0.17501',
        line('audio', 10n, '0.000001', '0.00001'),
        line('image', 3n, '0.04', '0.12'),
        line('request', 2n, '0.01', '0.02'),
        line('web_search', 7n, '0.005', '0.035'),
      ),
    );
  });

  test('a listed zero is a price', () => {
    expect(bill([row('prompt', '0')], readUsage({ promptTokens: 9 }), NOON)).toEqual(
      priced(9n, '0', line('prompt', 9n, '0', '0')),
    );
  });

  test('a price of 23 decimals times a trillion tokens keeps every digit', () => {
    const prices = [row('input_cache_write', '0.00000008333333333333334'), row('prompt', '0.00000000000000000000001')];
    const usage = readUsage({ cacheWriteTokens: 1_000_000_000_000n, promptTokens: 999_999_999_999 });
    expect(bill(prices, usage, NOON)).toEqual(
      priced(
        1_999_999_999_999n,
        '83333.33333333334999999999999',
        line('prompt', 999_999_999_999n, '0.00000000000000000000001', '0.00000000000999999999999'),
        line('input_cache_write', 1_000_000_000_000n, '0.00000008333333333333334', '83333.33333333334'),
      ),
    );
  });

  test('an unknown component is billed after the known ones', () => {
    const usage = new Map([
      ['video_second', 4],
      ['prompt', 1],
    ]);
    expect(bill([...PLAIN, row('video_second', '0.1')], usage, NOON)).toEqual(
      priced(1n, '0.4000006', line('prompt', 1n, '0.0000006', '0.0000006'), line('video_second', 4n, '0.1', '0.4')),
    );
  });

  test('what was not used is no line, priced or not', () => {
    expect(bill(PLAIN, readUsage({ promptTokens: 0, images: 0, webSearches: undefined }), NOON)).toEqual(
      priced(0n, '0'),
    );
  });
});

describe('what cannot be priced', () => {
  test('a component without a listed price leaves the bill without a total', () => {
    expect(bill(PLAIN, readUsage({ promptTokens: 10, cacheReadTokens: 5 }), NOON)).toEqual({
      ...priced(
        15n,
        '0.000006',
        line('prompt', 10n, '0.0000006', '0.000006'),
        problem('input_cache_read', 5n, 'no_price'),
      ),
      total: null,
    });
  });

  test('a dynamic price leaves the bill without a total', () => {
    expect(bill([row('prompt', null)], readUsage({ promptTokens: 10 }), NOON)).toEqual({
      ...priced(10n, '0', problem('prompt', 10n, 'dynamic')),
      total: null,
    });
  });

  test('a negative amount is dynamic even where nobody marked it', () => {
    const rows = [{ component: 'prompt', condition: '', price: '-1', dynamic: false }];
    expect(bill(rows, readUsage({ promptTokens: 10 }), NOON).lines).toEqual([problem('prompt', 10n, 'dynamic')]);
  });

  test('an entry with an unknown condition is skipped and named', () => {
    const prices = [...PLAIN, row('prompt', '0.0000001', 'region=eu', 0), row('prompt', '0.5', 'utc_days=[0,6]', 1)];
    expect(bill(prices, readUsage({ promptTokens: 10, completionTokens: 1 }), NOON)).toEqual({
      ...priced(
        10n,
        '0.0000078',
        line('prompt', 10n, '0.0000006', '0.000006'),
        line('completion', 1n, '0.0000018', '0.0000018'),
      ),
      skipped: ['region=eu', 'utc_days=[0,6]'],
    });
  });

  test.each([
    ['another of its conditions fails', [...PLAIN, row('prompt', '1', 'min_prompt_tokens=10,region=eu', 0)]],
    ['it is about another component', [...PLAIN, row('image', '1', 'region=eu', 0)]],
  ])('an unknown condition is not named where %s', (_, prices) => {
    expect(bill(prices, readUsage({ promptTokens: 10 }), NOON)).toEqual(
      priced(10n, '0.000006', line('prompt', 10n, '0.0000006', '0.000006')),
    );
  });

  test.each([
    ['a fraction', { promptTokens: 1.5 }, 'The quantity 1.5 of prompt is not a count.'],
    ['a negative number', { images: -1 }, 'The quantity -1 of image is not a count.'],
    ['a negative bigint', { images: -1n }, 'The quantity -1 of image is not a count.'],
    ['not a number', { requests: Number.NaN }, 'The quantity NaN of request is not a count.'],
    [
      'a number past exact integers',
      { promptTokens: 2 ** 53 },
      'The quantity 9007199254740992 of prompt is not a count.',
    ],
  ])('%s is refused as a quantity', (_, fields, message) => {
    expect(() => bill(PLAIN, readUsage(fields), NOON)).toThrow(
      new UsageError('invalid_quantity', message, { hint: 'Give a whole number, 0 or more.' }),
    );
  });

  test('a discount is refused as a quantity', () => {
    expect(() => bill(PLAIN, new Map([['discount', 1]]), NOON)).toThrow(UsageError);
  });

  test('an invalid date is refused', () => {
    expect(() => bill(PLAIN, new Map(), new Date(Number.NaN))).toThrow(UsageError);
  });
});

describe('tiers', () => {
  test.each([
    ['at the first threshold the base price holds', 32_000, '0.0000006', ''],
    ['one token above it the first tier holds', 32_001, '0.000001', ABOVE_32K],
    ['at the second threshold the first tier still holds', 128_000, '0.000001', ABOVE_32K],
    ['one token above it the second tier holds', 128_001, '0.000002', ABOVE_128K],
  ])('%s', (_, promptTokens, price, condition) => {
    expect(bill(TIERS, readUsage({ promptTokens }), NOON).lines.map((l) => [l.unitPrice, l.condition])).toEqual([
      [price, condition],
    ]);
  });

  test('the later entry wins key by key and the keys it lacks inherit', () => {
    const usage = readUsage({ promptTokens: 200_000, completionTokens: 1000, cacheReadTokens: 10 });
    expect(bill(TIERS, usage, NOON)).toEqual(
      priced(
        200_010n,
        '0.403001',
        line('prompt', 200_000n, '0.000002', '0.4', ABOVE_128K),
        line('input_cache_read', 10n, '0.0000001', '0.000001'),
        line('completion', 1000n, '0.000003', '0.003', ABOVE_32K),
      ),
    );
  });

  test('the threshold is about the whole prompt, cached tokens included', () => {
    const usage = readUsage({ promptTokens: 2000, cacheReadTokens: 30_001 });
    expect(bill(TIERS, usage, NOON)).toEqual(
      priced(
        32_001n,
        '0.0050001',
        line('prompt', 2000n, '0.000001', '0.002', ABOVE_32K),
        line('input_cache_read', 30_001n, '0.0000001', '0.0030001'),
      ),
    );
  });

  test('tokens written to the cache and audio count towards the threshold, completion and images do not', () => {
    const size = (fields: Parameters<typeof readUsage>[0]) => bill(TIERS, readUsage(fields), NOON).promptTokens;
    expect(size({ promptTokens: 1, cacheReadTokens: 2, cacheWriteTokens: 4, cacheWrite1hTokens: 8 })).toBe(15n);
    expect(size({ audioTokens: 1, cachedAudioTokens: 2, imageTokens: 4 })).toBe(7n);
    expect(size({ completionTokens: 1, reasoningTokens: 2, images: 4, requests: 8 })).toBe(0n);
  });

  test('upstream lists a lower tier last and it wins', () => {
    const prices = [...PLAIN, row('prompt', '2', ABOVE_128K, 0), row('prompt', '1', ABOVE_32K, 1)];
    expect(bill(prices, readUsage({ promptTokens: 200_000 }), NOON).lines).toEqual([
      line('prompt', 200_000n, '1', '200000', ABOVE_32K),
    ]);
  });

  test('without upstream’s order the higher tier wins', () => {
    const prices = [row('prompt', '2', ABOVE_128K), row('prompt', '1', ABOVE_32K), row('prompt', '0.1')];
    expect(bill(prices, readUsage({ promptTokens: 200_000 }), NOON).lines).toEqual([
      line('prompt', 200_000n, '2', '400000', ABOVE_128K),
    ]);
  });

  test('without upstream’s order a window wins over a tier', () => {
    const prices = [row('prompt', '2', ABOVE_32K), row('prompt', '1', NIGHT), row('prompt', '0.1')];
    const usage = readUsage({ promptTokens: 200_000 });
    const midnight = new Date('2026-07-01T00:00:00.000Z');
    expect(bill(prices, usage, midnight).lines).toEqual([line('prompt', 200_000n, '1', '200000', NIGHT)]);
  });

  test('a tier may make a price dynamic', () => {
    const prices = [...PLAIN, row('prompt', null, ABOVE_32K, 0)];
    expect(bill(prices, readUsage({ promptTokens: 32_001 }), NOON).lines).toEqual([
      problem('prompt', 32_001n, 'dynamic', ABOVE_32K),
    ]);
  });
});

describe('time windows', () => {
  test.each([
    ['22:29:59.999', '0.0000006', ''],
    ['22:30:00.000', '0.0000003', NIGHT],
    ['23:59:59.999', '0.0000003', NIGHT],
    ['00:00:00.000', '0.0000003', NIGHT],
    ['03:29:59.999', '0.0000003', NIGHT],
    ['03:30:00.000', '0.0000006', ''],
    ['12:00:00.000', '0.0000006', ''],
  ])('the window 22:30-03:30 at %s', (time, price, condition) => {
    const at = new Date(`2026-07-01T${time}Z`);
    expect(bill(WINDOWS, readUsage({ promptTokens: 1 }), at).lines).toEqual([
      line('prompt', 1n, price, price, condition),
    ]);
  });

  test.each([
    ['00:59', '0.0000006'],
    ['01:00', '5'],
    ['03:59', '5'],
    ['04:00', '0.0000006'],
  ])('the window 01:00-04:00 at %s', (time, price) => {
    const prices = [...PLAIN, row('prompt', '5', 'utc_end=400,utc_start=100', 0)];
    const at = new Date(`2026-07-01T${time}:00.000Z`);
    expect(bill(prices, readUsage({ promptTokens: 1 }), at).total).toBe(price);
  });

  test.each([
    ['both hold', '23:00', 1001, '9.009'],
    ['the hour is wrong', '12:00', 1001, '0.0006006'],
    ['the prompt is too small', '23:00', 1000, '0.0006'],
  ])('an entry with a tier and a window where %s', (_, time, promptTokens, total) => {
    const prices = [...PLAIN, row('prompt', '0.009', BOTH, 0)];
    const at = new Date(`2026-07-01T${time}:00.000Z`);
    expect(bill(prices, readUsage({ promptTokens }), at).total).toBe(total);
  });

  test.each([
    ['half a window', 'utc_start=100'],
    ['an hour past the day', 'utc_end=2500,utc_start=100'],
    ['a minute past the hour', 'utc_end=460,utc_start=100'],
    ['days that are none', 'utc_days=["caturday"]'],
    ['a threshold that is no count', 'min_prompt_tokens=many'],
  ])('%s cannot be decided, so its entry is skipped', (_, condition) => {
    const prices = [...PLAIN, row('prompt', '5', condition, 0)];
    expect(bill(prices, readUsage({ promptTokens: 1 }), NOON)).toEqual({
      ...priced(1n, '0.0000006', line('prompt', 1n, '0.0000006', '0.0000006')),
      skipped: [condition],
    });
  });

  test.each([
    ['saturday+sunday', '2026-09-18T23:59', '0.0000006'],
    ['saturday+sunday', '2026-09-19T00:00', '5'],
    ['saturday+sunday', '2026-09-20T23:59', '5'],
    ['saturday+sunday', '2026-09-21T00:00', '0.0000006'],
    // The window has wrapped into Saturday, and Saturday is no Friday.
    ['friday,utc_end=100,utc_start=2200', '2026-09-19T00:15', '0.0000006'],
    ['friday,utc_end=100,utc_start=2200', '2026-09-18T00:15', '5'],
    ['friday,utc_end=100,utc_start=2200', '2026-09-18T22:00', '5'],
    ['friday,utc_end=0,utc_start=1000', '2026-09-18T23:59', '5'],
    ['friday,utc_end=0,utc_start=0', '2026-09-18T12:00', '5'],
    ['friday,utc_end=600,utc_start=600', '2026-09-18T05:59', '5'],
  ])('the days %s at %s', (days, at, price) => {
    const prices = [...PLAIN, row('prompt', '5', `utc_days=${days}`, 0)];
    expect(bill(prices, readUsage({ promptTokens: 1 }), new Date(`${at}Z`)).total).toBe(price);
  });

  test('a window until 2400 holds until midnight', () => {
    const prices = [...PLAIN, row('prompt', '5', 'utc_end=2400,utc_start=1200', 0)];
    const total = (time: string) => bill(prices, readUsage({ promptTokens: 1 }), new Date(`2026-07-01T${time}Z`)).total;
    expect([total('11:59:59'), total('12:00:00'), total('23:59:59'), total('00:00:00')]).toEqual([
      '0.0000006',
      '5',
      '5',
      '0.0000006',
    ]);
  });
});

describe('reasoning tokens', () => {
  const usage = readUsage({ reasoningTokens: 100 });

  test('are billed at their own price where one is listed', () => {
    const prices = [...PLAIN, row('internal_reasoning', '0.000003')];
    expect(bill(prices, usage, NOON).lines).toEqual([line('internal_reasoning', 100n, '0.000003', '0.0003')]);
  });

  test.each([
    ['no price is listed', PLAIN],
    ['zero is listed', [...PLAIN, row('internal_reasoning', '0')]],
  ])('are billed as completion tokens where %s', (_, prices) => {
    expect(bill(prices, usage, NOON).lines).toEqual([
      { ...line('internal_reasoning', 100n, '0.0000018', '0.00018'), pricedAs: 'completion' },
    ]);
  });

  test('are a problem where completion has no price either', () => {
    expect(bill([], usage, NOON).lines).toEqual([
      { ...problem('internal_reasoning', 100n, 'no_price'), pricedAs: 'completion' },
    ]);
  });
});

describe('image tokens', () => {
  const perToken = [row('prompt', '0.000002'), row('image', '0.000002')];
  const perImage = [row('prompt', '0.000002'), row('image', '0.0036')];

  test('take the price of image where it equals that of prompt', () => {
    expect(bill(perToken, readUsage({ imageTokens: 1000 }), NOON).lines).toEqual([
      { ...line('image_token', 1000n, '0.000002', '0.002'), pricedAs: 'image' },
    ]);
  });

  test('have a price of their own where one is listed', () => {
    const prices = [...perToken, row('image_token', '0.000004')];
    expect(bill(prices, readUsage({ imageTokens: 1000 }), NOON).lines).toEqual([
      line('image_token', 1000n, '0.000004', '0.004'),
    ]);
  });

  test('are a problem where image is a price per image', () => {
    expect(bill(perImage, readUsage({ imageTokens: 1000 }), NOON).lines).toEqual([
      problem('image_token', 1000n, 'no_price'),
    ]);
  });

  test('are needed where image is their price: a number of images has no total', () => {
    const { lines, total } = bill(perToken, readUsage({ images: 2 }), NOON);
    expect([lines, total]).toEqual([[problem('image', 2n, 'per_image_token')], null]);
    expect(bill(perImage, readUsage({ images: 2 }), NOON).total).toBe('0.0072');
  });

  test('cost nothing where prompt and image are free, and so do images', () => {
    const free = [row('prompt', '0'), row('image', '0')];
    expect(bill(free, readUsage({ images: 2, imageTokens: 1000 }), NOON).total).toBe('0');
  });
});

describe('what a bill says besides', () => {
  test('a price per request that was not asked about is named', () => {
    const prices = [...PLAIN, row('request', '0.01')];
    expect(bill(prices, readUsage({ promptTokens: 1 }), NOON).unbilled).toEqual(['request']);
    expect(bill(prices, readUsage({ promptTokens: 1, requests: 0 }), NOON).unbilled).toEqual([]);
    expect(bill([...PLAIN, row('request', '0')], readUsage({ promptTokens: 1 }), NOON).unbilled).toEqual([]);
  });

  test('a discount is shown and not applied', () => {
    const prices = [...PLAIN, row('discount', '0.25')];
    expect(bill(prices, readUsage({ promptTokens: 10 }), NOON)).toEqual({
      ...priced(10n, '0.000006', line('prompt', 10n, '0.0000006', '0.000006')),
      discount: '0.25',
    });
  });
});
