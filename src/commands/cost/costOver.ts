import { UsageError } from '../../core/errors.ts';
import { isLogScale } from '../../core/format/axis.ts';
import { type Step, steps } from '../../core/format/chart.ts';
import { escapeControls } from '../../core/format/text.ts';
import { digits } from '../../core/format/units.ts';
import { conditionWords, dollars, pctWords } from '../../core/format/words.ts';
import { bill } from '../../core/pricing/bill.ts';
import type { Usage } from '../../core/pricing/usage.ts';
import { changePct } from '../../core/reading/price.ts';
import { justAfter, toInstant } from '../../core/time/instant.ts';
import { clockOf, dayOf, minuteWords, readWhen, type Zone } from '../../core/time/when.ts';
import { coverageOf } from '../../ledger/queries/coverage.ts';
import { PriceBook } from '../../ledger/queries/priceBook.ts';
import type { Ledger } from '../../ledger/store/open.ts';
import { type Context, note, print } from '../shared/context.ts';
import { limitOf, lineWidth, type OutputFormat, printRecords, printTable } from '../shared/output.ts';
import { nothingWords } from '../shared/reading.ts';
import { Style } from '../shared/style.ts';
import type { Cell } from '../shared/table.ts';
import { count } from './costBills.ts';
import { problemWords } from './costTables.ts';
import { OVER_KEYS } from './costTextOptions.ts';
import { timesAmount, type Volume, volumeWords } from './volume.ts';

const MOST_WIDTH = 100;
const UNLISTED: ReadonlySet<string | null> = new Set([problemWords('not_listed'), problemWords('not_observed')]);

/** A request whose price is followed through time. */
export interface OverRequest {
  /** `2026-01..now`, `2026-05`, `90d`. */
  readonly period: string;
  /** Whose hour and day decide about time windows. */
  readonly clock: Date;
  readonly usage: Usage;
  readonly zone: Zone;
  readonly volume: Volume;
}

/** From when to when the requests cost the same. */
interface Stretch {
  readonly model: string;
  readonly from: string;
  /** Null: nothing has changed since. */
  readonly to: string | null;
  /** Exact USD; null where it is not known. */
  readonly total: string | null;
  readonly perRequest: string | null;
  readonly changePct: number | null;
  readonly conditions: readonly string[];
  readonly problem: string | null;
}

/** The half-open period that is asked for. */
interface Period {
  readonly from: string;
  readonly until: string;
}

/** What the requests cost through time, a row a change of the total; false where no total is known at all. */
export async function costOverTime(
  ledger: Ledger,
  ids: readonly string[],
  request: OverRequest,
  options: OutputFormat & { readonly limit?: number },
  context: Context,
): Promise<boolean> {
  const { zone, volume } = request;
  const period = readOver(request.period, context.now(), zone);
  const book = await PriceBook.open(ledger, ids);
  const found = ids.map((model) => stretchesOf(book, model, period, request));
  const records = found.flat().map((row) => ({ ...row, times: count(volume.times) }));
  const isKnown = records.some(({ total }) => total !== null);
  if (await printRecords(context, options, OVER_KEYS, records)) return isKnown;
  const last = coverageOf(ledger)?.last ?? period.until;
  const end = toInstant(new Date(Date.parse(period.until) - 1));
  // A period of which no list is known yet is drawn as it was asked for, and told.
  const isAhead = last <= period.from;
  const until = last < end && !isAhead ? last : end;
  for (const [index, rows] of found.entries()) {
    if (rows.length === 0) continue;
    if (index > 0) print(context, '');
    await printStretches(ids[index] ?? '', rows, until, request, options, context);
  }
  if (isAhead) note(context, `The newest list is of ${minuteWords(last, zone)}; what changed since is not known.`);
  if (records.length === 0) note(context, nothingWords(ledger, 'No price is known then.', zone));
  return isKnown;
}

/** @throws UsageError where nothing lies between the two ends */
function readOver(text: string, now: Date, zone: Zone): Period {
  const [start = '', end] = text.split('..');
  const first = start.trim() === '' ? '1970' : start;
  const from = readWhen(first, now, zone);
  const isSpan = Date.parse(from.until) - Date.parse(from.from) > 1;
  const to = end === undefined ? (isSpan ? start : 'now') : end.trim() === '' ? 'now' : end;
  const until = readWhen(to, now, zone).until;
  if (from.from >= until) {
    throw new UsageError('bad_order', `--over ${text} ends before it begins.`, {
      hint: 'Put the earlier end first.',
    });
  }
  const soon = justAfter(now.toISOString());
  return { from: from.from, until: until > soon ? soon : until };
}

function stretchesOf(book: PriceBook, model: string, { from, until }: Period, request: OverRequest): Stretch[] {
  const bounds = book.boundsOf(model);
  const starts = [from, ...bounds.filter((bound) => bound > from && bound < until)];
  const rows: Stretch[] = [];
  for (const start of starts) {
    const priced = priceAt(book, model, start, request);
    const last = rows.at(-1);
    // Before it was listed there is nothing to tell.
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
  { clock, usage }: OverRequest,
): Pick<Stretch, 'perRequest' | 'conditions' | 'problem'> {
  const prices = book.pricesFor(model, at, clock, usage);
  if (typeof prices === 'string') return { perRequest: null, conditions: [], problem: problemWords(prices) };
  const { total, lines, conditions } = bill(prices, usage, clock);
  const gaps = lines.flatMap(({ component, problem }) =>
    problem === null ? [] : [`${component}: ${problemWords(problem)}`],
  );
  return { perRequest: total, conditions, problem: gaps.length === 0 ? null : gaps.join('; ') };
}

async function printStretches(
  model: string,
  rows: readonly Stretch[],
  until: string,
  { zone, volume, clock }: OverRequest,
  options: OutputFormat & { readonly limit?: number },
  context: Context,
): Promise<void> {
  const style = Style.of(context);
  const requests = volumeWords(volume) || 'a request';
  const hour = rows.some(({ conditions }) => conditions.some((one) => one.includes('utc_')))
    ? `, made at ${clockOf(clock.toISOString(), zone)}`
    : '';
  const points = rows.map(
    ({ from, total }): Step => ({
      ...{ at: from, value: total === null ? null : Number(total), label: total === null ? '' : dollars(total) },
    }),
  );
  const head = `USD for ${requests}${hour}${isLogScale(points) ? ', log scale' : ''}`;
  print(context, `${style.strong(escapeControls(model))}  ${head}`);
  const width = Math.min(MOST_WIDTH, lineWidth(context));
  const chart = steps(points, { ascii: style.ascii, width, until, date: (at) => dayOf(at, zone) });
  if (chart !== '') print(context, `${chart}\n`);
  const limit = limitOf(options);
  const shown = limit < 0 ? rows : limit === 0 ? [] : rows.slice(-limit);
  await printTable(
    context,
    [
      { title: 'from' },
      { title: 'USD', align: 'right' },
      { title: 'change', align: 'right' },
      { title: '', isNote: true },
    ],
    shown.map(({ from, total, changePct: pct, conditions, problem }): Cell[] => [
      minuteWords(from, zone),
      total === null ? { text: 'not known', style: 'red' } : dollars(total),
      pctWords(pct),
      problem ?? conditions.map(conditionWords).join('; '),
    ]),
  );
  if (shown.length < rows.length) {
    note(context, `The newest ${shown.length} of ${digits(rows.length)} rows; --limit N shows more.`);
  }
}
