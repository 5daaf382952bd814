import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import { clockOf, dayOf, minuteWords, readSpanMs, readWhen } from '../../../src/core/time/when.ts';

const NOW = new Date('2026-07-18T12:34:56.789Z');
const span = (text: string) => {
  const { from, until } = readWhen(text, NOW);
  return [from, until];
};

test.each([
  ['now', '2026-07-18T12:34:56.789Z', '2026-07-18T12:34:56.790Z'],
  ['7d', '2026-07-11T12:34:56.789Z', '2026-07-11T12:34:56.790Z'],
  ['90min', '2026-07-18T11:04:56.789Z', '2026-07-18T11:04:56.790Z'],
  ['2 weeks', '2026-07-04T12:34:56.789Z', '2026-07-04T12:34:56.790Z'],
  ['3 Days ago', '2026-07-15T12:34:56.789Z', '2026-07-15T12:34:56.790Z'],
  ['1mo', '2026-06-18T12:34:56.789Z', '2026-06-18T12:34:56.790Z'],
  ['1 y', '2025-07-18T12:34:56.789Z', '2025-07-18T12:34:56.790Z'],
  ['today', '2026-07-18T00:00:00.000Z', '2026-07-19T00:00:00.000Z'],
  ['yesterday', '2026-07-17T00:00:00.000Z', '2026-07-18T00:00:00.000Z'],
  ['last week', '2026-07-06T00:00:00.000Z', '2026-07-13T00:00:00.000Z'],
  ['this week', '2026-07-13T00:00:00.000Z', '2026-07-20T00:00:00.000Z'],
  ['last month', '2026-06-01T00:00:00.000Z', '2026-07-01T00:00:00.000Z'],
  ['last year', '2025-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
  ['July', '2026-07-01T00:00:00.000Z', '2026-08-01T00:00:00.000Z'],
  ['dec', '2025-12-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
  ['march 2024', '2024-03-01T00:00:00.000Z', '2024-04-01T00:00:00.000Z'],
  ['3 July', '2026-07-03T00:00:00.000Z', '2026-07-04T00:00:00.000Z'],
  ['July 19', '2025-07-19T00:00:00.000Z', '2025-07-20T00:00:00.000Z'],
  ['1st Aug 2025', '2025-08-01T00:00:00.000Z', '2025-08-02T00:00:00.000Z'],
  ['Feb 29, 2024', '2024-02-29T00:00:00.000Z', '2024-03-01T00:00:00.000Z'],
  ['an hour ago', '2026-07-18T11:34:56.789Z', '2026-07-18T11:34:56.790Z'],
  ['a week', '2026-07-11T12:34:56.789Z', '2026-07-11T12:34:56.790Z'],
  ['2026-8-2', '2026-08-02T00:00:00.000Z', '2026-08-03T00:00:00.000Z'],
  ['2026-8', '2026-08-01T00:00:00.000Z', '2026-09-01T00:00:00.000Z'],
  ['2026', '2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
  ['2026-12', '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z', '2024-03-01T00:00:00.000Z'],
  ['2026-07-03T18:00', '2026-07-03T18:00:00.000Z', '2026-07-03T18:00:00.001Z'],
  ['2026-07-03 18:00:05.25', '2026-07-03T18:00:05.250Z', '2026-07-03T18:00:05.251Z'],
  ['2026-07-03T18:00Z', '2026-07-03T18:00:00.000Z', '2026-07-03T18:00:00.001Z'],
  ['2026-07-03T18:00:00+02:00', '2026-07-03T16:00:00.000Z', '2026-07-03T16:00:00.001Z'],
  ['2026-07-03 18:00:00+02', '2026-07-03T16:00:00.000Z', '2026-07-03T16:00:00.001Z'],
  ['2026-07-03T18:00-0330', '2026-07-03T21:30:00.000Z', '2026-07-03T21:30:00.001Z'],
  ['2026-07-03 18:00 UTC', '2026-07-03T18:00:00.000Z', '2026-07-03T18:00:00.001Z'],
])('%s is from %s until %s', (text, from, until) => {
  expect(span(text)).toEqual([from, until]);
});

test.each([
  '',
  'soon',
  '2026-13',
  '2026-02-30',
  '2026-07-03T24:00',
  'lately',
  'last july',
  '2026-02-29',
  '03.07.2026',
  '2026-07-03T18:00+2',
  '2026-07-03T18:00+24:00',
  '2026-07-03T18:00+05:60',
  '31 june',
  '0 july',
  '29 feb 2026',
  '3 july 3',
])('"%s" is not a time', (text) => {
  expect(() => readWhen(text, NOW)).toThrow(UsageError);
});

test('what may be months or minutes is refused, and says how to write each', () => {
  for (const text of ['1m', '90m', '1 m']) {
    expect(() => readWhen(text, NOW)).toThrow(`"${text}" may be months or minutes.`);
  }
});

test('a month before the 31st is the last day of a shorter one', () => {
  expect(readWhen('1mo', new Date('2026-03-31T10:00:00.000Z')).from).toBe('2026-02-28T10:00:00.000Z');
  expect(readWhen('1y', new Date('2024-02-29T10:00:00.000Z')).from).toBe('2023-02-28T10:00:00.000Z');
});

test('spans are milliseconds, in the words of times, and m is a minute there', () => {
  const [HOUR, DAY] = [3_600_000, 86_400_000];
  expect(
    Object.fromEntries(
      ['250ms', '30s', '10m', '90 min', '6h', '2 Hours', 'an hour', '7d', '2w', '2 weeks', '1mo', '3 months', '1y'].map(
        (text) => [text, readSpanMs(text)],
      ),
    ),
  ).toEqual({
    ...{ '250ms': 250, '30s': 30_000, '10m': 600_000, '90 min': 1.5 * HOUR, '6h': 6 * HOUR, '2 Hours': 2 * HOUR },
    ...{ 'an hour': HOUR, '7d': 7 * DAY, '2w': 14 * DAY, '2 weeks': 14 * DAY, '1mo': 30 * DAY, '3 months': 90 * DAY },
    '1y': 365 * DAY,
  });
  expect(['', '2x', '7', '-1d', '1.5h', '2 weeks ago', 'yesterday'].map(readSpanMs)).toEqual(Array(7).fill(undefined));
});

describe('in the zone of the machine', () => {
  const zone = process.env.TZ;
  beforeAll(() => {
    process.env.TZ = 'America/New_York';
  });
  afterAll(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  test('a time without a zone is local, one with a zone is not', () => {
    expect(readWhen('2026-07-03', NOW, 'local')).toEqual({
      from: '2026-07-03T04:00:00.000Z',
      until: '2026-07-04T04:00:00.000Z',
    });
    expect(readWhen('2026-12-03T01:00', NOW, 'local').from).toBe('2026-12-03T06:00:00.000Z');
    expect(readWhen('2026-12-03T01:00Z', NOW, 'local').from).toBe('2026-12-03T01:00:00.000Z');
  });

  test('the day on which clocks are set forward has 23 hours', () => {
    expect(readWhen('2026-03-08', NOW, 'local')).toEqual({
      from: '2026-03-08T05:00:00.000Z',
      until: '2026-03-09T04:00:00.000Z',
    });
  });

  test('instants are shown with their zone', () => {
    expect(minuteWords('2026-07-04T01:30:00.000Z', 'local')).toBe('2026-07-03 21:30 -04:00');
    expect(minuteWords('2026-07-04T01:30:00.000Z', 'utc')).toBe('2026-07-04 01:30 UTC');
    expect([dayOf('2026-01-01T04:59:00.000Z', 'local'), clockOf('2026-01-01T04:59:00.000Z', 'local')]).toEqual([
      ...['2025-12-31', '23:59 -05:00'],
    ]);
  });
});
