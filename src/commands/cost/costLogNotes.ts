import { digits, quantity } from '../../core/format/units.ts';
import type { LogBill } from '../../core/pricing/logBill.ts';
import type { Unpriced } from '../../core/pricing/modelSum.ts';
import type { LogEntry } from '../../core/pricing/usageLog.ts';
import { DAY_MS } from '../../core/time/instant.ts';
import { minuteWords, type Zone } from '../../core/time/when.ts';
import type { LogModels } from '../../ledger/queries/bills/logModels.ts';
import type { Coverage } from '../../ledger/queries/coverage.ts';
import { type Context, note } from '../shared/context.ts';

/** So many names are told of each kind; a log of thousands that mean nothing is another one's. */
const MOST_NAMES = 20;

/** What the names in the log were taken for, and what those that mean nothing here may mean. */
export function noteNames({ ids, short, several, unknown }: LogModels, context: Context): void {
  const words = [
    [...short].map((name) => `${name} is ${ids.get(name)}.`),
    [...several].map(([name, found]) => `${name} may be any of ${found.join(', ')}: say which in the log.`),
    [...unknown].map(([name, near]) => {
      const meant = near.length === 0 ? '' : ` Did you mean ${near.join(', ')}?`;
      return `${name} was never listed.${meant}`;
    }),
  ];
  for (const kind of words) {
    for (const one of kind.slice(0, MOST_NAMES)) note(context, one);
    if (kind.length > MOST_NAMES) note(context, `And ${digits(kind.length - MOST_NAMES)} names more like these.`);
  }
}

/** Which requests are billed as the list says, where each was to be billed as its provider did, and since when that is known. */
export function noteProviders(
  entries: readonly LogEntry[],
  { models }: LogBill,
  since: string | null,
  context: Context,
  zone: Zone,
): void {
  const few = entries.filter(({ provider }) => provider === undefined).length;
  if (few > 0) note(context, `${quantity(few, 'line')} without a provider: billed at the listed price.`);
  const isAny = models.some(({ problems: found }) => found.some(({ problem }) => problem === 'no_endpoint'));
  if (isAny && since !== null) note(context, `Who served what is known from ${minuteWords(since, zone)} on.`);
}

/** What to do about requests of which nobody knows which prices held, and what those after the newest list stand on. */
export function noteTimes({ models, to }: LogBill, { last }: Coverage, context: Context, zone: Zone): void {
  const count = (problem: Unpriced): number =>
    models
      .flatMap(({ problems: found }) => found.filter((one) => one.problem === problem))
      .reduce((all, { requests }) => all + requests, 0);
  const [timeless, early] = [count('no_time'), count('not_observed')];
  if (timeless > 0) {
    note(
      context,
      `${quantity(timeless, 'request')} without a time: give each one, or one time to all with --at (--at now).`,
    );
  }
  if (early > 0)
    note(
      context,
      `${quantity(early, 'request')} before the first list; import older ones, or bill all at one time with --at.`,
    );
  if (to !== null && Date.parse(to) - Date.parse(last) > DAY_MS)
    note(context, `Requests after the newest list, of ${minuteWords(last, zone)}, are billed at its prices.`);
}
