import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applicablePrice } from '../../../src/core/pricing/applicablePrice.ts';
import { readPricing } from '../../../src/core/reading/pricing.ts';
import { times } from '../../thorough.ts';

const NAMES = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const hhmm = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 1, 15, 30, 59))
  .map(([hour, minute]) => hour * 100 + minute);

/** An entry of upstream's list: on some days, in some hours, or both. */
const entry = fc
  .record({
    days: fc.option(fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 9 })),
    window: fc.option(fc.tuple(hhmm, fc.oneof(hhmm, fc.constantFrom(0, 2400)))),
    prompt: fc.integer({ min: 2, max: 9 }),
  })
  .filter(({ days, window }) => days !== null || window !== null)
  .map(({ days, window, prompt }) => ({
    ...(days === null ? {} : { utc_days: days }),
    ...(window === null ? {} : { utc_start: window[0], utc_end: window[1] }),
    prompt: String(prompt),
  }));

type Entry = typeof entry extends fc.Arbitrary<infer T> ? T : never;

/** Minutes of the day that a window covers, one by one. */
function minutesOf(start: number, end: number): Set<number> {
  const minuteAt = (clock: number): number => (Math.floor(clock / 100) * 60 + (clock % 100)) % 1440;
  const minutes = new Set<number>();
  let minute = minuteAt(start);
  do {
    minutes.add(minute);
    minute = (minute + 1) % 1440;
  } while (minute !== minuteAt(end));
  return minutes;
}

test('at each minute of a week the last entry that holds gives the price, else the base price', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 5 }), (overrides) => {
      const { prices, issues } = readPricing({ prompt: '1', overrides });
      expect(issues).toEqual([]);
      const rows = [...prices.values()].map(({ component, condition, amount }) => {
        return { component, condition, price: amount, dynamic: false };
      });
      const holding = overrides.map((one) => ({ ...one, minutes: coverageOf(one) }));
      // The 6th of September 2026 is a Sunday.
      const found: string[] = [];
      const wanted: string[] = [];
      for (let minute = 0; minute < 7 * 1440; minute += 1) {
        const at = new Date(Date.UTC(2026, 8, 6, 0, minute, 59, 999));
        const weekday = (at.getUTCDay() + 6) % 7;
        const clock = { promptTokens: 1n, weekday, minuteOfDay: minute % 1440 };
        found.push(applicablePrice(rows, 'prompt', clock).price);
        wanted.push(holding.filter(({ minutes }) => minutes.has(minute)).at(-1)?.prompt ?? '1');
      }
      expect(found).toEqual(wanted);
    }),
    { numRuns: times(12, 100) },
  );
});

/** Minutes of a week that begins on Sunday. */
function coverageOf({ utc_days: days, utc_start: start, utc_end: end }: Entry): Set<number> {
  const daily = start === undefined || end === undefined ? minutesOf(0, 0) : minutesOf(start, end);
  const minutes = NAMES.flatMap((name, day) => {
    return days === undefined || days.includes(name) ? [...daily].map((minute) => day * 1440 + minute) : [];
  });
  return new Set(minutes);
}
