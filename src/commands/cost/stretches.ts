import { UsageError } from '../../core/errors.ts';
import { bill } from '../../core/pricing/bill.ts';
import { changePct } from '../../core/reading/price.ts';
import { justAfter } from '../../core/time/instant.ts';
import { clockOf, readWhen, type Zone } from '../../core/time/when.ts';
import type { PriceBook } from '../../ledger/queries/priceBook.ts';
import type { CostRequest } from './costModels.ts';
import { problemWords } from './costTables.ts';
import { timesAmount, volumeWords } from './volume.ts';

const UNLISTED: ReadonlySet<string | null> = new Set([problemWords('not_listed'), problemWords('not_observed')]);

/** A time in which the cost of the requests did not change. */
export interface Stretch {
  readonly model: string;
  readonly from: string;
  /** Null: it has not changed since. */
  readonly to: string | null;
  /** Exact USD; null if it is not known. */
  readonly total: string | null;
  readonly perRequest: string | null;
  readonly changePct: number | null;
  readonly conditions: readonly string[];
  readonly problem: string | null;
}

/** A half-open period. */
export interface Period {
  readonly from: string;
  readonly until: string;
}

/**
 * Reads the value of `--over`, such as `2026-01..now`, `2026-05` or `90d`.
 * @throws UsageError when the period is empty
 */
export function readOver(text: string, now: Date, zone: Zone): Period {
  const [start = '', end] = text.split('..');
  const first = start.trim() === '' ? '1970' : start;
  const from = readWhen(first, now, zone);
  const isSpan = Date.parse(from.until) - Date.parse(from.from) > 1;
  const to = end === undefined ? (isSpan ? start : 'now') : end.trim() === '' ? 'now' : end;
  const until = readWhen(to, now, zone).until;
  if (from.from >= until) {
    throw new UsageError('bad_order', `--over ${text} ends before it begins.`, { hint: 'Put the earlier end first.' });
  }
  const soon = justAfter(now.toISOString());
  return { from: from.from, until: until > soon ? soon : until };
}

/** What the requests cost with a model, from change to change; empty if it was not listed in the period. */
export function stretchesOf(book: PriceBook, model: string, { from, until }: Period, request: CostRequest): Stretch[] {
  const bounds = book.boundsOf(model);
  const starts = [from, ...bounds.filter((bound) => bound > from && bound < until)];
  const rows: Stretch[] = [];
  for (const start of starts) {
    const priced = priceAt(book, model, start, request);
    const last = rows.at(-1);
    // Nothing is reported for the time before it was listed.
    if (last === undefined && UNLISTED.has(priced.problem)) continue;
    if (last !== undefined && last.perRequest === priced.perRequest && last.problem === priced.problem) continue;
    if (last !== undefined) rows[rows.length - 1] = { ...last, to: start };
    const before = rows.findLast(({ perRequest }) => perRequest !== null)?.perRequest ?? null;
    const total = timesAmount(priced.perRequest, request.volume.times);
    rows.push({ model, from: start, to: null, total, ...priced, changePct: changePct(before, priced.perRequest) });
  }
  const last = rows.at(-1);
  const isOver = bounds.some((bound) => bound >= until);
  if (last !== undefined && isOver) rows[rows.length - 1] = { ...last, to: until };
  return rows;
}

function priceAt(
  book: PriceBook,
  model: string,
  at: string,
  { clock, usage }: CostRequest,
): Pick<Stretch, 'perRequest' | 'conditions' | 'problem'> {
  const prices = book.pricesFor(model, at, clock, usage);
  if (typeof prices === 'string') return { perRequest: null, conditions: [], problem: problemWords(prices) };
  const { total, lines, conditions } = bill(prices, usage, clock);
  const gaps = lines.flatMap(({ component, problem }) =>
    problem === null ? [] : [`${component}: ${problemWords(problem)}`],
  );
  return { perRequest: total, conditions, problem: gaps.length === 0 ? null : gaps.join('; ') };
}

/** Says what the amounts mean: `USD for a request, made at 23:00 UTC`. */
export function headWords(rows: readonly Stretch[], { volume, clock }: CostRequest, zone: Zone): string {
  const hasHours = rows.some(({ conditions }) => conditions.some((one) => one.includes('utc_')));
  const hour = hasHours ? `, made at ${clockOf(clock.toISOString(), zone)}` : '';
  return `USD for ${volumeWords(volume) || 'a request'}${hour}`;
}
