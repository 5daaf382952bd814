import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Step, sparkline, steps } from '../../../src/core/format/chart.ts';

const PRICES: readonly Step[] = [
  { at: '2026-01-03T00:00:00.000Z', value: 3, label: '$3.00' },
  { at: '2026-03-03T00:00:00.000Z', value: 1.5, label: '$1.50' },
  { at: '2026-04-10T00:00:00.000Z', value: null, label: '' },
  { at: '2026-05-01T00:00:00.000Z', value: 0.6, label: '$0.60' },
  { at: '2026-06-20T00:00:00.000Z', value: 0.066, label: '$0.066' },
  { at: '2026-06-25T00:00:00.000Z', value: 1.5, label: '$1.50' },
];
const UNTIL = '2026-07-18T00:00:00.000Z';

describe('a sparkline', () => {
  test('goes from the lowest to the highest value and leaves gaps', () => {
    expect(sparkline([1, 2, 3, null, 8, 7, 0])).toBe('▂▃▄ ██▁');
    expect(sparkline([1, 2, 3, null, 8, 7, 0], { ascii: true })).toBe('.-= @@_');
  });

  test('of equal values lies in the middle, of none is empty', () => {
    expect([sparkline([5, 5]), sparkline([0]), sparkline([null]), sparkline([])]).toEqual(['▅▅', '▅', ' ', '']);
  });
});

describe('a step chart', () => {
  test('draws each value to scale, by logarithms over more than a decade, the gap, and the dates that have room', () => {
    expect(steps(PRICES, { width: 70, until: UNTIL }).split('\n')).toEqual([
      ' $3.00 ┤──────────────────┐',
      ' $1.50 ┤                  └────────────                       ┌───────',
      '       │                                                      │',
      ' $0.60 ┤                                     ────────────────┐│',
      '       │                                                     ││',
      '       │                                                     ││',
      '       │                                                     ││',
      '$0.066 ┤                                                     └┘',
      '       └┬─────────────────┬───────────┬──────────────────────────────┬',
      '        2026-01-03        2026-03-03  2026-04-10            2026-07-18',
    ]);
  });

  test('in ASCII, with more values than lines', () => {
    expect(steps(PRICES, { width: 50, until: UNTIL, ascii: true, height: 3 }).split('\n')).toEqual([
      '<= $3.00 |--------------------               +----',
      '   $0.60 |                        ----------+|',
      '  $0.066 |                                  ++',
      '         ++-----------+--------------------------+',
      '          2026-01-03  2026-03-03        2026-07-18',
    ]);
  });

  test('is to scale within a decade, and lays zero below the logarithms', () => {
    const heights = (...values: number[]): string[] => {
      const points = values.map((value, index) => ({
        at: `2026-01-0${index + 1}T00:00:00.000Z`,
        value,
        label: `$${value}`,
      }));
      const lines = steps(points, { width: 20, until: '2026-01-09T00:00:00.000Z' }).split('\n');
      return lines.slice(0, -2).map((line) => line.slice(0, 4).trimEnd());
    };
    expect(heights(1, 2, 8)).toEqual(['$8 ┤', '   │', '   │', '   │', '$2 ┤', '$1 ┤']);
    expect(heights(0, 5, 10)).toEqual(['$10', '', ' $5', '', '', ' $0']);
    expect(heights(0, 1, 99)).toEqual(['$99', '', '', '', ' $1', ' $0']);
  });

  test('of one value is a line with one date', () => {
    const [first] = PRICES;
    expect(
      steps(first === undefined ? [] : [first], { width: 30, until: '2026-01-03T00:00:00.000Z' }).split('\n'),
    ).toEqual(['$3.00 ┤───────────────────────', '      └┬──────────────────────', '       2026-01-03']);
  });

  test('shows a value that held for less than a column', () => {
    const points = [
      { at: '2026-01-01T00:00:00.000Z', value: 1, label: '$1' },
      { at: '2026-01-16T00:00:00.000Z', value: 9, label: '$9' },
      { at: '2026-01-16T01:00:00.000Z', value: 1, label: '$1' },
    ];
    expect(steps(points, { width: 16, until: '2026-01-31T00:00:00.000Z' }).split('\n')).toEqual([
      '$9 ┤      │',
      '   │      │',
      '   │      │',
      '$1 ┤──────┴─────',
      '   └────────────',
      '    2026-01-01',
    ]);
  });

  test('writes dates as it is told', () => {
    const chart = steps(PRICES, { width: 70, until: UNTIL, date: (at) => at.slice(5, 10) });
    expect(chart.split('\n').at(-1)).toBe('        01-03             03-03       04-10  05-01               07-18');
  });

  test('of no value is empty', () => {
    expect(steps([], { width: 70, until: UNTIL })).toBe('');
    expect(steps([{ at: UNTIL, value: null, label: '' }], { width: 70, until: UNTIL })).toBe('');
  });

  test('never runs over its width, whatever the history', () => {
    const history = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 10_000_000 }), fc.option(fc.integer({ min: 0, max: 20 }))),
      {
        minLength: 1,
      },
    );
    fc.assert(
      fc.property(history, fc.integer({ min: 40, max: 140 }), fc.boolean(), (changes, width, ascii) => {
        let minutes = 0;
        const points = changes.map(([gap, value]): Step => {
          minutes += gap;
          return { at: new Date(minutes * 60_000).toISOString(), value, label: `$${value}` };
        });
        const lines = steps(points, { width, ascii, until: new Date((minutes + 1) * 60_000).toISOString() }).split(
          '\n',
        );
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
      }),
    );
  });
});
