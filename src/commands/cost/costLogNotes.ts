import { digits, quantity } from '../../core/format/units.ts';
import type { LogBill } from '../../core/pricing/logBill.ts';
import type { Unpriced } from '../../core/pricing/modelSum.ts';
import type { LogEntry } from '../../core/pricing/usageLog.ts';
import { DAY_MS } from '../../core/time/instant.ts';
import { minuteWords } from '../../core/time/when.ts';
import type { LogModels } from '../../ledger/queries/bills/logModels.ts';
import type { Coverage } from '../../ledger/queries/coverage.ts';
import { firstSweepAt } from '../../ledger/queries/endpoints/sweeps.ts';
import { type Context, note } from '../shared/context.ts';
import type { LedgerQuestion } from '../shared/reading.ts';

/** How many names of each kind are noted. A log with thousands of unknown names is probably of another service. */
const MOST_NAMES = 20;

/** Notes which models the names in the log were taken for, and suggestions for names that are not known. */
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

/** With `--providers`: notes requests that were billed at the listed price, and since when providers are known. */
export function noteProviders(
  { ledger, context, zone }: LedgerQuestion,
  entries: readonly LogEntry[],
  { models }: LogBill,
): void {
  const few = entries.filter(({ provider }) => provider === undefined).length;
  if (few > 0) note(context, `${quantity(few, 'line')} without a provider: billed at the listed price.`);
  const isAny = models.some(({ problems: found }) => found.some(({ problem }) => problem === 'no_endpoint'));
  const since = firstSweepAt(ledger);
  if (isAny && since !== null) note(context, `Who served what is known from ${minuteWords(since, zone)} on.`);
}

/** Notes what to do about requests whose prices are not known, and how requests after the newest list are billed. */
export function noteTimes({ context, zone }: LedgerQuestion, { models, to }: LogBill, { last }: Coverage): void {
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
